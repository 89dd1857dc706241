package swarm

import (
	"fmt"
	"time"

	"veche/server/live/client/load"
)

// Figures is what was counted since the last [Swarm.Begin].
type Figures struct {
	Entry   load.Latency // from dialling until a socket is in its rooms
	Ack     load.Latency // from saying to the acknowledgement
	Receipt load.Latency // from saying to each receipt

	Said, Acked, Refused int
	Sent                 int   // with those that were said again
	Delivered            int64 // remarks received, by all sockets together
	Frames, Bytes        int64
	Resets               int64 // rooms that were begun anew
	Gaps                 int64 // rooms that went on without what lay between
	Skipped              int64 // remarks that a frame said were left out
	Cuts                 int64 // connections that ended otherwise than by [Swarm.Cut]
	Codes                map[int]int
	Begun, Last          time.Time // Last is of the last receipt
	Faults               []string  // the first few things that should not be
}

// PerSecond is how many remarks were received a second, until the last.
func (f *Figures) PerSecond() float64 {
	if took := f.Last.Sub(f.Begun).Seconds(); took > 0 {
		return float64(f.Delivered) / took
	}
	return 0
}

// Fault answers an error that tells the faults, nil if there were none.
func (f *Figures) Fault() error {
	if len(f.Faults) == 0 {
		return nil
	}
	return fmt.Errorf("%d connections ended; %s", f.Cuts, f.Faults)
}

func (f *Figures) fault(format string, args ...any) {
	if len(f.Faults) < 5 {
		f.Faults = append(f.Faults, fmt.Sprintf(format, args...))
	}
}
