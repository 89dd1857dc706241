package protection

import (
	"strings"
	"testing"
	"time"

	"veche/server/privacy"
	"veche/server/topic"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func someFacts(t *testing.T) *Facts {
	t.Helper()
	fields, err := privacy.Inventory(privacy.Kept()...)
	if err != nil {
		t.Fatal(err)
	}
	return &Facts{
		Made: noon, Site: "veche.example", Release: "1.0", Settings: Settings{Database: "SQLite", PoolDays: 30, PanelDays: 365, SessionIdle: 72 * time.Hour, SessionLife: 720 * time.Hour, LetterLife: 15 * time.Minute},
		Classes: ClassesOf(fields),
		Topics: []Topic{
			{ID: "old", Title: "A | B <script>", Created: noon.Add(-time.Hour), People: 40, Answers: 40, Households: true},
			{ID: "new", Title: "Later", Created: noon.Add(time.Hour), People: 7},
		},
	}
}

// What is exposed follows from how each class lies and from the policy: nobody's
// name from a database without its keys, no votes from a moderator's account.
func TestReach(t *testing.T) {
	f := someFacts(t)
	for _, c := range []struct {
		x          Incident
		read, kept string // classes that can be read, and that are touched and can't
		not        string // classes that are not touched, or are and can't be read
	}{
		{Incident{Exposed: ExposedData}, "text answers ballot pseudonym", "name contact link sign-in", "name contact link sign-in"},
		{Incident{Exposed: ExposedBackup}, "text answers ballot", "name contact link", "name contact link"},
		{Incident{Exposed: ExposedKeys}, "", "name contact link", "name text ballot answers"},
		{Incident{Exposed: ExposedAll}, "name contact link text answers ballot", "", ""},
		{Incident{Exposed: ExposedRole, Role: topic.RoleModerator}, "text conduct", "", "name contact link answers ballot"},
		{Incident{Exposed: ExposedRole, Role: topic.RoleRegistrar}, "name contact answers", "", "ballot text conduct"},
		{Incident{Exposed: ExposedRole, Role: topic.RoleAdministrator}, "request name account", "", "contact text ballot answers"},
	} {
		readable, touched := map[string]bool{}, map[string]bool{}
		for _, r := range f.Reach(&c.x) {
			touched[r.Class.Name] = true
			readable[r.Class.Name] = r.Readable
		}
		for _, name := range strings.Fields(c.read) {
			if !readable[name] {
				t.Errorf("%s %s: %s can be read, and is not told", c.x.Exposed, c.x.Role, name)
			}
		}
		for _, name := range strings.Fields(c.kept) {
			if !touched[name] {
				t.Errorf("%s: %s was touched, and is not told", c.x.Exposed, name)
			}
		}
		for _, name := range strings.Fields(c.not) {
			if readable[name] {
				t.Errorf("%s %s: %s is told to be readable", c.x.Exposed, c.x.Role, name)
			}
		}
	}
}

// A note tells who is concerned by when, and until when to tell the authority.
func TestBreach(t *testing.T) {
	f := someFacts(t)
	x := Incident{Exposed: ExposedAll, Until: noon, Noticed: noon.Add(2 * time.Hour)}
	if err := x.Check(); err != nil {
		t.Fatal(err)
	}
	note := f.Breach(&x, "en").Markdown()
	for _, want := range []string{"by 2026-03-04 14:00 UTC (72 hours", "by 2026-03-02 14:00 UTC (24 hours", "topics concerned: 40,", "article 34", `A \| B &lt;script>`, "the answers lead to a home"} {
		if !strings.Contains(note, want) {
			t.Errorf("the note lacks %q:\n%s", want, note)
		}
	}
	if strings.Contains(note, "Later") {
		t.Error("a topic that came to be afterwards is named")
	}
	for _, wrong := range []Incident{{Exposed: "door", Noticed: noon}, {Exposed: ExposedData}, {Exposed: ExposedRole, Noticed: noon}, {Exposed: ExposedRole, Role: topic.RoleCitizen, Noticed: noon}, {Exposed: ExposedData, Until: noon.Add(time.Hour), Noticed: noon}} {
		if wrong.Check() == nil {
			t.Errorf("%+v is taken for an incident", wrong)
		}
	}
}

// All that is written is written in both languages, and tables are whole.
func TestLanguages(t *testing.T) {
	f := someFacts(t)
	f.Staff = []Count{{"planner", 2}}
	for _, lang := range []string{"en", "ru"} {
		list := []*Document{f.Assessment(lang)}
		for _, x := range []Exposed{ExposedData, ExposedKeys, ExposedAll, ExposedBackup} {
			list = append(list, f.Breach(&Incident{Exposed: x, Noticed: noon}, lang))
		}
		for _, role := range roles() {
			list = append(list, f.Breach(&Incident{Exposed: ExposedRole, Role: role, Noticed: noon}, lang))
		}
		for _, d := range list {
			for _, s := range d.Sections {
				if s.Title == "" || s.Table == nil && len(s.Text) == 0 {
					t.Errorf("%s: a section of %q is empty", lang, d.Title)
				}
				for _, text := range s.Text {
					check(t, lang, text)
				}
				if s.Table == nil {
					continue
				}
				for _, row := range append([][]string{s.Table.Head}, s.Table.Rows...) {
					if len(row) != len(s.Table.Head) {
						t.Errorf("%s: %q has a row of %d cells under %d", lang, s.Title, len(row), len(s.Table.Head))
					}
					for _, cell := range row {
						check(t, lang, cell)
					}
				}
			}
		}
	}
}

func check(t *testing.T, lang, text string) {
	t.Helper()
	cyrillic := strings.ContainsFunc(text, func(r rune) bool { return r >= 'а' && r <= 'я' })
	latin := strings.Count(text, " ") > 2 && !cyrillic
	if text == "" || strings.Contains(text, "%!") || cyrillic != (lang == "ru") && (cyrillic || latin && !strings.Contains(text, "script")) {
		t.Errorf("in %s: %q", lang, text)
	}
}
