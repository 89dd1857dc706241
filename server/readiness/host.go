package readiness

import (
	"errors"
	"os"
	"runtime"
	"slices"
	"time"
)

// syncs is how many writes are measured: the p99 of fewer says nothing.
const syncs = 200

// MeasureHost measures the machine and the disk that a directory lies on; a file
// that it writes there is gone afterwards.
func MeasureHost(dir string) (Host, error) {
	h := Host{Cores: runtime.NumCPU(), Memory: memory(), DiskFree: DiskFree(dir), Backlog: backlog(), ClockDisciplined: ClockDisciplined(), Others: Unknown, ClockStep: Unknown}
	times, err := syncTimes(dir, syncs)
	if err != nil {
		return h, err
	}
	h.SyncP50, h.SyncP99 = quantile(times, 0.5), quantile(times, 0.99)
	return h, nil
}

// syncTimes appends 4 KiB and forces it to disk, n times, as a commit does.
func syncTimes(dir string, n int) (ms []float64, err error) {
	f, err := os.CreateTemp(dir, "sync-*")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	page := make([]byte, 4<<10)
	for range n {
		begun := time.Now()
		if _, err := f.Write(page); err != nil {
			return nil, err
		}
		if err := f.Sync(); err != nil {
			return nil, err
		}
		ms = append(ms, float64(time.Since(begun).Microseconds())/1000)
	}
	return ms, nil
}

// quantile is the smallest value that a share q of the values do not exceed.
func quantile(values []float64, q float64) float64 {
	if len(values) == 0 {
		return Unknown
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

// Clock watches for jumps of the system's clock.
type Clock struct {
	wall  time.Time // without the monotonic reading
	begun time.Time
	step  time.Duration
}

// NewClock begins to watch.
func NewClock() *Clock {
	now := time.Now()
	return &Clock{wall: now.Round(0), begun: now}
}

// Look compares the two clocks and answers by how much they differed at most, in
// milliseconds.
func (c *Clock) Look() float64 {
	now := time.Now()
	return c.look(now.Round(0), now.Sub(c.begun))
}

func (c *Clock) look(wall time.Time, elapsed time.Duration) float64 {
	c.step = max(c.step, (wall.Sub(c.wall) - elapsed).Abs())
	return float64(c.step.Microseconds()) / 1000
}

// Process is what a running process takes; a figure may be [Unknown].
type Process struct {
	Resident    float64 // bytes
	Peak        float64 // bytes, the most since it began
	CPU         float64 // seconds of processor time
	Descriptors float64 // how many files it may open
}
