package storetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"veche/server/store"
)

var blobCases = []testCase{
	{name: "Blobs/ReadBack", run: func(t *testing.T, s store.Store) {
		for _, size := range []int{0, 1, 1000, 512 << 10, 512<<10 + 1, 3<<20 - 7} {
			data := randomBytes(size)
			digest := digestOf(data)
			_, err := s.GetBlob(ctx, digest)
			if !errors.Is(err, store.ErrNotFound) {
				t.Fatalf("%d bytes: %v before it was put", size, err)
			}
			must(t, s.PutBlob(ctx, digest, iotest.HalfReader(bytes.NewReader(data))))
			must(t, s.PutBlob(ctx, digest, bytes.NewReader(data))) // again: no harm
			if got := readBlob(t, s, digest); !bytes.Equal(got, data) {
				t.Fatalf("%d bytes came back as %d others", size, len(got))
			}
			must(t, s.DeleteBlob(ctx, digest))
			_, err = s.GetBlob(ctx, digest)
			wantErr(t, err, store.ErrNotFound)
			wantErr(t, s.DeleteBlob(ctx, digest), store.ErrNotFound)
		}
	}},
	{name: "Blobs/Streaming", run: func(t *testing.T, s store.Store) {
		const size = 10 << 20
		sum := sha256.New()
		_, err := io.Copy(sum, pattern(size))
		must(t, err)
		digest := hex.EncodeToString(sum.Sum(nil))
		must(t, s.PutBlob(ctx, digest, pattern(size)))
		r, err := s.GetBlob(ctx, digest)
		must(t, err)
		defer r.Close()
		got := countingHash{Hash: sha256.New()}
		_, err = io.Copy(&got, r)
		must(t, err)
		if got.n != size || hex.EncodeToString(got.Sum(nil)) != digest {
			t.Fatalf("%d bytes came back changed", got.n)
		}
	}},
	{name: "Blobs/RefusesOtherContent", run: func(t *testing.T, s store.Store) {
		data := randomBytes(700 << 10)
		digest := digestOf(data)
		other := bytes.Clone(data)
		other[len(other)-1] ^= 1
		wantErr(t, s.PutBlob(ctx, digest, bytes.NewReader(other)), store.ErrDigest)
		broken := errors.New("broken pipe")
		if err := s.PutBlob(ctx, digest, io.MultiReader(bytes.NewReader(data[:600<<10]), iotest.ErrReader(broken))); !errors.Is(err, broken) {
			t.Fatalf("got %v, want the reader's error", err)
		}
		_, err := s.GetBlob(ctx, digest)
		wantErr(t, err, store.ErrNotFound)
		must(t, s.PutBlob(ctx, digest, bytes.NewReader(data)))
		wantErr(t, s.PutBlob(ctx, digest, bytes.NewReader(other)), store.ErrDigest)
		if got := readBlob(t, s, digest); !bytes.Equal(got, data) {
			t.Fatal("a refused upload has changed the blob")
		}
		for _, bad := range []string{"", "abc", strings.ToUpper(digest), digest + "0", strings.Repeat("g", 64)} {
			wantErr(t, s.PutBlob(ctx, bad, bytes.NewReader(data)), store.ErrInvalid)
			_, err := s.GetBlob(ctx, bad)
			wantErr(t, err, store.ErrInvalid)
			wantErr(t, s.DeleteBlob(ctx, bad), store.ErrInvalid)
		}
	}},
	{name: "Blobs/CutByContext", run: func(t *testing.T, s store.Store) {
		data := randomBytes(2 << 20)
		digest := digestOf(data)
		cut, cancel := context.WithCancel(ctx)
		err := s.PutBlob(cut, digest, io.MultiReader(bytes.NewReader(data[:1<<20]), callReader(cancel), bytes.NewReader(data[1<<20:])))
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v, want context.Canceled", err)
		}
		_, err = s.GetBlob(ctx, digest)
		wantErr(t, err, store.ErrNotFound)
	}},
	{name: "Blobs/DeletedWhileRead", run: func(t *testing.T, s store.Store) {
		data := randomBytes(3 << 20)
		digest := digestOf(data)
		must(t, s.PutBlob(ctx, digest, bytes.NewReader(data)))
		r, err := s.GetBlob(ctx, digest)
		must(t, err)
		defer r.Close()
		_, err = io.ReadFull(r, make([]byte, 100))
		must(t, err)
		must(t, s.DeleteBlob(ctx, digest))
		must(t, s.PutBlob(ctx, digestOf(data[1:]), bytes.NewReader(data[1:])))
		_, err = io.Copy(io.Discard, r)
		wantErr(t, err, store.ErrNotFound)
	}},
	{name: "Blobs/ReadAfterClose", run: func(t *testing.T, s store.Store) {
		data := randomBytes(10)
		must(t, s.PutBlob(ctx, digestOf(data), bytes.NewReader(data)))
		r, err := s.GetBlob(ctx, digestOf(data))
		must(t, err)
		must(t, r.Close())
		_, err = r.Read(make([]byte, 1))
		wantErr(t, err, store.ErrClosed)
	}},
	{name: "Blobs/SameFromManyWriters", concurrent: true, run: func(t *testing.T, s store.Store) {
		data := randomBytes(600 << 10)
		digest := digestOf(data)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if err := s.PutBlob(ctx, digest, bytes.NewReader(data)); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got := readBlob(t, s, digest); !bytes.Equal(got, data) {
			t.Fatal("came back changed")
		}
		must(t, s.DeleteBlob(ctx, digest))
		_, err := s.GetBlob(ctx, digest)
		wantErr(t, err, store.ErrNotFound)
	}},
}

func readBlob(t *testing.T, s store.Store, digest string) []byte {
	t.Helper()
	r, err := s.GetBlob(ctx, digest)
	must(t, err)
	got, err := io.ReadAll(r)
	must(t, err)
	must(t, r.Close())
	return got
}

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	src := rand.NewChaCha8([32]byte([]byte(unique("seed......................................")[:32])))
	// The head is unique to this call, so that no other case's blob is met.
	copy(b, unique(""))
	if n > 32 {
		src.Read(b[32:])
	}
	return b
}

// pattern is a stream of n bytes that is never whole in memory.
func pattern(n int64) io.Reader {
	return io.LimitReader(rand.NewChaCha8([32]byte{1, 2, 3}), n)
}

type countingHash struct {
	hash.Hash
	n int64
}

func (c *countingHash) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return c.Hash.Write(p)
}

// callReader calls f when it is read, and is empty.
type callReader func()

func (f callReader) Read([]byte) (int, error) {
	f()
	return 0, io.EOF
}
