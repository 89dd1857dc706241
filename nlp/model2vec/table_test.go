package model2vec

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"veche/nlp"
)

var _ nlp.Embedder = (*Table)(nil)

// safetensors is a file of one tensor with other tensors around it.
func safetensors(kind string, rows [][]float32) []byte {
	var data bytes.Buffer
	data.WriteString("other") // a tensor before it
	for _, row := range rows {
		for _, x := range row {
			if kind == "F32" {
				_ = binary.Write(&data, binary.LittleEndian, x)
				continue
			}
			bits := math.Float32bits(x)
			h := uint16(bits>>31)<<15 | uint16((bits>>13)&1023)
			if e := int(bits>>23&255) - 112; x != 0 {
				h |= uint16(e) << 10
			}
			_ = binary.Write(&data, binary.LittleEndian, h)
		}
	}
	head, _ := json.Marshal(map[string]any{
		"__metadata__": map[string]string{"format": "pt"},
		"weights":      map[string]any{"dtype": "U8", "shape": []int{5}, "data_offsets": []int{0, 5}},
		"embeddings":   map[string]any{"dtype": kind, "shape": []int{len(rows), len(rows[0])}, "data_offsets": []int{5, data.Len()}},
	})
	var out bytes.Buffer
	_ = binary.Write(&out, binary.LittleEndian, uint64(len(head)))
	return append(append(out.Bytes(), head...), data.Bytes()...)
}

const (
	wordPieceFile = `{"model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","vocab":{"[UNK]":0,"bus":1,"##es":2,"night":3,"дере":4,"##вья":5}}}`
	unigramFile   = `{"model":{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0],["▁bus",-3],["es",-4],["▁night",-3],["▁дере",-5],["вья",-5],["▁b",-1],["u",-1]]}}`
)

var made = [][]float32{{0, 0}, {1, 0}, {0, 1}, {-0.5, 2}, {1, 1}, {3, -1}, {0, 0}, {0, 0}}

func folder(t testing.TB, tokenizer string, tensors []byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string][]byte{"tokenizer.json": []byte(tokenizer), "model.safetensors": tensors} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestEmbed(t *testing.T) {
	for name, file := range map[string]string{"WordPiece": wordPieceFile, "Unigram": unigramFile} {
		for _, kind := range []string{"F32", "F16"} {
			table, err := Open(folder(t, file, safetensors(kind, made)))
			if err != nil {
				t.Fatal(err)
			}
			for word, want := range map[string][]float32{
				"bus": {1, 0}, "buses": {0.5, 0.5}, "night": {-0.5, 2}, "деревья": {2, 0},
				"tram": nil, "": nil, "busy": nil, strings.Repeat("bus", 80): nil, "\xff": nil,
			} {
				out := make([]float32, table.Dims())
				if ok := table.Embed(word, out); ok != (want != nil) || ok && !slices.Equal(out, want) {
					t.Errorf("%s, %s: %q is %v %v, want %v", name, kind, word, out, ok, want)
				}
			}
		}
	}
}

// TestTableConforms: the same answer for the same word, from many at once,
// and nothing written beside out.
func TestTableConforms(t *testing.T) {
	table, err := Open(folder(t, wordPieceFile, safetensors("F32", made)))
	if err != nil {
		t.Fatal(err)
	}
	want := make([]float32, table.Dims())
	if !table.Embed("buses", want) {
		t.Fatal("unknown")
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			out := []float32{7, 7, 7, 7}
			for range 100 {
				if !table.Embed("buses", out[1:3]) || !slices.Equal(out[1:3], want) || out[0] != 7 || out[3] != 7 {
					t.Errorf("got %v, want %v", out, want)
					return
				}
			}
		})
	}
	all.Wait()
}

func TestOpenRefuses(t *testing.T) {
	good := safetensors("F32", made)
	header := func(head string) []byte {
		out := binary.LittleEndian.AppendUint64(nil, uint64(len(head)))
		return append(out, head...)
	}
	for _, c := range []struct {
		tokenizer string
		tensors   []byte
		want      string
	}{
		{`{`, good, "tokenizer.json"},
		{`{"model":{"type":"BPE"}}`, good, `a model of type "BPE"`},
		{`{"model":{"type":"WordPiece","vocab":{}}}`, good, "the vocabulary is empty"},
		{`{"model":{"type":"WordPiece","vocab":{"a":-1}}}`, good, "has the number -1"},
		{`{"model":{"type":"Unigram","vocab":[["a"]]}}`, good, "entry 0"},
		{`{"model":{"type":"WordPiece","vocab":{"a":99}}}`, good, "100 tokens, the table 8 rows"},
		{wordPieceFile, nil, "no header"},
		{wordPieceFile, binary.LittleEndian.AppendUint64(nil, 1<<40), "this is no tensor file"},
		{wordPieceFile, good[:20], "cut off in the header"},
		{wordPieceFile, good[:len(good)-3], "cut off in the table"},
		{wordPieceFile, header(`{}`), `no tensor "embeddings"`},
		{wordPieceFile, header(`{"embeddings":{"dtype":"I8","shape":[1,1],"data_offsets":[0,1]}}`), "values of type I8"},
		{wordPieceFile, header(`{"embeddings":{"dtype":"F32","shape":[1000000,4096],"data_offsets":[0,1]}}`), "a table of shape"},
		{wordPieceFile, header(`{"embeddings":{"dtype":"F32","shape":[2,2],"data_offsets":[8,4]}}`), "bytes for a table"},
	} {
		if _, err := Open(folder(t, c.tokenizer, c.tensors)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
	if _, err := Open(t.TempDir()); !os.IsNotExist(err) {
		t.Errorf("an empty folder: %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte(wordPieceFile), safetensors("F32", made), "buses")
	f.Add([]byte(unigramFile), safetensors("F16", made), "деревья")
	f.Fuzz(func(t *testing.T, tokenizer, tensors []byte, word string) {
		table, err := Open(folder(t, string(tokenizer), tensors))
		if err != nil {
			return
		}
		table.Embed(word, make([]float32, table.Dims()))
	})
}
