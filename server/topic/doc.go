// Package topic is the domain: one question put to citizens, as a fold over an
// append-only log of events.
//
// A [Command] is checked against a [State] by [State.Decide], which answers the
// events that make it true; [State.Apply] folds events into the state. Both are
// deterministic: no I/O, clock, randomness, goroutines or map order. Time, ids
// and seeds stand in the [Input] that the journal makes, and in the event.
//
// The package is text-free: what people write (remarks, ideas, reasons, pool
// rows) is known here by its salted [Digest] only, so that a text can be erased
// and the log still verifies. It never knows a transport, a store or an identity.
//
// # Design
//
// Canonical bytes. An event's bytes are made once, by [Event.AppendTo], stored
// as they are and hashed as the Merkle leaf. The encoding is the declaration
// order of a struct's fields, minimal varints, lengths before strings and lists;
// [DecodeEvent] accepts exactly what the encoder writes, so there is one byte
// string for one event. Each event type has a schema version; a changed type
// gets a new version and an upcast from the old one, whose frozen type stays: an
// event read from an old log keeps the bytes that it was written with.
//
// Actors are numbers. A person is known by the application number that the log
// gave to the person's debate pseudonym, a ballot by the number of its own,
// unlinkable pseudonym, staff by the number of a per-topic pseudonym. Numbers
// keep a vote at about 24 bytes, 8 of them the client's id for it.
//
// A draw is a ceremony of events. A commitment fixes who is in the pool, the
// rules, the program and where the randomness will come from. While it is open,
// nothing that it covers can change: settings of the draw, marks, applications,
// the rows that erasure would destroy; it ends in the draw that keeps it, or is
// aborted for a reason that everyone reads. Somebody may still withdraw: the pool
// that was published stays as it is, and a seat that falls to them is declined.
// A draw at once is the same two events together, to a phrase.
//
// The board is an overlay. A clustering run gives each idea a base cluster;
// moderators' operations are a list laid over it: merges are aliases between
// clusters, moves and splits pin ideas, names and visibility are the last word.
// The overlay is rebuilt from base and list, so undoing an operation is leaving
// it out, and a later run changes the base below the same list.
//
// Moderators work on one board at a time. A step names the last event that its doer
// had before them ([OnBoard]) and is refused where somebody else changed the same
// facet meanwhile: a name, a veil, an idea's place; a merge is about all of its
// clusters. A refusal after the fact would lose work, a lock before it would keep
// others waiting; [LockCluster] is there for what is finished.
//
// Texts never change, an author's neither. A new wording is an idea of its own that
// is linked to the old one and takes its place ([RenewIdea]), so there is no moment
// from which an edit is forbidden, and no vote is ever on words that its giver has
// not read.
//
// A poll has a roll of ballots of its own: a voter's name on it is used there and,
// where the question is asked again, on that roll, and nowhere else. Ballots of
// participants are issued at once, sorted; where everyone may vote each is issued
// as it is cast, so that no reply and no event ever holds them all. A ballot's
// event carries a salt, or the hash of the few things that it can say would tell
// them. What stands is a bit an option and the event's seq, by the ballot's place;
// a place is found by an open-addressed table of four bytes a slot instead of a
// map. 1,200,000 ballots, two cores with other work on them (veche bench poll):
//
//	a ballot in a state           38.8 bytes (a topic has two states)
//	a ballot in the log           66 bytes, of them 16 its salt and 34 its issue
//	cast, each acknowledged       40,600 a second in the process
//	                              2,660 a second by 256 voters over HTTP, p99 460 ms
//	lost through SIGKILL then     none of those acknowledged
//	folding the whole log         9.2 s; the server is ready after 1.4 s by its snapshot
//
// Where a poll takes options of its voters, proposing one is an idea of its author
// in the debate and a ballot is under the name of that roll: two commands, two
// requests of the page, and never one event or one batch of both, since what is
// told with a ballot would join the two names. What is told in the moment of
// voting is near it in time all the same, and whoever holds the whole log sees the
// order of its events: so the page casts no ballot for who proposes, and says that
// a proposal is not secret. A moderator puts the idea among the options
// ([AddOption]) in words of their own, which stay whatever becomes of the idea's
// text. An option's number is its place, so a ballot says the same before and
// after; one that was cast before cannot name it, and its voter is told.
//
// Until a run has seen a new wording, or a moderator has put it somewhere, it
// stands where the old one stands, and goes where that one is put: it is read off
// the board each time and is no operation, so undoing stays exact.
//
// What comes on paper, in a letter or from a meeting is an idea like others, with
// its source. Its event holds a keyed hash of the number that the registrar knows
// it by, so that it is entered once; names lie elsewhere, sealed.
package topic
