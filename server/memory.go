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
	// memoryEvery is how often the number of sockets is looked at, and
	// memoryChange how many more or fewer of them are worth a collection.
	memoryEvery  = time.Second
	memoryChange = 500
)

// tendMemory gives back to the system what handshakes and departures have left,
// each time a storm of them is over, until ctx ends.
func tendMemory(ctx context.Context, sockets func() int) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
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
		if quiet := far(n, last) < memoryChange/10; quiet && far(n, tended) >= memoryChange {
			debug.FreeOSMemory()
			tended = n
		}
		last = n
	}
}

func far(a, b int) int { return max(a-b, b-a) }
