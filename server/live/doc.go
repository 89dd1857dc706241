// Package live carries a debate: it upgrades requests to websockets, keeps who
// is in which room, and brings every committed event of a room to all who are
// in it. What goes over the wire is in package protocol, the reference client
// in package client.
//
// It never decides anything (that is the journal's and package topic's), never
// makes the journal wait, and never sends what is not committed. It knows a
// person by an opaque id and by what [Person.Who] answers.
//
// The Fiber app that serves [Hub.Handler] must have app.Server().KeepHijackedConns
// set, and should have ReduceMemoryUsage and Read-, Write- and IdleTimeout.
// app.Shutdown does not know of sockets: [Hub.Shutdown] comes before it, and
// before the journal is closed.
//
// # Design
//
// The upgrade is gorilla's own, run inside the Fiber handler by a small
// http.Hijacker that hands out fasthttp's connection; so a refusal is an
// ordinary answer, and fasthttp's buffers are free once the socket lives. A
// socket then costs one goroutine, which reads, decides and answers.
//
// No write blocks. A frame is offered to the kernel at once; what it does not
// take waits in a queue of at most 256 KiB, and a peer that is further behind
// is closed with 4008, connects again and resumes. So one goroutine can write
// to ten thousand sockets in turn, and a stalled one costs the others nothing.
//
// A room speaks at most every 50 ms, or as seldom as its own pass takes: what
// came meanwhile goes as one frame, made, deflated and framed once for all. The
// first message of a quiet room goes at once. An overloaded room so sends
// larger frames instead of falling behind.
//
// A frame names the seq of the room's event before it, which is how a client
// that sees one table of many knows that it missed nothing. One who comes back
// gets exactly what it missed: from the ring of what the room sent last, or, if
// that is too short, from the log's fold; else an explicit reset with the
// newest remarks. A reset is made once for any number who come at once.
//
// Whatever happens in a room moves its chain of seqs: a step, a turn, a reaction
// stands in the ring as a marker without text. What became of it is rendered
// when the room speaks, from the committed state: the whole floor, and the
// counts of the remarks that got reactions. So a hundred reactions in a tick are
// one line, an event for 850 tables is delivered once and composed by each, and
// who comes back after any number of turns gets one floor. The floor says up to
// which seq it knows, since the state may be ahead of what the room has sent.
//
// A main hall with more remarks than its rate carries a choice of them, made
// each fifth tick: what the staff says, replies to what was shown, then a draw
// that favours who was shown least. A remark that is left out is a marker too,
// so the chain says how many were, and one who comes back hears the same choice.
// Removals are never left out; all is read as pages.
//
// The clocks of steps and turns are no timers that a restart would lose: what is
// due stands in the state, and one goroutine a topic, while something is, sleeps
// until the earliest and submits what the log then decides. It looks again at
// least each second, for a machine that slept or whose time was set.
//
// What concerns all in a topic is a notice, and everyone who hears it asks: the
// more are here, the more seldom it comes, and it says over how long to spread.
// Who sits at another table is told so alone. A line that only watches is in no
// room and counted in none.
//
// A text that was removed is taken out of the ring and of the kept reset before
// anyone else gets it.
//
// Publish only queues. A goroutine that lives while there is something in the
// queue renders the events and hands them to rooms; each room with something to
// send has another. An idle hub has one goroutine besides its sockets'.
//
// What comes from outside is bounded before it costs anything: Origin, sign-in
// and the limits before the upgrade; the header of each frame before gorilla,
// which lets some pass, sees it; the size of a message after inflating (gorilla's
// own limit counts compressed bytes), its time to arrive, its UTF-8, and how many
// there are of a socket, a person and a room. A request whose header never ends is Fiber's
// ReadTimeout's.
//
// A socket's goroutine is replaced after each message and sign of life: doing one
// grows the stack to 8 KiB, which would stay so while the next is awaited. It
// waits above gorilla, where 2 KiB are enough.
//
// # Figures
//
// On two cores shared with other work (load 8 to 11), SQLite on the same disk,
// the load from another process; medians of 5 runs:
//
//	veche bench live --runs 5
//	100 sockets, 20 remarks/s:    ack p50 2.2 ms, p99 18 ms; receipt p50 35 ms, p99 57 ms
//	1,000 sockets, 30 remarks/s:  ack p50 5.5 ms; receipt p50 48 ms, p99 346 ms; 30,000 deliveries/s
//	veche bench live --wide 8000 --wide-rate 5 --runs 1
//	8,000 sockets, 5 remarks/s:   receipt p50 67 ms, p99 207 ms; 41,000 deliveries/s
//	                              11 KiB of resident memory an idle socket, of the whole server
//
// Of the 11 KiB, 4.2 are the goroutine's stack and 2.1 what a socket holds on
// the heap; the rest is the session that identity keeps and what the allocator
// has not given back after the handshakes.
package live
