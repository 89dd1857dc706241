// Package live carries a debate: it upgrades requests to websockets, keeps who
// is in which room, and brings every committed event of a room to all who are
// in it. What goes over the wire is in package protocol, the reference client
// in package client.
//
// It never decides anything (that is the journal's and package topic's), never
// makes the journal wait, and never sends what is not committed. It knows a
// person by an opaque id and by what [Person.Who] answers. A message may say
// whose it is, by [Person.Mark], and is refused on another's socket: the tabs of
// a browser share a session, and who holds it may change while a tab has
// something to send.
//
// The Fiber app that serves [Hub.Handler] must have app.Server().KeepHijackedConns
// set, and should have Read-, Write- and IdleTimeout.
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
// A room speaks to each at most every 50 ms, or as seldom as a pass over all
// takes: what came meanwhile goes as one frame, made, deflated and framed once
// for up to 1,024. The first message of a quiet room goes at once. An overloaded
// room so sends larger frames instead of falling behind.
//
// A large room's members stand in rows of 1,024 that take turns, and each hears
// at its turn all that was said by then. With one frame for all, a remark would
// wait for the end of a pass and then take up to another: with rows it takes half
// of that, at the same cost. (Two goroutines that share a pass were tried: on two
// cores they take the processor from the clients and the commit, and the tail
// doubles.)
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
// Two cores, SQLite on the same disk; all clients are one thread of another
// process, so that server and clients fight for the cores. In the same run a raw
// write(2) loop with the same tick and, with scripts/bench/live, the library
// Centrifuge with a WriteDelay of 50 ms do the same work. Where other work ran
// beside, it says so: ratios then say more than figures, and tails little.
// 10,000 sockets:
//
//	scripts/bench/live --full --only fanout
//	  delivered at 30 remarks/s:   297,000/s; raw 298,000 (0.99); Centrifuge 294,000, and 82,000 to 90,000 beside other
//	                               work, where ours still delivered 287,000 to 290,000 (3.2 to 3.5 ×)
//	  delivered at 300 remarks/s:  2.94 M/s; raw 2.93 M (1.00); beside other work 0.83 to 0.93 of raw
//	  receipt p99 at 30/s:         104 ms; raw 128 (0.81), Centrifuge 430; p50 50, raw 65; ack p50 2.7, p99 27. Before
//	                               members stood in rows 166 (1.46). At 300/s 191, raw 163
//	  processor time a delivery:   3.3 µs at 30/s, raw 3.3; 0.37 µs at 300/s, raw 0.33; in another run Centrifuge 2.1 × ours
//	veche bench live --full --only idle
//	  resident memory a socket:    7.7 KiB; 11.5 with what the server is without sockets (37 MiB, of them 25 the program)
//	veche bench live --full --only tables              (834 tables of 12, 167 remarks/s, durable)
//	  ack p50 1.2 ms, p99 24 ms;   receipt p50 1.2 ms, p99 31 ms (0.15 ticks later)
//	veche bench live --full --only votes               (over HTTP; one in twenty sent twice)
//	  everyone within a minute:    ack p50 1.4 ms, p99 8 ms
//	  5,250/s offered for 10 s:    5,250/s taken, ack p50 2.3 ms, p99 195 ms; 0 lost, 0 doubled
//	veche bench live --full --only stalled             (2 % never read; 20 remarks/s of 1,900 bytes)
//	  healthy receipt p99:         281 ms, without them 284 (0.99, five runs in turn); all 200 closed as slow after 10 s
//	veche bench live --full --only restart
//	  99 % live again after:       6.2 s, all after 6.4 s; the log and the remarks' texts read once; 0 lost
//	veche bench live --full --only cut                 (30 % each second, 30 s)
//	  89,900 cuts:                 10,000 of 10,000 clients gapless, none needed a reset
//	veche bench live --full --only kill                (20 × SIGKILL, 100 sockets, 11,020 remarks)
//	  acknowledged and lost 0, doubled 0; 47 sent again
//	veche bench live --full --only hostile             (200 slow headers, 2,000 endless messages)
//	  entry p99 of 8,000 others:   77 ms, without them 53 (1.47); two more runs 1.66 and 1.62, one beside other work 2.7
package live
