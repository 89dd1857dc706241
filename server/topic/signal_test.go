package topic

import "testing"

func TestSignals(t *testing.T) {
	sc := newScene(t)
	sc.do(planner, Create{allStages()})
	key, reason := text("signal"), text("one household")
	sc.refused(analyst, HandleSignal{key, SignalNothing, reason}, CodeConflict)
	sc.refused(analyst, RecordSignals{SignalsSought{InputSeq: sc.state.Seq + 1}}, CodeInvalid)
	for _, who := range []Who{planner, moderator, auditor, citizen("anna")} {
		sc.refused(who, RecordSignals{SignalsSought{InputSeq: sc.state.Seq}}, CodeForbidden)
		sc.refused(who, HandleSignal{key, SignalNothing, reason}, CodeForbidden)
	}
	if n := sc.do(analyst, RecordSignals{SignalsSought{InputSeq: sc.state.Seq, Result: text("result")}}); n != 1 || sc.state.SignalRuns[0].Result != text("result") {
		t.Errorf("run %d is kept as %+v", n, sc.state.SignalRuns)
	}
	sc.refused(analyst, HandleSignal{Digest{}, SignalNothing, reason}, CodeInvalid)
	sc.refused(analyst, HandleSignal{key, 0, reason}, CodeInvalid)
	sc.refused(analyst, HandleSignal{key, SignalHandedOn + 1, reason}, CodeInvalid)
	sc.refused(analyst, HandleSignal{key, SignalNothing, Digest{}}, CodeInvalid)
	sc.do(analyst, HandleSignal{key, SignalNothing, reason})
	sc.do(analyst, HandleSignal{key, SignalHandedOn, text("and yet")})
	if x, ok := sc.state.LookAt(key); !ok || x.Outcome != SignalHandedOn || x.Reason != text("and yet") || x.By.Role != RoleAnalyst {
		t.Errorf("the last look is %+v", x)
	}
	if _, ok := sc.state.LookAt(text("another")); ok {
		t.Error("nobody looked into another")
	}
	sc.do(moderator, EraseText{Target: EraseSignalReason, Number: 1, Reason: "personal-data"})
	sc.refused(moderator, EraseText{Target: EraseSignalReason, Number: 3, Reason: "personal-data"}, CodeNotFound)
	again, err := ReadSnapshot(sc.state.AppendSnapshot(nil))
	if err != nil {
		t.Fatal(err)
	}
	if x, _ := again.LookAt(key); x.Outcome != SignalHandedOn {
		t.Errorf("after a snapshot the look is %+v", x)
	}
}
