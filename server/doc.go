// Package server wires the parts into one process: store, journal, live rooms,
// API, application. It is the only place that knows them all.
//
//	command ─▶ journal (decide, apply) ─▶ batch ─▶ store
//	                 after the commit only: answer · view · live rooms ─▶ sockets
//
// # Figures
//
// From opening the data to the first answer over HTTP: 37 ms on an empty
// directory (database and keys are made), 5 ms on one that was closed before, on
// two busy cores.
//
//	go test -tags noasm -run '^$' -bench StartUp -benchtime 20x ./server
//
// From a fresh clone to the printed sign-in links with ./scripts/run: 11 s (Go's
// and npm's caches warm; packages, solver, frontend, binary and the demo's five
// topics), 0.5 s at the second start.
package server
