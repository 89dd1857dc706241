package demo

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Applicants is how many people apply in the demo.
const Applicants = 20_000

// Person is one made applicant.
type Person struct {
	Features  [FeatureCount]uint8 // option numbers by feature number
	Interests uint8               // bit i: Interests()[i]; at least one
	Sessions  uint8               // bit i: Sessions()[i]; at least one
	Languages uint8               // bit i: Languages()[i]; at least one
	Street    uint8               // of the district's streets
	House     uint8
	Flat      uint8 // 0: a detached house
}

// Who applies, in percent of the average, by feature and value: people with a
// degree, of 55–64, of the centre and with a home of their own come forward;
// the young, renters and the plant's district hold back.
var applies = [FeatureCount][]int{
	{108, 92, 130},
	{60, 85, 100, 112, 135, 95},
	{140, 100, 70, 88, 92, 96, 82, 135, 118, 100},
	{32, 62, 88, 180},
	{112, 84, 80},
}

// appliesMost is the largest product of one factor a feature in applies.
const appliesMost int64 = 130 * 135 * 140 * 180 * 112

// Interest in permille by topic and age band.
var interestShare = [8][6]int{
	{450, 520, 560, 560, 540, 480},
	{520, 470, 380, 290, 230, 200},
	{300, 380, 430, 420, 450, 470},
	{140, 330, 450, 470, 480, 460},
	{120, 180, 300, 360, 480, 640},
	{560, 400, 470, 300, 200, 190},
	{330, 370, 390, 360, 330, 280},
	{380, 360, 280, 210, 140, 90},
}

// Sessions in permille by meeting and age band.
var sessionShare = [3][6]int{
	{640, 700, 660, 720, 750, 690},
	{760, 690, 580, 620, 560, 410},
	{260, 150, 140, 170, 330, 800},
}

// Languages in permille by age band: Russian only, English only, both.
var languageShare = [6][3]int{
	{330, 150, 520}, {400, 160, 440}, {500, 130, 370}, {620, 100, 280}, {730, 80, 190}, {840, 70, 90},
}

// People returns n applicants who come out of the census by self-selection:
// the same n and seed always give the same people. About one in twelve shares
// a household with another applicant.
func People(seed [32]byte, n int) []Person {
	s := newStream("people", seed)
	out := make([]Person, 0, n)
	byDistrict := make([][]int, len(districtShare))
	for len(out) < n {
		f := s.citizen()
		weight := int64(1)
		for i, v := range f {
			weight *= int64(applies[i][v])
		}
		if s.below64(appliesMost) >= weight {
			continue
		}
		p := Person{Features: f}
		s.wishes(&p)
		d := int(f[District])
		if !s.joinHousehold(&p, out, byDistrict[d]) {
			s.address(&p)
		}
		byDistrict[d] = append(byDistrict[d], len(out))
		out = append(out, p)
	}
	return out
}

// citizen draws one inhabitant from the census.
func (s stream) citizen() (f [FeatureCount]uint8) {
	d := s.pick(districtShare[:])
	a := s.pick(ageShare[d][:])
	f[District], f[Age] = uint8(d), uint8(a)
	f[Gender] = uint8(s.pick(genderShare[a][:]))
	f[Education] = uint8(s.pick(educationShare[a][educationKind[d]][:]))
	f[Housing] = uint8(s.pick(housingShare[a][housingKind[d]][:]))
	return f
}

func (s stream) wishes(p *Person) {
	a := p.Features[Age]
	for t := range interestShare {
		if s.chance(interestShare[t][a]) {
			p.Interests |= 1 << t
		}
	}
	if p.Interests == 0 {
		p.Interests = 1 << s.below(len(interestShare))
	}
	for m := range sessionShare {
		if s.chance(sessionShare[m][a]) {
			p.Sessions |= 1 << m
		}
	}
	if p.Sessions == 0 {
		p.Sessions = 1 << s.below(len(sessionShare))
	}
	p.Languages = uint8(1 + s.pick(languageShare[a][:])) // 1 ru, 2 en, 3 both
	if d := p.Features[District]; educationKind[d] == 2 && p.Languages == 1 && s.chance(250) {
		p.Languages = 3
	}
}

// joinHousehold gives p the address of an earlier applicant of the same
// district, housing and a fitting age: a couple, or a grown child at home.
func (s stream) joinHousehold(p *Person, people []Person, neighbours []int) bool {
	if len(neighbours) == 0 || !s.chance(60) {
		return false
	}
	for range 12 {
		q := people[neighbours[s.below(len(neighbours))]]
		gap := int(p.Features[Age]) - int(q.Features[Age])
		couple := q.Features[Housing] == p.Features[Housing] && gap*gap <= 1
		child := p.Features[Age] == 0 && p.Features[Housing] == 2 && q.Features[Age] >= 2 && q.Features[Housing] == 0
		if couple || child {
			p.Street, p.House, p.Flat = q.Street, q.House, q.Flat
			return true
		}
	}
	return false
}

func (s stream) address(p *Person) {
	d := int(p.Features[District])
	p.Street = uint8(s.below(len(streets[d])))
	p.House = uint8(1 + s.below(98))
	if housingKind[d] != 2 || s.chance(400) {
		p.Flat = uint8(1 + s.below(144))
	}
}

// ID is applicant i's identifier in people.csv, for i from 0.
func ID(i int) string { return fmt.Sprintf("p%05d", i+1) }

// Household is p's address in language l: the same words for people who live
// together.
func (p Person) Household(l Lang) string {
	street := streets[p.Features[District]][p.Street].in(l)
	flat := ", flat "
	if l == Russian {
		flat = ", кв. "
	}
	at := street + ", " + strconv.Itoa(int(p.House))
	if p.Flat != 0 {
		at += flat + strconv.Itoa(int(p.Flat))
	}
	return at
}

// Value is p's answer to feature f in language l.
func (p Person) Value(f int, l Lang) string { return features[f].options[p.Features[f]].in(l) }

// Chosen returns the options whose bits are set in mask.
func Chosen(options []string, mask uint8) []string {
	var out []string
	for i, o := range options {
		if mask&(1<<i) != 0 {
			out = append(out, o)
		}
	}
	return out
}

// WritePeople writes people.csv: id, the five features, interests, sessions
// and languages (each ';'-separated), household; values in language l.
func WritePeople(w io.Writer, l Lang, people []Person) error {
	if err := l.check(); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	row := []string{"id"}
	for _, f := range features {
		row = append(row, f.name)
	}
	row = append(row, "interests", "sessions", "languages", "household")
	if err := c.Write(row); err != nil {
		return fmt.Errorf("demo: write people: %w", err)
	}
	topics, meetings, codes := Interests(l), Sessions(l), Languages()
	for i, p := range people {
		row = append(row[:0], ID(i))
		for f := range features {
			row = append(row, p.Value(f, l))
		}
		row = append(row,
			strings.Join(Chosen(topics, p.Interests), ";"),
			strings.Join(Chosen(meetings, p.Sessions), ";"),
			strings.Join(Chosen(codes, p.Languages), ";"),
			p.Household(l))
		if err := c.Write(row); err != nil {
			return fmt.Errorf("demo: write people, row %d: %w", i+1, err)
		}
	}
	c.Flush()
	if err := c.Error(); err != nil {
		return fmt.Errorf("demo: write people: %w", err)
	}
	return nil
}
