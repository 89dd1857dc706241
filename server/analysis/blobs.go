package analysis

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"veche/server/topic"
)

// Schema is the version of the results' layout, but of draws, which have their
// own. It is raised when a change of layout or method changes a byte.
const Schema = 1

// Blobs are what a computation leaves besides its event, each to be kept under
// its SHA-256 before the event is submitted. The first is the result that the
// event names.
type Blobs [][]byte

// Result is the blob that the event names.
func (b Blobs) Result() []byte { return b[0] }

// Digest is the SHA-256 under which a blob is kept.
func Digest(blob []byte) topic.Digest { return sha256.Sum256(blob) }

// encode writes a result: JSON, the fields in the order of their declaration.
func encode(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("analysis: a result can't be written: %w", err)
	}
	return b, nil
}

// parse reads a result and refuses anything that encode would not have written,
// so that one result has one byte string. schema answers the one it was written
// with.
func parse[R any](what string, b []byte, schema func(*R) int) (*R, error) {
	return parseAs(what, b, Schema, schema)
}

// parseAs is parse for a result with a schema of its own.
func parseAs[R any](what string, b []byte, want int, schema func(*R) int) (*R, error) {
	r := new(R)
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(r); err != nil {
		return nil, fmt.Errorf("not a result of a %s: %w", what, err)
	}
	again, err := encode(r)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(again, b) {
		return nil, fmt.Errorf("not a result of a %s: it is not in the canonical form", what)
	}
	if n := schema(r); n != want {
		return nil, fmt.Errorf("the result of the %s has schema %d, this version reads %d", what, n, Schema)
	}
	return r, nil
}
