package doctor

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"veche/server/audit"
	"veche/server/backup"
	"veche/server/journal"
	"veche/server/store"
	"veche/server/store/sqlite"
	"veche/server/topic"
)

// Order says what is to be examined, and how.
type Order struct {
	Data     string
	Now      time.Time
	KeyFiles []string // in the directory of keys
	// Loss says what can't be done without one of them, and what is left to do.
	Loss func(file string) (lost, left string)
	// Against is a backup whose logs those of the data must begin with; nil for
	// none.
	Against *backup.Manifest
	// Keys opens everything that is sealed and says how many people there are.
	Keys func(context.Context, store.Store) (people int, err error)
	// Erased says whether a text is in the register of erasures.
	Erased func(topicID string, d topic.Digest) bool
}

type examination struct {
	Order
	Report
	store   *sqlite.Store
	keyless bool
	named   map[topic.Digest]bool // by any event
	logs    map[string]*topic.State
	texts   map[string]map[topic.Digest]uint64 // of each topic, and the event that names it
}

// Examine looks at everything in a data directory and changes nothing.
func Examine(ctx context.Context, o Order) (*Report, error) {
	x := &examination{Order: o, named: map[topic.Digest]bool{}, logs: map[string]*topic.State{}, texts: map[string]map[topic.Digest]uint64{}}
	x.Dir = o.Data
	x.place()
	s, err := sqlite.OpenReadOnly(ctx, o.Data)
	if err != nil {
		x.add(Fault, "database", sqlite.Files(o.Data)[0], restoreAdvice, "it does not open: %v", err)
		x.Unopened = true
		x.settle()
		return &x.Report, ctx.Err()
	}
	x.store = s
	for _, look := range []func(context.Context) error{x.database, x.records, x.topics, x.looseTexts, x.results, x.keys} {
		if err := look(ctx); err != nil {
			if ctx.Err() != nil {
				return nil, errors.Join(ctx.Err(), s.Close())
			}
			x.add(Fault, "database", sqlite.Files(o.Data)[0], restoreAdvice, "%v", err)
		}
	}
	x.settle()
	return &x.Report, s.Close()
}

const (
	restoreAdvice = "stop the server, keep this directory as it is, and restore the newest backup that veche restore FILE --check finds whole"
	topicAdvice   = "other topics are not concerned; to have this one back, restore the newest backup into a new directory"
)

// database examines the file.
func (x *examination) database(ctx context.Context) error {
	path := sqlite.Files(x.Data)[0]
	flaws, err := x.store.Check(ctx)
	if err != nil {
		return err
	}
	for _, f := range flaws {
		x.add(Fault, "database", path, restoreAdvice, "%s", f)
	}
	ahead, err := x.store.WriteAhead()
	if err != nil {
		return err
	}
	if ahead > muchAhead {
		x.add(Look, "database", path+"-wal", "see who reads for so long that it can't be merged, such as a copy of the file; starting the server anew merges it", "the write-ahead log has %s", bytes(float64(ahead)))
	}
	schema, err := x.store.Schema(ctx)
	if err != nil {
		return err
	}
	if len(flaws) == 0 {
		x.add(Sound, "database", path, "", "its structure is whole, schema %d", schema)
	}
	return nil
}

// records reads every record.
func (x *examination) records(ctx context.Context) error {
	kinds, err := x.store.Kinds(ctx)
	if err != nil {
		return err
	}
	n := 0
	for _, kind := range kinds {
		err := x.store.List(ctx, kind, "", store.Range{}, 0, func(r store.Record) error {
			n++
			if kind != journal.TextKind {
				return nil
			}
			if _, _, err := journal.TextOf(r); err != nil {
				x.add(Fault, "text", r.ID, "it can't be shown any more; if a backup has it, restore that into a new directory and look there", "it is damaged: it has not the digest that the log names")
			}
			return nil
		})
		if err != nil {
			x.add(Fault, "record", kind, restoreAdvice, "not all of them can be read: %v", err)
		}
	}
	x.add(Sound, "record", "", "", "%d records of %d kinds can be read", n, len(kinds))
	return nil
}

// topics reads every log, folds it, and looks for the texts that it names.
func (x *examination) topics(ctx context.Context) error {
	ids, err := x.store.Topics(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := x.topic(ctx, id); err != nil {
			return err
		}
	}
	if x.Against == nil {
		return nil
	}
	for _, was := range x.Against.Topics {
		if !slices.Contains(ids, was.ID) {
			x.add(Fault, "topic", was.ID, topicAdvice, "it is in the backup of %s and not here", x.Against.Made.Format(time.DateTime))
		}
	}
	return nil
}

func (x *examination) topic(ctx context.Context, id string) error {
	state := topic.NewState()
	var newest int64
	named := map[topic.Digest]uint64{}
	var broken error
	t, err := backup.Measure(ctx, x.store, id, 0, func(e *topic.Event) {
		newest = max(newest, e.Time)
		for _, n := range audit.Named(e) {
			named[n.Digest] = n.Event
		}
		for _, d := range e.Digests() {
			x.named[d] = true
		}
		if broken == nil {
			broken = fold(state, e)
		}
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err == nil {
		err = broken
	}
	if err != nil {
		x.add(Fault, "topic", id, topicAdvice, "after event %d its log can't be read: %v", t.Events, err)
		return nil
	}
	x.logs[id], x.texts[id] = state, named
	if ahead := time.UnixMilli(newest).Sub(x.Now); ahead > time.Minute {
		x.add(Fault, "topic", id, "set the clock of this machine: deadlines and steps go by it", "its newest event is of %s, %s ahead of the clock", time.UnixMilli(newest).UTC().Format(time.DateTime), ahead.Round(time.Second))
	}
	if err := x.missing(ctx, id, state, named); err != nil {
		x.add(Fault, "topic", id, topicAdvice, "its texts can't be read: %v", err)
	}
	if x.Against != nil {
		at := slices.IndexFunc(x.Against.Topics, func(w backup.Topic) bool { return w.ID == id })
		if at >= 0 {
			return x.against(ctx, t, x.Against.Topics[at])
		}
	}
	x.add(Sound, "topic", id, "", "%d events, root %.16s…", t.Events, t.Root)
	return nil
}

// fold applies an event; one that decodes and can't be applied is damage too.
func fold(s *topic.State, e *topic.Event) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("event %d does not fit what is before it", e.Seq)
		}
	}()
	s.Apply(e)
	return nil
}

// against holds a log against what a backup says it was.
func (x *examination) against(ctx context.Context, t, was backup.Topic) error {
	made := x.Against.Made.Format(time.DateTime)
	if t.Events < was.Events {
		x.add(Fault, "topic", t.ID, "what followed was acknowledged and is lost here: restore the backup", "it has %d events, and had %d when the backup of %s was made", t.Events, was.Events, made)
		return nil
	}
	then, err := backup.Measure(ctx, x.store, t.ID, was.Events, nil)
	if err != nil {
		return err
	}
	if then.Root != was.Root {
		x.add(Fault, "topic", t.ID, "one of the two was changed or restored: compare both with a bundle that was published", "its first %d events are not those of the backup of %s", was.Events, made)
		return nil
	}
	x.add(Sound, "topic", t.ID, "", "%d events, the first %d as in the backup", t.Events, was.Events)
	return nil
}

// missing looks for texts that are named, were not erased and are not there.
func (x *examination) missing(ctx context.Context, id string, s *topic.State, named map[topic.Digest]uint64) error {
	var list []topic.Digest
	for d := range named {
		list = append(list, d)
	}
	slices.SortFunc(list, func(a, b topic.Digest) int { return int(named[a]) - int(named[b]) })
	gone := map[topic.Digest]bool{}
	for i := range s.Erasures {
		gone[s.Erasures[i].Digest] = true
	}
	for i := range s.Applications {
		if a := &s.Applications[i]; a.Erased || a.Status == topic.ApplicationWithdrawn || a.Import != 0 && s.Imports[a.Import-1].Withdrawn {
			gone[a.Row] = true
		}
	}
	for chunk := range slices.Chunk(list, 2000) {
		ids := make([]string, len(chunk))
		for i, d := range chunk {
			ids[i] = journal.TextID(id, d)
		}
		found, err := x.store.GetMany(ctx, journal.TextKind, ids)
		if err != nil {
			return err
		}
		there := make(map[string]bool, len(found))
		for i := range found {
			there[found[i].ID] = true
		}
		for i, d := range chunk {
			if !there[ids[i]] && !gone[d] && (x.Erased == nil || !x.Erased(id, d)) {
				x.add(Fault, "text", fmt.Sprintf("of %s, event %d", id, named[d]), "it can't be shown any more; if a backup has it, restore that into a new directory and look there", "it is missing, and was not erased")
			}
		}
	}
	return nil
}

// looseTexts looks for texts that no log names.
func (x *examination) looseTexts(ctx context.Context) error {
	loose, texts := 0, 0
	err := x.store.List(ctx, journal.TextKind, "", store.Range{}, 0, func(r store.Record) error {
		texts++
		id, t, err := journal.TextOf(r)
		if err != nil {
			return nil // told before
		}
		if named := x.texts[id]; named != nil {
			if _, ok := named[t.Digest()]; !ok && !x.named[t.Digest()] {
				loose++
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if loose > 0 {
		x.add(Look, "text", "", "they can be left: nobody is shown them", "%d of %d texts are named by no event", loose, texts)
	}
	return nil
}

// results reads every blob and looks for those that nothing names.
func (x *examination) results(ctx context.Context) error {
	digests, err := x.store.BlobList(ctx)
	if err != nil {
		return err
	}
	snapshots, err := journal.Snapshots(ctx, x.store)
	if err != nil {
		return err
	}
	kept := map[string]bool{}
	for _, blob := range snapshots {
		kept[blob] = true
	}
	there := map[string]bool{}
	var loose, whole []string
	for _, d := range digests {
		there[d] = true
		if err := readBlob(ctx, x.store, d); err != nil {
			do := topicAdvice
			if kept[d] {
				do = "it is a snapshot: the log is read instead"
			}
			x.add(Fault, "result", d[:16]+"…", do, "%v", err)
			continue
		}
		if digest, err := topic.ParseDigest(d); err == nil && !x.named[digest] && !kept[d] {
			loose = append(loose, d)
		} else if !kept[d] {
			whole = append(whole, d)
		}
	}
	for id, blob := range snapshots {
		if !there[blob] {
			x.add(Look, "topic", id, "nothing: the log is read instead", "its snapshot is missing")
		}
	}
	if loose, err = unnamed(ctx, x.store, loose, whole); err != nil {
		return err
	}
	if len(loose) > 0 {
		x.add(Look, "result", "", "they can be left: a run that failed at the end leaves one", "%d of %d results are named by no event", len(loose), len(digests))
	} else {
		x.add(Sound, "result", "", "", "%d of %d results and snapshots have their digests", len(digests), len(digests))
	}
	return nil
}

// unnamed answers those of loose that no blob of whole names either, as the rules
// of a draw name the roll they were made for.
func unnamed(ctx context.Context, s store.Blobs, loose, whole []string) ([]string, error) {
	for _, d := range whole {
		if len(loose) == 0 {
			break
		}
		r, err := s.GetBlob(ctx, d)
		if err != nil {
			return nil, err
		}
		b, err := io.ReadAll(io.LimitReader(r, maxNaming))
		if err := errors.Join(err, r.Close()); err != nil {
			return nil, err
		}
		loose = slices.DeleteFunc(loose, func(name string) bool { return strings.Contains(string(b), name) })
	}
	return loose, nil
}

// maxNaming bounds how much of a result is looked through for names.
const maxNaming = 32 << 20

func readBlob(ctx context.Context, s store.Blobs, digest string) error {
	r, err := s.GetBlob(ctx, digest)
	if err != nil {
		return err
	}
	_, err = io.Copy(sha256.New(), r)
	if closed := r.Close(); err == nil {
		err = closed
	}
	return err
}

// keys looks whether the keys open what is sealed.
func (x *examination) keys(ctx context.Context) error {
	if x.keyless || x.Keys == nil {
		return nil
	}
	people, err := x.Keys(ctx, x.store)
	if err != nil {
		x.add(Fault, "keys", "", "put back the keys that belong to this data: veche restore --keys FILE, into a directory without others", "%v", err)
		return nil
	}
	x.add(Sound, "keys", "", "", "they open what is sealed, %d people", people)
	return nil
}

// bytes writes a number of bytes for people.
func bytes(n float64) string {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	at := 0
	for n >= 1000 && at < len(units)-1 {
		n /= 1000
		at++
	}
	if at == 0 || n >= 100 {
		return fmt.Sprintf("%.0f %s", n, units[at])
	}
	return fmt.Sprintf("%.1f %s", n, units[at])
}
