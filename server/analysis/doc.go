// Package analysis is the computations of a topic as pure functions: the draw,
// the tables, the clustering of ideas, the tally. Each takes the state of the
// topic at one seq, the texts or pool rows it needs and a seed, and answers the
// body of the event that records it and the bytes of its result.
//
// The server runs them as jobs; an audit runs the very same functions again over
// the log of a bundle and compares every byte. So nothing here may read a clock,
// draw a random number, range over a map or ask a store, a journal or a network;
// the state it is given is read only.
//
// # Design
//
// What is in a result. A result's digest stands in the log, so it can be shown
// to be the one that was recorded only as a whole. A result therefore holds
// nothing that may not be published: of a draw the report, the proof and counts
// in which small ones are suppressed. What tells of single applications is a
// second, sealed blob: beside the numbers under which people speak, chances would
// tell who belongs to a rare group.
//
// A draw is a [Lottery]: prepared from a state, looked at, committed to, drawn.
// Its pool stands under a Merkle root whose leaves have the salts of the rows, so
// when a row is erased nothing that is kept lets anyone guess it; the sealed
// [Roll] holds hashes of the leaves, from which everyone else still gets a
// receipt. By default it draws by type, the same on any machine; panels are
// listed where the planner asks for it and the build holds the solver, and an
// audit without one says that it did not run the draw again. A draw runs from the
// state that was committed to, whatever came since.
//
// Blobs come before the event: a result is stored under its SHA-256 first, then
// the event that names it is submitted. A job whose event is refused leaves a
// blob that nothing names.
//
// Seats are given in an order without meaning (by salted digest), because a
// seat's number is the name that a person speaks under, and the order of
// applications tells when someone applied.
//
// The machine and the moderators. A clustering starts from the last run's base,
// takes every idea that a moderator placed as given, and keeps apart what a
// moderator split. Merges are not its business: they are aliases laid over its
// clusters. What it records for a placed idea is the base it had, so that undoing
// the placement gives the board back as it was.
//
// # Figures
//
// go test ./server -run - -bench DrawJob -benchtime 1x, CPU seconds of a server on
// SQLite, two cores under load; most of it is reading and parsing a row a person,
// once for the commitment and once for the draw:
//
//	people     seats   commit  draw  receipt  MiB at most, of it before
//	  100,000     833     2.2   2.7     0.08    197   133
//	1,200,000  10,000    34.6  41.1     0.85  1,775   873
//
// While people debate, a few functions answer what is to be seen of it now: the
// facilitators' [Wall], the order of the [Feed] and of questions, how small tables
// are joined and where a latecomer sits. They also depend on who is present, which
// no log holds: what they lead to stands in the log as an event of its own, and an
// audit does not run them again.
//
// On two cores shared with other work:
//
//	go test ./server/analysis -run xxx -bench 'Wall|Feed|Panel'
//	the wall of 850 tables of 12               2 to 3 ms, whatever was said before
//	the feed of 20,000 remarks                 12 ms for all orders, 2 ms for a page of a sample
//	joining 85 small tables among 850          250 ms
//	a table for a latecomer among 850          0.7 ms
package analysis
