// Package store declares what Veche keeps and how it changes: logs of
// batches, small records, large blobs, leases. It imports nothing of Veche;
// sqlite (the embedded default) and mongo implement it, and storetest is the
// suite that both must pass whole.
//
// It must never look inside a batch, a record's Data or a blob, hold a
// counter, or ask a database for more than an atomic single document, a
// unique index and durable acknowledgement.
//
// # Design
//
// Verbs of the domain instead of filters: two engines behind one query
// language drift apart (order of types, null against missing, collation), so
// the interface has none. Every change is an insert under a unique key or a
// compare-and-set on a revision, which any engine does atomically, so no
// transaction is needed and none is promised: where AppendBatch's rows and
// batch are not stored in one step, rows without a batch are left over, which
// nobody can reach.
//
// The batch, not the event, is the unit of the log: a command's events cannot
// be torn apart even without transactions, one unique key fences a stale
// owner, and the overhead of a row is shared by up to 512 events.
//
// A batch must follow the log's end, and the store refuses it otherwise. The
// sequencer would not write one that doesn't; but a gap, once stored, could
// never be told from a loss.
//
// Claim by the present owner succeeds with a higher epoch: a sequencer whose
// commit failed starts anew from the log under an epoch of its own. Epochs
// outlive Release for the same reason.
package store
