package server

import (
	"context"
	"os"
	"runtime/debug"
	"time"
)

const (
	// gcPercent is half of Go's default: most of what the process holds are
	// sockets and states that stay, and garbage left between them stays, too.
	gcPercent = 50
	// stormPercent is it while many come: each collection looks at the stack of
	// every socket, and handshakes make garbage fast. More of it would lie between
	// what stays and hold its pages for good: 10,000 sockets keep 9.1 KiB each
	// with 400, 8.1 with 200, 7.7 with 100, 7.2 with 50.
	stormPercent = 100
	// memoryEvery is how often the number of sockets is looked at, and
	// memoryChange how many more or fewer of them are worth a collection.
	memoryEvery  = time.Second
	memoryChange = 500
)

// tendMemory collects seldom while a storm of sockets comes or goes, as at the
// start it may, and gives back to the system what it has left once it is over,
// until ctx ends.
func tendMemory(ctx context.Context, sockets func() int) {
	own := os.Getenv("GOGC") == ""
	set := func(percent int) {
		if own {
			debug.SetGCPercent(percent)
		}
	}
	set(stormPercent)
	calm := false
	ticker := time.NewTicker(memoryEvery)
	defer ticker.Stop()
	tended, last := 0, 0
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		n := sockets()
		quiet := far(n, last) < memoryChange/10
		if quiet != calm {
			calm = quiet
			if set(stormPercent); calm {
				set(gcPercent)
			}
		}
		if quiet && far(n, tended) >= memoryChange {
			debug.FreeOSMemory()
			tended = n
		}
		last = n
	}
}

func far(a, b int) int { return max(a-b, b-a) }
