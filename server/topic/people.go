package topic

import "fmt"

// ImportChunk is the most rows of one PeopleImported event.
const ImportChunk = 2000

// ImportedRow is one person of an import.
type ImportedRow struct {
	Pseudonym Pseudonym `class:"pseudonym"`
	Row       Digest    `class:"answers"`
}

// PeopleImported adds a chunk of an import to the pool. The people count once
// the import is completed, so that a broken import adds nobody.
type PeopleImported struct {
	Import uint32
	People []ImportedRow
}

func (*PeopleImported) kind() Kind { return KindPeopleImported }

func (b *PeopleImported) apply(s *State, e *Event) uint64 {
	if !atMost(b.Import, len(s.Imports)) {
		s.Imports = append(s.Imports, Import{Time: e.Time})
	}
	s.Imports[b.Import-1].People += uint32(len(b.People))
	for _, r := range b.People {
		s.addApplication(Application{Pseudonym: r.Pseudonym, Row: r.Row, Status: ApplicationImporting, Import: b.Import})
	}
	return uint64(b.Import)
}

// Import is people who came by file.
type Import struct {
	People    uint32
	Complete  bool
	Withdrawn bool
	Time      int64 `class:"none"` // Unix milliseconds of its first people
}

// ImportCompleted makes the people of an import count.
type ImportCompleted struct {
	Import uint32
	People uint32
}

func (*ImportCompleted) kind() Kind { return KindImportCompleted }

func (b *ImportCompleted) apply(s *State, _ *Event) uint64 {
	x := &s.Imports[b.Import-1]
	x.People, x.Complete = b.People, true
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
	} else if !atMost(number, len(s.Imports)) || s.Imports[number-1].ended() {
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
// import that broke off or was withdrawn.
func (s *State) importStands(n uint64) bool {
	a := &s.Applications[n-1]
	gone := a.Status == ApplicationWithdrawn && a.Import != 0 && s.Imports[a.Import-1].Withdrawn
	return a.Status != ApplicationImporting && !gone
}

func (x *Import) ended() bool { return x.Complete || x.Withdrawn }

// ImportWithdrawn takes an import back, complete or broken off: its people leave
// the pool, and the texts of their rows and the salts are destroyed.
type ImportWithdrawn struct {
	Import uint32
	People uint32 // who left the pool
}

func (*ImportWithdrawn) kind() Kind { return KindImportWithdrawn }

func (b *ImportWithdrawn) apply(s *State, _ *Event) uint64 {
	s.Imports[b.Import-1].Withdrawn = true
	for i := range s.Applications {
		a := &s.Applications[i]
		if a.Import != b.Import || a.Status == ApplicationWithdrawn {
			continue
		}
		if a.Status == ApplicationOpen {
			s.open--
		}
		a.Status, a.Erased = ApplicationWithdrawn, true
	}
	return uint64(b.Import)
}

// WithdrawImport takes an import back while people apply and nothing has been
// drawn. One that was taken back already stays so.
type WithdrawImport struct{ Import uint32 }

// Action names the policy's rule.
func (WithdrawImport) Action() Action { return ActionImportPeople }

func (c WithdrawImport) decide(s *State, in *Input) error {
	switch {
	case !among(c.Import, len(s.Imports)):
		return faultf(CodeNotFound, "there is no import %d", c.Import)
	case s.Imports[c.Import-1].Withdrawn:
		return nil
	case s.Committed() != 0:
		return s.bound("who is in the pool")
	case len(s.Rounds) > 0:
		return faultf(CodeConflict, "import %d can't be taken back any more: people have been drawn from it", c.Import)
	case s.StageKind() != StageApplications:
		return faultf(CodeWrongStage, "an import can be taken back in the step applications only; the topic is now %s", s.StageKind().now())
	}
	people := uint32(0)
	for i := range s.Applications {
		if a := &s.Applications[i]; a.Import == c.Import && a.Status == ApplicationOpen {
			people++
		}
	}
	in.emit(&ImportWithdrawn{Import: c.Import, People: people})
	return nil
}

// CompleteImport makes the people of an import count.
type CompleteImport struct{ Import uint32 }

// Action names the policy's rule.
func (CompleteImport) Action() Action { return ActionImportPeople }

func (c CompleteImport) decide(s *State, in *Input) error {
	if err := s.PoolOpen(); err != nil {
		return err
	}
	if !among(c.Import, len(s.Imports)) || s.Imports[c.Import-1].ended() {
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
