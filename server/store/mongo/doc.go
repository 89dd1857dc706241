// Package mongo keeps everything in one MongoDB database, for installations
// that have outgrown one machine.
//
// It must never ask the database for more than an atomic single document and a
// unique index, acknowledge what a majority does not hold on disk, or look
// inside a batch, a record's Data or a blob.
//
// # Design
//
// No transactions and no change streams: every change is an insert under a
// unique key or a compare-and-set, both of one document, so that any server
// that speaks MongoDB's protocol with atomic documents will do. All writes ask
// for w:majority and j:true and all reads for the majority's state of the
// primary, whatever the address says.
//
// A change is sent until it is certain what became of it. Each carries
// something of its own: a batch its random _id, a record and a lease a random
// mark. After any failure (the connection broke, a primary stepped down, the
// key is taken, a race came back as another error) the stored document is read
// and tells: made by this call, made impossible by another, or not made yet
// and to be sent again. So a duplicate key is not an answer but a question,
// and a message that a network delivers twice or late changes nothing. A record
// keeps the marks of its last 8 changes, as others may follow one whose answer
// was lost. Where nothing is left that could tell, the answer is
// store.ErrOutcomeUnknown. The driver's retryable writes come first; servers
// that do not have them lose no change, only some answers to Delete.
//
// Begun, a change heeds neither its context nor Close, but goes on through
// failures that pass for Options.Patience, 45 s: an election takes about 12.
//
// The batch before the one to append is immutable, so one remembered is as good
// as one read, and an append is one round trip. That the number itself is free
// the unique index {t, n} says, which is what fences a stale owner.
//
// Documents have short names since each stores its own; every integer is an
// int64 and no field holds two types.
//
//	batches   _id ObjectID of the append, t topic, n no, f first, l last, e epoch, c CRC-32C, b bytes
//	          unique {t, n}; {t, l} finds the batch that holds a seq
//	records   _id "kind/id", r rev, w marks, i {index name: key}, d data
//	          sparse {i.NAME} for each index name that has been used
//	blobs     _id digest, u upload, z size
//	chunks    _id "upload/position", d at most 1 MiB
//	uploads   _id upload, g digest, b begun: what chunks may lie about unnamed
//	leases    _id name, o owner, e epoch, u until, w mark
//	meta      _id "schema", v version
//
// An index key is kind, value and ID in one string whose bytewise order is a
// list's order, so that each list is one range of one index of one field, with
// no sort in memory. Reading is paged by what the server sends at once, at most
// 16 MiB, and no cursor is open while the caller's code runs.
//
// A blob's chunks are stored under an upload of their own; its digest is
// written last and removed first. What a death leaves in between is swept at a
// start 24 hours later (of a deletion, at the next start).
//
// The schema is brought up to date by ordered functions at each start. Each may
// be run again and by several nodes at once.
//
// # Sharding
//
// A replica set carries what SQLite carries and more; the limit of one set is
// its primary's disk. Shard before data is large, by these keys:
//
//	sh.shardCollection("veche.batches", {t: 1, n: 1}, true)
//	sh.shardCollection("veche.records", {_id: "hashed"})
//	sh.shardCollection("veche.blobs",   {_id: "hashed"})
//	sh.shardCollection("veche.chunks",  {_id: "hashed"})
//
// {t, n} keeps the unique index possible (it must begin with the shard key), a
// topic's log together and its reading to few shards. A topic appends at one
// place, but it has one writer anyway, and topics spread. Records, blobs and
// chunks are met by ID, one at a time and in no order, so a hash spreads them
// evenly and every compare-and-set goes to one shard; a list of records then
// asks all shards and merges, which only lists pay for. The other collections
// are small.
//
// # Server and backup
//
// MongoDB 4.4 or newer, as a replica set of three members that bear data; with
// one member, what is acknowledged lies on one disk only, and a standalone
// server is warned about at each start. The user needs the role readWrite on
// the database. Clocks of the nodes may differ by less than a lease's 15 s.
//
// Back up with mongodump --oplog of the whole set, or snapshots of the volumes
// of one member with its journal; restore with mongorestore --oplogReplay into
// an empty database. Without --oplog a dump of a running installation may hold
// rows without their batch, which nobody can reach, but never a batch without
// those before it, as a log is only appended to. `veche migrate` to a data
// directory makes a copy that is verified by digest. Keys are not in the
// database: the data directory's keys/ has to be kept with it, and apart from
// it, as without the keys nobody can read who the people are.
//
// # Tests
//
// storetest runs whole against the replica set that VECHE_MONGO_URI names, in
// databases veche_test_… that it makes and drops. Otherwise it runs, one call
// after another, against FerretDB 1 over SQLite (ferrettest, a module of its
// own), which loses concurrent updates: the cases that need them are named as
// skipped. scripts/test mongo builds and runs it. TestFaultsOnTheWire puts a proxy
// between driver and server that delays, cuts and repeats messages.
package mongo
