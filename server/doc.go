// Package server wires the parts into one process: store, journal, live rooms,
// API, application. It is the only place that knows them all.
//
//	command ─▶ journal (decide, apply) ─▶ batch ─▶ store
//	                 after the commit only: answer · view · live rooms ─▶ sockets
package server
