package topic

import "fmt"

// ImportChunk is the most rows of one PeopleImported event.
const ImportChunk = 2000

// ImportedRow is one person of an import.
type ImportedRow struct {
	Pseudonym Pseudonym
	Row       Digest
}

// PeopleImported adds a chunk of an import to the pool. The people count once
// the import is completed, so that a broken import adds nobody.
type PeopleImported struct {
	Import uint32
	People []ImportedRow
}

func (*PeopleImported) kind() Kind { return KindPeopleImported }

func (b *PeopleImported) apply(s *State, _ *Event) uint64 {
	if !atMost(b.Import, len(s.Imports)) {
		s.Imports = append(s.Imports, Import{})
	}
	for _, r := range b.People {
		s.addApplication(Application{Pseudonym: r.Pseudonym, Row: r.Row, Status: ApplicationImporting, Import: b.Import})
	}
	return uint64(b.Import)
}

// Import is people who came by file.
type Import struct {
	People   uint32
	Complete bool
}

// ImportCompleted makes the people of an import count.
type ImportCompleted struct {
	Import uint32
	People uint32
}

func (*ImportCompleted) kind() Kind { return KindImportCompleted }

func (b *ImportCompleted) apply(s *State, _ *Event) uint64 {
	s.Imports[b.Import-1] = Import{People: b.People, Complete: true}
	for i := range s.Applications {
		if a := &s.Applications[i]; a.Import == b.Import && a.Status == ApplicationImporting {
			a.Status = ApplicationOpen
			s.open++
		}
	}
	return uint64(b.Import)
}

// ImportPeople adds one chunk of an import; Import is 0 to start a new one.
type ImportPeople struct {
	Import uint32
	People []ImportedRow
}

// Action names the policy's rule.
func (ImportPeople) Action() Action { return ActionImportPeople }

func (c ImportPeople) decide(s *State, in *Input) error {
	if err := s.PoolOpen(); err != nil {
		return err
	}
	number := c.Import
	if number == 0 {
		number = uint32(len(s.Imports) + 1)
	} else if !atMost(number, len(s.Imports)) || s.Imports[number-1].Complete {
		return faultf(CodeConflict, "import %d is not open", number)
	}
	if len(c.People) == 0 || len(c.People) > ImportChunk {
		return faultf(CodeInvalid, "a chunk has 1 to %d people, got %d", ImportChunk, len(c.People))
	}
	var places []Place
	inChunk := make(map[Pseudonym]bool, len(c.People))
	for i, p := range c.People {
		n := s.byPseudonym[p.Pseudonym]
		known := n != 0 && s.importStands(n)
		if known || inChunk[p.Pseudonym] {
			places = append(places, Place{Row: i + 1, Message: "this person has applied already"})
		}
		inChunk[p.Pseudonym] = true
	}
	if len(places) > 0 {
		return &Fault{Code: CodeAlreadyApplied, Detail: fmt.Sprintf("%d of the people have applied already", len(places)), Places: places}
	}
	in.emit(&PeopleImported{Import: number, People: c.People})
	return nil
}

// importStands says that application n counts or will: it is not the rest of an
// import that broke off.
func (s *State) importStands(n uint64) bool {
	a := &s.Applications[n-1]
	return a.Status != ApplicationImporting
}

// CompleteImport makes the people of an import count.
type CompleteImport struct{ Import uint32 }

// Action names the policy's rule.
func (CompleteImport) Action() Action { return ActionImportPeople }

func (c CompleteImport) decide(s *State, in *Input) error {
	if err := s.PoolOpen(); err != nil {
		return err
	}
	if !among(c.Import, len(s.Imports)) || s.Imports[c.Import-1].Complete {
		return faultf(CodeConflict, "import %d is not open", c.Import)
	}
	people := uint32(0)
	for i := range s.Applications {
		if s.Applications[i].Import != c.Import {
			continue
		}
		if s.byPseudonym[s.Applications[i].Pseudonym] != uint64(i+1) {
			return faultf(CodeConflict, "people of import %d came again with a later import: it can't be completed any more", c.Import)
		}
		people++
	}
	in.emit(&ImportCompleted{Import: c.Import, People: people})
	return nil
}
