//go:build !linux

package readiness

// DiskFree can't be told here.
func DiskFree(string) float64 { return Unknown }
func memory() float64         { return Unknown }
func backlog() float64        { return Unknown }

// ClockDisciplined can't be told here.
func ClockDisciplined() float64 { return Unknown }

// Busy is how many seconds of processor time the whole machine has spent on
// work since it started; here it can't be told.
func Busy() float64 { return Unknown }

// NewProcess measures a process; here it can't.
func NewProcess(int) Process { return Process{Unknown, Unknown, Unknown, Unknown} }
