package backup

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"time"

	"veche/server/audit"
	"veche/server/store"
	"veche/server/topic"
)

// Format is the version of the file that this program writes; it reads all up to
// it.
const Format = 1

// Names of the files in a backup.
const (
	manifestName = "manifest.json"
	readmeName   = "README.txt"
	dataName     = "veche.db"
)

// Manifest says what a backup holds.
type Manifest struct {
	Format int       `json:"format"`
	Made   time.Time `json:"made"`
	Code   string    `json:"code"`   // the program that made it
	Schema int       `json:"schema"` // of the database
	Signer string    `json:"signer"` // the public key that the installation signs checkpoints with
	Topics []Topic   `json:"topics"`
	Files  []File    `json:"files"`
}

// Topic is the log of a topic, by its length and its Merkle root.
type Topic struct {
	ID      string     `json:"id"`
	Batches uint64     `json:"batches"`
	Events  uint64     `json:"events"`
	Root    audit.Hash `json:"root"`
}

// File is a file of the backup.
type File struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

const (
	maxManifest = 16 << 20
	maxFile     = 1 << 42
)

// readManifest reads what a backup says of itself, and believes nothing else.
func readManifest(b []byte) (m Manifest, err error) {
	var head struct {
		Format int    `json:"format"`
		Code   string `json:"code"`
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return m, fmt.Errorf("its %s can't be read: %w", manifestName, err)
	}
	if head.Format < 1 {
		return m, fmt.Errorf("its %s names no format", manifestName)
	}
	if head.Format > Format {
		return m, fmt.Errorf("it has format %d, made by veche %.60s; this program knows up to %d: use a newer veche", head.Format, head.Code, Format)
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return m, fmt.Errorf("its %s can't be read: %w", manifestName, err)
	}
	seen := map[string]bool{}
	for _, f := range m.Files {
		if f.Name != path.Base(f.Name) || f.Name == "." || f.Name == "/" || f.Name == manifestName || seen[f.Name] || f.Size < 0 || f.Size > maxFile {
			return m, fmt.Errorf("its %s names a file %.60q that can't be one of a backup", manifestName, f.Name)
		}
		if sum, err := hex.DecodeString(f.SHA256); err != nil || len(sum) != 32 {
			return m, fmt.Errorf("its %s has no digest of %s", manifestName, f.Name)
		}
		seen[f.Name] = true
	}
	if !seen[dataName] {
		return m, errors.New("it names no database")
	}
	if !slices.IsSortedFunc(m.Topics, func(a, b Topic) int {
		if a.ID < b.ID {
			return -1
		}
		return 1
	}) {
		return m, fmt.Errorf("its %s names topics twice or in disorder", manifestName)
	}
	return m, nil
}

// Measure reads the first events of a topic's log, all if upTo is 0, and answers
// its length and root; each gets every event. A log that can't be read or does
// not decode is an error that says where.
func Measure(ctx context.Context, log store.Log, id string, upTo uint64, each func(*topic.Event)) (Topic, error) {
	t := Topic{ID: id}
	var cover audit.Cover
	err := log.ReadAfter(ctx, id, 0, func(b store.Batch) error {
		if upTo != 0 && t.Events >= upTo {
			return errEnough
		}
		t.Batches = b.No
		next := b.First
		err := topic.ReadBatch(b.Bytes, b.First, func(seq uint64, bytes []byte) error {
			if seq != next {
				return fmt.Errorf("event %d stands where %d should", seq, next)
			}
			next++
			if upTo != 0 && seq > upTo {
				return nil
			}
			e, err := topic.DecodeEvent(bytes, seq)
			if err != nil {
				return err
			}
			cover.Append(audit.LeafHash(bytes))
			t.Events = seq
			if each != nil {
				each(&e)
			}
			return nil
		})
		if err == nil && next != b.Last+1 {
			err = fmt.Errorf("it holds events to %d and not to %d", next-1, b.Last)
		}
		if err != nil {
			return fmt.Errorf("topic %s, batch %d: %w", id, b.No, err)
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	t.Root = cover.Root()
	return t, err
}

var errEnough = errors.New("enough")

// measureAll measures every topic of a store, sorted by id.
func measureAll(ctx context.Context, log store.Log) ([]Topic, error) {
	ids, err := log.Topics(ctx)
	if err != nil {
		return nil, err
	}
	list := []Topic{}
	for _, id := range ids {
		t, err := Measure(ctx, log, id, 0, nil)
		if err != nil {
			return nil, err
		}
		if t.Batches > 0 {
			list = append(list, t)
		}
	}
	return list, nil
}
