package selection_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"html"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"veche/selection"
	"veche/selection/beacon"
	"veche/selection/sample"
)

var pagesTo = flag.String("pages", "", "folder to write the report pages of the tests to, to look at")

// drawnPage is a real draw's page, with everything that a page can tell.
func drawnPage(t *testing.T, people, seats int) selection.ReportPage {
	t.Helper()
	s := sample.New(sample.Town{People: people, Seats: seats, Values: []int{2, 4, 5, 3}, Tolerance: .05, Homes: 2, Skew: .8, Seed: 5})
	pool, err := s.Pool()
	if err != nil {
		t.Fatal(err)
	}
	roll, err := selection.NewRoll(pool, nil)
	if err != nil {
		t.Fatal(err)
	}
	p := selection.Problem{Pool: pool, Quotas: s.Quotas, Size: seats, Objective: selection.Nash, Reserves: 10, ByType: selection.RaceOn,
		Excluded:   []selection.Group{{Reason: "served <before> & cannot", People: []int{0, 1, 2}}},
		Population: selection.Population{Tables: []selection.PopulationTable{table(s.Quotas)}}}
	commitment := prepared(t, &p, roll, selection.Terms{Beacon: beacon.Promise{Kind: beacon.Phrase}}, phrase)
	r, err := selection.Draw(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	proof, err := selection.NewProof(p, roll, r, commitment, phrase)
	if err != nil {
		t.Fatal(err)
	}
	return selection.ReportPage{Report: r.Report, Proof: proof, Title: "Parks <for> everyone",
		Again: "veche draw --people people.csv --quotas quotas.csv --size 60 --seed beacon --out again", Check: "veche verify --proof proof.json"}
}

// table counts a population by the first feature alone.
func table(quotas selection.Quotas) selection.PopulationTable {
	out := selection.PopulationTable{Features: []string{quotas[0].Feature}}
	for i, q := range quotas {
		if q.Feature == quotas[0].Feature {
			out.Cells = append(out.Cells, selection.PopulationCell{Values: []string{q.Value}, Count: 1000 * (i + 1)})
		}
	}
	return out
}

func write(t *testing.T, name string, p selection.ReportPage) string {
	t.Helper()
	var page bytes.Buffer
	if err := selection.WriteReportHTML(&page, p); err != nil {
		t.Fatal(err)
	}
	if *pagesTo != "" {
		if err := os.WriteFile(filepath.Join(*pagesTo, name+".html"), page.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return page.String()
}

// plain is a page's text as a reader sees it.
func plain(page string) string {
	page = regexp.MustCompile(`(?s)<style>.*?</style>|<[^>]+>`).ReplaceAllString(page, " ")
	return strings.Join(strings.Fields(strings.ReplaceAll(html.UnescapeString(page), "\u00a0", " ")), " ")
}

func TestReportPage(t *testing.T) {
	p := drawnPage(t, 1_500, 60)
	changed := func(change func(p *selection.ReportPage)) selection.ReportPage {
		own := p
		change(&own)
		return own
	}
	later := *p.Proof
	later.Round, later.Value.Kind = 2, beacon.Public
	for _, tc := range []struct {
		name string
		page selection.ReportPage
		want []string
		not  []string
	}{
		{"first", p, []string{"60 participants were drawn by lot from 1,500 people who applied", "Every quota is met", "among those who applied", "about 1 in",
			"served <before> & cannot −3", "Population", "Parks <for> everyone", "not proof against the organiser", "no: fixed and drawn at once", "veche verify --proof proof.json"},
			[]string{"What preferring interest costs", "in round 3"}},
		{"russian", changed(func(p *selection.ReportPage) { p.Lang = "ru" }), []string{"Жребий выбрал 60 участников из 1500 человек, подавших заявки", "Все квоты выполнены", "среди тех, кто подал заявку", "примерно 1 из"}, []string{"who applied,"}},
		{"later", changed(func(p *selection.ReportPage) {
			p.Proof, p.Report.Seated = &later, 50
			p.Report.SeatedBy = []selection.GroupCount{{Reason: "accepted", People: 50}}
		}), []string{"10 participants were drawn by lot in round 3", "Seat taken before: accepted −50", "published by others after the commitment"}, nil},
		{"fit", changed(func(p *selection.ReportPage) {
			p.Report.Fit = &selection.Fit{What: "weights", People: 312, MinProbability: .02, MinProbabilityWithout: .025, Gini: .2, GiniWithout: .1, GeometricMean: .04, GeometricMeanWithout: .041,
				Bands: []selection.FitBand{{Name: "weight above 2.5 to 3", People: 312, Mean: .1, MeanWithout: .04}}}
		}), []string{"What preferring interest costs", "312 people were preferred", "about 1 in 40", "about 1 in 50", "interests that count more", "Mean chance, weight above 2.5 to 3 (312 people) 10.0 %, about 1 in 10 4.00 %, about 1 in 25"}, nil},
		{"measured", changed(func(p *selection.ReportPage) {
			p.Report.Realised = selection.Realised{How: selection.RealisedMeasured, Replays: 200, MaxDeviation: .012, StandardError: .004}
		}), []string{"in 200 draws with other seeds", "at most 1.20 % of it", "± 0.400 %"}, []string{"was not measured"}},
		{"again", changed(func(p *selection.ReportPage) {
			own := *p.Proof
			own.Earlier = []selection.Commitment{{Number: 1}}
			own.Commitment.After = &selection.Link{Reason: "a mistake in the quotas"}
			own.Policy.Panels, own.Panels = 1000, &selection.PanelDraw{Panels: 1000, Number: 417}
			p.Proof = &own
		}), []string{"Commitments of this topic before", "a mistake in the quotas", "1,000 panels were written down beforehand, all equally likely, and the lot picked number 417"}, nil},
		{"unlisted", changed(func(p *selection.ReportPage) { p.Report.WithoutChance, p.Report.Unlisted = 12, 12 }),
			[]string{"12 people could not be drawn: none of the listed panels holds them"}, []string{"could not be drawn at all", "It is proven that no lottery"}},
		{"on no panel", changed(func(p *selection.ReportPage) {
			p.Report.WithoutChance, p.Report.Unlisted, p.Report.KindSpread = 12, 0, .0125
		}),
			[]string{"12 people could not be drawn at all", "Within a kind chances differ by at most"}, []string{"none of the listed panels", "Within a kind everyone"}},
		{"many values", changed(func(p *selection.ReportPage) {
			p.Report.Quotas = nil
			for i := range 300 {
				q := selection.QuotaResult{Feature: "street", Value: fmt.Sprintf("street %d", i), Max: 60}
				if i%50 == 49 {
					q.People, q.Selected = 20, 10
				}
				p.Report.Quotas = append(p.Report.Quotas, q)
			}
		}), []string{"street 11", "street 49", "street 299", "… and 282 more answers with nobody."}, []string{"street 12 ", "street 298"}},
		{"russian reasons", changed(func(p *selection.ReportPage) {
			p.Lang, p.Report.Excluded, p.Report.Solver, p.Report.Reason = "ru", 7, "own interior point", "asked for"
			p.Report.LeftOut = []selection.GroupCount{{Reason: "declined a seat", People: 3}, {Reason: "not eligible by age", People: 4}}
		}), []string{"отказались от места", "по вопросу age", "собственный метод внутренней точки"}, []string{"declined a seat", "own interior", "раунд"}},
		{"without", changed(func(p *selection.ReportPage) { p.Proof = nil }), []string{"Everyone’s chance"}, []string{"Merkle", "The same in numbers"}},
		{"missed", changed(func(p *selection.ReportPage) {
			p.Report.QuotasMet = false
			p.Report.Quotas = append([]selection.QuotaResult(nil), p.Report.Quotas...)
			p.Report.Quotas[0].Min, p.Report.Quotas[0].Max = 1, 2
		}), []string{"Not every quota is met", "missed"}, []string{"Every quota is met"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			page := write(t, tc.name, tc.page)
			text := plain(page)
			for _, want := range tc.want {
				if !strings.Contains(text, want) {
					t.Errorf("the page does not say %q:\n%s", want, text)
				}
			}
			for _, not := range tc.not {
				if strings.Contains(text, not) {
					t.Errorf("the page says %q", not)
				}
			}
			if again := write(t, tc.name, tc.page); again != page {
				t.Error("the page is not the same the second time")
			}
			for _, foreign := range []string{"http:", "https:", "src=", "url(", "<script", "@import", "style=\"", "ZgotmplZ", "%!"} {
				if strings.Contains(page, foreign) {
					t.Errorf("the page holds %q", foreign)
				}
			}
			if err := wellFormed(page); err != nil {
				t.Error(err)
			}
		})
	}
}

// wellFormed tells whether every element is closed in its order and every
// reference by id has its target.
func wellFormed(page string) error {
	d := xml.NewDecoder(strings.NewReader(regexp.MustCompile(`<meta [^>]*>`).ReplaceAllString(page, "")))
	d.Entity = xml.HTMLEntity
	ids, wanted := map[string]bool{}, map[string]bool{}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		for _, a := range start.Attr {
			switch a.Name.Local {
			case "id":
				if ids[a.Value] {
					return fmt.Errorf("the id %q stands twice", a.Value)
				}
				ids[a.Value] = true
			case "aria-labelledby":
				wanted[a.Value] = true
			}
		}
	}
	for id := range wanted {
		if !ids[id] {
			return fmt.Errorf("nothing has the id %q", id)
		}
	}
	return nil
}

func TestReportPageRefuses(t *testing.T) {
	err := selection.WriteReportHTML(io.Discard, selection.ReportPage{Lang: "tlh"})
	if err == nil || !strings.Contains(err.Error(), `"tlh": use en or ru`) {
		t.Fatalf("got %v", err)
	}
}
