package nlp

import (
	"context"
	"math"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// zipfTexts makes n texts of 5 to 25 words on 60 topics over 20,000 words
// whose frequencies fall as in a language; one in fifty repeats another
// with a word changed.
func zipfTexts(n int) []Document {
	const topics, own, common = 60, 300, 20000
	r := random{42}
	zipf := func(m int) int { return int(math.Pow(float64(m), r.unitFloat())) - 1 }
	out := make([]Document, n)
	for i := range out {
		if i > 100 && r.below(50) == 0 {
			out[i].Text = out[r.below(i)].Text + " " + madeWord(uint64(r.below(common)))
		} else {
			topic := r.below(topics)
			words := make([]string, 5+r.below(21))
			for w := range words {
				if r.below(5) < 2 {
					words[w] = madeWord(uint64(common + topic*own + zipf(own)))
				} else {
					words[w] = madeWord(uint64(zipf(common)))
				}
			}
			out[i].Text = strings.Join(words, " ")
		}
		out[i].ID = strconv.Itoa(i + 1)
		out[i].Lang = "en"
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
	for i := 0; b.Loop(); i++ {
		r.Model.Place(documents[i%len(documents)].Text, "")
	}
}
