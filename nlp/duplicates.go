package nlp

import (
	"cmp"
	"slices"
	"strconv"
)

const (
	gramRunes      = 5  // characters of a gram
	signatureSize  = 64 // hashes of a signature
	bandRows       = 4  // hashes of a band: 16 bands
	bands          = signatureSize / bandRows
	bucketCap      = 200  // of a bucket, so many are compared with each other;
	bucketLarge    = 1000 // of one that is larger fewer, so that a text that thousands send with a change each costs no more,
	bucketLeast    = 8    // but so many at least
	sameText       = 0.5  // Jaccard from which a text repeats another
	gramsRemember  = 400  // grams of one text that count; longer texts are sampled by hash
	signatureSeeds = 0x5eed
)

// grams returns the sorted, distinct hashes of the character 5-grams of a
// text's folded words. A shorter text is one gram; a text without words
// has none.
func grams(text string, out []uint32) []uint32 {
	out, _ = rawGrams(text, out, nil)
	slices.Sort(out)
	out = slices.Compact(out)
	return out[:min(len(out), gramsRemember)]
}

// rawGrams is grams as they stand in the text, repeated ones too; runes is
// working memory.
func rawGrams(text string, out []uint32, runes []rune) ([]uint32, []rune) {
	runes = runes[:0]
	for _, w := range wordsOf(fold(text)) {
		if len(runes) > 0 {
			runes = append(runes, ' ')
		}
		for _, r := range w {
			runes = append(runes, r)
		}
	}
	out = out[:0]
	if len(runes) == 0 {
		return out, runes
	}
	for i := 0; i == 0 || i+gramRunes <= len(runes); i++ {
		h := uint64(14695981039346656037)
		for _, r := range runes[i:min(i+gramRunes, len(runes))] {
			h = (h ^ uint64(r)) * 1099511628211
		}
		out = append(out, uint32(mix(h)>>32))
	}
	return out, runes
}

// jaccard is |a∩b| / |a∪b| of two sorted sets; 0 if both are empty.
func jaccard(a, b []uint32) float64 {
	i, j, both := 0, 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			both++
			i++
			j++
		}
	}
	if len(a)+len(b) == 0 {
		return 0
	}
	return float64(both) / float64(len(a)+len(b)-both)
}

// minHash holds the multipliers of the signature's hash functions.
type minHash struct{ a, b [signatureSize]uint64 }

func newMinHash() *minHash {
	m, r := &minHash{}, random{signatureSeeds}
	for i := range m.a {
		m.a[i], m.b[i] = r.next()|1, r.next()
	}
	return m
}

// signature is the MinHash of Broder (1997): of each hash function the
// smallest value over the grams (multiply-shift hashing).
func (m *minHash) signature(grams []uint32) (s [signatureSize]uint32) {
	for i := 0; i < signatureSize; i += 2 {
		// Two at a time: each gram is loaded once for two products.
		a, b, c, d := m.a[i], m.b[i], m.a[i+1], m.b[i+1]
		first, second := ^uint32(0), ^uint32(0)
		for _, g := range grams {
			x := uint64(g)
			first = min(first, uint32((a*x+b)>>32))
			second = min(second, uint32((c*x+d)>>32))
		}
		s[i], s[i+1] = first, second
	}
	return s
}

// bandKeys are the keys of a signature in the 16 tables of the LSH.
func bandKeys(s *[signatureSize]uint32) (keys [bands]uint64) {
	for b := range keys {
		h := uint64(b)
		for _, v := range s[b*bandRows : (b+1)*bandRows] {
			h = mix(h ^ uint64(v) + 0x9e3779b97f4a7c15)
		}
		keys[b] = h
	}
	return keys
}

// nearDuplicates finds texts that repeat another one, nearly word for word.
// leader[i] is the row that row i repeats, or i. Each repeat has a Jaccard
// similarity of at least sameText with its leader directly; there are no
// chains. The leader is the row with the most repeats, then the longest,
// then the first by id, a shorter id first. O(n·grams·64), on all processors,
// however many texts are the same or nearly so.
func nearDuplicates(rows []row) (leader []int32) {
	n := len(rows)
	keys := make([][bands]uint64, n)
	hasWords := make([]bool, n)
	hash := newMinHash()
	inBlocks(n, 256, func(_, from, to int) {
		var buffer []uint32
		var runes []rune
		for i := from; i < to; i++ {
			if buffer, runes = rawGrams(rows[i].text, buffer, runes); len(buffer) > gramsRemember {
				buffer = grams(rows[i].text, buffer)
			}
			s := hash.signature(buffer) // order and repeats are nothing to it
			keys[i], hasWords[i] = bandKeys(&s), len(buffer) > 0
		}
	})
	twin, times := twins(rows, keys, hasWords)
	type entry struct {
		key uint64
		row int32
	}
	found := make([][][2]int32, bands)
	inBlocks(bands, 1, func(b, _, _ int) {
		entries := make([]entry, 0, n)
		for i := range n {
			if hasWords[i] && twin[i] == int32(i) {
				entries = append(entries, entry{keys[i][b], int32(i)})
			}
		}
		slices.SortFunc(entries, func(x, y entry) int {
			if x.key != y.key {
				return cmp.Compare(x.key, y.key)
			}
			return cmp.Compare(x.row, y.row)
		})
		for i := 0; i < len(entries); {
			j := i + 1
			for j < len(entries) && entries[j].key == entries[i].key {
				j++
			}
			bucket := entries[i:j]
			large := max(1, float64(len(bucket))/bucketLarge)
			most := max(bucketLeast, int(bucketCap/(large*large)))
			for x := range bucket {
				// Beyond the cap a member is compared with the first ones only.
				for y := range min(x, most) {
					found[b] = append(found[b], [2]int32{bucket[y].row, bucket[x].row})
				}
			}
			i = j
		}
	})
	pairs := slices.Concat(found...)
	slices.SortFunc(pairs, func(x, y [2]int32) int {
		if x[0] != y[0] {
			return cmp.Compare(x[0], y[0])
		}
		return cmp.Compare(x[1], y[1])
	})
	pairs = slices.Compact(pairs)
	paired := make([]bool, n)
	for _, p := range pairs {
		paired[p[0]], paired[p[1]] = true, true
	}
	sets := make([][]uint32, n) // of those that may be repeats or repeated
	inBlocks(n, 256, func(_, from, to int) {
		for i := from; i < to; i++ {
			if paired[i] {
				sets[i] = slices.Clone(grams(rows[i].text, nil))
			}
		}
	})
	same := make([]bool, len(pairs))
	inBlocks(len(pairs), 4096, func(_, from, to int) {
		for i := from; i < to; i++ {
			same[i] = jaccard(sets[pairs[i][0]], sets[pairs[i][1]]) >= sameText
		}
	})
	near := make([][]int32, n)
	for i, p := range pairs {
		if same[i] {
			near[p[0]] = append(near[p[0]], p[1])
			near[p[1]] = append(near[p[1]], p[0])
		}
	}
	order := make([]int32, n)
	repeats := make([]int32, n)
	leader = make([]int32, n)
	for i := range order {
		order[i], leader[i] = int32(i), -1
		repeats[i] = times[twin[i]]
		for _, j := range near[twin[i]] {
			repeats[i] += times[j]
		}
	}
	slices.SortFunc(order, func(x, y int32) int {
		a, b := rows[x].id, rows[y].id
		return cmp.Or(cmp.Compare(repeats[y], repeats[x]), cmp.Compare(len(sets[y]), len(sets[x])), cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	})
	for _, i := range order {
		if twin[i] != i || leader[i] >= 0 {
			continue
		}
		leader[i] = i
		for _, j := range near[i] {
			if leader[j] < 0 {
				leader[j] = i
			}
		}
	}
	for i, t := range twin {
		leader[i] = leader[t]
	}
	return leader
}

// twins finds the texts of equal gram sets: for each row the one of its kind that
// stands first by id, and how many there are of that kind. Thousands may send the
// same text; it is compared with others once.
func twins(rows []row, keys [][bands]uint64, hasWords []bool) (twin, times []int32) {
	n := len(rows)
	twin, times = make([]int32, n), make([]int32, n)
	type entry struct {
		key uint64
		row int32
	}
	var list []entry
	for i := range n {
		twin[i], times[i] = int32(i), 1
		if hasWords[i] {
			r := random{1}
			for _, k := range keys[i] {
				r.state = r.next() ^ k
			}
			list = append(list, entry{r.next(), int32(i)})
		}
	}
	slices.SortFunc(list, func(x, y entry) int {
		if x.key != y.key {
			return cmp.Compare(x.key, y.key)
		}
		a, b := rows[x.row].id, rows[y.row].id
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	})
	var buffer []uint32
	for i := 0; i < len(list); {
		j := i + 1
		for j < len(list) && list[j].key == list[i].key {
			j++
		}
		if first := list[i].row; j > i+1 {
			set := slices.Clone(grams(rows[first].text, buffer))
			for _, e := range list[i+1 : j] {
				if buffer = grams(rows[e.row].text, buffer); slices.Equal(buffer, set) {
					twin[e.row] = first
					times[first]++
				}
			}
		}
		i = j
	}
	return twin, times
}

// Repeats answers for each text the index of the one that it repeats nearly word
// for word, its own where it repeats none; a text that others repeat has its own.
// Of such texts the one with the most repeats is named, then the longest, then the
// first. O(texts · characters), on all processors, the same whatever their number.
func Repeats(texts []string) []int {
	rows := make([]row, len(texts))
	for i, t := range texts {
		rows[i] = row{document: i, id: strconv.Itoa(i), text: normalised(t)}
	}
	of := make([]int, len(texts))
	for i, leader := range nearDuplicates(rows) {
		of[i] = int(leader)
	}
	return of
}
