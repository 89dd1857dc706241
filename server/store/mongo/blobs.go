package mongo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"veche/server/store"
)

const (
	chunkBytes = 1 << 20
	// longestUpload bounds how long PutBlob may read; what is left of an upload
	// is swept once nobody can finish it any more.
	longestUpload = 12 * time.Hour
	sweepAfter    = 24 * time.Hour
)

// blobDoc makes an upload's chunks the content of a digest.
type blobDoc struct {
	Digest string `bson:"_id"`
	Upload string `bson:"u"`
	Size   int64  `bson:"z"`
}

// chunkDoc has the ID upload/position.
type chunkDoc struct {
	ID   string `bson:"_id"`
	Data []byte `bson:"d"`
}

// uploadDoc stands while chunks may lie there that no blob names: while a blob
// is being put or deleted.
type uploadDoc struct {
	ID     string `bson:"_id"`
	Digest string `bson:"g"`
	Begun  int64  `bson:"b"` // unix ms; 0: being deleted
}

func chunkID(upload string, n int64) string { return fmt.Sprintf("%s/%08x", upload, n) }

// PutBlob implements [store.Blobs].
func (s *Store) PutBlob(ctx context.Context, digest string, r io.Reader) error {
	fail := func(err error) error { return fmt.Errorf("put blob %s: %w", digest, err) }
	if err := store.CheckDigest(digest); err != nil {
		return fail(err)
	}
	begun := time.Now()
	upload := uploadDoc{ID: primitive.NewObjectID().Hex(), Digest: digest, Begun: begun.UnixMilli()}
	if err := s.insertOwn(ctx, s.uploads, upload.ID, upload); err != nil {
		return fail(err)
	}
	size, err := s.putChunks(ctx, upload.ID, digest, r)
	if err == nil && time.Since(begun) > longestUpload {
		err = fmt.Errorf("%w: reading it took more than %s", store.ErrInvalid, longestUpload)
	}
	named := false
	if err == nil {
		named, err = s.nameBlob(ctx, blobDoc{Digest: digest, Upload: upload.ID, Size: size})
	}
	if errors.Is(err, store.ErrOutcomeUnknown) {
		return fail(err) // the chunks may be in use: the sweep will tell
	}
	done := s.endUpload(ctx, upload.ID, !named)
	if err != nil {
		if done != nil {
			err = errors.Join(err, fmt.Errorf("and remove what was stored of it: %w", done))
		}
		return fail(err)
	}
	if done != nil { // the blob is there; what is left over is swept later
		s.log.Warn("what is left of an upload was not removed", "blob", digest, "error", done)
	}
	return nil
}

// putChunks stores what r gives and checks its digest.
func (s *Store) putChunks(ctx context.Context, upload, digest string, r io.Reader) (size int64, err error) {
	sum := sha256.New()
	buf := make([]byte, chunkBytes)
	for n := int64(0); ; n++ {
		got, err := io.ReadFull(r, buf)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return 0, err
		}
		if got > 0 {
			sum.Write(buf[:got])
			size += int64(got)
			id := chunkID(upload, n)
			if err := s.insertOwn(ctx, s.chunks, id, chunkDoc{ID: id, Data: buf[:got]}); err != nil {
				return 0, err
			}
		}
		if err != nil {
			break
		}
	}
	if have := hex.EncodeToString(sum.Sum(nil)); have != digest {
		return 0, fmt.Errorf("%w: its %d bytes have %s", store.ErrDigest, size, have)
	}
	return size, nil
}

// insertOwn inserts a document under an ID that nobody else uses: one that is
// there already is ours.
func (s *Store) insertOwn(ctx context.Context, c *mongo.Collection, id string, doc any) error {
	return s.change(ctx, func(ctx context.Context) error {
		_, err := c.InsertOne(ctx, doc)
		return err
	}, func(ctx context.Context) (found, error) {
		err := c.FindOne(ctx, bson.D{{Key: "_id", Value: id}}, options.FindOne().SetProjection(bson.D{{Key: "_id", Value: int64(1)}})).Err()
		switch {
		case errors.Is(err, mongo.ErrNoDocuments):
			return isAbsent, nil
		case err != nil:
			return 0, err
		}
		return isStored, nil
	})
}

// nameBlob makes an upload the content of its digest unless another is already.
func (s *Store) nameBlob(ctx context.Context, b blobDoc) (named bool, err error) {
	named = true
	err = s.change(ctx, func(ctx context.Context) error {
		_, err := s.blobs.InsertOne(ctx, b)
		return err
	}, func(ctx context.Context) (found, error) {
		have, err := s.blob(ctx, b.Digest)
		switch {
		case errors.Is(err, mongo.ErrNoDocuments):
			return isAbsent, nil
		case err != nil:
			return 0, err
		}
		named = have.Upload == b.Upload
		return isStored, nil
	})
	return named && err == nil, err
}

func (s *Store) blob(ctx context.Context, digest string) (b blobDoc, err error) {
	err = s.blobs.FindOne(ctx, bson.D{{Key: "_id", Value: digest}}).Decode(&b)
	return b, err
}

// endUpload forgets an upload, with its chunks if no blob names them.
func (s *Store) endUpload(ctx context.Context, upload string, chunks bool) error {
	return s.repeat(ctx, func(ctx context.Context) error {
		if chunks {
			all := bson.D{{Key: "$gte", Value: upload + "/"}, {Key: "$lt", Value: upload + "0"}} // the byte after the slash
			if _, err := s.chunks.DeleteMany(ctx, bson.D{{Key: "_id", Value: all}}); err != nil {
				return err
			}
		}
		_, err := s.uploads.DeleteOne(ctx, bson.D{{Key: "_id", Value: upload}})
		return err
	})
}

// sweep destroys what uploads and deletions left that a death cut off.
func (s *Store) sweep(ctx context.Context) error {
	before := time.Now().Add(-sweepAfter).UnixMilli()
	for {
		left, more, err := readPage[uploadDoc](ctx, s, s.uploads, bson.D{{Key: "b", Value: bson.D{{Key: "$lt", Value: before}}}}, bson.D{{Key: "_id", Value: int64(1)}}, page)
		if err != nil {
			return fmt.Errorf("look for what uploads left: %w", err)
		}
		for _, u := range left {
			var b blobDoc
			err := s.read(ctx, func(ctx context.Context) (err error) {
				if b, err = s.blob(ctx, u.Digest); errors.Is(err, mongo.ErrNoDocuments) {
					err = nil
				}
				return err
			})
			if err == nil {
				err = s.endUpload(ctx, u.ID, b.Upload != u.ID)
			}
			if err != nil {
				return fmt.Errorf("remove what an upload of blob %s left: %w", u.Digest, err)
			}
		}
		if !more {
			return nil
		}
	}
}

// DeleteBlob implements [store.Blobs]: the name first, so that nobody meets
// half a blob. Should this process die in between, the next start goes on.
func (s *Store) DeleteBlob(ctx context.Context, digest string) error {
	if err := s.deleteBlob(ctx, digest); err != nil {
		return fmt.Errorf("delete blob %s: %w", digest, err)
	}
	return nil
}

func (s *Store) deleteBlob(ctx context.Context, digest string) error {
	if err := store.CheckDigest(digest); err != nil {
		return err
	}
	if s.readOnly {
		return store.ErrReadOnly
	}
	var b blobDoc
	err := s.read(ctx, func(ctx context.Context) (err error) { b, err = s.blob(ctx, digest); return err })
	if errors.Is(err, mongo.ErrNoDocuments) {
		return store.ErrNotFound
	}
	if err != nil {
		return err
	}
	if err := s.insertOwn(ctx, s.uploads, b.Upload, uploadDoc{ID: b.Upload, Digest: digest}); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	err = s.change(ctx, func(ctx context.Context) error {
		done, err := s.blobs.DeleteOne(ctx, bson.D{{Key: "_id", Value: digest}, {Key: "u", Value: b.Upload}})
		if err == nil && done.DeletedCount == 0 {
			err = errRefused
		}
		return err
	}, func(ctx context.Context) (found, error) {
		have, err := s.blob(ctx, digest)
		switch {
		case errors.Is(err, mongo.ErrNoDocuments):
			return isStored, nil // gone, by this call or by another
		case err != nil:
			return 0, err
		case have.Upload != b.Upload: // and put again
			return isStored, nil
		}
		return isAbsent, nil
	})
	if err != nil {
		return err
	}
	return s.endUpload(ctx, b.Upload, true)
}

// GetBlob implements [store.Blobs].
func (s *Store) GetBlob(ctx context.Context, digest string) (io.ReadCloser, error) {
	err := store.CheckDigest(digest)
	var b blobDoc
	if err == nil {
		err = s.read(ctx, func(ctx context.Context) (err error) { b, err = s.blob(ctx, digest); return err })
	}
	if errors.Is(err, mongo.ErrNoDocuments) {
		err = store.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("get blob %s: %w", digest, err)
	}
	return store.NewBlobReader(digest, b.Size, func(n int64) ([]byte, error) { return s.chunk(ctx, b, n) }), nil
}

// chunk reads one chunk, by a query of its own.
func (s *Store) chunk(ctx context.Context, b blobDoc, n int64) ([]byte, error) {
	var c chunkDoc
	err := s.read(ctx, func(ctx context.Context) error {
		return s.chunks.FindOne(ctx, bson.D{{Key: "_id", Value: chunkID(b.Upload, n)}}).Decode(&c)
	})
	if !errors.Is(err, mongo.ErrNoDocuments) {
		return c.Data, err
	}
	var have blobDoc
	err = s.read(ctx, func(ctx context.Context) (err error) { have, err = s.blob(ctx, b.Digest); return err })
	if errors.Is(err, mongo.ErrNoDocuments) || err == nil && have.Upload != b.Upload {
		err = fmt.Errorf("%w: deleted meanwhile", store.ErrNotFound)
	}
	return nil, err
}
