package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
)

// BlobReader reads a blob chunk by chunk and checks its digest at the end, as
// [Blobs.GetBlob] promises.
type BlobReader struct {
	digest string
	fetch  func(n int64) ([]byte, error)
	n      int64 // next chunk
	left   int64 // bytes not yet fetched
	sum    hash.Hash
	chunk  bytes.Reader
	err    error
}

// NewBlobReader reads a blob of size bytes. fetch answers the chunk at a
// position, empty where there is none though the blob is there.
func NewBlobReader(digest string, size int64, fetch func(n int64) ([]byte, error)) *BlobReader {
	return &BlobReader{digest: digest, fetch: fetch, left: size, sum: sha256.New()}
}

// Read implements [io.Reader].
func (b *BlobReader) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	if b.chunk.Len() == 0 {
		if err := b.next(); err != nil {
			b.err = err
			if err != io.EOF {
				b.err = fmt.Errorf("read blob %s: %w", b.digest, err)
			}
			return 0, b.err
		}
	}
	return b.chunk.Read(p)
}

func (b *BlobReader) next() error {
	if b.left == 0 {
		if hex.EncodeToString(b.sum.Sum(nil)) != b.digest {
			return ErrCorrupt
		}
		return io.EOF
	}
	data, err := b.fetch(b.n)
	if err != nil {
		return err
	}
	if len(data) == 0 || int64(len(data)) > b.left {
		return fmt.Errorf("%w: chunk %d has %d bytes", ErrCorrupt, b.n, len(data))
	}
	b.n++
	b.left -= int64(len(data))
	b.sum.Write(data)
	b.chunk.Reset(data)
	return nil
}

// Close implements [io.Closer].
func (b *BlobReader) Close() error {
	b.err = fmt.Errorf("read blob %s: %w", b.digest, ErrClosed)
	b.chunk.Reset(nil)
	return nil
}
