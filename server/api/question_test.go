package api

import (
	"testing"
	"time"

	"veche/server/topic"
)

// Many questions, or many people who support a few, are ranked once a second,
// however much changes; few are at every change.
func TestQuestionsAreRankedOnceASecond(t *testing.T) {
	at := time.UnixMilli(1_700_000_000_000)
	a := &API{Options: Options{Clock: func() time.Time { return at }}}
	for _, c := range []struct {
		questions, supporters int
		anew                  bool
	}{{1, 10, true}, {questionsAnew, 10, true}, {questionsAnew + 1, 1, false}, {3, supportAnew/3 + 1, false}} {
		s := topic.NewState()
		s.Questions = make([]topic.Question, c.questions)
		for i := range s.Questions {
			s.Questions[i].Supporters = make([]uint64, c.supporters)
		}
		before := a.questionKey(s)
		s.Questions[0].Supporters = append(s.Questions[0].Supporters, 7)
		if anew := a.questionKey(s) != before; anew != c.anew {
			t.Errorf("%d questions with %d each: ranked anew %t", c.questions, c.supporters, anew)
		}
		at = at.Add(time.Second)
		if a.questionKey(s) == before {
			t.Errorf("%d questions with %d each: not ranked a second later", c.questions, c.supporters)
		}
	}
}
