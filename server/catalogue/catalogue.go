package catalogue

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	"veche/nlp"
	"veche/server/analysis"
	"veche/server/export"
	"veche/server/journal"
	"veche/server/topic"
)

// Results answers what runs and tallies came to.
type Results interface {
	Clusters(ctx context.Context, result topic.Digest) (*analysis.ClusterResult, error)
	Ranking(ctx context.Context, topicID string, n int) (*export.Ranking, error)
}

// MostEntries is how many texts the index holds at most.
const MostEntries = 1 << 20

// textsAtOnce is how many texts are read at a time.
const textsAtOnce = 2000

// Catalogue is the public record of all topics of an installation.
type Catalogue struct {
	journal *journal.Journal
	results Results

	turn  chan struct{} // one catches up at a time
	index *nlp.Index    // by place in places

	mu     sync.RWMutex
	places []place
	topics map[string]*known
}

// place is what an entry of the index stands for.
type place struct {
	topic  *known
	kind   Kind
	number uint32
}

// known is what is indexed of a topic.
type known struct {
	id       string
	seq      uint64 // up to which it is
	ideas    int    // that are indexed
	erasures int
	finders  finders
	docs     map[Kind][]doc // by number
}

// doc is an indexed text.
type doc struct {
	place  int32 // −1 where it is not in the index
	digest topic.Digest
	seq    uint64 // of an official text
	terms  []uint16
}

// New makes the catalogue of a journal's topics, with an empty index.
func New(j *journal.Journal, r Results) *Catalogue {
	return &Catalogue{journal: j, results: r, turn: make(chan struct{}, 1), index: nlp.NewIndex(), topics: map[string]*known{}}
}

// tending is how often the index is caught up when nobody searches.
const tending = 2 * time.Second

// Tend keeps the index caught up until ctx ends. failed is told of errors.
func (c *Catalogue) Tend(ctx context.Context, failed func(error)) {
	tick := time.NewTicker(tending)
	defer tick.Stop()
	for {
		if err := c.CatchUp(ctx); err != nil && ctx.Err() == nil {
			failed(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// each calls f with the committed state of every topic that has opened, in the
// order of ids.
func (c *Catalogue) each(ctx context.Context, f func(id string, s *topic.State)) error {
	ids, err := c.journal.Topics(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		view, err := c.journal.View(ctx, id)
		if absent(err) {
			continue
		}
		if err != nil {
			return fmt.Errorf("topic %s: %w", id, err)
		}
		view.Read(func(s *topic.State, _ uint64) {
			if !s.Draft() {
				f(id, s)
			}
		})
	}
	return nil
}

// absent says that a topic is being created, or was deleted.
func absent(err error) bool {
	code := topic.CodeOf(err)
	return code == topic.CodeNotFound || code == topic.CodeGone
}

// Forget drops what is indexed of a topic that was deleted.
func (c *Catalogue) Forget(topicID string) {
	c.turn <- struct{}{}
	defer func() { <-c.turn }()
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.topics[topicID]
	if k == nil {
		return
	}
	delete(c.topics, topicID)
	for _, docs := range k.docs { // each on its own
		for i := range docs {
			if docs[i].place >= 0 {
				c.index.Remove(strconv.Itoa(int(docs[i].place)))
			}
		}
	}
}

// CatchUp takes in what was committed since it was last called. Where nothing
// was, it costs a look at each topic; else about 60 µs a new text.
func (c *Catalogue) CatchUp(ctx context.Context) error {
	ids, err := c.journal.Topics(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		for done := false; !done; {
			select {
			case c.turn <- struct{}{}:
			case <-ctx.Done():
				return ctx.Err()
			}
			done, err = c.catchUp(ctx, id)
			<-c.turn
			if absent(err) {
				break
			}
			if err != nil {
				return fmt.Errorf("topic %s: %w", id, err)
			}
		}
	}
	return nil
}

// fresh is a text to index.
type fresh struct {
	kind   Kind
	number uint32
	digest topic.Digest // of an idea; zero where it was erased
	seq    uint64
	text   string // an official one
	lang   string
}

// catchUp takes in at most textsAtOnce ideas of a topic, and answers whether it is
// done.
func (c *Catalogue) catchUp(ctx context.Context, id string) (done bool, err error) {
	view, err := c.journal.View(ctx, id)
	if err != nil {
		return false, err
	}
	k := c.topics[id]
	if k == nil {
		k = &known{id: id, docs: map[Kind][]doc{}}
		c.mu.Lock()
		c.topics[id] = k
		c.mu.Unlock()
	}
	var list []fresh
	var next known
	done = true
	view.Read(func(s *topic.State, _ uint64) {
		if s.Seq == k.seq || s.Draft() {
			return
		}
		next = known{seq: s.Seq, erasures: len(s.Erasures)}
		if !k.finders.same(&s.Settings) {
			next.finders = findersOf(&s.Settings)
		}
		from := k.ideas
		if next.finders.where != nil {
			from = 0
		}
		next.ideas = min(len(s.Ideas), from+textsAtOnce)
		list, done = k.news(s, from, next.ideas), next.ideas == len(s.Ideas)
	})
	if next.seq == 0 {
		return true, nil
	}
	digests := make([]topic.Digest, len(list))
	for i := range list {
		digests[i] = list[i].digest
	}
	texts, err := c.journal.Texts(ctx, id, digests)
	if err != nil {
		return false, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if k.ideas, k.erasures = next.ideas, next.erasures; done {
		k.seq = next.seq
	}
	if next.finders.where != nil {
		k.finders = next.finders
	}
	for i := range list {
		f := &list[i]
		if f.kind == KindIdea {
			f.text = string(texts[f.digest].Body)
		}
		c.put(k, f)
	}
	return done, nil
}

// news are the texts that came or changed since the topic was last looked at,
// with the ideas after from up to end.
func (k *known) news(s *topic.State, from, end int) (list []fresh) {
	set := &s.Settings
	if docs := k.docs[KindTopic]; len(docs) == 0 || docs[0].digest != headDigest(set) {
		list = append(list, fresh{kind: KindTopic, number: 1, digest: headDigest(set), text: set.Title + "\n" + set.Question + "\n" + set.Briefing, lang: set.Lang})
	}
	for i := range s.Proposals {
		p, n := &s.Proposals[i], uint32(i+1)
		if docs := k.docs[KindProposal]; i >= len(docs) || docs[i].seq != p.Seq {
			list = append(list, fresh{kind: KindProposal, number: n, seq: p.Seq, text: p.Title + "\n" + p.Summary, lang: set.Lang})
		}
		if a := lastAnswer(p); a != nil {
			if docs := k.docs[KindAnswer]; i >= len(docs) || docs[i].seq != a.Seq {
				list = append(list, fresh{kind: KindAnswer, number: n, seq: a.Seq, text: a.Reason + "\n" + a.Responsible + "\n" + a.Budget, lang: set.Lang})
			}
		}
	}
	idea := func(n uint32) {
		i := &s.Ideas[n-1]
		f := fresh{kind: KindIdea, number: n, lang: i.Lang, seq: i.Seq}
		if !i.Erased {
			f.digest = i.Text
		}
		list = append(list, f)
	}
	for _, e := range s.Erasures[min(k.erasures, len(s.Erasures)):] {
		if e.Target == topic.EraseIdea && e.Number <= uint64(from) {
			idea(uint32(e.Number)) // gone, or with another text in its place
		}
	}
	for n := from + 1; n <= end; n++ {
		idea(uint32(n))
	}
	return list
}

// headDigest tells two wordings of a topic's own texts apart.
func headDigest(t *topic.Settings) topic.Digest {
	return topic.DigestOf([topic.SaltSize]byte{}, []byte(t.Lang+"\x00"+t.Title+"\x00"+t.Question+"\x00"+t.Briefing))
}

func lastAnswer(p *topic.Proposal) *topic.ProposalAnswer {
	if len(p.Answers) == 0 {
		return nil
	}
	return &p.Answers[len(p.Answers)-1]
}

// put indexes a text in place of the one before.
func (c *Catalogue) put(k *known, f *fresh) {
	docs := k.docs[f.kind]
	for len(docs) < int(f.number) {
		docs = append(docs, doc{place: -1})
	}
	d := &docs[f.number-1]
	d.digest, d.seq, d.terms = f.digest, f.seq, nil
	k.docs[f.kind] = docs
	switch {
	case f.text == "":
		if d.place >= 0 {
			c.index.Remove(strconv.Itoa(int(d.place)))
		}
		return
	case d.place < 0 && len(c.places) < MostEntries:
		d.place = int32(len(c.places))
		c.places = append(c.places, place{k, f.kind, f.number})
	}
	d.terms = k.finders.terms(f.text, f.lang)
	if d.place >= 0 {
		c.index.Add(strconv.Itoa(int(d.place)), f.text, f.lang)
	}
}
