package server

import (
	"strings"
	"testing"
	"time"

	"veche/server/topic"
)

// A name that could be taken for another's is not given, and one with marks that
// nobody sees is kept without them.
func TestNamesOfPeople(t *testing.T) {
	w := openTown(t, t.TempDir())
	for name, want := range map[string]string{
		"Anna Petrova": "Anna Petrova", "Анна  Петрова\n": "Анна Петрова", "A\u200Bnna\u202E": "Anna",
		"Аnna Petrova": "", "\u200B": "", strings.Repeat("x", 201): "",
	} {
		id, _, err := w.server.AddUser(t.Context(), name, []topic.Role{topic.RoleModerator}, time.Hour)
		if want == "" {
			if err == nil || !strings.Contains(err.Error(), "name") {
				t.Errorf("%+q is taken, or refused as %v", name, err)
			}
			continue
		}
		p, got := w.server.People.Person(t.Context(), id)
		if err != nil || got != nil || p.Name != want {
			t.Errorf("%+q is kept as %+q, want %+q: %v %v", name, p.Name, want, err, got)
		}
	}
}
