package readiness

import (
	"math"
	"testing"
)

// good are the figures of a rehearsal in which all was well.
func good() Figures {
	return Figures{
		Topic:  Topic{Draw: true, Panel: 1200, Accepted: 1190, Seated: 1190, TableSize: 12, Tables: 100, Steps: 5, Minutes: 90, For: 3, Against: 3, Facilitators: 2, Moderators: 1},
		Host:   Host{Cores: 2, Memory: 4 * gib, DiskFree: 50 * gib, SyncP50: 1, SyncP99: 8, Backlog: 4096, ClockDisciplined: 1, Others: 0.1, ClockStep: 1},
		Server: Server{Descriptors: 65536, IdleSocket: 8 * kib, Peak: gib, CPU: 0.6, Grown: 20 << 20, Seconds: 60, CrowdCPU: 0.5},
		Play: Play{
			People: 1200, NoShows: 36, Expected: 1164, Joined: 1164, ConnectP50: 100, ConnectP99: 900, Said: 2000, Refused: 3,
			AckP50: 3, AckP99: 40, ReceiptP50: 40, ReceiptP99: 120, Receipts: 24000, StallQuietP99: 120, StallP99: 130, Stalled: 20,
			Cuts: 60, Back: 60, BackP99: 800, StepP99: 300, Steps: 5, Turns: 400, TurnTables: 100, Late: 60, LateJoined: 60, WallP99: 200,
		},
		Restart: Restart{People: 1160, Back: 1160, P99: 4000},
	}
}

func find(t *testing.T, f Figures, name string) Check {
	t.Helper()
	for _, c := range Judge(f) {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("there is no check %q", name)
	return Check{}
}

func TestAllIsWell(t *testing.T) {
	checks := Judge(good())
	if len(checks) != len(rules) {
		t.Errorf("%d checks of %d rules apply", len(checks), len(rules))
	}
	for _, c := range checks {
		if c.Verdict != Go || c.Advice != "" {
			t.Errorf("%s, and says %q", c, c.Advice)
		}
	}
}

// Every rule fails for a figure that is bad, and says what to do.
func TestEachCheckCanFail(t *testing.T) {
	tested := map[string]bool{}
	for _, c := range []struct {
		name  string
		want  Verdict
		spoil func(*Figures)
	}{
		{"steps of the agenda", Look, func(f *Figures) { f.Topic.Steps = 0 }},
		{"people who are seated", NoGo, func(f *Figures) { f.Topic.Seated = 0 }},
		{"people who are seated", NoGo, func(f *Figures) { f.Topic.TableSize, f.Topic.Accepted = 0, 0 }},
		{"argument cards for and against", Look, func(f *Figures) { f.Topic.Against = 0 }},
		{"seats accepted", Look, func(f *Figures) { f.Topic.Accepted = 1000 }},
		{"accepted people at a table", Look, func(f *Figures) { f.Topic.Seated = 600 }},
		{"facilitators", Look, func(f *Figures) { f.Topic.Tables = 101 }},
		{"moderators", Look, func(f *Figures) { f.Topic.Moderators = 0 }},
		{"files that the server may open", Look, func(f *Figures) { f.Server.Descriptors = 1500 }},
		{"files that the server may open", NoGo, func(f *Figures) { f.Server.Descriptors = 1024 }},
		{"files that the server may open", Look, func(f *Figures) { f.Server.Descriptors = Unknown }},
		{"connections that may wait", Look, func(f *Figures) { f.Host.Backlog = 128 }},
		{"write to disk, p99", Look, func(f *Figures) { f.Host.SyncP99 = 80 }},
		{"write to disk, p99", NoGo, func(f *Figures) { f.Host.SyncP99 = 900 }},
		{"disk free", Look, func(f *Figures) { f.Host.DiskFree = 4 * gib }},
		{"disk free", NoGo, func(f *Figures) { f.Host.DiskFree = gib / 4 }},
		{"processors that others took, of the machine's", Look, func(f *Figures) { f.Host.Others = 1 }},
		{"clock kept by a time service", Look, func(f *Figures) { f.Host.ClockDisciplined = 0 }},
		{"clock jumped by", Look, func(f *Figures) { f.Host.ClockStep = 900 }},
		{"clock jumped by", NoGo, func(f *Figures) { f.Host.ClockStep = 60_000 }},
		{"memory of an idle socket", Look, func(f *Figures) { f.Server.IdleSocket = 50 * kib }},
		{"memory at most, of the machine's", Look, func(f *Figures) { f.Server.Peak = 2.5 * gib }},
		{"memory at most, of the machine's", NoGo, func(f *Figures) { f.Server.Peak = 3.5 * gib }},
		{"processors in use, of the machine's", Look, func(f *Figures) { f.Server.CPU = 1.5 }},
		{"processors in use, of the machine's", NoGo, func(f *Figures) { f.Server.CPU = 1.95 }},
		{"processors the simulated people took", Look, func(f *Figures) { f.Server.CrowdCPU = 1.5 }},
		{"people who got in", Look, func(f *Figures) { f.Play.Joined = 1160 }},
		{"people who got in", NoGo, func(f *Figures) { f.Play.Joined = 1100 }},
		{"getting in, p99", Look, func(f *Figures) { f.Play.ConnectP99 = 5000 }},
		{"getting in, p99", NoGo, func(f *Figures) { f.Play.ConnectP99 = 25_000 }},
		{"message until it is kept, p99", Look, func(f *Figures) { f.Play.AckP99 = 600 }},
		{"message until it is kept, p99", NoGo, func(f *Figures) { f.Play.AckP99 = 6000 }},
		{"message until others have it, p99", Look, func(f *Figures) { f.Play.ReceiptP99 = 900 }},
		{"message until others have it, p99", NoGo, func(f *Figures) { f.Play.ReceiptP99 = 9000 }},
		{"new step until all tables have it, p99", Look, func(f *Figures) { f.Play.StepP99 = 2000 }},
		{"new step until all tables have it, p99", NoGo, func(f *Figures) { f.Play.StepP99 = 20_000 }},
		{"tables where people took turns", Look, func(f *Figures) { f.Play.TurnTables = 80 }},
		{"tables where people took turns", NoGo, func(f *Figures) { f.Play.TurnTables = 10 }},
		{"the wall of tables, p99", Look, func(f *Figures) { f.Play.WallP99 = 2000 }},
		{"the wall of tables, p99", NoGo, func(f *Figures) { f.Play.WallP99 = 20_000 }},
		{"messages lost", NoGo, func(f *Figures) { f.Play.Lost = 1 }},
		{"messages that stand twice", NoGo, func(f *Figures) { f.Play.Doubled = 1 }},
		{"messages that somebody at the table never got", NoGo, func(f *Figures) { f.Play.Missed = 1 }},
		{"messages refused or not answered", Look, func(f *Figures) { f.Play.Refused = 100 }},
		{"messages refused or not answered", NoGo, func(f *Figures) { f.Play.Refused = 1000 }},
		{"latecomers who got in", Look, func(f *Figures) { f.Play.LateJoined = 57 }},
		{"latecomers who got in", NoGo, func(f *Figures) { f.Play.LateJoined = 0 }},
		{"waits with 2 % stalled, of those without", Look, func(f *Figures) { f.Play.StallP99 = 300 }},
		{"people back after a cut", Look, func(f *Figures) { f.Play.Back = 57 }},
		{"people back after a cut", NoGo, func(f *Figures) { f.Play.Back = 30 }},
		{"99 % back after a restart", Look, func(f *Figures) { f.Restart.P99 = 20_000 }},
		{"99 % back after a restart", NoGo, func(f *Figures) { f.Restart.P99 = 90_000 }},
		{"people back after a restart", Look, func(f *Figures) { f.Restart.Back = 1140 }},
		{"people back after a restart", NoGo, func(f *Figures) { f.Restart.Back = 100 }},
	} {
		f := good()
		c.spoil(&f)
		got := find(t, f, c.name)
		if got.Verdict != c.want || got.Advice == "" {
			t.Errorf("%s, want %s with an advice, has %q", got, c.want, got.Advice)
		}
		tested[c.name] = true
	}
	for _, r := range rules {
		if !tested[r.name] {
			t.Errorf("no figure is shown to fail %q", r.name)
		}
		if _, stop := r.bounds(new(Figures)); !math.IsInf(stop, 0) && r.advice == "" {
			t.Errorf("%q stops the debate without an advice", r.name)
		}
	}
}

// What was not there is not judged.
func TestWhatDoesNotApply(t *testing.T) {
	f := good()
	f.Topic = Topic{Steps: 1, For: 1, Against: 1, Moderators: 1}
	f.Play.Late, f.Play.Cuts, f.Play.Receipts, f.Play.Expected = 0, 0, 0, 20
	for _, c := range Judge(f) {
		if math.IsNaN(c.Value) {
			t.Errorf("%s of nothing is judged", c.Name)
		}
	}
}

func TestDiskForALongDebate(t *testing.T) {
	f := Figures{Topic: Topic{Minutes: 120}, Server: Server{Grown: 1 << 20, Seconds: 1}}
	if got, want := f.DiskFor(), float64(gib+3*(1<<20)*7200); got != want {
		t.Errorf("%.0f bytes, want %.0f", got, want)
	}
	f.Server.Grown = Unknown
	if got := f.DiskFor(); got != gib {
		t.Errorf("with nothing measured %.0f bytes, want a GiB", got)
	}
}

func TestStaffing(t *testing.T) {
	for _, c := range []struct {
		people, size int
		want         Staffing
	}{
		{24, 8, Staffing{3, 2, 1, 2, 3, 2}},
		{600, 12, Staffing{50, 2, 1, 2, 3, 2}},
		{1212, 12, Staffing{101, 3, 1, 2, 3, 2}},
		{10_000, 12, Staffing{834, 17, 5, 3, 9, 3}},
		{100, 0, Staffing{0, 2, 1, 2, 3, 2}},
	} {
		if got := NewStaffing(TablesFor(c.people, c.size)); got != c.want {
			t.Errorf("%d people, %d a table: %+v, want %+v", c.people, c.size, got, c.want)
		}
	}
}
