package server

import (
	"context"
	"net/http"
	"testing"
)

// BenchmarkStartUp opens an installation, listens and answers a first request:
// on an empty directory, and on one that was closed before.
func BenchmarkStartUp(b *testing.B) {
	for _, again := range []bool{false, true} {
		b.Run(map[bool]string{false: "first", true: "again"}[again], func(b *testing.B) {
			dir := b.TempDir()
			if again {
				startUp(b, dir)
			}
			b.ResetTimer()
			for range b.N {
				if !again {
					b.StopTimer()
					dir = b.TempDir()
					b.StartTimer()
				}
				startUp(b, dir)
			}
		})
	}
}

// startUp starts a server, asks it once, and, with the timer stopped, closes it.
func startUp(b *testing.B, dir string) {
	b.Helper()
	s, err := Open(b.Context(), Options{Data: dir, Listen: "127.0.0.1:0"})
	if err != nil {
		b.Fatal(err)
	}
	if err := s.Listen(); err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx) }()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Get(s.URL() + "/api/topics")
	if err != nil {
		b.Fatal(err)
	}
	if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusOK {
		b.Fatalf("%d, %v", res.StatusCode, err)
	}
	b.StopTimer()
	defer b.StartTimer()
	stop()
	if err := <-served; err != nil {
		b.Fatal(err)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}
