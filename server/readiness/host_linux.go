package readiness

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// DiskFree is how many bytes the disk of a directory has for us, [Unknown] where
// it can't be told.
func DiskFree(dir string) float64 {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return Unknown
	}
	return float64(s.Bavail) * float64(s.Bsize)
}

// line reads the number after a word at the beginning of a line of a file.
func line(path, word string) float64 {
	b, err := os.ReadFile(path)
	if err != nil {
		return Unknown
	}
	for l := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(l, word); ok {
			if fields := strings.Fields(rest); len(fields) > 0 {
				if v, err := strconv.ParseFloat(fields[0], 64); err == nil {
					return v
				}
			}
		}
	}
	return Unknown
}

func memory() float64 { return kib * line("/proc/meminfo", "MemTotal:") }

func backlog() float64 { return line("/proc/sys/net/core/somaxconn", "") }

// Busy is how many seconds of processor time the whole machine has spent on
// work since it started.
func Busy() float64 {
	b, err := os.ReadFile("/proc/stat")
	if err != nil {
		return Unknown
	}
	first, _, _ := strings.Cut(string(b), "\n")
	fields := strings.Fields(first)
	if len(fields) < 9 || fields[0] != "cpu" {
		return Unknown
	}
	total := 0.0
	for i, f := range fields[1:9] { // user nice system idle iowait irq softirq steal
		v, err := strconv.ParseFloat(f, 64)
		if err != nil {
			return Unknown
		}
		if i != 3 && i != 4 {
			total += v
		}
	}
	return total / ticks
}

// staUnsync is STA_UNSYNC of adjtimex(2): no time service keeps the clock.
const staUnsync = 0x40

// ClockDisciplined is 1 where a time service keeps the clock, 0 where none does,
// [Unknown] where it can't be told.
func ClockDisciplined() float64 {
	var t syscall.Timex
	if _, err := syscall.Adjtimex(&t); err != nil {
		return Unknown
	}
	if t.Status&staUnsync != 0 {
		return 0
	}
	return 1
}

// ticks is USER_HZ, which is 100 on every Linux that Go runs on.
const ticks = 100

// NewProcess measures a process.
func NewProcess(pid int) Process {
	dir := fmt.Sprintf("/proc/%d/", pid)
	p := Process{
		Resident: kib * line(dir+"status", "VmRSS:"), Peak: kib * line(dir+"status", "VmHWM:"),
		Descriptors: line(dir+"limits", "Max open files"), CPU: Unknown,
	}
	if b, err := os.ReadFile(dir + "stat"); err == nil {
		// The second field is a name in brackets, which may hold anything.
		_, rest, _ := strings.Cut(string(b[strings.LastIndexByte(string(b), ')')+1:]), " ")
		if fields := strings.Fields(rest); len(fields) > 12 {
			user, err1 := strconv.ParseFloat(fields[11], 64)
			system, err2 := strconv.ParseFloat(fields[12], 64)
			if err1 == nil && err2 == nil {
				p.CPU = (user + system) / ticks
			}
		}
	}
	return p
}
