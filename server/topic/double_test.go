package topic

import "testing"

// Of two applications of one person one is drawn from; the other comes back where it
// is judged anew; what was committed to stays as it is.
func TestDoubles(t *testing.T) {
	sc := newScene(t)
	sc.create(nil)
	sc.open(atApplications)
	sc.apply("anna", "boris", "vera", "gleb")
	judge := func(a, b, stands uint64) JudgeDouble {
		verdict := DoubleDifferent
		if stands != 0 {
			verdict = DoubleSame
		}
		return JudgeDouble{DoubleJudged{a, b, verdict, stands, text("the same phone")}}
	}
	pool := func(want int, status ApplicationStatus, n uint64) {
		t.Helper()
		if got := int(sc.state.open); got != want || sc.state.Applications[n-1].Status != status {
			t.Errorf("%d in the pool, application %d is %d; want %d and %d", got, n, sc.state.Applications[n-1].Status, want, status)
		}
	}
	for _, who := range []Who{planner, moderator, administrator, citizen("anna")} {
		sc.refused(who, judge(1, 2, 1), CodeForbidden)
	}
	sc.refused(registrar, judge(2, 1, 1), CodeInvalid)
	sc.refused(registrar, judge(1, 1, 1), CodeInvalid)
	sc.refused(registrar, judge(1, 2, 3), CodeInvalid)
	sc.refused(registrar, judge(1, 99, 1), CodeNotFound)
	sc.refused(registrar, JudgeDouble{DoubleJudged{A: 1, B: 2, Verdict: DoubleDifferent, Stands: 1, Reason: text("x")}}, CodeInvalid)
	sc.refused(registrar, JudgeDouble{DoubleJudged{A: 1, B: 2, Verdict: DoubleSame, Stands: 1}}, CodeInvalid)
	sc.refused(registrar, JudgeDouble{DoubleJudged{A: 1, B: 2, Verdict: 9, Reason: text("x")}}, CodeInvalid)
	back := func(a, b uint64) JudgeDouble {
		return JudgeDouble{DoubleJudged{A: a, B: b, Verdict: DoubleTakenBack, Reason: text("a mistake")}}
	}
	sc.refused(registrar, back(1, 2), CodeConflict) // nobody has judged them

	sc.do(registrar, judge(1, 2, 1))
	pool(3, ApplicationDouble, 2)
	sc.refused(citizen("boris"), Apply{Row: text("again"), Consent: "1"}, CodeAlreadyApplied)
	sc.refused(registrar, judge(2, 3, 2), CodeConflict) // 2 is set aside already
	sc.do(registrar, judge(2, 3, 3))
	sc.do(registrar, judge(1, 2, 0))
	pool(3, ApplicationDouble, 2) // 3 still stands for it
	sc.do(registrar, judge(2, 3, 0))
	pool(4, ApplicationOpen, 2)
	sc.do(registrar, judge(1, 2, 1))
	sc.do(registrar, judge(1, 2, 2)) // the other one, on second thoughts
	pool(3, ApplicationDouble, 1)
	if d, ok := sc.state.JudgementOf(1, 2); !ok || d.Stands != 2 {
		t.Errorf("the last word is %+v", d)
	}
	sc.do(registrar, back(1, 2))
	pool(4, ApplicationOpen, 1)
	sc.refused(registrar, back(1, 2), CodeConflict)
	sc.do(registrar, judge(1, 2, 2))
	sc.do(citizen("gleb"), Withdraw{})
	sc.refused(registrar, judge(2, 4, 2), CodeConflict)
}
