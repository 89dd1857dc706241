// Package journal makes a topic's log durable and its state live: one sequencer
// a topic decides commands, a committer writes what they became as batches, and
// only then is anything acknowledged, shown or published.
//
// It never knows a transport or an identity, and never decides anything itself:
// that is package topic's.
//
// # Design
//
// Two folds of the same log. The sequencer applies a command's events at once to
// its own, pending state, so that the next command is decided against them; the
// [View] that readers see is folded from committed batches alone. A reader can
// never see what a crash could take back.
//
// Commit when idle. While a batch is being written, what arrives becomes the
// next batch, at most [MaxBatch] events; there is no timer. A command's events
// never straddle batches.
//
// A disk that is slow slows nobody who reads: reading takes no part in a commit. What
// may wait for it is bounded, a topic: beyond [Options].Waiting a change is refused
// with [ErrBusy] before it is decided.
//
// No event is dated before the one ahead of it, whatever the clock says: topic.Decide
// takes the later of the two. See also [Options].Reach.
//
// When a commit fails or its outcome is unknown, the pending state is dropped,
// everyone waiting is told to send again, the log is read anew and the lease is
// claimed again, which raises the epoch: clients compare epochs and reload. A
// command that had been written after all is found by its client id.
//
// Snapshots are a cache: the view's canonical bytes in a blob, named by a record
// with a fingerprint of the code's layout. They are written on closing and every
// [SnapshotEvery] events, and any fault with one means reading the whole log.
//
// A lease keeps two processes from owning a topic at once; what fences a stale
// owner is the store, which refuses a batch that does not follow the log. Where
// only one process can have the store ([Options].Sole) the lease of a process
// that was killed is taken over at once.
//
// Among peers (package cluster) a journal follows a topic until it has to own it.
// It then has no pending state, only the view, which takes in what the owner
// committed in the order of the log: from the bus where that goes on without a
// gap, and else from the log. A command goes to the owner, or makes this the owner
// where there is none; what can be tried again without harm is, while a topic
// changes hands. An owner whose commit fails, or that the others may take for
// dead, drops what is pending and follows again.
//
// # Figures
//
// On two cores of a shared machine that other work kept at a load of 8 to 11,
// so the ratios tell more than the rates; SQLite with synchronous=FULL, each
// event a vote that waits for its own acknowledgement. Five runs, median and
// range:
//
//	writers   durable events/s            a bare group-committing loop   ratio
//	      1   1,100 (480–2,140)           1,975 (905–2,970)              0.72 (0.45–0.86)
//	     32   7,400 (4,100–22,000)        12,100 (8,300–27,000)          0.58 (0.47–0.98)
//	    256   92,700 (31,700–133,000)     194,000 (55,000–226,000)       0.57 (0.27–1.08)
//
// A vote takes 23.6 bytes in the log (8 of them the client's id, 6 the time) and
// 24.2 in the database file. A topic of 1,000,000 events opens in 5.7 s from the
// whole log and in 0.9 s from its snapshot.
//
//	veche bench store
package journal
