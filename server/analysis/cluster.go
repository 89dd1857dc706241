package analysis

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"veche/nlp"
	"veche/server/topic"
)

// ClusterResult is the result of a clustering run: what the machine saw, before
// anything that moderators lay over it.
type ClusterResult struct {
	Schema   int    `json:"schema"`
	InputSeq uint64 `json:"input_seq"`
	Asked    uint32 `json:"clusters_asked"` // 0: chosen by the run
	Seed     string `json:"seed"`
	Lang     string `json:"lang"` // the topic's
	// NounPhrases are what the tagger said of candidates for labels. It breaks
	// ties by chance, so a run again is told.
	NounPhrases []string         `json:"noun_phrases"`
	Clusters    []MachineCluster `json:"clusters"` // by number
	Ideas       []MachineIdea    `json:"ideas"`    // by number, those that were not erased
	// Parts and Tree are the other granularities: the first nodes are parts, the
	// others join two that come before them.
	Parts int           `json:"parts,omitempty"`
	Tree  []MachineNode `json:"tree,omitempty"`
}

// MachineNode is a node of the tree, by its place there, from 1.
type MachineNode struct {
	Joins           []int    `json:"joins,omitempty"`   // two nodes; none of a part
	Cluster         uint32   `json:"cluster,omitempty"` // the cluster that it is; the words below are there then
	Lang            string   `json:"lang,omitempty"`
	Label           string   `json:"label,omitempty"`
	Alternatives    []string `json:"alternatives,omitempty"`
	Representatives []uint32 `json:"representatives,omitempty"`
}

// MachineCluster is a cluster as the machine describes it.
type MachineCluster struct {
	Cluster         uint32   `json:"cluster"`
	Lang            string   `json:"lang"` // of most of its ideas
	Label           string   `json:"label"`
	Alternatives    []string `json:"alternatives"`
	Size            int      `json:"size"`
	Share           float64  `json:"share"`    // of the ideas, 0…1
	Cohesion        float64  `json:"cohesion"` // mean score
	Representatives []uint32 `json:"representatives"`
	// Where it lies on the map of its group of clusters (a language, mostly),
	// −1 to 1, like ones close together. Group 0: no map was made.
	Group int        `json:"group,omitempty"`
	At    [2]float64 `json:"at"`
}

// MachineIdea is where the machine has an idea; one that a moderator placed is
// where the moderator put it.
type MachineIdea struct {
	Idea        uint32  `json:"idea"`
	Cluster     uint32  `json:"cluster"`        // 0: unsorted
	Score       float64 `json:"score"`          // cosine to the middle of its cluster
	Margin      float64 `json:"margin"`         // score less the best of another cluster
	Near        uint32  `json:"near,omitempty"` // that other cluster
	DuplicateOf uint32  `json:"duplicate_of"`
	Check       bool    `json:"check"` // among the least certain fifth
	Part        int     `json:"part,omitempty"`
}

// Cluster groups the ideas of s that were not erased. texts holds the text of
// each of them. clusters is how many to make, 0 for a choice of its own. The
// last run is the start, so that clusters keep their numbers; new ones are
// numbered after all that were ever made.
//
// Errors are a [*topic.Fault] (conflict where there are no ideas), a
// [*MissingError], or the context's.
func Cluster(ctx context.Context, s *topic.State, texts map[uint32]string, clusters int, seed string) (topic.Clustered, Blobs, error) {
	return cluster(ctx, s, texts, clusters, seed, nil)
}

// Recluster is Cluster once more, with what the tagger said as recorded in the
// result of the first time.
func Recluster(ctx context.Context, s *topic.State, texts map[uint32]string, recorded *ClusterResult) (topic.Clustered, Blobs, error) {
	phrases := recorded.NounPhrases
	if phrases == nil {
		phrases = []string{}
	}
	return cluster(ctx, s, texts, int(recorded.Asked), recorded.Seed, phrases)
}

func cluster(ctx context.Context, s *topic.State, texts map[uint32]string, clusters int, seed string, phrases []string) (topic.Clustered, Blobs, error) {
	none := topic.Clustered{}
	if clusters < 0 || clusters > len(s.Ideas) {
		return none, nil, topic.NewFault(topic.CodeInvalid, "%d clusters can't be made of %d ideas: ask for fewer, or for 0 to let the number be chosen", clusters, len(s.Ideas))
	}
	documents, err := documents(s, texts)
	if err != nil {
		return none, nil, err
	}
	if len(documents) == 0 {
		return none, nil, topic.NewFault(topic.CodeConflict, "there are no ideas to sort yet")
	}
	handled := handledClusters(s)
	options := clusterOptions(s, handled)
	options.Clusters, options.Seed, options.NounPhrases = clusters, seed, phrases
	run, err := nlp.Cluster(ctx, documents, options)
	if err != nil {
		return none, nil, err
	}
	out := ClusterResult{Schema: Schema, InputSeq: s.Seq, Asked: uint32(clusters), Seed: seed, Lang: s.Settings.Lang, NounPhrases: run.NounPhrases}
	event := topic.Clustered{InputSeq: s.Seq, Clusters: uint32(clusters), Seed: seed, Base: make([]uint32, len(s.Ideas))}
	copy(event.Base, s.Board.Base)
	for _, a := range run.Assignments {
		n := number(a.ID)
		out.Ideas = append(out.Ideas, MachineIdea{Idea: n, Cluster: uint32(a.Cluster), Score: a.Score, Margin: a.Margin, Near: uint32(a.Near), DuplicateOf: number(a.DuplicateOf), Check: a.Check, Part: a.Part})
		if mayGo(s, handled, n, uint32(a.Cluster)) {
			event.Base[n-1] = uint32(a.Cluster)
		}
	}
	for _, c := range run.Clusters {
		m := MachineCluster{Cluster: uint32(c.ID), Lang: c.Lang, Label: c.Label, Alternatives: append([]string{}, c.Alternatives...), Size: c.Size, Share: c.Share, Cohesion: c.Cohesion, Representatives: []uint32{}, Group: c.Group, At: [2]float64{tenThousandth(c.Map[0]), tenThousandth(c.Map[1])}}
		for _, id := range c.Representatives {
			m.Representatives = append(m.Representatives, number(id))
		}
		out.Clusters = append(out.Clusters, m)
		if made := uint32(len(s.Board.Made)); m.Cluster > made {
			event.New = max(event.New, m.Cluster-made)
		}
	}
	out.Parts, out.Tree = run.Tree.Parts, nodesOf(run.Tree)
	slices.SortFunc(out.Clusters, func(a, b MachineCluster) int { return cmp.Compare(a.Cluster, b.Cluster) })
	result, err := encode(out)
	if err != nil {
		return none, nil, err
	}
	event.Result = Digest(result)
	return event, Blobs{result}, nil
}

// tenThousandth rounds to four places, which a map needs at most.
func tenThousandth(x float64) float64 { return math.Round(x*1e4) / 1e4 }

// documents are the ideas that were not erased, in the order of numbers.
func documents(s *topic.State, texts map[uint32]string) ([]nlp.Document, error) {
	list := make([]nlp.Document, 0, len(s.Ideas))
	for i := range s.Ideas {
		if s.Ideas[i].Erased {
			continue
		}
		n := uint32(i + 1)
		text, ok := texts[n]
		if !ok {
			return nil, &MissingError{What: "text of idea", Number: uint64(n), Digest: s.Ideas[i].Text}
		}
		list = append(list, nlp.Document{ID: strconv.FormatUint(uint64(n), 10), Text: text, Lang: s.Ideas[i].Lang})
	}
	return list, nil
}

// handledClusters says of each live cluster whether moderators did something
// that holds with it: merged, split off, moved to, named, hid or showed it. Its
// ideas stay as they are, whatever a run makes of the others; new ideas may join.
func handledClusters(s *topic.State) []bool {
	b := &s.Board
	handled := make([]bool, len(b.Made)+1)
	for i := range b.Operations {
		op := &b.Operations[i]
		if op.UndoneBy == 0 && op.Cluster != 0 {
			handled[b.Live(op.Cluster)] = true
		}
	}
	return handled
}

// mayGo says whether a run may move an idea to a cluster: not out of one that
// moderators handled, and into one only if it was in none before.
func mayGo(s *topic.State, handled []bool, n, to uint32) bool {
	b := &s.Board
	from := b.Cluster(n)
	if b.Pinned(n) != 0 || handled[from] {
		return false
	}
	if to != 0 && int(to) <= len(b.Made) && b.Locked(b.Live(to)) {
		return false
	}
	return from == 0 || int(to) > len(b.Made) || !handled[b.Live(to)]
}

// clusterOptions are the last run as the start, and what moderators did as
// bounds.
func clusterOptions(s *topic.State, handled []bool) nlp.Options {
	b := &s.Board
	o := nlp.Options{Lang: s.Settings.Lang, LastCluster: len(b.Made)}
	for i := range s.Ideas {
		n := uint32(i + 1)
		if s.Ideas[i].Erased {
			continue
		}
		id := strconv.FormatUint(uint64(n), 10)
		if i < len(b.Base) && b.Base[i] != 0 {
			o.Previous = append(o.Previous, nlp.Placed{ID: id, Cluster: int(b.Base[i])})
		}
		if c := b.Pinned(n); c != 0 {
			o.Held = append(o.Held, nlp.Placed{ID: id, Cluster: int(c)})
		} else if i < len(b.Base) && b.Base[i] != 0 && handled[b.Cluster(n)] {
			o.Held = append(o.Held, nlp.Placed{ID: id, Cluster: int(b.Base[i])})
		}
	}
	for i := range b.Operations {
		op := &b.Operations[i]
		if op.UndoneBy != 0 {
			continue
		}
		switch op.Kind {
		case topic.OperationSplit:
			o.Apart = append(o.Apart, [2]int{int(op.Clusters[0]), int(op.Cluster)})
		case topic.OperationMerge, topic.OperationRename, topic.OperationHide:
			o.Keep = append(o.Keep, int(op.Cluster))
		}
	}
	return o
}

// number reads an idea's number back, 0 for none.
func number(id string) uint32 {
	n, _ := strconv.ParseUint(id, 10, 32) // made by documents
	return uint32(n)
}

// Idea answers where the machine has an idea, false where it has not seen it.
func (r *ClusterResult) Idea(n uint32) (MachineIdea, bool) {
	i, ok := slices.BinarySearchFunc(r.Ideas, n, func(x MachineIdea, n uint32) int { return cmp.Compare(x.Idea, n) })
	if !ok {
		return MachineIdea{}, false
	}
	return r.Ideas[i], true
}

// Cluster answers the machine's description of a cluster, nil where it has none.
func (r *ClusterResult) Cluster(c uint32) *MachineCluster {
	i, ok := slices.BinarySearchFunc(r.Clusters, c, func(x MachineCluster, c uint32) int { return cmp.Compare(x.Cluster, c) })
	if !ok {
		return nil
	}
	return &r.Clusters[i]
}

// ParseCluster reads the result of a clustering run.
func ParseCluster(b []byte) (*ClusterResult, error) {
	r, err := parse("clustering", b, func(r *ClusterResult) int { return r.Schema })
	if err != nil {
		return nil, err
	}
	for i := 1; i < len(r.Ideas); i++ {
		if r.Ideas[i-1].Idea >= r.Ideas[i].Idea {
			return nil, fmt.Errorf("not a result of a clustering: idea %d follows idea %d", r.Ideas[i].Idea, r.Ideas[i-1].Idea)
		}
	}
	for i := 1; i < len(r.Clusters); i++ {
		if r.Clusters[i-1].Cluster >= r.Clusters[i].Cluster {
			return nil, fmt.Errorf("not a result of a clustering: cluster %d follows cluster %d", r.Clusters[i].Cluster, r.Clusters[i-1].Cluster)
		}
	}
	if fault := checkTree(r); fault != "" {
		return nil, fmt.Errorf("not a result of a clustering: %s", fault)
	}
	return r, nil
}
