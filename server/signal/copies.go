package signal

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"veche/nlp"
)

// Text is what somebody wrote.
type Text struct {
	Number uint32 // any, of its own
	Author uint64 // as others see them
	Body   string
}

// Copies is texts of different authors in nearly the same words.
type Copies struct {
	People []uint64 `json:"people"` // the authors, by number
	Texts  []uint32 `json:"texts"`  // by number
	Words  int      `json:"words"`  // that two of them have in common at least
}

// leastWords is how many words texts must have in common: shorter ones coincide.
const leastWords = 6

// copies finds texts that repeat each other though their authors differ.
//
// The chance is that of two texts that draw their words, each for itself, from
// those that are used in all of them, to have so many in the same place; half of
// its logarithm is believed, for words go together.
func copies(texts []Text) []Signal {
	bodies := make([]string, len(texts))
	uses := map[string]int{}
	words := make([][]string, len(texts))
	total := 0
	for i, t := range texts {
		bodies[i] = t.Body
		words[i] = wordsOf(t.Body)
		for _, w := range words[i] {
			uses[w]++
		}
		total += len(words[i])
	}
	if total == 0 {
		return nil
	}
	meet := int64(0) // whole numbers: their order is nothing to the sum
	for _, n := range uses {
		meet += int64(n) * int64(n)
	}
	word := min(-ln(2), ln(float64(meet))-2*ln(float64(total)))
	sets := map[int][]int{}
	var leaders []int
	for i, leader := range nlp.Repeats(bodies) {
		if sets[leader] == nil {
			leaders = append(leaders, leader)
		}
		sets[leader] = append(sets[leader], i)
	}
	tests := max(1, float64(len(texts))*float64(len(texts)-1)/2)
	type found struct {
		chance float64
		is     Copies
	}
	var list []found
	for _, leader := range leaders {
		x := found{is: Copies{Words: len(words[leader])}}
		for _, i := range sets[leader] {
			x.is.People, x.is.Texts = append(x.is.People, texts[i].Author), append(x.is.Texts, texts[i].Number)
			x.is.Words = min(x.is.Words, shared(words[leader], words[i]))
		}
		slices.Sort(x.is.People)
		x.is.People = slices.Compact(x.is.People)
		if len(x.is.People) < 2 || x.is.Words < leastWords {
			continue
		}
		slices.Sort(x.is.Texts)
		x.chance = float64(tempering * float64(float64(x.is.Words)*word))
		list = append(list, x)
	}
	slices.SortFunc(list, func(a, b found) int {
		return cmp.Or(cmp.Compare(a.chance, b.chance), cmp.Compare(a.is.Texts[0], b.is.Texts[0]))
	})
	chances := make([]float64, len(list))
	for i := range list {
		chances[i] = list[i].chance
	}
	var out []Signal
	for _, x := range list[:discoveries(chances, tests)] {
		key := make([]uint64, len(x.is.Texts))
		for i, n := range x.is.Texts {
			key[i] = uint64(n)
		}
		out = append(out, Signal{Key: newKey(Texts, key...), Kind: Texts, Chance: inAll(x.chance, tests), Copies: &x.is})
	}
	return out
}

// wordsOf are a text's words in small letters.
func wordsOf(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// shared counts the words of two texts that are in both, as often as in the one
// that has them less.
func shared(a, b []string) int {
	left := map[string]int{}
	for _, w := range a {
		left[w]++
	}
	n := 0
	for _, w := range b {
		if left[w] > 0 {
			left[w]--
			n++
		}
	}
	return n
}
