package topic

import (
	"slices"
	"testing"
)

// An address is less sure than a roster, and a roster less than the city's word.
func TestAssurances(t *testing.T) {
	order := []Assurance{AssuranceMail, AssuranceRoster, AssuranceCity}
	for i, known := range order {
		for k, asked := range order {
			if known.Meets(asked) != (i >= k) {
				t.Errorf("%s where %s is asked for: %v", known, asked, known.Meets(asked))
			}
		}
	}
	s := allStages()
	s.Assurance = Assurance(len(assuranceNames))
	var f *Fault
	if err := s.Validate(); err == nil {
		t.Error("a level that is none was taken")
	} else if f = err.(*Fault); !slices.ContainsFunc(f.Places, func(p Place) bool { return p.Field == "assurance" }) {
		t.Errorf("the fault names %v", f.Places)
	}
	if zero := allStages(); zero.Assurance != AssuranceRoster {
		t.Error("a topic that says nothing asks for something else than a roster")
	}
}
