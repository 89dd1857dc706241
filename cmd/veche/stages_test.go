package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// A bar never goes back, and takes itself away; where nobody looks on there are
// lines and no control characters.
func TestStages(t *testing.T) {
	begin := time.Unix(0, 0)
	at := begin
	now := func() time.Time { at = at.Add(time.Second); return at }
	run := []string{"words", "near-duplicates", "vocabulary", "word vectors", "clusters", "vocabulary", "clusters", "labels"}
	var out bytes.Buffer
	s := &stages{w: &out, bar: true, begin: begin, now: now}
	last := -1
	for _, stage := range run {
		out.Reset()
		s.tell(stage)
		full := strings.Count(out.String(), "#")
		if full < last || full > barCells || strings.Contains(out.String(), "\n") || !strings.Contains(out.String(), stage) {
			t.Errorf("%s: %q after %d cells", stage, out.String(), last)
		}
		last = full
	}
	out.Reset()
	if s.done(); out.String() != "\r\x1b[K" {
		t.Errorf("at the end %q", out.String())
	}
	out.Reset()
	s = &stages{w: &out, begin: begin, now: now}
	for _, stage := range run {
		if _, ok := stageBegins[stage]; !ok {
			t.Errorf("nobody knows when %s begins", stage)
		}
		s.tell(stage)
	}
	if s.done(); strings.Count(out.String(), "\n") != len(run) || strings.ContainsAny(out.String(), "\r\x1b") {
		t.Errorf("lines %q", out.String())
	}
}
