package notary

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"veche/server/audit"
	"veche/server/topic"
)

// Logs answers committed logs.
type Logs interface {
	// ReadBytesAfter calls f with the canonical bytes of every event after seq.
	ReadBytesAfter(ctx context.Context, topicID string, seq uint64, f func(seq uint64, event []byte) error) error
	// Voting says whether a rating is open.
	Voting(ctx context.Context, topicID string) (bool, error)
}

// Records keeps what witnesses signed.
type Records interface {
	Load(ctx context.Context, kind, id string) (data []byte, rev uint64, err error)
	Save(ctx context.Context, kind, id string, rev uint64, data []byte) error
}

// RecordKind is the kind of the records: one a topic.
const RecordKind = kind

const kind = "checkpoint"

// record is what outlives the program.
type record struct {
	Size     uint64            `json:"size"`     // the largest that was signed
	Cosigned map[string]string `json:"cosigned"` // by witness's key, the last signed note
}

// Notary signs for one installation. It is safe for concurrent use.
type Notary struct {
	logs      Logs
	records   Records
	signing   func() (*audit.Signer, audit.Succession)
	witnesses []*audit.Witness

	mu     sync.Mutex
	topics map[string]*log
}

// New makes a notary that takes cosignatures of the given witnesses. signing
// answers who signs now, and how the keys before handed over to it.
func New(logs Logs, records Records, signing func() (*audit.Signer, audit.Succession), witnesses []*audit.Witness) *Notary {
	return &Notary{logs: logs, records: records, signing: signing, witnesses: witnesses, topics: map[string]*log{}}
}

// log is one topic's tree. turn is held while it is read or grows.
type log struct {
	turn   chan struct{}
	grove  audit.Grove
	signed map[uint64]Checkpoint // by size
	kept   *record               // nil before it is read
	rev    uint64
}

// Checkpoint is a checkpoint with its signature.
type Checkpoint struct {
	audit.Checkpoint
	Note string // signed
	key  string // by which
}

// Faults of what is asked.
var (
	ErrEmpty   = errors.New("nothing of this log may be signed yet: the first checkpoint comes with more events")
	ErrUnknown = errors.New("no checkpoint of this size is at hand: ask for the newest")
)

// Key is the key that checkpoints are signed with.
func (n *Notary) Key() string { return n.signer().PublicKey() }

func (n *Notary) signer() *audit.Signer {
	s, _ := n.signing()
	return s
}

// Handovers are the notes by which the keys before handed over, the oldest first.
func (n *Notary) Handovers() []string {
	_, succession := n.signing()
	list := make([]string, len(succession))
	for i := range succession {
		list[i] = succession[i].Note
	}
	return list
}

// cosigned opens a checkpoint that the key of now or one before it has signed, and
// a witness.
func (n *Notary) cosigned(signed []byte) (c audit.Cosigned, err error) {
	signer, succession := n.signing()
	keys, err := succession.Keys(signer.PublicKey())
	for _, key := range keys {
		if c, err = audit.OpenCosigned(signed, key, n.witnesses...); err == nil {
			return c, nil
		}
	}
	return c, err
}

// Witnesses are the keys that are trusted as witnesses.
func (n *Notary) Witnesses() []string {
	out := make([]string, len(n.witnesses))
	for i, w := range n.witnesses {
		out[i] = w.String()
	}
	return out
}

// enter takes the turn of a topic's log.
func (n *Notary) enter(ctx context.Context, topicID string) (*log, func(), error) {
	n.mu.Lock()
	l := n.topics[topicID]
	if l == nil {
		l = &log{turn: make(chan struct{}, 1), signed: map[uint64]Checkpoint{}}
		n.topics[topicID] = l
	}
	n.mu.Unlock()
	select {
	case l.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	l.grove.Read = func(group uint64) ([]audit.Leaf, error) { return n.group(ctx, topicID, group) }
	return l, func() { <-l.turn }, nil
}

// Forget drops what is held of a topic that was deleted.
func (n *Notary) Forget(topicID string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.topics, topicID)
}

// errEnough ends a reading.
var errEnough = errors.New("enough")

func (n *Notary) group(ctx context.Context, topicID string, group uint64) ([]audit.Leaf, error) {
	list := make([]audit.Leaf, 0, audit.GroupSize)
	err := n.logs.ReadBytesAfter(ctx, topicID, group*audit.GroupSize, func(seq uint64, event []byte) error {
		leaf, err := audit.NewLeaf(seq, event)
		if err != nil {
			return err
		}
		if list = append(list, leaf); len(list) == audit.GroupSize {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return list, err
}

// Newest answers the newest checkpoint that may be signed for everyone.
func (n *Notary) Newest(ctx context.Context, topicID string) (Checkpoint, error) {
	voting, err := n.logs.Voting(ctx, topicID)
	if err != nil {
		return Checkpoint{}, err
	}
	l, leave, err := n.enter(ctx, topicID)
	if err != nil {
		return Checkpoint{}, err
	}
	defer leave()
	if err := n.load(ctx, l, topicID); err != nil {
		return Checkpoint{}, err
	}
	err = n.logs.ReadBytesAfter(ctx, topicID, l.grove.Size(), func(seq uint64, event []byte) error {
		leaf, err := audit.NewLeaf(seq, event)
		if err != nil {
			return err
		}
		l.grove.Append(leaf)
		return nil
	})
	if err != nil {
		return Checkpoint{}, err
	}
	opened, err := n.logs.Voting(ctx, topicID) // meanwhile
	if err != nil {
		return Checkpoint{}, err
	}
	size := l.grove.Publishable(voting || opened)
	if size > l.kept.Size {
		// Whoever holds a checkpoint must never be told of a smaller one.
		if err := n.save(ctx, l, topicID, record{Size: size, Cosigned: l.kept.Cosigned}); err != nil {
			return Checkpoint{}, err
		}
	}
	return n.sign(l, topicID, l.kept.Size)
}

func (n *Notary) sign(l *log, topicID string, size uint64) (Checkpoint, error) {
	if size == 0 {
		return Checkpoint{}, ErrEmpty
	}
	signer := n.signer()
	if c, ok := l.signed[size]; ok && c.key == signer.PublicKey() {
		return c, nil
	}
	root, err := l.grove.Root(size)
	if err != nil {
		return Checkpoint{}, err
	}
	c := Checkpoint{Checkpoint: audit.Checkpoint{Origin: signer.Name() + "/" + topicID, Size: size, Root: root}, key: signer.PublicKey()}
	signed, err := audit.SignCheckpoint(c.Checkpoint, signer)
	if err != nil {
		return Checkpoint{}, err
	}
	c.Note = string(signed)
	l.signed[size] = c
	return c, nil
}

// Consistency proves that the first from events are the beginning of a
// checkpoint that was signed since the program started.
func (n *Notary) Consistency(ctx context.Context, topicID string, from, to uint64) ([]audit.Hash, error) {
	l, leave, err := n.enter(ctx, topicID)
	if err != nil {
		return nil, err
	}
	defer leave()
	if _, ok := l.signed[to]; !ok || from == 0 || from > to {
		return nil, ErrUnknown
	}
	proof, err := l.grove.Consistency(from, to, false)
	if errors.Is(err, audit.ErrVeiled) && n.wasCosigned(l, from) {
		// Rare: a rating was opened again right behind it. The witness must not be
		// left behind, and the random id of the vote's sender is in the hash too.
		proof, err = l.grove.Consistency(from, to, true)
	}
	return proof, err
}

// wasCosigned says that a witness's last checkpoint has a size.
func (n *Notary) wasCosigned(l *log, size uint64) bool {
	if l.kept == nil {
		return false
	}
	for _, signed := range l.kept.Cosigned {
		if c, err := n.cosigned([]byte(signed)); err == nil && c.Size == size {
			return true
		}
	}
	return false
}

// Group proves which events stand in a group under a checkpoint of a size.
func (n *Notary) Group(ctx context.Context, topicID string, group, size uint64) (audit.Group, error) {
	l, leave, err := n.enter(ctx, topicID)
	if err != nil {
		return audit.Group{}, err
	}
	defer leave()
	if _, ok := l.signed[size]; !ok || group >= (size+audit.GroupSize-1)/audit.GroupSize {
		return audit.Group{}, ErrUnknown
	}
	return l.grove.Group(group, size)
}

// Cosigned answers the last checkpoint that each witness signed, as signed notes,
// in the order of the witnesses' keys.
func (n *Notary) Cosigned(ctx context.Context, topicID string) ([]string, error) {
	l, leave, err := n.enter(ctx, topicID)
	if err != nil {
		return nil, err
	}
	defer leave()
	if err := n.load(ctx, l, topicID); err != nil {
		return nil, err
	}
	var out []string
	for _, w := range n.witnesses {
		if signed, ok := l.kept.Cosigned[w.String()]; ok {
			out = append(out, signed)
		}
	}
	return out, nil
}

// Watch is how far a witness follows.
type Watch struct {
	Witness *audit.Witness
	Topics  int       // whose checkpoints it has signed
	Behind  int       // topics whose newest signed checkpoint it has not signed
	Last    time.Time // when it last signed, by its own clock
}

// Watching answers how far each witness follows the given topics. It signs nothing.
func (n *Notary) Watching(ctx context.Context, topics []string) ([]Watch, error) {
	list := make([]Watch, len(n.witnesses))
	for i, w := range n.witnesses {
		list[i].Witness = w
	}
	for _, id := range topics {
		kept, err := n.keptOf(ctx, id)
		if err != nil {
			return nil, err
		}
		for i := range list {
			x := &list[i]
			size := uint64(0)
			if signed, ok := kept.Cosigned[x.Witness.String()]; ok {
				c, err := n.cosigned([]byte(signed))
				if err != nil {
					return nil, fmt.Errorf("what a witness signed of topic %s can't be read: %w", id, err)
				}
				size = c.Size
				x.Topics++
				if c.Time.After(x.Last) {
					x.Last = c.Time
				}
			}
			if size < kept.Size {
				x.Behind++
			}
		}
	}
	return list, nil
}

// keptOf answers what is kept of a topic's checkpoints.
func (n *Notary) keptOf(ctx context.Context, topicID string) (record, error) {
	l, leave, err := n.enter(ctx, topicID)
	if err != nil {
		return record{}, err
	}
	defer leave()
	if err := n.load(ctx, l, topicID); err != nil {
		return record{}, err
	}
	return *l.kept, nil
}

func (n *Notary) load(ctx context.Context, l *log, topicID string) error {
	if l.kept != nil {
		return nil
	}
	data, rev, err := n.records.Load(ctx, kind, topicID)
	if err != nil {
		return err
	}
	var kept record
	if data != nil {
		if err := json.Unmarshal(data, &kept); err != nil {
			return fmt.Errorf("what was signed of topic %s can't be read: %w", topicID, err)
		}
	}
	l.kept, l.rev = &kept, rev
	return nil
}

func (n *Notary) save(ctx context.Context, l *log, topicID string, r record) error {
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := n.records.Save(ctx, kind, topicID, l.rev, data); err != nil {
		l.kept = nil // somebody else wrote it: read it again
		return err
	}
	l.kept, l.rev = &r, l.rev+1
	return nil
}

// errRefused says why a cosignature is not taken.
func errRefused(format string, args ...any) error {
	return topic.NewFault(topic.CodeInvalid, format, args...)
}

// Cosign takes a witness's signature of a checkpoint of this installation.
func (n *Notary) Cosign(ctx context.Context, topicID string, signed []byte) error {
	c, err := n.cosigned(signed)
	if err != nil {
		return errRefused("%v", err)
	}
	if c.Origin != n.signer().Name()+"/"+topicID {
		return errRefused("it is a checkpoint of %q", c.Origin)
	}
	l, leave, err := n.enter(ctx, topicID)
	if err != nil {
		return err
	}
	defer leave()
	if ours, ok := l.signed[c.Size]; !ok || ours.Checkpoint != c.Checkpoint {
		return ErrUnknown
	}
	if err := n.load(ctx, l, topicID); err != nil {
		return err
	}
	cosigned := maps.Clone(l.kept.Cosigned)
	if cosigned == nil {
		cosigned = map[string]string{}
	}
	if before, ok := cosigned[c.Witness.String()]; ok {
		last, err := n.cosigned([]byte(before))
		if err == nil && last.Size > c.Size {
			return errRefused("%s has signed %d events already", c.Witness.Name(), last.Size)
		}
	}
	cosigned[c.Witness.String()] = string(signed)
	return n.save(ctx, l, topicID, record{Size: l.kept.Size, Cosigned: cosigned})
}

// ParseWitnesses reads the keys of witnesses, none twice.
func ParseWitnesses(keys []string) ([]*audit.Witness, error) {
	var out []*audit.Witness
	for _, text := range keys {
		w, err := audit.ParseWitness(text)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(out, func(o *audit.Witness) bool { return o.Name() == w.Name() }) {
			return nil, fmt.Errorf("two witnesses are called %q: give each a name of its own", w.Name())
		}
		out = append(out, w)
	}
	return out, nil
}
