package load

import "time"

// Latency gathers durations from many goroutines at once, within 2 %.
type Latency struct{ histogram histogram }

// Add counts a duration.
func (l *Latency) Add(d time.Duration) { l.histogram.add(d) }

// Times answers quantiles of what was added.
func (l *Latency) Times() Times { return l.histogram.times() }
