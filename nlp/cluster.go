package nlp

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"veche/nlp/lang"
)

// Document is one idea.
type Document struct {
	ID   string // unique
	Text string
	Lang string // the author's locale, ISO 639-1; "" lets the text tell
}

// Placed says in which cluster an idea is. Clusters are numbered from 1.
type Placed struct {
	ID      string
	Cluster int
}

// Options of a run. The zero value clusters cold, with a number of clusters
// of its own choice.
type Options struct {
	Clusters int    // total over all languages; 0 chooses by stability, or keeps the number of Previous
	Lang     string // the topic's language, where texts don't tell; "" for none
	Seed     string // the same seed gives the same bytes

	// Previous is the last clustering after the moderators' edits. It makes
	// the run a warm one: clusters keep their numbers and few ideas move. With
	// another number of Clusters no idea moves but with a cut of the tree of
	// these clusters, as Result.Tree shows it beforehand.
	// Ideas that are not in Documents are ignored, as is Cluster 0.
	Previous []Placed
	// PreviousMap is where the clusters lay on the map; the new map is turned so
	// that they lie there again, as near as can be.
	PreviousMap []MapPlace
	// Held are ideas that a moderator placed: they are in that cluster after
	// the run, whatever else happens. Of several for one idea the last wins.
	Held []Placed
	// Locked are clusters that no idea leaves of its own accord.
	Locked []int
	// Keep are clusters that must exist after the run, even empty (renamed
	// ones, for example). Clusters with held ideas are kept anyway.
	Keep []int
	// Apart are pairs of clusters that a moderator split: no idea that was
	// in one passes to the other of its own accord.
	Apart [][2]int
	// LastCluster is the highest number ever used; new clusters come after
	// it and after every number named above.
	LastCluster int

	// NounPhrases replays the noun phrases that an earlier run on the same
	// input recorded in its Result. Nil asks the tagger.
	NounPhrases []string

	// Embedder is a table of word vectors that is used where it makes the
	// clusters steadier; nil for none. The result depends on it.
	Embedder Embedder

	// Progress, if set, is told each stage as it begins.
	Progress func(stage string)
}

// Assignment is where one idea went.
type Assignment struct {
	ID          string
	Cluster     int     // 0: unsorted, it has no word in common with others
	Score       float64 // cosine to the middle of its cluster, −1…1
	Margin      float64 // Score less the best cosine to another cluster, 0…2; the lower, the more doubtful
	Near        int     // that other cluster, 0 for none
	DuplicateOf string  // the idea that it repeats nearly word for word, or ""
	Check       bool    // among the least certain fifth
	Part        int     // node of the Tree, one of its parts; 0 for unsorted
}

// ClusterInfo describes one cluster: a group of similar ideas.
type ClusterInfo struct {
	ID              int
	Lang            string // of most of its ideas
	Label           string
	Alternatives    []string   // other phrases that would do as label
	Size            int        // ideas, repeats included
	Share           float64    // of all ideas
	Representatives []string   // ids, the most telling first, no repeats
	Cohesion        float64    // mean Score of its ideas
	Map             [2]float64 // place on the map of its language's clusters, −1…1
	Group           int        // clusters of one group share a map
	Continues       bool       // it was in Previous, Held, Locked or Keep under this number
}

// Result of a run.
type Result struct {
	Assignments []Assignment  // in the order of the input, each idea once
	Clusters    []ClusterInfo // the largest first
	Moves       []Move        // what was sorted before and is elsewhere now, in the order of the input
	Proposals   []Proposal    // subjects that a warm run found no cluster for, the largest first
	NounPhrases []string      // what the tagger said, for a replay to the same bytes
	Tree        *Tree         // other granularities
	Spaces      []string      // by group of clusters: what its ideas were compared in
	Model       *Model
}

const (
	ownLanguageTexts = 150  // a language is clustered by itself from so many texts
	ownLanguageShare = 0.05 // and from this share
	learnFrom        = 50   // from so many different ideas word vectors are learned
	dimensions       = 100
	manyTexts        = 50000 // from so many texts
	dimensionsOfMany = 64    // there are fewer dimensions: quality is flat from 50 to 200
)

// Cluster groups ideas by what they say. The result depends on the set of
// documents and the options only: not on the order of the documents, the
// machine or the number of processors. It returns an error for an id that
// is empty or not unique, for contradicting options, and when ctx ends.
//
// About 5 s of CPU time and 200 MiB for 100,000 short texts.
func Cluster(ctx context.Context, documents []Document, options Options) (*Result, error) {
	r, err := begin(ctx, documents, options)
	if err != nil {
		return nil, err
	}
	for _, g := range r.groups {
		if err := r.cluster(g); err != nil {
			return nil, err
		}
	}
	r.number()
	if r.recuts {
		r.recut(options.Clusters)
		r.number()
	}
	r.grow(0)
	return r.result(documents)
}

// begin reads the texts into words, finds the repeats and forms the groups.
func begin(ctx context.Context, documents []Document, options Options) (*run, error) {
	if err := check(documents, options); err != nil {
		return nil, err
	}
	if options.Progress == nil {
		options.Progress = func(string) {}
	}
	options.Progress("words")
	c, err := analyse(ctx, documents, languageOf(options.Lang))
	if err != nil {
		return nil, err
	}
	r := newRun(ctx, c, options)
	options.Progress("near-duplicates")
	r.leader = nearDuplicates(c.rows)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r.form()
	return r, nil
}

func check(documents []Document, options Options) error {
	if options.Clusters < 0 {
		return fmt.Errorf("number of clusters %d: must be 0 (choose) or more", options.Clusters)
	}
	seen := make(map[string]int, len(documents))
	for i, d := range documents {
		if d.ID == "" {
			return fmt.Errorf("idea %d has no id", i+1)
		}
		if first, ok := seen[d.ID]; ok {
			return fmt.Errorf("idea %d has the same id %q as idea %d", i+1, d.ID, first+1)
		}
		seen[d.ID] = i
	}
	for _, list := range [][]Placed{options.Previous, options.Held} {
		for _, p := range list {
			if p.Cluster < 0 {
				return fmt.Errorf("idea %q is placed in cluster %d: clusters are numbered from 1", p.ID, p.Cluster)
			}
		}
	}
	return nil
}

// run is the state of one clustering.
type run struct {
	ctx      context.Context
	corpus   *corpus
	options  Options
	seed     uint64
	leader   []int32 // row → the row that it repeats
	previous []int32 // row → cluster number, 0 for none
	held     []int32 // row → cluster number, 0 for none
	before   []int32 // row → cluster number in Options.Previous, 0 for none
	groups   []*group
	known    []int // cluster numbers named in the options, rising
	recuts   bool  // another number of the clusters that exist is wanted
	tree     *Tree
}

// group is texts that are clustered together: a language, or all that are
// too few to be one.
type group struct {
	rows    []int32 // of the corpus
	pooled  bool    // several scripts
	want    int     // clusters, 0 chooses
	numbers []int   // of clusters that exist already, rising

	units  []int32 // rows that take part: leaders and bound ones
	ideas  []int   // unit → rows that go where it goes, itself included
	vocab  *vocabulary
	texts  *sparse
	space  space
	named  string // which space it is
	v      *vectors
	middle *centroids
	of     []int32 // unit → cluster, −1 unsorted
	ids    []int   // cluster → number, 0 until numbered
	known  []bool  // unit → it has a vector
	stays  bool    // its ideas stay where they were until the tree is cut
	warm   bool    // it began with the clusters that exist
	part   []int32 // unit → node of the tree, 0 unsorted
	first  []int32 // cluster → its first node
}

func newRun(ctx context.Context, c *corpus, options Options) *run {
	r := &run{ctx: ctx, corpus: c, options: options, previous: make([]int32, len(c.rows)), held: make([]int32, len(c.rows)), before: make([]int32, len(c.rows))}
	h := random{}
	for _, b := range []byte(options.Seed) {
		h.state = h.next() ^ uint64(b)
	}
	r.seed = h.next()
	place := func(list []Placed, to []int32) {
		by := make(map[string]int, len(list))
		for _, p := range list {
			by[p.ID] = p.Cluster
		}
		for i, row := range c.rows {
			to[i] = int32(by[row.id])
		}
	}
	place(options.Previous, r.previous)
	copy(r.before, r.previous)
	place(options.Held, r.held)
	for i, p := range r.previous {
		if r.held[i] == 0 && p > 0 && slices.Contains(options.Locked, int(p)) {
			r.held[i] = p
		}
	}
	for i := range c.rows {
		if r.held[i] > 0 {
			r.previous[i] = r.held[i]
		}
		r.known = append(r.known, int(r.previous[i]))
	}
	r.known = append(append(r.known, options.Keep...), options.Locked...)
	slices.Sort(r.known)
	r.known = slices.Compact(r.known)
	if len(r.known) > 0 && r.known[0] == 0 {
		r.known = r.known[1:]
	}
	return r
}

// bound reports whether a moderator's edit concerns a row, so that it must
// not simply follow the row that it repeats.
func (r *run) bound(i int) bool {
	if r.held[i] > 0 {
		return true
	}
	p := int(r.previous[i])
	return p > 0 && slices.ContainsFunc(r.options.Apart, func(pair [2]int) bool { return pair[0] == p || pair[1] == p })
}

// form divides the rows into groups.
func (r *run) form() {
	rows := r.corpus.rows
	count := map[*lang.Language]int{}
	for _, row := range rows {
		count[row.language]++
	}
	all := append(slices.Clone(languages), otherLatin, otherCyrillic, otherScript)
	var own []*lang.Language
	for _, l := range all {
		if count[l] >= ownLanguageTexts && float64(count[l]) >= ownLanguageShare*float64(len(rows)) {
			own = append(own, l)
		}
	}
	slices.SortStableFunc(own, func(a, b *lang.Language) int { return cmp.Compare(count[b], count[a]) })
	if r.options.Clusters > 0 && r.options.Clusters < len(own) || len(own) == 0 {
		own = own[:0]
	}
	number := max(1, len(own))
	r.groups = make([]*group, number)
	for i := range r.groups {
		r.groups[i] = &group{}
	}
	groupOf := func(l *lang.Language) int {
		if i := slices.Index(own, l); i >= 0 {
			return i
		}
		if i := slices.IndexFunc(own, func(o *lang.Language) bool { return o.Script == l.Script }); i >= 0 {
			return i
		}
		return 0
	}
	at := make([]int, len(rows))
	for i, row := range rows {
		at[i] = groupOf(row.language)
	}
	// A cluster that exists belongs where most of its ideas are; what is
	// held in it goes there too.
	home := map[int32][]int{}
	for i, p := range r.previous {
		if p > 0 {
			if home[p] == nil {
				home[p] = make([]int, number)
			}
			home[p][at[i]]++
		}
	}
	where := func(cluster int) int {
		best := 0
		for g, n := range home[int32(cluster)] {
			if n > home[int32(cluster)][best] {
				best = g
			}
		}
		return best
	}
	for _, id := range r.known {
		g := r.groups[where(id)]
		g.numbers = append(g.numbers, id)
	}
	for i, row := range rows {
		if r.held[i] > 0 {
			at[i] = where(int(r.held[i]))
		}
		g := r.groups[at[i]]
		g.pooled = g.pooled || len(g.rows) > 0 && row.language.Script != rows[g.rows[0]].language.Script
		g.rows = append(g.rows, int32(i))
	}
	r.share()
}

// share divides the wanted number of clusters among the groups by size,
// at least one each (D'Hondt's divisors, after the first).
func (r *run) share() {
	if r.options.Clusters == 0 {
		return
	}
	left := r.options.Clusters
	total := 0
	for _, g := range r.groups {
		g.want = 1
		left--
		total += len(g.rows)
	}
	for ; left > 0; left-- {
		best, top := 0, -1.0
		for i, g := range r.groups {
			if lack := float64(len(g.rows)) / float64(g.want); lack > top {
				best, top = i, lack
			}
		}
		r.groups[best].want++
	}
}

// represent turns the texts of a group into vectors.
func (r *run) represent(g *group) error {
	repeats, follow := map[int32]int{}, map[int32]int{}
	for _, i := range g.rows {
		repeats[r.leader[i]]++
		if r.leader[i] == i || r.bound(int(i)) {
			g.units = append(g.units, i)
			follow[i]++
		} else {
			follow[r.leader[i]]++
		}
	}
	for _, i := range g.units {
		g.ideas = append(g.ideas, follow[i])
	}
	r.options.Progress("vocabulary")
	atLeast := 2
	switch {
	case len(g.units) < learnFrom:
		atLeast = 1
	case len(g.units) > manyTexts:
		atLeast = 3
	}
	g.vocab = newVocabulary(r.corpus, g.units, atLeast)
	g.texts = g.vocab.tfidf(r.corpus, g.units)
	var learned *wordSpace
	if len(g.units) < learnFrom {
		g.space, g.named = termSpace{max(1, g.vocab.size())}, SpaceTerms
	} else {
		r.options.Progress("word vectors")
		d := dimensions
		if len(g.units) > manyTexts {
			d = dimensionsOfMany
		}
		learned = newWordSpace(g.texts, g.vocab.size(), d)
		g.space = learned
		plain, _ := placeAll(g.space, r.corpus, g.units, g.texts)
		learned.mean = meanOf(plain)
		g.space, g.named = r.choose(g, learned)
	}
	if err := r.ctx.Err(); err != nil {
		return err
	}
	if g.pooled {
		g.space = scriptSpace{g.space}
	}
	g.v, g.known = placeAll(g.space, r.corpus, g.units, g.texts)
	for u, i := range g.units {
		if n := repeats[i]; n > 1 {
			g.v.weight[u] = float32(logarithm(float64(1+n)) / math.Ln2)
		}
	}
	return nil
}

// cluster runs the stages on one group.
func (r *run) cluster(g *group) error {
	if err := r.represent(g); err != nil {
		return err
	}
	r.options.Progress("clusters")
	g.start(r)
	if err := r.ctx.Err(); err != nil {
		return err
	}
	f := g.fixed(r)
	if g.stays {
		for u, j := range f.assign(g.middle, g.v) {
			if g.of[u] < 0 {
				g.of[u] = j
			}
		}
		g.middle.settle(g.v, g.of, f.boost())
	} else {
		g.of = refine(g.v, g.middle, f)
	}
	if len(g.units) >= learnFrom && !g.stays {
		g.of = bayes(g.texts, g.vocab.size(), g.v, g.of, g.middle.k, f)
		g.middle.settle(g.v, g.of, f.boost())
	}
	for u := range g.of {
		if !g.known[u] && f.held[u] < 0 {
			g.of[u] = -1
		}
	}
	if r.options.Clusters > 0 && !g.stays {
		fill(g.v, g.middle, g.of, f)
	}
	return r.ctx.Err()
}

// start sets the first middles: those of the clusters that exist, or those
// of a cut through a new tree, with numbers carried over by overlap.
func (g *group) start(r *run) {
	belongs := make([]int32, len(g.units)) // unit → index of existing cluster, −1
	warm := 0
	for u, i := range g.units {
		at, ok := slices.BinarySearch(g.numbers, int(r.previous[i]))
		belongs[u] = -1
		if ok {
			belongs[u] = int32(at)
			if r.held[i] == 0 {
				warm++
			}
		}
	}
	if warm > 0 && len(r.options.Previous) > 0 {
		g.warm = r.options.Clusters == 0 || r.options.Clusters == len(r.known)
		g.stays, r.recuts = !g.warm, r.recuts || !g.warm
		g.middle = newCentroids(len(g.numbers), g.v.d)
		g.ids = slices.Clone(g.numbers)
		g.middle.settle(g.v, belongs, nil)
		g.of = belongs
		return
	}
	// Only units with a vector take part in the tree.
	var usable []int32
	for u := range g.units {
		if g.known[u] {
			usable = append(usable, int32(u))
		}
	}
	if len(usable) == 0 {
		g.middle, g.ids = newCentroids(len(g.numbers), g.v.d), slices.Clone(g.numbers)
		return
	}
	v := g.v.pick(usable)
	k := g.want
	groups := fewUnits
	if v.n > fewUnits {
		groups = min(900, max(300, 6*k))
	}
	micro, middle := microClusters(v, groups, 8, r.seed)
	tree := wardTree(v, micro, middle.k)
	if k == 0 {
		if v.n < learnFrom {
			k = fewClusters(tree, v.n, g.space)
		} else {
			k = steadiest(v, v.n, r.seed)
		}
	}
	// Clusters that moderators' edits call for count towards the wanted number.
	of := make([]int32, len(g.units))
	for try := k; ; try-- {
		cluster, found := cut(tree, micro, middle.k, try)
		for u := range of {
			of[u] = -1
		}
		for i, j := range micro {
			of[usable[i]] = cluster[j]
		}
		g.ids = make([]int, found)
		g.carry(r, of, belongs)
		if len(g.ids) <= k || try == 1 {
			break
		}
	}
	g.middle = newCentroids(len(g.ids), g.v.d)
	g.middle.settle(g.v, of, nil)
}

// number gives new clusters their numbers, the largest first.
func (r *run) number() {
	last := r.options.LastCluster
	if len(r.known) > 0 {
		last = max(last, r.known[len(r.known)-1])
	}
	type fresh struct {
		group *group
		index int
		size  int
		first []byte
	}
	var list []fresh
	for _, g := range r.groups {
		sizes := make([]int, len(g.ids))
		first := make([][]byte, len(g.ids))
		for u, j := range g.of {
			if j >= 0 {
				if first[j] == nil {
					first[j] = r.corpus.rows[g.units[u]].digest[:]
				}
				sizes[j] += g.ideas[u]
			}
		}
		for j, id := range g.ids {
			if id == 0 && sizes[j] > 0 {
				list = append(list, fresh{g, j, sizes[j], first[j]})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b fresh) int {
		return cmp.Or(cmp.Compare(b.size, a.size), bytes.Compare(a.first, b.first))
	})
	for _, f := range list {
		last++
		f.group.ids[f.index] = last
	}
}
