package nlp

import (
	"context"
	"testing"
)

// BenchmarkStages measures each stage of a run by itself, on 4,000 made ideas of
// one language, with what the stages before it made.
func BenchmarkStages(b *testing.B) {
	documents, _ := madeIdeas(4000, 3, "en")
	ctx := context.Background()
	c, err := analyse(ctx, documents, nil)
	if err != nil {
		b.Fatal(err)
	}
	r := newRun(ctx, c, Options{Progress: func(string) {}})
	r.leader = nearDuplicates(c.rows)
	r.form()
	g := r.groups[0]
	if err := r.cluster(g); err != nil {
		b.Fatal(err)
	}
	r.number()
	texts := g.texts
	terms := g.vocab.size()
	graph := cooccurrence(texts, terms)
	space := newWordSpace(texts, terms, dimensions)
	micro, middle := microClusters(g.v, 300, 8, r.seed)
	tree := wardTree(g.v, micro, middle.k)
	nouns := newNounPhrases(nil)
	nouns.recorded()
	lists := members(g.of, len(g.ids))
	for _, stage := range []struct {
		name string
		do   func()
	}{
		{"normalise", func() {
			for _, d := range documents {
				normalised(d.Text)
			}
		}},
		{"language", func() {
			for i := range c.rows {
				detect(c.rows[i].text, nil, nil)
			}
		}},
		{"words and stems", func() {
			stem := stemmers{}
			var out []token
			for i := range c.rows {
				out = stem.tokens(c.rows[i].text, c.rows[i].language, out[:0])
			}
		}},
		{"near-duplicates", func() { nearDuplicates(c.rows) }},
		{"vocabulary", func() { newVocabulary(c, g.units, 2) }},
		{"tf-idf", func() { g.vocab.tfidf(c, g.units) }},
		{"co-occurrence", func() { cooccurrence(texts, terms) }},
		{"eigenvectors", func() { eigenvectors(graph, terms, dimensions, 1) }},
		{"idea vectors", func() { placeAll(space, c, g.units, texts) }},
		{"micro-clusters", func() { microClusters(g.v, 300, 8, r.seed) }},
		{"ward", func() { wardTree(g.v, micro, middle.k) }},
		{"cut", func() { cut(tree, micro, middle.k, len(g.ids)) }},
		{"number by stability", func() { steadiest(g.v, g.v.n, r.seed) }},
		{"refine", func() {
			m := &centroids{k: g.middle.k, d: g.middle.d, data: append([]float32(nil), g.middle.data...), live: append([]bool(nil), g.middle.live...)}
			refine(g.v, m, g.fixed(r))
		}},
		{"naive Bayes", func() { bayes(texts, terms, g.v, g.of, g.middle.k, g.fixed(r)) }},
		{"labels", func() { r.titles(g, unnamed(g.of, len(g.ids)), nouns) }},
		{"representatives", func() {
			for j := range g.ids {
				representatives(g.v, c.rows, g.units, lists[j], g.middle.row(j))
			}
		}},
		{"map", func() { layout(g.middle) }},
	} {
		b.Run(stage.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				stage.do()
			}
		})
	}
}
