package live_test

import (
	"bytes"
	"runtime"
	"testing"
	"time"

	"veche/server/live"
	"veche/server/live/client"
)

// A socket that waits keeps a goroutine with the smallest stack there is, also
// after messages, pings and pongs.
func TestWaitingTakesASmallStack(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("reading waits with a deeper stack elsewhere")
	}
	const sockets = 300
	w := newTown(t, 2, live.Options{Beat: 10 * time.Second, Limits: live.Limits{PerPerson: -1}})
	for range 2 {
		w.dial("p1", client.Options{}) // what is made once
	}
	stacks := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.StackInuse
	}
	type peer interface{ Write([]byte) (int, error) }
	var peers []peer
	before := stacks()
	for range sockets {
		conn, r := w.raw("p1", "", "")
		for _, frame := range [][]byte{masked(0x81, []byte(`{"t":"ping"}`)), masked(0x89, []byte("are you there")), masked(0x8a, nil)} {
			if _, err := conn.Write(frame); err != nil {
				t.Fatal(err)
			}
		}
		got := make([]byte, 4096)
		for all := []byte{}; !bytes.Contains(all, []byte("\x8a\x0dare you there")); {
			n, err := r.Read(got)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, got[:n]...)
		}
		peers = append(peers, conn)
	}
	eventually(t, "all sockets", func() bool { return w.hub.Sockets() == sockets+2 })
	var each float64
	for range 50 { // goroutines that are at work have larger ones
		if each = float64(stacks()-before) / sockets; each < 3<<10 {
			return
		}
		for _, p := range peers {
			if _, err := p.Write(masked(0x8a, nil)); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Errorf("a waiting socket has a stack of %.0f bytes", each)
}
