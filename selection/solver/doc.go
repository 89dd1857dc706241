// Package solver solves linear and integer programs with HiGHS, its WebAssembly
// build run by wazero: no cgo, and the same floating point on every machine.
//
// It must never read a clock, set a time limit or print; iteration and node
// limits end a solve alike everywhere. It knows nothing of draws.
//
// # Design
//
// scripts/solver/install puts wasm/highs.wasm here, pinned by digest, and the
// build embeds it; without the file everything builds and Available is false.
// The export and import names of that file are minified, so the digest also
// guards the table of names below (taken from the package's highs.js). The
// host hands it a clock that counts calls, so that no result can depend on time.
// A C++ exception aborts the instance and comes back as an error; make a new
// one, it takes milliseconds. Compiling takes seconds, so the machine code is
// kept in the user's cache directory where there is one.
package solver
