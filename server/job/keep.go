package job

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"veche/server/topic"
)

// Keeper keeps the last answer of each topic under a key that names the state
// it was made from. One is made at a time for a topic, so any number of readers
// at once cost one making. Answers are shared: read them only.
type Keeper[K comparable, V any] struct {
	mu     sync.Mutex
	topics map[string]*kept[K, V]
}

type kept[K comparable, V any] struct {
	mu    sync.Mutex
	there bool
	key   K
	value V
}

// Of answers what is kept if key still names it, else what fresh makes, with
// the key that it was made under.
func (k *Keeper[K, V]) Of(topicID string, key func() K, fresh func() (K, V, error)) (V, error) {
	return k.Next(topicID, key, func(V) (K, V, error) { return fresh() })
}

// Next is Of where making the next answer begins with the last one, the zero
// value where there was none.
func (k *Keeper[K, V]) Next(topicID string, key func() K, fresh func(last V) (K, V, error)) (V, error) {
	k.mu.Lock()
	if k.topics == nil {
		k.topics = map[string]*kept[K, V]{}
	}
	x := k.topics[topicID]
	if x == nil {
		x = new(kept[K, V])
		k.topics[topicID] = x
	}
	k.mu.Unlock()
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.there && x.key == key() {
		return x.value, nil
	}
	made, value, err := fresh(x.value)
	if err == nil {
		x.there, x.key, x.value = true, made, value
	}
	return value, err
}

// Forget drops the answer of a topic.
func (k *Keeper[K, V]) Forget(topicID string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.topics, topicID)
}

// ForgetTopic drops what is held of a topic that was deleted. Results were read by
// their digests, whatever their topics: all are read anew.
func (j *Jobs) ForgetTopic(topicID string) {
	for _, k := range []interface{ Forget(string) }{&j.panels, &j.rankings, &j.pools, &j.authors, &j.checks, &j.whatIfs, &j.standings, &j.removals} {
		k.Forget(topicID)
	}
	for _, r := range []*results{&j.results, &j.rolls} {
		r.mu.Lock()
		r.list = nil
		r.mu.Unlock()
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	delete(j.seatings, topicID)
}

// results keeps the results that were parsed last, whatever their topics.
type results struct {
	most    int // how many are kept, mostResults where 0
	mu      sync.Mutex
	list    []parsed // the last asked for comes last
	parsing sync.Mutex
}

type parsed struct {
	digest topic.Digest
	value  any
}

// mostResults is how many are kept, mostRolls how many sealed rolls, which take
// 80 bytes a person.
const (
	mostResults = 16
	mostRolls   = 2
)

func (r *results) find(d topic.Digest) (any, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := slices.IndexFunc(r.list, func(p parsed) bool { return p.digest == d })
	if i < 0 {
		return nil, false
	}
	p := r.list[i]
	r.list = append(slices.Delete(r.list, i, i+1), p)
	return p.value, true
}

func (r *results) add(d topic.Digest, value any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.list) == cmp.Or(r.most, mostResults) {
		r.list = slices.Delete(r.list, 0, 1)
	}
	r.list = append(r.list, parsed{d, value})
}

// Forget drops what was read of a result, so that it is read anew.
func (j *Jobs) Forget(d topic.Digest) {
	for _, r := range []*results{&j.results, &j.rolls} {
		r.mu.Lock()
		r.list = slices.DeleteFunc(r.list, func(p parsed) bool { return p.digest == d })
		r.mu.Unlock()
	}
}

// resultOf answers the result of that digest, parsed; it is shared. One is
// parsed at a time.
func resultOf[V any](ctx context.Context, j *Jobs, d topic.Digest, parse func([]byte) (V, error)) (V, error) {
	return resultIn(ctx, j, &j.results, d, parse)
}

func resultIn[V any](ctx context.Context, j *Jobs, r *results, d topic.Digest, parse func([]byte) (V, error)) (V, error) {
	if v, ok := r.find(d); ok {
		return v.(V), nil
	}
	r.parsing.Lock()
	defer r.parsing.Unlock()
	if v, ok := r.find(d); ok {
		return v.(V), nil
	}
	var v V
	b, err := j.read(ctx, d)
	if err == nil {
		v, err = parse(b)
	}
	if err == nil {
		r.add(d, v)
	}
	return v, err
}
