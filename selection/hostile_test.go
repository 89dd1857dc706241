package selection

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// hostile are cells that try to become part of a page or of a file.
var hostile = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`, `</td></table><svg onload=alert(1)>`, `<a href="javascript:alert(1)">here</a>`,
	`</style><style>@import url(https://evil.example)</style>`, `{{.P}}`, `&lt;b&gt;`, "Mill Lane\nCODE", "a\"b,c;d", "=1+1", "@SUM(A1)", "../../etc/passwd", "\u202elive\u202c",
}

// hostileMailing is a mailing to everybody of a register with these cells in each
// column: identifier, stratum and address.
func hostileMailing(t *testing.T, column string, list []string, phrase string) (register string, letters, page string) {
	t.Helper()
	var file, b, html bytes.Buffer
	w := csv.NewWriter(&file)
	_ = w.Write([]string{"id", column, "home"}) // into memory
	ids := make([]string, len(list))
	for i, s := range list {
		ids[i] = fmt.Sprint(s, i)
		_ = w.Write([]string{ids[i], s, s})
	}
	w.Flush()
	register = file.String()
	_, l, proof := mailed(t, register, Register{ID: "id", Strata: []Strata{{Column: column}}}, Mailing{Letters: len(list), Equal: EqualPeople}, phrase, nil)
	key := LetterKey{1}
	codes := key.Codes([32]byte{2}, ids)
	if err := WriteLetters(&b, strings.NewReader(register), l.Selected, codes, "https://veche.example/#CODE"); err != nil {
		t.Fatal(err)
	}
	if err := WriteLettersHTML(&html, proof); err != nil {
		t.Fatal(err)
	}
	return register, b.String(), html.String()
}

// Whatever stands in a register, the report of its letters is the page that it is,
// and the file of letters has a row a person: the register's own cells as they came,
// so that it can be joined with the register, and beside them nothing that runs.
func TestHostileRegister(t *testing.T) {
	plain := make([]string, len(hostile))
	for i := range plain {
		plain[i] = fmt.Sprint("quarter ", i)
	}
	tags := func(page string) string {
		return strings.Join(regexp.MustCompile(`<[^>]*>`).FindAllString(page, -1), "\n")
	}
	_, _, want := hostileMailing(t, "quarter", plain, "spring")
	for _, column := range append([]string{"quarter"}, hostile[:7]...) {
		register, letters, page := hostileMailing(t, column, hostile, column)
		if got := tags(page); got != tags(want) {
			t.Errorf("the page with the column %q is of other parts:\n%s\nwant\n%s", column, got, tags(want))
		}
		if !strings.Contains(page, "&lt;script&gt;") {
			t.Errorf("the page with the column %q lacks what was seeded", column)
		}
		in, err := csv.NewReader(strings.NewReader(register)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		out, err := csv.NewReader(strings.NewReader(letters)).ReadAll()
		if err != nil || len(out) != len(in) {
			t.Fatalf("%d rows of letters, want %d: %v", len(out), len(in), err)
		}
		code := regexp.MustCompile(`^[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}$`)
		for i, row := range out {
			if len(row) != 5 || !slices.Equal(row[:3], in[i]) {
				t.Errorf("row %d is %q, want %q", i, row, in[i])
			}
			if i > 0 && (!code.MatchString(row[3]) || row[4] != "https://veche.example/#"+row[3]) {
				t.Errorf("row %d has the code %q and the link %q", i, row[3], row[4])
			}
		}
	}
}
