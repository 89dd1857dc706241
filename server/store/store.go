package store

import (
	"context"
	"io"
	"time"
)

// Store is everything that Veche keeps. All methods may be called from many
// goroutines at once; a callback may call the store again. A context that ends
// before a write has begun stops it with nothing changed; a write that has
// begun is awaited, so its answer is always true (or [ErrOutcomeUnknown]).
type Store interface {
	Log
	Records
	Blobs
	Leases
	// Close lets begun writes end, then refuses all calls with [ErrClosed].
	// It is safe to call twice.
	Close() error
}

// Log keeps one append-only sequence of batches for each topic.
type Log interface {
	// AppendBatch stores rows (each as [Records.Insert] does) and then the
	// batch, all or nothing where the store has transactions; where it has
	// none, a failure may leave rows that no batch names. Once it returns nil
	// the batch survives the death of process and machine.
	//
	// [ErrConflict]: the batch does not follow the end of the topic's log (its
	// No is taken or leaves a gap, First is not the seq after the last, or
	// Epoch is below the last batch's), or a row exists with other content.
	// This is what stops a stale owner, whatever its lease says.
	// [ErrOutcomeUnknown]: read the log again before anything else.
	AppendBatch(ctx context.Context, b Batch, rows []Record) error

	// ReadAfter calls f for each batch with Last > seq, in order. Memory is
	// bounded whatever the log's length. An error of f ends the reading and
	// is returned unchanged. An unknown topic has an empty log.
	ReadAfter(ctx context.Context, topic string, seq uint64, f func(Batch) error) error

	// Tail returns the topic's last batch without its Bytes, or a Batch with
	// No 0 if the log is empty.
	Tail(ctx context.Context, topic string) (Batch, error)

	// Topics returns the names of all topics that have a log, sorted.
	Topics(ctx context.Context) ([]string, error)

	// DropLog destroys a topic's whole log, from its end on and in portions, so
	// that others write between and what a death leaves is a log that begins at
	// the first batch. Nobody may append meanwhile. No log is no error. The
	// lease and its epoch stay.
	DropLog(ctx context.Context, topic string) error
}

// Records keeps small mutable documents, changed by compare-and-set on Rev.
type Records interface {
	// Insert stores new records, all with Rev 0, as Rev 1. One that exists
	// with the same Data and Index is accepted, so that a retry is harmless;
	// with other content it is [ErrConflict], and (with transactions) nothing
	// is stored.
	Insert(ctx context.Context, rows []Record) error

	// PutIfRev stores r if the stored revision is r.Rev (0: r must not exist)
	// and returns the new revision, r.Rev+1. Otherwise [ErrConflict]. What it
	// replaces may stay on disk for a while: to destroy content, Delete.
	PutIfRev(ctx context.Context, r Record) (rev uint64, err error)

	// Get returns one record, or [ErrNotFound].
	Get(ctx context.Context, kind, id string) (Record, error)

	// GetMany returns those of ids that exist, each once, in any order.
	GetMany(ctx context.Context, kind string, ids []string) ([]Record, error)

	// List calls f for the records of a kind whose index value lies in r, by
	// value and then ID, both bytewise (with r.Desc both descending), at most
	// limit of them (limit <= 0: all). Index "" means the ID itself. A record
	// without that index is not listed. It is no snapshot: a record that
	// changes meanwhile is given in its old or its new form, and one whose
	// index value moves may be missed or given twice.
	List(ctx context.Context, kind, index string, r Range, limit int, f func(Record) error) error

	// Delete destroys a record if its revision is rev: [ErrNotFound] if there
	// is none, [ErrConflict] at another revision. An embedded
	// store overwrites the content on disk within seconds.
	Delete(ctx context.Context, kind, id string, rev uint64) error

	// Purge destroys all records of a kind whose ID begins with prefix, which is
	// not empty, whatever their revisions, in portions, as Delete does one.
	Purge(ctx context.Context, kind, prefix string) error
}

// Blobs keeps large immutable byte strings under the lower-case hexadecimal
// SHA-256 of their content.
type Blobs interface {
	// PutBlob reads r to its end and stores it in chunks. Nothing is visible
	// before the end; [ErrDigest] if the content has another digest. A blob
	// that exists already is left as it is.
	PutBlob(ctx context.Context, digest string, r io.Reader) error

	// GetBlob opens a blob, or [ErrNotFound]; ctx bounds the reading, too. Read
	// holds one chunk in memory; instead of io.EOF it returns [ErrCorrupt] if what was read has another
	// digest, so content counts only once EOF is seen.
	GetBlob(ctx context.Context, digest string) (io.ReadCloser, error)

	// DeleteBlob destroys a blob, or [ErrNotFound]. A reader that is open on
	// it fails with [ErrNotFound].
	DeleteBlob(ctx context.Context, digest string) error
}

// Leases grant one owner at a time the right to write under a name. They keep
// two owners from working at once in the ordinary case; what keeps a stale
// owner from doing harm is [Log.AppendBatch]. The time is the caller's, so
// clocks of several machines may differ by less than the ttl.
type Leases interface {
	// Claim takes the lease if it is free, expired, or held by this same
	// owner, until now+ttl, and returns the fencing epoch: 1 at first, one
	// more at each Claim, also after Release. An owner is one run of one
	// process: a restarted process has another name. [HeldError] (which is
	// [ErrHeld]) while another holds it.
	Claim(ctx context.Context, name, owner string, ttl time.Duration, now time.Time) (epoch uint64, err error)

	// Renew prolongs the lease until now+ttl if owner still holds it under
	// epoch, also when it has expired and nobody has taken it since.
	// Otherwise [ErrLost].
	Renew(ctx context.Context, name, owner string, epoch uint64, ttl time.Duration, now time.Time) error

	// Release frees the lease at once if owner holds it under epoch,
	// otherwise [ErrLost]. The epoch is kept.
	Release(ctx context.Context, name, owner string, epoch uint64) error
}
