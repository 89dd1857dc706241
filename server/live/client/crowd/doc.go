// Package crowd is simulated people who debate over real sockets: they come in
// all at once, or late, or never; raise hands and speak when the floor is
// theirs; react, ask, report; are cut off and come back; and some stop reading.
// A rehearsal runs it in a process of its own, against a server of its own.
//
// It measures what people would meet, and keeps for each of them which remarks
// of their table they got. It judges nothing: that is package readiness's.
//
// # Design
//
// A person is a reference client, with one goroutine. A table is another
// goroutine, which has somebody do something as often as so many people would;
// so ten thousand people cost ten thousand readers and a thousand actors. The
// room's rules are not repeated here: who may speak is read from the floor that
// the server tells, and what comes too late is refused and counted.
//
// A remark's text begins with the time it was said and a number of its own. The
// time gives the wait of each receiver; waits across a cut, which measure the
// cut, are left out. By the number the log shows whether each acknowledged
// remark is there, once.
//
// On a loopback address four people share an address, so that a limit on sockets
// per address holds as it will.
package crowd
