package similar

import (
	"context"
	"slices"
	"strconv"
	"sync"

	"veche/nlp"
	"veche/server/journal"
	"veche/server/topic"
)

// Placement says where an idea that no run has sorted belongs, by what is on the
// board now.
type Placement struct {
	Cluster uint32  `json:"cluster"` // live; the nearest, whether it fits or not
	Score   float64 `json:"score"`   // cosine to its middle
	Margin  float64 `json:"margin"`  // score less the best of another cluster
	Fits    bool    `json:"fits"`    // false: it is unlike what is there and belongs to none
	Check   bool    `json:"check"`   // less certain than four fifths of what is sorted
}

// Proposal is ideas that came since the last run, are like each other and unlike
// every cluster: they may deserve one of their own.
type Proposal struct {
	Label string   `json:"label"`
	Ideas []uint32 `json:"ideas"` // the most typical first
}

// Waiting is what came since the last run.
type Waiting struct {
	Placed    map[uint32]Placement // by idea; none for those without a word that is known
	Proposals []Proposal
}

// A model is learned anew after a run, after so many operations of moderators,
// and when so many ideas, and such a share of all, came since.
const (
	learnOperations = 10
	learnIdeas      = 15
	learnShare      = 20 // one in so many
)

// placer knows where the ideas of a topic go.
type placer struct {
	mu        sync.Mutex
	run       uint32 // that the model was learned after, 0: none was
	done      int    // operations then
	fresh     int    // ideas in no cluster then
	model     *nlp.Model
	proposals []Proposal
	placed    map[uint32]Placement
}

// Place says where a text would go, false where no run was made yet or a model is
// being learned.
func (x *Ideas) Place(ctx context.Context, topicID, text, lang string) (Placement, bool, error) {
	view, err := x.journal.View(ctx, topicID)
	if err != nil {
		return Placement{}, false, err
	}
	p := x.placer(topicID)
	if !p.mu.TryLock() {
		return Placement{}, false, nil
	}
	defer p.mu.Unlock()
	if err := x.learn(ctx, topicID, view, p); err != nil || p.model == nil {
		return Placement{}, false, err
	}
	at := p.model.Place(text, lang)
	placement, ok := Placement{Score: at.Score, Margin: at.Margin, Fits: at.Fits, Check: at.Check}, false
	view.Read(func(s *topic.State, _ uint64) { placement.Cluster, ok = live(s, at.Cluster) })
	return placement, ok, nil
}

// live is the live cluster of one that a model names, false where it is hidden or
// gone.
func live(s *topic.State, cluster int) (uint32, bool) {
	if cluster < 1 || cluster > len(s.Board.Made) {
		return 0, false
	}
	c := s.Board.Live(uint32(cluster))
	return c, c != 0 && !s.Board.Veiled(c)
}

// Waiting says where the ideas that came since the last run would go, and what
// new subjects they have. It learns a model first where that is due: about a
// second for 10,000 ideas.
func (x *Ideas) Waiting(ctx context.Context, topicID string) (Waiting, error) {
	out := Waiting{Placed: map[uint32]Placement{}, Proposals: []Proposal{}}
	view, err := x.journal.View(ctx, topicID)
	if err != nil {
		return out, err
	}
	p := x.placer(topicID)
	p.mu.Lock()
	defer p.mu.Unlock()
	var unsorted []uint32
	view.Read(func(s *topic.State, _ uint64) { unsorted = unsortedIdeas(s) })
	if len(unsorted) == 0 {
		return out, nil
	}
	if err := x.learn(ctx, topicID, view, p); err != nil || p.model == nil {
		return out, err
	}
	if err := x.place(ctx, topicID, view, p, unsorted); err != nil {
		return out, err
	}
	view.Read(func(s *topic.State, _ uint64) {
		for _, n := range unsorted {
			at := p.placed[n]
			cluster, ok := live(s, int(at.Cluster))
			if at.Cluster = cluster; ok {
				out.Placed[n] = at
			}
		}
		for _, proposal := range p.proposals {
			list := slices.DeleteFunc(slices.Clone(proposal.Ideas), func(n uint32) bool {
				return s.Ideas[n-1].Erased || s.Board.Hidden(n) || s.Board.Cluster(n) != 0
			})
			if 2*len(list) > len(proposal.Ideas) { // else moderators made something of it
				out.Proposals = append(out.Proposals, Proposal{proposal.Label, list})
			}
		}
	})
	return out, nil
}

func unsortedIdeas(s *topic.State) (list []uint32) {
	for i := range s.Ideas {
		if n := uint32(i + 1); !s.Ideas[i].Erased && s.Board.Cluster(n) == 0 {
			list = append(list, n)
		}
	}
	return list
}

func (x *Ideas) placer(topicID string) *placer {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.placers == nil {
		x.placers = map[string]*placer{}
	}
	p := x.placers[topicID]
	if p == nil {
		p = &placer{}
		x.placers[topicID] = p
	}
	return p
}

// learn learns a topic's model where the one that is there is out of date.
func (x *Ideas) learn(ctx context.Context, topicID string, view *journal.View, p *placer) error {
	type sorted struct {
		digest  topic.Digest
		lang    string
		number  uint32
		cluster uint32
	}
	var list []sorted
	var options nlp.Options
	run, done, fresh := uint32(0), 0, 0
	view.Read(func(s *topic.State, _ uint64) {
		run, options.Lang = s.Board.Run, s.Settings.Lang
		for i := range s.Board.Operations {
			done++
			if s.Board.Operations[i].UndoneBy != 0 {
				done++
			}
		}
		fresh = len(unsortedIdeas(s))
		due := p.run != run || done >= p.done+learnOperations || fresh >= p.fresh+max(learnIdeas, len(s.Ideas)/learnShare)
		if run == 0 || !due {
			run = 0
			return
		}
		for i := range s.Ideas {
			if idea := &s.Ideas[i]; !idea.Erased {
				list = append(list, sorted{idea.Text, idea.Lang, uint32(i + 1), s.Board.Cluster(uint32(i + 1))})
			}
		}
	})
	if run == 0 {
		return nil
	}
	var documents []nlp.Document
	for some := range slices.Chunk(list, catchUp) {
		digests := make([]topic.Digest, len(some))
		for i := range some {
			digests[i] = some[i].digest
		}
		texts, err := x.journal.Texts(ctx, topicID, digests)
		if err != nil {
			return err
		}
		for i := range some {
			t, ok := texts[some[i].digest]
			if !ok {
				continue // erased meanwhile
			}
			id := strconv.FormatUint(uint64(some[i].number), 10)
			documents = append(documents, nlp.Document{ID: id, Text: string(t.Body), Lang: some[i].lang})
			if some[i].cluster != 0 {
				options.Previous = append(options.Previous, nlp.Placed{ID: id, Cluster: int(some[i].cluster)})
			}
		}
	}
	model, proposals, err := nlp.Learn(ctx, documents, options)
	if err != nil {
		return err
	}
	p.run, p.done, p.fresh, p.model, p.placed, p.proposals = run, done, fresh, model, map[uint32]Placement{}, nil
	for _, one := range proposals {
		proposal := Proposal{Label: one.Label}
		for _, id := range one.Ideas {
			n, err := strconv.ParseUint(id, 10, 32)
			if err != nil {
				return err
			}
			proposal.Ideas = append(proposal.Ideas, uint32(n))
		}
		p.proposals = append(p.proposals, proposal)
	}
	return nil
}

// place places those ideas that were not placed yet.
func (x *Ideas) place(ctx context.Context, topicID string, view *journal.View, p *placer, ideas []uint32) error {
	ideas = slices.DeleteFunc(slices.Clone(ideas), func(n uint32) bool { _, ok := p.placed[n]; return ok })
	for some := range slices.Chunk(ideas, catchUp) {
		digests, langs := make([]topic.Digest, len(some)), make([]string, len(some))
		view.Read(func(s *topic.State, _ uint64) {
			for i, n := range some {
				digests[i], langs[i] = s.Ideas[n-1].Text, s.Ideas[n-1].Lang
			}
		})
		texts, err := x.journal.Texts(ctx, topicID, digests)
		if err != nil {
			return err
		}
		for i, n := range some {
			at := nlp.Placement{}
			if t, ok := texts[digests[i]]; ok {
				at = p.model.Place(string(t.Body), langs[i])
			}
			p.placed[n] = Placement{uint32(at.Cluster), at.Score, at.Margin, at.Fits, at.Check}
		}
	}
	return nil
}
