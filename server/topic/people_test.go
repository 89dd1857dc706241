package topic

import "testing"

// An import that was taken back counts for nothing, and its people can come
// again; one that broke off goes the same way.
func TestImportTakenBack(t *testing.T) {
	sc := newScene(t)
	applications(sc)
	rows := func(salt string, names ...string) (list []ImportedRow) {
		for _, n := range names {
			list = append(list, ImportedRow{name(n), text(n + salt)})
		}
		return list
	}
	sc.do(registrar, ImportPeople{People: rows("", "one", "two")})
	sc.do(registrar, CompleteImport{1})
	sc.do(registrar, ImportPeople{People: rows("", "three")}) // broken off
	if n := sc.state.Counts().Applications; n != 2 {
		t.Fatalf("%d people in the pool", n)
	}
	for n := range uint32(2) {
		sc.do(registrar, WithdrawImport{n + 1})
		sc.do(registrar, WithdrawImport{n + 1}) // again changes nothing
	}
	if n := sc.state.Counts().Applications; n != 0 {
		t.Fatalf("%d people in the pool after it was taken back", n)
	}
	for i, x := range sc.state.Imports {
		if !x.Withdrawn || x.People != uint32(2-i) || x.Time == 0 {
			t.Errorf("import %d is %+v", i+1, x)
		}
	}
	sc.do(registrar, ImportPeople{People: rows("again", "one", "two", "three")})
	sc.do(registrar, CompleteImport{3})
	if n := sc.state.Counts().Applications; n != 3 || sc.state.ApplicationOf(name("one")) != 4 {
		t.Errorf("%d people in the pool after they came again", n)
	}
	sc.open(atDraw) // nothing that broke off is in the way
}
