package model2vec

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"unicode/utf8"
)

const longestWord = 100 // runes that are cut to tokens

// tokenizer cuts a word to tokens: nil if some part of it has none.
type tokenizer interface {
	tokens(word string) []int
	size() int
}

func parseTokenizer(text []byte) (tokenizer, error) {
	var file struct {
		Model struct {
			Type       string          `json:"type"`
			Vocabulary json.RawMessage `json:"vocab"`
			Prefix     *string         `json:"continuing_subword_prefix"`
		} `json:"model"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, err
	}
	switch file.Model.Type {
	case "WordPiece":
		w := &wordPiece{prefix: "##"}
		if file.Model.Prefix != nil {
			w.prefix = *file.Model.Prefix
		}
		if err := json.Unmarshal(file.Model.Vocabulary, &w.ids); err != nil {
			return nil, fmt.Errorf("the vocabulary: %w", err)
		}
		for token, id := range w.ids {
			if id < 0 {
				return nil, fmt.Errorf("token %q has the number %d", token, id)
			}
			w.most = max(w.most, id+1)
		}
		return w, full(w)
	case "Unigram":
		var list [][]any
		if err := json.Unmarshal(file.Model.Vocabulary, &list); err != nil {
			return nil, fmt.Errorf("the vocabulary: %w", err)
		}
		u := &unigram{ids: map[string]int{}}
		for id, entry := range list {
			if len(entry) != 2 {
				return nil, fmt.Errorf("entry %d of the vocabulary is no token with its score", id)
			}
			token, isText := entry[0].(string)
			score, isNumber := entry[1].(float64)
			if !isText || !isNumber {
				return nil, fmt.Errorf("entry %d of the vocabulary is no token with its score", id)
			}
			u.ids[token] = id
			u.scores = append(u.scores, score)
		}
		return u, full(u)
	}
	return nil, fmt.Errorf("a model of type %q: WordPiece and Unigram can be read", file.Model.Type)
}

func full(t tokenizer) error {
	if t.size() == 0 {
		return errors.New("the vocabulary is empty")
	}
	return nil
}

// wordPiece takes the longest token that fits, again and again.
type wordPiece struct {
	ids    map[string]int
	prefix string // of tokens that begin no word
	most   int
}

func (w *wordPiece) size() int { return w.most }

func (w *wordPiece) tokens(word string) (out []int) {
	if utf8.RuneCountInString(word) > longestWord {
		return nil
	}
	for at := 0; at < len(word); {
		end, found := len(word), -1
		for ; end > at && found < 0; end-- {
			if !utf8.RuneStart(byteAt(word, end)) {
				continue
			}
			piece := word[at:end]
			if at > 0 {
				piece = w.prefix + piece
			}
			if id, ok := w.ids[piece]; ok {
				found = id
				break
			}
		}
		if found < 0 {
			return nil
		}
		out = append(out, found)
		at = end
	}
	return out
}

// byteAt is a byte of a text, a letter after its end.
func byteAt(s string, i int) byte {
	if i == len(s) {
		return 'a'
	}
	return s[i]
}

// unigram takes the tokens with the best sum of scores (Viterbi).
type unigram struct {
	ids    map[string]int
	scores []float64
}

func (u *unigram) size() int { return len(u.scores) }

func (u *unigram) tokens(word string) []int {
	if word == "" || utf8.RuneCountInString(word) > longestWord {
		return nil
	}
	word = "\u2581" + word // how a word begins
	best, from, by := make([]float64, len(word)+1), make([]int, len(word)+1), make([]int, len(word)+1)
	for end := 1; end <= len(word); end++ {
		best[end] = math.Inf(-1)
		if !utf8.RuneStart(byteAt(word, end)) {
			continue
		}
		for at := range end {
			if math.IsInf(best[at], -1) {
				continue
			}
			if id, ok := u.ids[word[at:end]]; ok && best[at]+u.scores[id] > best[end] {
				best[end], from[end], by[end] = best[at]+u.scores[id], at, id
			}
		}
	}
	if math.IsInf(best[len(word)], -1) {
		return nil
	}
	var out []int
	for at := len(word); at > 0; at = from[at] {
		out = append([]int{by[at]}, out...)
	}
	return out
}
