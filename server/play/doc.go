// Package play takes the made city of package demo through whole topics, by the
// same commands that people use: nothing is written beside the log, nothing is
// canned. It serves `veche demo`, `veche serve --demo` and tests.
package play
