package sqlite

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"

	"veche/server/store"
)

const (
	chunkBytes = 512 << 10
	chunkBits  = 24 // chunks of one blob: 8 TiB
)

// PutBlob implements [store.Blobs]. Chunks go in one commit each, under an id
// that gets its digest only at the end, so that a long upload keeps no other
// writer waiting and a half one is never seen.
func (s *Store) PutBlob(ctx context.Context, digest string, r io.Reader) error {
	fail := func(err error) error { return fmt.Errorf("put blob %s: %w", digest, err) }
	if err := store.CheckDigest(digest); err != nil {
		return fail(err)
	}
	var id int64
	err := s.submit(ctx, &op{do: func(w *writer) (err error) {
		id, err = w.insert(`INSERT INTO blobs (digest) VALUES (NULL)`)
		return err
	}})
	if err != nil {
		return fail(err)
	}
	if err := s.fillBlob(ctx, id, digest, r); err != nil {
		undo := s.submit(context.WithoutCancel(ctx), &op{multi: true, erases: true, do: func(w *writer) error { return w.deleteBlob(id) }})
		if undo != nil {
			err = errors.Join(err, fmt.Errorf("and remove what was stored of it: %w", undo))
		}
		return fail(err)
	}
	return nil
}

func (s *Store) fillBlob(ctx context.Context, id int64, digest string, r io.Reader) error {
	sum, size := sha256.New(), int64(0)
	buf := make([]byte, chunkBytes)
	for n := int64(0); ; n++ {
		got, err := io.ReadFull(r, buf)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return err
		}
		if got > 0 {
			chunk := buf[:got]
			sum.Write(chunk)
			size += int64(got)
			if n >= 1<<chunkBits {
				return fmt.Errorf("%w: blob is too large", store.ErrInvalid)
			}
			put := &op{size: got, do: func(w *writer) error {
				_, err := w.exec(`INSERT INTO blob_chunks (pos, bytes) VALUES (?, ?)`, id<<chunkBits|n, chunk)
				return err
			}}
			if err := s.submit(ctx, put); err != nil {
				return err
			}
		}
		if err != nil {
			break
		}
	}
	if have := hex.EncodeToString(sum.Sum(nil)); have != digest {
		return fmt.Errorf("%w: its %d bytes have %s", store.ErrDigest, size, have)
	}
	return s.submit(ctx, &op{multi: true, do: func(w *writer) error {
		var have int64
		found, err := w.row(`SELECT id FROM blobs WHERE digest = ?`, []any{digest}, &have)
		if err != nil {
			return err
		}
		if found {
			return w.deleteBlob(id)
		}
		_, err = w.exec(`UPDATE blobs SET digest = ?, size = ? WHERE id = ?`, digest, size, id)
		return err
	}})
}

// DeleteBlob implements [store.Blobs].
func (s *Store) DeleteBlob(ctx context.Context, digest string) error {
	err := store.CheckDigest(digest)
	if err == nil {
		err = s.submit(ctx, &op{multi: true, erases: true, do: func(w *writer) error {
			var id int64
			found, err := w.row(`SELECT id FROM blobs WHERE digest = ?`, []any{digest}, &id)
			if err != nil {
				return err
			}
			if !found {
				return store.ErrNotFound
			}
			return w.deleteBlob(id)
		}})
	}
	if err != nil {
		return fmt.Errorf("delete blob %s: %w", digest, err)
	}
	return nil
}

func (w *writer) deleteBlob(id int64) error {
	if _, err := w.exec(`DELETE FROM blob_chunks WHERE pos BETWEEN ? AND ?`, id<<chunkBits, (id+1)<<chunkBits-1); err != nil {
		return err
	}
	_, err := w.exec(`DELETE FROM blobs WHERE id = ?`, id)
	return err
}

// GetBlob implements [store.Blobs].
func (s *Store) GetBlob(ctx context.Context, digest string) (io.ReadCloser, error) {
	err := store.CheckDigest(digest)
	b := &blobReader{s: s, ctx: ctx, digest: digest, sum: sha256.New()}
	if err == nil {
		err = s.query(ctx, `SELECT id, size FROM blobs WHERE digest = ?`, []any{digest}, func(rows *sql.Rows) (bool, error) {
			return false, rows.Scan(&b.id, &b.left)
		})
	}
	if err == nil && b.id == 0 {
		err = store.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("get blob %s: %w", digest, err)
	}
	return b, nil
}

// blobReader fetches a chunk at a time, each by a query of its own.
type blobReader struct {
	s      *Store
	ctx    context.Context
	digest string
	id     int64
	n      int64 // next chunk
	left   int64 // bytes not yet fetched
	sum    hash.Hash
	chunk  bytes.Reader
	err    error
}

func (b *blobReader) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	if b.chunk.Len() == 0 {
		if err := b.fetch(); err != nil {
			b.err = err
			if err != io.EOF {
				b.err = fmt.Errorf("read blob %s: %w", b.digest, err)
			}
			return 0, b.err
		}
	}
	return b.chunk.Read(p)
}

func (b *blobReader) fetch() error {
	if b.left == 0 {
		if hex.EncodeToString(b.sum.Sum(nil)) != b.digest {
			return store.ErrCorrupt
		}
		return io.EOF
	}
	var data []byte
	if err := b.s.query(b.ctx, `SELECT bytes FROM blob_chunks WHERE pos = ?`, []any{b.id<<chunkBits | b.n}, scanOne(&data)); err != nil {
		return err
	}
	if len(data) == 0 {
		var have int64
		if err := b.s.query(b.ctx, `SELECT id FROM blobs WHERE id = ?`, []any{b.id}, scanOne(&have)); err != nil {
			return err
		}
		if have == 0 {
			return fmt.Errorf("%w: deleted meanwhile", store.ErrNotFound)
		}
	}
	if len(data) == 0 || int64(len(data)) > b.left {
		return fmt.Errorf("%w: chunk %d has %d bytes", store.ErrCorrupt, b.n, len(data))
	}
	b.n++
	b.left -= int64(len(data))
	b.sum.Write(data)
	b.chunk.Reset(data)
	return nil
}

func (b *blobReader) Close() error {
	b.err = fmt.Errorf("read blob %s: %w", b.digest, store.ErrClosed)
	b.chunk.Reset(nil)
	return nil
}
