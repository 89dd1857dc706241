package selection

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// Feature is a categorical attribute and the values it can take, in the order
// in which quotas and reports name them.
type Feature struct {
	Name   string   `json:"name"`
	Values []string `json:"values"`
}

// Person is one applicant as the lottery sees them. Values holds, for each
// feature of the pool in its order, the index into that feature's values.
// Household is an address key: people who share a non-empty one are never
// seated together. Weight is the bounded preference of the interest fit, from
// 1 to MaxWeight, rounded to whole millionths; 0 stands for 1.
type Person struct {
	ID        string
	Values    []uint16
	Household string
	Weight    float64
}

// MaxWeight bounds Person.Weight: nobody is favoured more than this many times.
const MaxWeight = 3

// weightUnit is how many units of a weight make 1.
const weightUnit = 1e6

// Pool holds everyone who applied, stored by column so that millions fit: an
// identifier, a profile (the tuple of values) and a household each. It is
// filled by Add and read-only afterwards; reading is safe from several
// goroutines.
type Pool struct {
	features   []Feature
	ids        names
	profileOf  []int32
	profiles   []uint16 // len(features) values a profile
	profileKey map[string]int32
	household  []int32 // -1: none given
	households names
	weight     []float64 // nil while everyone weighs 1
	key        []byte
}

// NewPool makes an empty pool over the features. It refuses a feature or value
// that is not UTF-8 or named twice, a feature without a name or values, and more than 65,535 values of one feature.
func NewPool(features []Feature) (*Pool, error) {
	seen := map[string]bool{}
	own := make([]Feature, len(features))
	for i, f := range features {
		if f.Name == "" {
			return nil, fmt.Errorf("feature %d has no name", i+1)
		}
		if !utf8.ValidString(f.Name) {
			return nil, fmt.Errorf("feature %q is not UTF-8", f.Name)
		}
		if seen[f.Name] {
			return nil, fmt.Errorf("feature %q is named twice", f.Name)
		}
		seen[f.Name] = true
		if len(f.Values) == 0 || len(f.Values) > 65535 {
			return nil, fmt.Errorf("feature %q has %d values; 1 to 65535 are possible", f.Name, len(f.Values))
		}
		values := map[string]bool{}
		for _, v := range f.Values {
			if values[v] {
				return nil, fmt.Errorf("feature %q names its value %q twice", f.Name, v)
			}
			if !utf8.ValidString(v) {
				return nil, fmt.Errorf("feature %q: its value %q is not UTF-8", f.Name, v)
			}
			values[v] = true
		}
		own[i] = Feature{Name: f.Name, Values: slices.Clone(f.Values)}
	}
	return &Pool{
		features:   own,
		ids:        newNames(),
		profileKey: map[string]int32{},
		households: newNames(),
		key:        make([]byte, 2*len(features)),
	}, nil
}

// Add puts a person into the pool. It refuses an empty, broken or repeated
// identifier, a wrong number of values, a value that the feature does not have
// and a weight out of range; the pool is unchanged then.
func (p *Pool) Add(person Person) error {
	earlier, err := p.add(person)
	if err == nil && earlier >= 0 {
		return fmt.Errorf("identifier %q is given twice: to person %d and person %d", person.ID, earlier+1, p.Len()+1)
	}
	return err
}

// add is Add that tells who has the identifier already, −1 where nobody has.
func (p *Pool) add(person Person) (earlier int, err error) {
	if person.ID == "" {
		return -1, fmt.Errorf("a person without an identifier")
	}
	if !utf8.ValidString(person.ID) {
		return -1, fmt.Errorf("identifier %q is not UTF-8", person.ID)
	}
	if len(person.Values) != len(p.features) {
		return -1, fmt.Errorf("person %q has %d values for %d features", person.ID, len(person.Values), len(p.features))
	}
	for f, v := range person.Values {
		if int(v) >= len(p.features[f].Values) {
			return -1, fmt.Errorf("person %q: value number %d of feature %q does not exist", person.ID, v, p.features[f].Name)
		}
		p.key[2*f], p.key[2*f+1] = byte(v>>8), byte(v)
	}
	if w := person.Weight; w != 0 && !(w >= 1 && w <= MaxWeight) {
		return -1, fmt.Errorf("person %q has weight %v; 1 to %d is possible", person.ID, w, MaxWeight)
	}
	at, added := p.ids.put(person.ID)
	if !added {
		return int(at), nil
	}
	profile, ok := p.profileKey[string(p.key)]
	if !ok {
		profile = int32(len(p.profileKey))
		p.profileKey[string(p.key)] = profile
		p.profiles = append(p.profiles, person.Values...)
	}
	p.profileOf = append(p.profileOf, profile)
	home := int32(-1)
	if person.Household != "" {
		home, _ = p.households.put(person.Household)
	}
	p.household = append(p.household, home)
	// As a row of the roll states it: what a root binds is what the draw uses.
	weight := max(1, math.Floor(float64(person.Weight*weightUnit)+0.5)/weightUnit)
	if p.weight == nil && weight > 1 {
		p.weight = make([]float64, p.Len()-1, p.Len()+16)
		for i := range p.weight {
			p.weight[i] = 1
		}
	}
	if p.weight != nil {
		p.weight = append(p.weight, weight)
	}
	return -1, nil
}

// Len is the number of people.
func (p *Pool) Len() int { return len(p.profileOf) }

// Features are the pool's features; the caller must not change them.
func (p *Pool) Features() []Feature { return p.features }

// FeatureIndex finds a feature by name, -1 when the pool has none such.
func (p *Pool) FeatureIndex(name string) int {
	return slices.IndexFunc(p.features, func(f Feature) bool { return f.Name == name })
}

// ID is the identifier of person i.
func (p *Pool) ID(i int) string { return p.ids.name(i) }

// Index finds a person by identifier.
func (p *Pool) Index(id string) (int, bool) { return p.ids.find(id) }

// Values are the value indexes of person i, one a feature; read only.
func (p *Pool) Values(i int) []uint16 {
	f := len(p.features)
	at := int(p.profileOf[i]) * f
	return p.profiles[at : at+f : at+f]
}

// Value is the value of feature f of person i in words.
func (p *Pool) Value(i, f int) string { return p.features[f].Values[p.Values(i)[f]] }

// Household is the address key of person i, empty when none was given.
func (p *Pool) Household(i int) string {
	if p.household[i] < 0 {
		return ""
	}
	return p.households.name(int(p.household[i]))
}

// Weight is the weight of person i, 1 where none was given.
func (p *Pool) Weight(i int) float64 {
	if p.weight == nil {
		return 1
	}
	return p.weight[i]
}

// Counts are the numbers of people by feature and value, in the pool's order.
func (p *Pool) Counts() [][]int {
	out := make([][]int, len(p.features))
	for f := range out {
		out[f] = make([]int, len(p.features[f].Values))
	}
	for i := range p.profileOf {
		for f, v := range p.Values(i) {
			out[f][v]++
		}
	}
	return out
}

// byID orders all people by the bytes of their identifiers: the canonical
// order, which makes a draw independent of the order of the file.
func (p *Pool) byID() []int32 {
	order := make([]int32, p.Len())
	for i := range order {
		order[i] = int32(i)
	}
	less := func(a, b int32) int { return bytes.Compare(p.ids.bytes(int(a)), p.ids.bytes(int(b))) }
	if !slices.IsSortedFunc(order, less) {
		slices.SortFunc(order, less)
	}
	return order
}

// names is a set of strings numbered in the order of arrival: the bytes lie in
// one block and the table holds numbers only, 30 % of what a map would take.
type names struct {
	seed  maphash.Seed
	block []byte
	end   []uint64
	slot  []int32 // number+1, 0 when free; a power of two of them
	tag   []byte  // of each slot: bits of the hash, so that few others are compared
}

func newNames() names { return names{seed: maphash.MakeSeed()} }

func (n *names) bytes(i int) []byte {
	start := uint64(0)
	if i > 0 {
		start = n.end[i-1]
	}
	return n.block[start:n.end[i]]
}

func (n *names) name(i int) string { return string(n.bytes(i)) }

func (n *names) find(s string) (int, bool) {
	if len(n.slot) == 0 {
		return 0, false
	}
	at, _ := n.probe(s)
	return int(n.slot[at]) - 1, n.slot[at] != 0
}

// probe is the slot that holds s or the free one where it belongs, and its tag.
func (n *names) probe(s string) (slot int, tag byte) {
	mask := len(n.slot) - 1
	hash := maphash.String(n.seed, s)
	at, tag := int(hash)&mask, byte(hash>>56)
	for n.slot[at] != 0 && (n.tag[at] != tag || string(n.bytes(int(n.slot[at])-1)) != s) {
		at = (at + 1) & mask
	}
	return at, tag
}

func (n *names) put(s string) (number int32, added bool) {
	if 4*(len(n.end)+1) > 3*len(n.slot) {
		n.grow()
	}
	at, tag := n.probe(s)
	if n.slot[at] != 0 {
		return n.slot[at] - 1, false
	}
	n.block = append(n.block, s...)
	n.end = append(n.end, uint64(len(n.block)))
	n.slot[at], n.tag[at] = int32(len(n.end)), tag
	return int32(len(n.end)) - 1, true
}

func (n *names) grow() {
	n.slot = make([]int32, max(64, 2*len(n.slot)))
	n.tag = make([]byte, len(n.slot))
	mask := len(n.slot) - 1
	for i := range n.end {
		hash := maphash.Bytes(n.seed, n.bytes(i))
		at := int(hash) & mask
		for n.slot[at] != 0 {
			at = (at + 1) & mask
		}
		n.slot[at], n.tag[at] = int32(i+1), byte(hash>>56)
	}
}

// HouseholdKey makes spellings of one address, in one field or several, equal:
// Unicode's compatible forms become one (NFKC), the case of letters is folded,
// whatever is neither letter, mark nor digit becomes one space. Empty where nothing
// is left.
func HouseholdKey(parts ...string) string {
	var b strings.Builder
	gap := false
	for i, part := range parts {
		if i > 0 {
			gap = b.Len() > 0
		}
		for _, r := range folded(part) {
			if !isWordRune(r) {
				gap = b.Len() > 0
				continue
			}
			if gap {
				b.WriteByte(' ')
				gap = false
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}
