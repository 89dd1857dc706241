package sqlite

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
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
	var id, size int64
	if err == nil {
		err = s.query(ctx, `SELECT id, size FROM blobs WHERE digest = ?`, []any{digest}, func(rows *sql.Rows) (bool, error) {
			return false, rows.Scan(&id, &size)
		})
	}
	if err == nil && id == 0 {
		err = store.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("get blob %s: %w", digest, err)
	}
	return store.NewBlobReader(digest, size, func(n int64) ([]byte, error) { return s.chunk(ctx, id, n) }), nil
}

// chunk reads one chunk, by a query of its own.
func (s *Store) chunk(ctx context.Context, id, n int64) ([]byte, error) {
	var data []byte
	if err := s.query(ctx, `SELECT bytes FROM blob_chunks WHERE pos = ?`, []any{id<<chunkBits | n}, scanOne(&data)); err != nil || len(data) > 0 {
		return data, err
	}
	var have int64
	if err := s.query(ctx, `SELECT id FROM blobs WHERE id = ?`, []any{id}, scanOne(&have)); err != nil {
		return nil, err
	}
	if have == 0 {
		return nil, fmt.Errorf("%w: deleted meanwhile", store.ErrNotFound)
	}
	return nil, nil
}
