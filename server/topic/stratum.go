package topic

import "slices"

// MinStratum is the fewest ballots of a stratum: fewer people could be
// recognised by their votes.
const MinStratum = 10

// maxStratumCount bounds how many strata a rating has.
const maxStratumCount = 300

// BallotsStratified says of the ballots from First on in which stratum their
// people are: the values of the rule's features, small ones put together. Of
// numbers Strata from 1, 0 is none.
type BallotsStratified struct {
	First  uint64
	Strata []string `class:"none"`
	Of     []uint32
}

func (*BallotsStratified) kind() Kind { return KindBallotsStratified }

func (b *BallotsStratified) apply(s *State, _ *Event) uint64 {
	s.Strata, s.StratumOf = stratify(s.Strata, s.StratumOf, len(s.Ballots), int(b.First-1), b.Strata, b.Of)
	return uint64(len(b.Of))
}

// stratify takes the strata of some more ballots, from place first on, into the
// strata of all.
func stratify(names []string, of []uint32, ballots, first int, strata []string, more []uint32) ([]string, []uint32) {
	number := make([]uint32, len(strata)+1)
	for i, name := range strata {
		at := slices.Index(names, name)
		if at < 0 {
			at = len(names)
			names = append(names, name)
		}
		number[i+1] = uint32(at + 1)
	}
	if missing := ballots - len(of); missing > 0 {
		of = append(of, make([]uint32, missing)...)
	}
	for i, n := range more {
		of[first+i] = number[n]
	}
	return names, of
}

// Turnout is how many of a stratum's ballots have rated something.
type Turnout struct {
	Stratum string
	Ballots int
	Voters  int
}

// Turnout answers the turnout of each stratum, in their order. O(ballots).
func (s *State) Turnout() []Turnout {
	list := make([]Turnout, len(s.Strata))
	for i, name := range s.Strata {
		list[i].Stratum = name
	}
	for b, n := range s.StratumOf {
		if n == 0 {
			continue
		}
		list[n-1].Ballots++
		if len(s.Votes[b]) > 0 {
			list[n-1].Voters++
		}
	}
	return list
}

// soundStrata says that every ballot's stratum exists.
func (s *State) soundStrata() bool {
	return len(s.StratumOf) <= len(s.Ballots) && every(s.StratumOf, func(_ int, n *uint32) bool { return atMost(*n, len(s.Strata)) })
}

// stratify emits the strata of the fresh ones among the pseudonyms, whose first
// ballot has the number first. Strata with too few people are refused: the
// caller puts them together.
func (c *IssueBallots) stratify(s *State, in *Input, fresh []int, first uint64) error {
	if len(c.Of) == 0 {
		return nil
	}
	r := s.Rule()
	switch {
	case r == nil || len(r.Strata) == 0:
		return faultf(CodeConflict, "the rule of this rating watches no strata")
	case len(c.Of) != len(c.Pseudonyms) || len(c.Strata) > maxStratumCount:
		return faultf(CodeInvalid, "%d strata for %d ballots", len(c.Of), len(c.Pseudonyms))
	}
	b := BallotsStratified{First: first, Strata: c.Strata}
	size := make([]int, len(c.Strata)+1)
	for _, i := range fresh {
		if !atMost(c.Of[i], len(c.Strata)) {
			return faultf(CodeInvalid, "there is no stratum %d", c.Of[i])
		}
		size[c.Of[i]]++
		b.Of = append(b.Of, c.Of[i])
	}
	for n, people := range size {
		if n > 0 && people > 0 && people < MinStratum {
			return faultf(CodeInvalid, "the stratum %q has %d people, the fewest are %d", clip(c.Strata[n-1]), people, MinStratum)
		}
	}
	in.emit(&b)
	return nil
}
