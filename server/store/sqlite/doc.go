// Package sqlite is the embedded store: one SQLite file in the data
// directory, in pure Go.
//
// It must never acknowledge what is not on disk, hold the writer up for a
// reader, or hold a reading connection while a caller's code runs. Nothing
// else may open the file: closing any other descriptor of it drops SQLite's
// locks in this process.
//
// # Design
//
// One goroutine, the committer, owns the one connection that writes. It
// commits at once when idle; what arrives while it waits for the disk shares
// the next transaction, at most 512 changes or 16 MiB. With WAL and
// synchronous=FULL each transaction costs one fsync, so that the rate grows
// with the number of writers. A change that is refused (a conflict) is undone
// alone, by a savepoint if it has written anything; a change that the database
// fails takes its whole transaction with it, and all who shared it are told.
//
// After a failed commit nobody knows what the disk holds until it is read
// again: the callers get store.ErrOutcomeUnknown, and the connection is thrown
// away with everything that was remembered of it. A full disk and a lock are
// the exceptions, where SQLite is certain that nothing was stored.
//
// A batch's key is topic<<40 | first seq, one integer: the log of a topic lies
// together, and the batch that holds a seq is found in one descent of the
// only b-tree. That {topic, first} is unique fences a stale owner just as
// {topic, no} would, because a batch must follow the log's end, which the
// committer remembers for each topic. Each batch has a CRC-32C, as SQLite
// itself does not notice a bit that flips on the disk.
//
// Reading is paged: a few MiB are read and the connection is given back before
// the caller sees them. A slow reader therefore neither keeps the write-ahead
// log from being merged nor starves its own nested calls of connections.
//
// Erasure is literal. secure_delete overwrites deleted content in the file,
// and a second later the write-ahead log, which still has it, is merged and
// emptied; so it is at each start, should the process have died in between.
// What the file system, snapshots and backups keep is beyond this package.
//
// The lock against a second writer is an exclusive transaction on an empty
// database beside the real one. Unlike flock it works wherever SQLite does,
// and unlike locking_mode=EXCLUSIVE it lets readers in.
//
// # Figures
//
// Two cores that other jobs kept busy (load 5 to 9), so only the ratios within
// a row count; median of three runs of
//
//	go test -run '^$' -bench Durable -benchtime 0.6s -count 3 ./server/store/sqlite
//
// Durable changes a second, payload 128 bytes, each writer in its own topic:
//
//	writers                                              1      32      256
//	bare loop, all at the end of one table             490  20,800  105,000
//	bare loop, each at the end of its own part         515  13,700   38,000
//	AppendBatch                                        600  13,400   58,000
//	AppendBatch with one text                        1,030  10,700   33,600
//	PutIfRev on an existing record                     580  12,600   33,100
//
// The store keeps up with the bare loop that writes the same pages. 256 topics
// are 256 pages a commit, which is what separates the first two rows; a single
// topic is one row of up to 512 events a commit and has no such cost. (The
// first column is the disk's fsync alone and was 2,400 to 4,500 in all rows on
// the same machine in a quiet minute.)
//
// Others, same machine: Insert in groups of 512 with one index, random IDs:
// 20,000 records/s. ReadAfter over 1,000,000 events of 128 bytes in batches of
// 100: 0.24 s. Get: 6.5 µs. 20 kills under 10 writers: 7,290 batches, 1,297
// updates and 46 blobs acknowledged, none lost (TestKill).
package sqlite
