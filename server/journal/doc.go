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
// When a commit fails or its outcome is unknown, the pending state is dropped,
// everyone waiting is told to send again, the log is read anew and the lease is
// claimed again, which raises the epoch: clients compare epochs and reload. A
// command that had been written after all is found by its client id.
//
// Snapshots are a cache: the view's canonical bytes in a blob, named by a record
// with a fingerprint of the code's layout. They are written on closing and every
// [SnapshotEvery] events, and any fault with one means reading the whole log.
package journal
