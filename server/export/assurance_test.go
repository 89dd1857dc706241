package export

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// A list whose voters were known by mail only says so in every form, in its language,
// and no other list does.
func TestMailOnlyIsSaid(t *testing.T) {
	for lang, want := range map[string]string{"en": "KNOWN BY E-MAIL ONLY", "ru": "ТОЛЬКО ПО АДРЕСУ ПОЧТЫ"} {
		for _, assurance := range []string{"mail", "roster", "city"} {
			r := Ranking{Topic: "T", Language: lang, Assurance: assurance, Rows: []Row{{Text: "Trees"}}}
			var csv, html, list, xlsx bytes.Buffer
			for _, err := range []error{RankingCSV(&csv, r), RankingReport(&html, r), RankingJSON(&list, r), RankingXLSX(&xlsx, r)} {
				if err != nil {
					t.Fatal(err)
				}
			}
			var out Ranking
			if err := json.Unmarshal(list.Bytes(), &out); err != nil {
				t.Fatal(err)
			}
			for form, text := range map[string]string{"CSV": csv.String(), "HTML": html.String(), "JSON": strings.Join(out.Methods, " ")} {
				if strings.Contains(text, want) != (assurance == "mail") {
					t.Errorf("%s in %s of voters known by %s: %s", form, lang, assurance, text)
				}
			}
		}
	}
}
