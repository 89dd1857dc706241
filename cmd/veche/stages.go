package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// stages tells how far a clustering is: as a bar that is drawn over itself where
// a person looks on, else as a line a stage.
type stages struct {
	w     io.Writer
	bar   bool
	begin time.Time
	now   func() time.Time
	far   int // percent
}

// stageBegins is how many percent of a run's time are over when a stage begins, as
// measured with 107,000 ideas. With several languages some stages come again; the
// bar then waits.
var stageBegins = map[string]int{"words": 0, "near-duplicates": 3, "vocabulary": 18, "word vectors": 36, "clusters": 40, "labels": 80}

const barCells = 24

func newStages(w io.Writer) *stages {
	f, ok := w.(*os.File)
	if ok {
		info, err := f.Stat()
		ok = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return &stages{w: w, bar: ok, begin: time.Now(), now: time.Now}
}

// tell is called as a stage begins.
func (s *stages) tell(stage string) {
	seconds := s.now().Sub(s.begin).Seconds()
	if !s.bar {
		fmt.Fprintf(s.w, "%6.2f s  %s\n", seconds, stage)
		return
	}
	s.far = max(s.far, stageBegins[stage])
	full := s.far * barCells / 100
	fmt.Fprintf(s.w, "\r\x1b[K[%s%s] %3d %%  %.1f s  %s", strings.Repeat("#", full), strings.Repeat("-", barCells-full), s.far, seconds, stage)
}

// done takes the bar away.
func (s *stages) done() {
	if s.bar {
		fmt.Fprint(s.w, "\r\x1b[K")
	}
}
