package topic

import "testing"

// No event is dated before the one ahead of it, wherever the clock goes and whoever
// owns the topic then; what is decided by the time goes by the same one.
func TestTimeNeverGoesBack(t *testing.T) {
	sc := newScene(t)
	sc.create(nil)
	began := sc.clock
	sc.clock -= 3_600_000
	sc.open(0)
	if s := sc.state; s.Time != began || s.StageTime != began {
		t.Errorf("an hour back: the log is at %d, the stage was opened at %d, want %d", s.Time, s.StageTime, began)
	}
	state, err := ReadSnapshot(sc.state.AppendSnapshot(nil))
	if err != nil {
		t.Fatal(err)
	}
	if sc.state = state; sc.state.Time != began {
		t.Errorf("read from a snapshot the log is at %d", sc.state.Time)
	}
	sc.clock += 24 * 3_600_000
	sc.apply("anna")
	if later := sc.clock; sc.state.Time != later {
		t.Errorf("a day forward: the log is at %d, want %d", sc.state.Time, later)
	}
	for i := 1; i < len(sc.log); i++ {
		if sc.log[i].Time < sc.log[i-1].Time {
			t.Errorf("event %d is of %d, the one ahead of it of %d", i+1, sc.log[i].Time, sc.log[i-1].Time)
		}
	}
	// Logs of before, in which it did go back, are read as they are.
	sc.clock -= 48 * 3_600_000
	sc.record(planner, ActionPlan, &StageOpened{Index: 2})
	if last := sc.log[len(sc.log)-1].Time; sc.state.Time <= last {
		t.Errorf("the log is at %d after an event of %d", sc.state.Time, last)
	}
}
