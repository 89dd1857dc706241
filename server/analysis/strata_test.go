package analysis

import (
	"encoding/json"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"veche/server/topic"
)

func rowOf(t interface{ Fatal(...any) }, values ...string) Text {
	var row topic.Row
	for i, v := range values {
		row.Answers = append(row.Answers, topic.Answer{Feature: string(rune('a' + i)), Value: v})
	}
	b, err := json.Marshal(row)
	if err != nil {
		t.Fatal(err)
	}
	return Text{Body: b}
}

func TestStrataPutSmallOnesTogether(t *testing.T) {
	var rows []Text
	add := func(n int, values ...string) {
		for range n {
			rows = append(rows, rowOf(t, values...))
		}
	}
	add(30, "young", "north")
	add(6, "young", "south")
	add(7, "young", "west")
	add(12, "old", "north")
	add(4, "old", "south")
	rows = append(rows, Text{}) // erased
	names, of := Strata([]string{"a", "b"}, rows)
	sizes := map[string]int{}
	for _, n := range of {
		sizes[names[n-1]]++
	}
	// The 4 old southerners and the erased one are too few: the smallest stratum joins them.
	want := map[string]int{"young · north": 30, "young · …": 13, "…": 17}
	if fmt.Sprint(sizes) != fmt.Sprint(want) {
		t.Errorf("strata %v, want %v", sizes, want)
	}
	if names, of := Strata([]string{"a"}, rows[:9]); names != nil || of[0] != 0 {
		t.Errorf("nine people are in %v", names)
	}
}

// No stratum is ever small, and everybody is in one.
func TestStrataAreNeverSmall(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var rows []Text
		for range rapid.IntRange(0, 60).Draw(rt, "people") {
			rows = append(rows, rowOf(rt, rapid.SampledFrom([]string{"x", "y", "z"}).Draw(rt, "a"), rapid.SampledFrom([]string{"1", "2", "3", "4"}).Draw(rt, "b")))
		}
		names, of := Strata(rapid.SampledFrom([][]string{{"a"}, {"a", "b"}, {"b"}}).Draw(rt, "features"), rows)
		sizes := make([]int, len(names)+1)
		for _, n := range of {
			sizes[n]++
		}
		for n, size := range sizes[1:] {
			if size < topic.MinStratum {
				rt.Fatalf("stratum %q has %d people", names[n], size)
			}
		}
		if len(rows) >= topic.MinStratum && sizes[0] > 0 {
			rt.Fatalf("%d of %d people are in no stratum", sizes[0], len(rows))
		}
	})
}
