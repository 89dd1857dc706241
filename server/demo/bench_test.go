package demo

import (
	"io"
	"testing"
)

func BenchmarkPeople(b *testing.B) {
	for b.Loop() {
		People(seedOf(1), Applicants)
	}
}

func BenchmarkWritePeople(b *testing.B) {
	people := People(seedOf(1), Applicants)
	for b.Loop() {
		if err := WritePeople(io.Discard, Russian, people); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpinions(b *testing.B) {
	items := Items(seedOf(1), mustIdeas(b, Russian))[:120]
	for b.Loop() {
		Opinions(seedOf(2), 500, items)
	}
}
