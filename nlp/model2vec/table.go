// Package model2vec reads static word vectors in the format that model2vec
// publishes: a folder with model.safetensors (a tensor "embeddings", a row a
// token) and tokenizer.json (WordPiece or Unigram). It implements nlp.Embedder.
// Nothing is fetched: an operator puts the folder there.
package model2vec

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
)

const (
	mostHeader = 1 << 20 // bytes of a tensor file's header
	mostCells  = 1 << 28 // values of a table
	mostDims   = 4096
)

// Table is word vectors by token. It is immutable and safe for concurrent use.
type Table struct {
	tokenizer tokenizer
	dims      int
	rows      []float32
}

// Open reads a folder.
func Open(folder string) (*Table, error) {
	t := &Table{}
	text, err := os.ReadFile(filepath.Join(folder, "tokenizer.json"))
	if err != nil {
		return nil, err
	}
	if t.tokenizer, err = parseTokenizer(text); err != nil {
		return nil, fmt.Errorf("%s: tokenizer.json: %w", folder, err)
	}
	f, err := os.Open(filepath.Join(folder, "model.safetensors"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if t.rows, t.dims, err = readTensor(f); err != nil {
		return nil, fmt.Errorf("%s: model.safetensors: %w", folder, err)
	}
	if have := len(t.rows) / t.dims; t.tokenizer.size() > have {
		return nil, fmt.Errorf("%s: the tokenizer has %d tokens, the table %d rows: the files are of two models", folder, t.tokenizer.size(), have)
	}
	return t, nil
}

// Dims is the length of a vector.
func (t *Table) Dims() int { return t.dims }

// Embed writes the mean of the vectors of a word's tokens; false if a part of
// it has no token.
func (t *Table) Embed(word string, out []float32) bool {
	ids := t.tokenizer.tokens(word)
	if len(ids) == 0 {
		return false
	}
	clear(out)
	for _, id := range ids {
		for i, x := range t.rows[id*t.dims : (id+1)*t.dims] {
			out[i] += x
		}
	}
	n := float32(len(ids))
	for i := range out {
		out[i] /= n
	}
	return true
}

// readTensor reads the tensor "embeddings" of a safetensors file: the length
// of a JSON header in eight bytes, the header, the values, all little-endian.
func readTensor(r io.Reader) (rows []float32, dims int, err error) {
	var length uint64
	if err := binary.Read(r, binary.LittleEndian, &length); err != nil {
		return nil, 0, fmt.Errorf("no header: %w", err)
	}
	if length > mostHeader {
		return nil, 0, fmt.Errorf("a header of %d bytes: this is no tensor file", length)
	}
	head := make([]byte, length)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, 0, fmt.Errorf("cut off in the header: %w", err)
	}
	var tensors map[string]json.RawMessage
	if err := json.Unmarshal(head, &tensors); err != nil {
		return nil, 0, fmt.Errorf("the header: %w", err)
	}
	var tensor struct {
		Type    string   `json:"dtype"`
		Shape   []int    `json:"shape"`
		Offsets []uint64 `json:"data_offsets"`
	}
	raw, ok := tensors["embeddings"]
	if !ok {
		return nil, 0, errors.New(`it has no tensor "embeddings"`)
	}
	if err := json.Unmarshal(raw, &tensor); err != nil {
		return nil, 0, fmt.Errorf("the tensor: %w", err)
	}
	size := map[string]int{"F32": 4, "F16": 2}[tensor.Type]
	switch {
	case size == 0:
		return nil, 0, fmt.Errorf("values of type %s: F32 and F16 can be read", tensor.Type)
	case len(tensor.Shape) != 2 || tensor.Shape[0] < 1 || tensor.Shape[1] < 1 || tensor.Shape[1] > mostDims || tensor.Shape[0] > mostCells/tensor.Shape[1]:
		return nil, 0, fmt.Errorf("a table of shape %v", tensor.Shape)
	}
	cells := tensor.Shape[0] * tensor.Shape[1]
	if len(tensor.Offsets) != 2 || tensor.Offsets[1] < tensor.Offsets[0] || tensor.Offsets[1]-tensor.Offsets[0] != uint64(cells*size) {
		return nil, 0, fmt.Errorf("%v bytes for a table of shape %v", tensor.Offsets, tensor.Shape)
	}
	if _, err := io.CopyN(io.Discard, r, int64(min(tensor.Offsets[0], math.MaxInt64))); err != nil {
		return nil, 0, fmt.Errorf("cut off before the table: %w", err)
	}
	chunk := make([]byte, 1<<16)
	for left := cells * size; left > 0; {
		part := chunk[:min(left, len(chunk))]
		if _, err := io.ReadFull(r, part); err != nil {
			return nil, 0, fmt.Errorf("cut off in the table: %w", err)
		}
		left -= len(part)
		for ; len(part) > 0; part = part[size:] {
			if size == 4 {
				rows = append(rows, math.Float32frombits(binary.LittleEndian.Uint32(part)))
			} else {
				rows = append(rows, half(binary.LittleEndian.Uint16(part)))
			}
		}
	}
	return rows, tensor.Shape[1], nil
}

// half is an IEEE 754 half as a float32.
func half(h uint16) float32 {
	sign, exponent, fraction := uint32(h>>15)<<31, uint32(h>>10)&31, uint32(h)&1023
	switch exponent {
	case 0: // zero and subnormal: fraction · 2⁻²⁴, exact
		x := float32(fraction) / (1 << 24)
		if sign != 0 {
			return -x
		}
		return x
	case 31:
		return math.Float32frombits(sign | 255<<23 | fraction<<13)
	}
	return math.Float32frombits(sign | (exponent+112)<<23 | fraction<<13)
}
