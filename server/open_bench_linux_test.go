package server

import (
	"fmt"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"veche/nlp/sample"
	"veche/server/catalogue"
	"veche/server/journal"
	"veche/server/topic"
)

// A search among 100,000 ideas: the processor's time that one in a hundred exceeds,
// which others on the machine don't change, and what the index holds. The figures
// stand in package catalogue.
func BenchmarkSearchOfEverything(b *testing.B) {
	s, err := Open(b.Context(), Options{Data: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	planner, err := s.operator(b.Context(), "bank", topic.RolePlanner)
	if err != nil {
		b.Fatal(err)
	}
	do := func(c topic.Command, texts ...journal.Text) {
		b.Helper()
		if _, err := s.Journal.Submit(b.Context(), "bank", journal.Request{Who: planner, Command: c, Texts: texts}); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := s.Journal.Create(b.Context(), journal.Request{Who: planner, Command: topic.Create{Settings: topic.Settings{
		ID: "bank", Title: "The bank", Question: "What should it be?", Lang: "en", Stages: []topic.Stage{{Kind: topic.StageCuration}},
		Form: topic.Form{Features: []topic.Feature{{Name: "district", Options: []string{"Old Town", "Harbour"}}}, Interests: []string{"parks and trees", "transport"}},
	}}}); err != nil {
		b.Fatal(err)
	}
	do(topic.OpenStage{})
	ideas := sample.Texts(100_000, 42)
	for start := 0; start < len(ideas); start += topic.IdeaChunk {
		c := topic.ImportIdeas{IdeasImported: topic.IdeasImported{Lang: "en"}}
		var texts []journal.Text
		for i, body := range ideas[start : start+topic.IdeaChunk] {
			t := journal.NewText(body)
			texts, c.Texts, c.Times = append(texts, t), append(c.Texts, t.Digest()), append(c.Times, int64(start+i))
		}
		do(c, texts...)
	}
	held := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before, start := held(), busy(b)
	if err := s.records.CatchUp(b.Context()); err != nil {
		b.Fatal(err)
	}
	built := busy(b) - start
	memory := held() - before
	var queries []catalogue.Query
	for i := range 50 {
		words := ideas[i*1931]
		queries = append(queries, catalogue.Query{Text: words[:min(len(words), 25)], Limit: 20}, catalogue.Query{Text: firstWord(words), Limit: 20})
	}
	queries = append(queries, catalogue.Query{Limit: 20}, catalogue.Query{Kind: catalogue.KindIdea, Theme: "parks and trees", Limit: 20})
	var took []time.Duration
	b.ResetTimer()
	for b.Loop() {
		for _, q := range queries {
			start := busy(b)
			if _, err := s.records.Search(b.Context(), q, "http://localhost"); err != nil {
				b.Fatal(err)
			}
			took = append(took, busy(b)-start)
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "cpu-ms/median")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "cpu-ms/p99")
	b.ReportMetric(float64(memory)/(1<<20), "MiB/index")
	b.ReportMetric(built.Seconds(), "cpu-s/built")
}

// busy is the processor's time that the process has taken.
func busy(t testing.TB) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func firstWord(s string) string {
	var word string
	if _, err := fmt.Sscan(s, &word); err != nil {
		return s
	}
	return word
}
