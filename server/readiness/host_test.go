package readiness

import (
	"math"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

func TestMeasureHost(t *testing.T) {
	dir := t.TempDir()
	h, err := MeasureHost(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !(h.SyncP50 > 0 && h.SyncP50 <= h.SyncP99) || h.Cores < 1 {
		t.Errorf("host %+v", h)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("it left %v, %v", left, err)
	}
	if runtime.GOOS == "linux" && !(h.Memory > 1<<26 && h.DiskFree > 0 && h.Backlog > 0) {
		t.Errorf("host %+v", h)
	}
	if _, err := MeasureHost(filepath.Join(dir, "nowhere")); err == nil {
		t.Error("a directory that is not there was measured")
	}
}

func TestNewProcess(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("processes are measured on Linux only")
	}
	before, busy := NewProcess(os.Getpid()), Busy()
	held := make([]byte, 64<<20)
	for i := range held {
		held[i] = byte(i)
	}
	for begun := time.Now(); NewProcess(os.Getpid()).CPU < before.CPU+0.02; {
		if time.Since(begun) > 10*time.Second {
			t.Fatal("no processor time was counted in ten seconds of work")
		}
	}
	after := NewProcess(os.Getpid())
	if now := Busy(); !(now >= busy+0.01) {
		t.Errorf("the machine was busy for %v s before and %v s after this process worked", busy, now)
	}
	if !(after.Resident > before.Resident+32<<20) || !(after.Peak >= after.Resident) || !(after.Descriptors >= 64) {
		t.Errorf("before %+v, with 64 MiB more %+v", before, after)
	}
	runtime.KeepAlive(held)
	if gone := NewProcess(1 << 30); !math.IsNaN(gone.Resident) || !math.IsNaN(gone.CPU) {
		t.Errorf("a process that is not there has %+v", gone)
	}
}

func TestClock(t *testing.T) {
	c := NewClock()
	for _, x := range []struct {
		jump time.Duration
		want float64
	}{{0, 0}, {300 * time.Millisecond, 300}, {-2 * time.Second, 2000}, {0, 2000}} { // the most is kept
		if got := c.look(c.wall.Add(time.Minute+x.jump), time.Minute); got != x.want {
			t.Errorf("after a jump of %v: %v ms, want %v", x.jump, got, x.want)
		}
	}
	if got := NewClock().Look(); got > 1000 {
		t.Errorf("a clock that nobody set jumped by %v ms", got)
	}
}

func TestQuantile(t *testing.T) {
	var ms []float64
	for i := range 200 {
		ms = append(ms, float64(200-i))
	}
	if p50, p99 := quantile(ms, 0.5), quantile(ms, 0.99); p50 != 101 || p99 != 199 {
		t.Errorf("p50 %v, p99 %v", p50, p99)
	}
	if !math.IsNaN(quantile(nil, 0.5)) {
		t.Error("nothing has a median")
	}
}
