package server

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"veche/server/topic"
)

// paperTown is a topic in debate in which anna takes part, with a registrar's file
// of people of whom p1 has applied.
func paperTown(t *testing.T) *town {
	w := openTownWith(t, Options{Data: t.TempDir()}, "anna", "boris")
	w.must(201, "POST", "/api/topics", "planner", `{"id":"bank","title":"The bank","question":"What?","lang":"en","stages":[{"kind":"applications"},{"kind":"debate"},{"kind":"curation"},{"kind":"rating"}]}`)
	w.must(200, "POST", "/api/topics/bank/stage", "planner", `{"client_id":"0","stage":0}`)
	for _, who := range []string{"anna", "boris"} {
		w.must(201, "POST", "/api/topics/bank/application", who, `{"client_id":"a","answers":{},"interests":[],"sessions":[],"languages":[],"consent":""}`)
	}
	w.must(200, "POST", "/api/topics/bank/people", "registrar", "id\np1\n", "Content-Type", "text/csv")
	w.must(200, "POST", "/api/topics/bank/stage", "planner", `{"client_id":"1","stage":1}`)
	return w
}

const paperURL = "/api/topics/bank/paper"

const paperFile = `id,text,source,lang,date,author,person,place
K-1,A bench at the river,paper,en,2023-11-01,Agafya Lykova,,Library of the north
K-2,A lamp at the bridge,letter,en,,,p1,
K-3,Скамейка у моста,meeting,ru,02.11.2023,,,
`

// A file is looked at first and changes nothing, is then taken once however often
// it is sent, and leaves no name where others can read it.
func TestPaperFile(t *testing.T) {
	w := paperTown(t)
	send := func(query, file string) answer {
		return w.send("POST", paperURL+"/file"+query, "registrar", file, "Content-Type", "text/csv")
	}
	if a := send("?check=1", paperFile); a.status != 200 || a.field("rows") != 3.0 || a.field("known") != 0.0 || !strings.Contains(a.body, "A lamp at the bridge") {
		t.Errorf("looked at: %d %s", a.status, a.body)
	}
	if a := w.must(200, "GET", "/api/topics/bank/ideas", "", ""); a.field("total") != 0.0 {
		t.Fatalf("a look entered ideas: %s", a.body)
	}
	for i, known := range []float64{0, 3, 3} {
		if a := send("?client_id=i", paperFile); a.status != 200 || a.field("rows") != 3.0 || a.field("known") != known {
			t.Fatalf("time %d: %d %s", i+1, a.status, a.body)
		}
	}
	if a := send("?check=1", paperFile+"K-4,A tree,paper,en,,,,\n"); a.field("known") != 3.0 || a.field("rows") != 4.0 {
		t.Errorf("a longer file: %s", a.body)
	}
	if a := send("?client_id=i", "id,text,source\nK-9,A tree,paper\n"); a.status != 409 || !strings.Contains(a.body, "fresh one") {
		t.Errorf("another file under the same id: %d %s", a.status, a.body)
	}
	for file, want := range map[string]string{
		paperFile + "K-4,A tree,pigeon,en,,,,\n":      `"row":5,"column":"source","field":"source","value":"pigeon"`,
		paperFile + "K-4,A tree,paper,en,,,nobody,\n": `"row":5,"column":"person","field":"person","value":"nobody"`,
		"id,text\n1,x\n": `"row":1,"column":"source"`,
		strings.Replace(paperFile, "K-2", "K-1", 1):       `"row":3,"column":"id","field":"id","value":"K-1"`,
		paperFile + "K-4,A tree,paper,en,2999-01-01,,,\n": `"row":5,"column":"date"`,
	} {
		if a := send("?client_id=x", file); a.status != 422 || !strings.Contains(a.body, want) {
			t.Errorf("refused with %d %s, want %s", a.status, a.body, want)
		}
	}
	a := w.must(200, "GET", "/api/topics/bank/ideas", "", "")
	if a.field("total") != 3.0 || strings.Count(a.body, `"source":"paper"`) != 1 || strings.Count(a.body, `"source":"letter"`) != 1 || strings.Count(a.body, `"source":"meeting"`) != 1 || !strings.Contains(a.body, `"author":{"number":3}`) {
		t.Errorf("the ideas: %s", a.body)
	}
	for _, path := range []string{"/api/topics/bank/ideas", "/api/topics/bank/history", "/api/topics/bank/board"} {
		for _, secret := range []string{"Lykova", "K-1", "Library"} {
			if a := w.must(200, "GET", path, "", ""); strings.Contains(a.body, secret) {
				t.Errorf("%s tells %s", path, secret)
			}
		}
	}
	if a := w.must(200, "GET", "/api/topics/bank/history", "", ""); !strings.Contains(a.body, "3 ideas entered from paper, letters and meetings") {
		t.Errorf("the history: %s", a.body)
	}
	if a := w.must(200, "GET", paperURL, "registrar", ""); a.field("total") != 3.0 || !strings.Contains(a.body, "Agafya Lykova") || !strings.Contains(a.body, `"id":"K-1"`) {
		t.Errorf("the registrar's list: %s", a.body)
	}
	w.must(403, "GET", paperURL, "moderator", "")
	w.must(403, "POST", paperURL+"/file", "planner", paperFile, "Content-Type", "text/csv")
	w.unwritten("Lykova")
}

// An own id belongs to one idea: another's words or name under it are refused, typed
// in or in a file, and nobody is given the receipt of somebody else.
func TestPaperIDsAreOneIdeaEach(t *testing.T) {
	w := paperTown(t)
	type try struct {
		what, body string
		status     int
		want       string
	}
	for _, c := range []try{
		{"the first", `{"client_id":"a","id":"1","text":"A bench","lang":"en","source":"paper","author":"Agafya"}`, 201, `"idea":1`},
		{"other words", `{"client_id":"b","id":"1","text":"A lamp","lang":"en","source":"paper","author":"Agafya"}`, 422, "own id 1 was entered before with other words, as idea 1"},
		{"another name", `{"client_id":"c","id":"1","text":"A bench","lang":"en","source":"paper","author":"Yerofey"}`, 422, "own id 1 was entered before with another author, as idea 1"},
		{"a participant instead", `{"client_id":"d","id":"1","text":"A bench","lang":"en","source":"paper","author":"Agafya","participant":1}`, 422, "another author"},
		{"the same again", `{"client_id":"e","id":"1","text":"A bench","lang":"en","source":"paper","author":"Agafya"}`, 201, `"known":true`},
		{"typed in without an id", `{"client_id":"f","text":"A tree","lang":"en","source":"paper"}`, 201, `"idea":2`},
		{"other words under its client_id", `{"client_id":"f","text":"A roof","lang":"en","source":"paper"}`, 422, `"field":"client_id"`},
		{"other words under the first client_id", `{"client_id":"a","id":"1","text":"A roof","lang":"en","source":"paper","author":"Agafya"}`, 422, `"field":"id"`},
	} {
		if a := w.send("POST", paperURL, "registrar", c.body); a.status != c.status || !strings.Contains(a.body, c.want) {
			t.Errorf("%s: %d %s", c.what, a.status, a.body)
		}
	}
	for _, query := range []string{"?check=1", "?client_id=g"} {
		a := w.send("POST", paperURL+"/file"+query, "registrar", "id,text,source,author\n9,A pond,paper,\n1,A lamp,paper,Agafya\n", "Content-Type", "text/csv")
		if a.status != 422 || !strings.Contains(a.body, `"row":3,"column":"id","field":"id","value":"1"`) || !strings.Contains(a.body, "own id 1 was entered before with other words, as idea 1") {
			t.Errorf("a file%s: %d %s", query, a.status, a.body)
		}
	}
	if a := w.must(200, "GET", "/api/topics/bank/ideas", "", ""); a.field("total") != 2.0 {
		t.Errorf("the ideas: %s", a.body)
	}
}

// unwritten demands that a word stands in no file of the data but sealed.
func (w *town) unwritten(word string) {
	w.Helper()
	err := filepath.WalkDir(w.server.options.Data, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		if strings.Contains(string(b), word) {
			w.Errorf("%s holds %q", path, word)
		}
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
}

// Ten thousand are one import; one more is refused, and nothing is entered.
func TestPaperFileOfTenThousand(t *testing.T) {
	w := paperTown(t)
	var b strings.Builder
	b.WriteString("id,text,source\n")
	for i := range topic.MaxPaper {
		fmt.Fprintf(&b, "%d,Idea %d,paper\n", i, i)
	}
	a := w.send("POST", paperURL+"/file?client_id=i", "registrar", b.String()+"more,One more,paper\n", "Content-Type", "text/csv")
	if a.status != 422 || !strings.Contains(a.body, "more than 10000 ideas") {
		t.Errorf("one more: %d %.300s", a.status, a.body)
	}
	w.must(200, "POST", paperURL+"/file?client_id=i", "registrar", b.String(), "Content-Type", "text/csv")
	if a := w.must(200, "GET", "/api/topics/bank/ideas?limit=1", "", ""); a.field("total") != float64(topic.MaxPaper) {
		t.Errorf("%s", a.body)
	}
}

// A registrar types in an idea for a participant or for somebody without an
// account; with number and code the author reads what became of it, and with an
// account takes it for their own.
func TestPaperReceipt(t *testing.T) {
	w := paperTown(t)
	first := w.must(201, "POST", paperURL, "registrar", `{"client_id":"t1","text":"A bench","lang":"en","source":"paper","date":"2023-11-02","author":"Agafya","place":""}`)
	again := w.must(201, "POST", paperURL, "registrar", `{"client_id":"t1","text":"A bench","lang":"en","source":"paper","date":"2023-11-02","author":"Agafya","place":""}`)
	if first.field("idea") != 1.0 || again.field("idea") != 1.0 || again.field("known") != true || first.field("code") != again.field("code") {
		t.Errorf("typed in twice: %s, %s", first.body, again.body)
	}
	code := first.field("code").(string)
	if second := w.must(201, "POST", paperURL, "registrar", `{"client_id":"t2","text":"A lamp","lang":"en","source":"meeting","participant":1}`); second.field("idea") != 2.0 || second.field("code") == code {
		t.Errorf("typed in for a participant: %s", second.body)
	}
	if a := w.must(422, "POST", paperURL, "registrar", `{"client_id":"t3","text":"","lang":"e","source":"pigeon","date":"soon"}`); strings.Count(a.body, `"field"`) != 4 {
		t.Errorf("refused with %s", a.body)
	}
	w.must(422, "POST", paperURL, "registrar", `{"client_id":"t4","text":"A tree","lang":"en","source":"paper","participant":77}`)
	find := func(number int, code string) answer {
		return w.send("POST", paperURL+"/find", "", fmt.Sprintf(`{"number":%d,"code":%q}`, number, code))
	}
	for _, c := range []string{code, strings.ToLower(strings.ReplaceAll(code, "-", " "))} {
		if a := find(1, c); a.status != 200 || a.field("idea.text") != "A bench" || a.field("idea.source") != "paper" {
			t.Errorf("found by %q: %d %s", c, a.status, a.body)
		}
	}
	for number, c := range map[int]string{1: "AAAA-AAAA", 2: code, 3: code, 0: ""} {
		if a := find(number, c); a.status != 404 {
			t.Errorf("found %d by %q: %d %s", number, c, a.status, a.body)
		}
	}
	if a := w.must(200, "GET", "/api/topics/bank/ideas/fate", "anna", ""); !strings.Contains(a.body, "A lamp") || strings.Contains(a.body, "A bench") {
		t.Errorf("anna's: %s", a.body)
	}
	claim := fmt.Sprintf(`{"client_id":"c","number":1,"code":%q}`, code)
	w.must(404, "POST", paperURL+"/claim", "boris", `{"client_id":"c","number":1,"code":"AAAA-AAAA"}`)
	w.must(200, "POST", paperURL+"/claim", "boris", claim)
	w.must(409, "POST", paperURL+"/claim", "anna", claim)
	if a := w.must(200, "GET", "/api/topics/bank/ideas/fate", "boris", ""); !strings.Contains(a.body, "A bench") {
		t.Errorf("boris's: %s", a.body)
	}
	// What is erased takes the name with it.
	w.must(200, "POST", "/api/topics/bank/texts/erase", "registrar", `{"client_id":"e","idea":1,"reason":"author-request"}`)
	if a := w.must(200, "GET", paperURL, "registrar", ""); strings.Contains(a.body, "Agafya") || !strings.Contains(a.body, code) {
		t.Errorf("after the erasure: %s", a.body)
	}
	if a := find(1, code); a.status != 200 || a.field("idea.status") != "removed" {
		t.Errorf("after the erasure: %d %s", a.status, a.body)
	}
}

// Whoever made an idea on paper theirs is told what stood on the sheet, and their
// erasure destroys it, whether the idea stays or not.
func TestErasureTakesTheSheet(t *testing.T) {
	w := paperTown(t)
	code := w.must(201, "POST", paperURL, "registrar", `{"client_id":"t1","text":"A bench","lang":"en","source":"paper","author":"Agafya Lykova","place":"Library of the north"}`).field("code").(string)
	w.must(200, "POST", paperURL+"/claim", "boris", fmt.Sprintf(`{"client_id":"c","number":1,"code":%q}`, code))
	if a := w.must(200, "GET", "/api/my-data", "boris", ""); !strings.Contains(a.body, `"papers":[{"author":"Agafya Lykova","place":"Library of the north"}]`) {
		t.Errorf("what is held of him: %s", a.body)
	}
	if a := w.must(200, "GET", "/api/my-data", "anna", ""); strings.Contains(a.body, "Agafya") {
		t.Errorf("what is held of another: %s", a.body)
	}
	w.must(200, "POST", "/api/my-data/erasure", "boris", `{"texts":false}`)
	if a := w.must(200, "GET", paperURL, "registrar", ""); strings.Contains(a.body, "Agafya") || strings.Contains(a.body, "north") || !strings.Contains(a.body, code) {
		t.Errorf("after the erasure: %s", a.body)
	}
	if a := w.must(200, "GET", "/api/topics/bank/ideas", "", ""); !strings.Contains(a.body, "A bench") {
		t.Errorf("the idea that he left: %s", a.body)
	}
}
