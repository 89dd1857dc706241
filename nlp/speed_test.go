package nlp

import (
	"context"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"slices"
	"veche/nlp/sample"
)

// zipfTexts makes n texts of 5 to 25 words on 60 topics.
func zipfTexts(n int) []Document {
	out := make([]Document, n)
	for i, text := range sample.Texts(n, 42) {
		out[i] = Document{ID: strconv.Itoa(i + 1), Text: text, Lang: "en"}
	}
	return out
}

func cpuTime() time.Duration {
	var use syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &use) != nil {
		return 0
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

func BenchmarkCluster107000(b *testing.B) {
	documents := zipfTexts(107000)
	runtime.GC()
	var last time.Time
	var stage string
	for b.Loop() {
		before := cpuTime()
		last, stage = time.Now(), ""
		tell := func(next string) {
			if stage != "" {
				b.ReportMetric(time.Since(last).Seconds(), strings.ReplaceAll(stage, " ", "-")+"-s")
			}
			last, stage = time.Now(), next
		}
		r, err := Cluster(context.Background(), documents, Options{Progress: tell})
		if err != nil {
			b.Fatal(err)
		}
		tell("")
		b.ReportMetric((cpuTime() - before).Seconds(), "cpu-s")
		b.ReportMetric(float64(len(r.Clusters)), "clusters")
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	b.ReportMetric(float64(memory.Sys>>20), "MiB")
}

func BenchmarkPlace(b *testing.B) {
	documents, _ := madeIdeas(5000, 3, "")
	r, err := Cluster(context.Background(), documents, Options{})
	if err != nil {
		b.Fatal(err)
	}
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		begin := time.Now()
		r.Model.Place(documents[i%len(documents)].Text, "")
		took = append(took, time.Since(begin))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
}
