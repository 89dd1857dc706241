package selection

import (
	"cmp"
	_ "embed"
	"html/template"
	"io"
	"math"
	"strconv"
	"strings"

	"veche/selection/beacon"
)

//go:embed report.html
var reportPage string

var reportTemplate = template.Must(template.New("report").Parse(reportPage))

// askedFor is the reason of an objective that was not chosen by the draw itself.
const askedFor = "asked for"

// ReportPage is what report.html is made of.
type ReportPage struct {
	Lang   string // one of PageLanguages; empty stands for the first
	Title  string // of the topic, where there is one
	Report Report
	Proof  *Proof // gives the curve and what to check; nil leaves both out
	// Again, Check and Receipt are the commands that draw again, check the proof
	// and check one's own receipt, as they would be typed; empty ones are left out.
	Again, Check, Receipt string
}

// WriteReportHTML writes the printable report: one page, nothing loaded from
// elsewhere, the same bytes for the same draw. It refuses a language that it
// has no words for.
func WriteReportHTML(w io.Writer, p ReportPage) error {
	words, err := wordsOfPage(p.Lang)
	if err != nil {
		return err
	}
	v := pageView{w: words, ReportPage: p}
	return reportTemplate.Execute(w, map[string]any{
		"W": words.texts, "Lang": words.lang, "Title": p.Title, "Report": p.Report, "Headline": v.headline(), "Figures": v.figures(),
		"Known": v.populationKnown(), "Features": v.features(), "Chances": v.chances(), "Chart": v.chart(), "Quantiles": v.quantiles(), "Fit": v.fit(),
		"Flow": v.flow(), "How": v.how(), "Facts": v.facts(), "Earlier": v.earlier(), "Commands": v.commands(), "Limits": v.limits(), "Foreign": words.lang != "en",
		"Reason": words.said(p.Report.Reason), "Solver": words.said(p.Report.Solver), "Asked": p.Report.Reason == askedFor, "Later": p.round() > 0,
	})
}

func (p *ReportPage) round() int {
	if p.Proof == nil {
		return 0
	}
	return int(p.Proof.Round)
}

// pageView puts a report into the words of a language.
type pageView struct {
	w *pageWords
	ReportPage
}

// labelled is a name and what stands beside it.
type labelled struct{ Label, Text string }

func (v *pageView) drawn() int { return v.Report.Size - v.Report.Seated }

func (v *pageView) mean() float64 {
	return float64(v.drawn()) / float64(max(1, v.Report.Eligible))
}

func (v *pageView) headline() string {
	if v.round() > 0 {
		return v.w.say("headline_round", v.w.count(v.drawn(), "drawn"), v.w.number(v.round()+1), v.w.count(v.Report.Eligible, "from"))
	}
	if v.Report.Seated > 0 {
		return v.w.say("headline_guests", v.w.count(v.drawn(), "drawn"), v.w.count(v.Report.Eligible, "from"), v.w.number(v.Report.Seated))
	}
	return v.w.say("headline", v.w.count(v.Report.Size, "drawn"), v.w.count(v.Report.People, "from"))
}

func (v *pageView) figures() []labelled {
	w, r := v.w, v.Report
	out := []labelled{{w.say("figure_applied"), w.number(r.People)}, {w.say("figure_seats"), w.number(r.Size)}}
	if r.Seated > 0 {
		out = append(out, labelled{w.say("figure_drawn"), w.number(v.drawn())})
	}
	return append(out, labelled{w.say("figure_low"), w.odds(r.MinProbability)}, labelled{w.say("figure_high"), w.odds(r.MaxProbability)},
		labelled{w.say("figure_gini"), w.decimal(r.Gini, 3)})
}

func (v *pageView) populationKnown() bool {
	for _, q := range v.Report.Quotas {
		if q.Population != nil {
			return true
		}
	}
	return false
}

// fewRows is how many rows of a feature are all shown, whatever is in them.
const fewRows = 12

// pageFeature is one feature's rows; Known tells whether the population's are,
// More of how many values without anybody there is nothing to show.
type pageFeature struct {
	Name   string
	Known  bool
	Rows   []pageRow
	More   string
	values int
	empty  int
}

// pageRow is one value: texts, and bars in units of a picture 1000 wide.
type pageRow struct {
	Value, Population, Applied, Wanted, Drawn, Label string
	Missed                                           bool
	Bars                                             []pageBar
	Height                                           int
	BandAt, BandWidth, BandY                         string
}

type pageBar struct {
	Class, Width string
	Y            int
}

func (v *pageView) features() []pageFeature {
	w, r := v.w, v.Report
	ofPool := func(q QuotaResult) float64 { return float64(q.People) / float64(max(1, r.People)) }
	ofPanel := func(seats int) float64 { return float64(min(seats, r.Size)) / float64(max(1, r.Size)) }
	widest, known := map[string]float64{}, map[string]bool{}
	for _, q := range r.Quotas {
		top := max(ofPool(q), ofPanel(q.Selected), ofPanel(q.Max), 0.01)
		if q.Population != nil {
			top = max(top, *q.Population)
			known[q.Feature] = true
		}
		widest[q.Feature] = max(widest[q.Feature], top)
	}
	var out []pageFeature
	for _, q := range r.Quotas {
		if len(out) == 0 || out[len(out)-1].Name != q.Feature {
			out = append(out, pageFeature{Name: q.Feature, Known: known[q.Feature]})
		}
		feature := &out[len(out)-1]
		if feature.values++; feature.values > fewRows && q.nobody() {
			feature.empty++
			continue
		}
		unit := 1000 / widest[q.Feature]
		row := pageRow{
			Value: q.Value, Population: w.say("no_population"), Missed: q.Selected < q.Min || q.Selected > q.Max,
			Applied: w.number(q.People) + " (" + w.share(ofPool(q)) + ")", Wanted: v.wanted(q), Drawn: w.number(q.Selected) + " (" + w.share(ofPanel(q.Selected)) + ")",
			Label: w.say("bar_label", w.share(ofPool(q)), w.share(ofPanel(q.Selected))),
		}
		bar := func(class string, share float64) {
			row.Bars = append(row.Bars, pageBar{Class: class, Width: coordinate(share * unit), Y: 10*len(row.Bars) + 1})
		}
		if known[q.Feature] {
			share := 0.0
			if q.Population != nil {
				share = *q.Population
				row.Population = w.share(share)
				row.Label = w.say("bar_label_all", w.share(share), w.share(ofPool(q)), w.share(ofPanel(q.Selected)))
			}
			bar("population", share)
		}
		bar("pool", ofPool(q))
		bar("panel", ofPanel(q.Selected))
		last := row.Bars[len(row.Bars)-1].Y
		row.Height, row.BandY = last+9, strconv.Itoa(last-1)
		low, high := float64(ofPanel(q.Min)*unit), float64(ofPanel(q.Max)*unit)
		row.BandAt, row.BandWidth = coordinate(low), coordinate(max(high-low, 3))
		feature.Rows = append(feature.Rows, row)
	}
	for i := range out {
		if n := out[i].empty; n > 0 {
			out[i].More = w.say("more_values", w.count(n, "value"))
		}
	}
	return out
}

// nobody tells whether there is nothing to say of a value: nobody has it and
// nobody is wanted of it.
func (q *QuotaResult) nobody() bool {
	return q.People == 0 && q.Selected == 0 && q.Min == 0 && (q.Population == nil || *q.Population == 0)
}

func (v *pageView) wanted(q QuotaResult) string {
	if q.Min == q.Max {
		return v.w.number(q.Min)
	}
	return v.w.number(q.Min) + "–" + v.w.number(q.Max)
}

// chances are the sentences about chances.
func (v *pageView) chances() []string {
	w, r := v.w, v.Report
	both := func(p float64) []any { return []any{w.percent(p), w.odds(p)} }
	var out []string
	if r.MaxProbability-r.MinProbability < 1e-9 {
		out = append(out, w.say("chance_equal", both(r.MinProbability)...))
	} else {
		out = append(out, w.say("chance_range", append(append(both(r.MinProbability), both(r.MaxProbability)...), both(v.mean())...)...))
	}
	if never := r.WithoutChance - r.Unlisted; never > 0 {
		out = append(out, w.say("chance_none", w.count(never, "person")))
	}
	if r.Unlisted > 0 {
		out = append(out, w.say("chance_unlisted", w.count(r.Unlisted, "person")))
	}
	if bound := r.UpperBoundMinProbability; bound > 0 && r.WithoutChance == 0 {
		what := "bound"
		if r.MinByWeight > 0 {
			what = "weighed"
			out = append(out, w.say("weighed", w.percent(r.MinByWeight)))
		}
		// The proof itself is as exact as its integers: 1e-6 is within it.
		if reached := r.Reached(); reached > 1-1e-6 {
			out = append(out, w.say(what+"_met", w.percent(bound)))
		} else {
			out = append(out, w.say(what+"_gap", w.percent(bound), w.decimal(math.Floor(10000*reached)/100, 2)+"\u00a0%"))
		}
	}
	out = append(out, w.say("gini", w.decimal(r.Gini, 3), w.percent(2*r.Gini)))
	switch r.Realised.How {
	case RealisedExact:
		out = append(out, w.say("real_exact"))
	case RealisedMeasured:
		out = append(out, w.say("real_measured", w.count(r.Realised.Replays, "replay"), w.percent(r.Realised.MaxDeviation), w.percent(r.Realised.StandardError)))
	default:
		out = append(out, w.say("real_target"))
	}
	return out
}

// pageFit is the price of preferring interest: rows of with and without.
type pageFit struct {
	Lead string
	Rows [][3]string
}

func (v *pageView) fit() *pageFit {
	f, w := v.Report.Fit, v.w
	if f == nil {
		return nil
	}
	chance := func(p float64) string { return w.percent(p) + ", " + w.odds(p) }
	what := f.What
	if what == "weights" {
		what = w.say("fit_weights")
	}
	out := &pageFit{
		Lead: w.say("fit_lead", w.say("fit_people", w.count(f.People, "person")), what),
		Rows: [][3]string{
			{w.say("fit_low"), chance(f.MinProbability), chance(f.MinProbabilityWithout)},
			{w.say("fit_mean"), chance(f.GeometricMean), chance(f.GeometricMeanWithout)},
			{w.say("fit_gini"), w.decimal(f.Gini, 3), w.decimal(f.GiniWithout, 3)},
		},
	}
	for _, b := range f.Bands {
		out.Rows = append(out.Rows, [3]string{w.say("fit_band", b.Name, w.count(b.People, "person")), chance(b.Mean), chance(b.MeanWithout)})
	}
	return out
}

// flow is the way from those who applied to those who were drawn, with counts.
func (v *pageView) flow() []labelled {
	w, r := v.w, v.Report
	out := []labelled{{w.say("flow_applied"), w.number(r.People)}}
	named := 0
	for _, g := range r.LeftOut {
		named += g.People
	}
	minus := "−"
	if all := r.LeftOutPeople; all > 0 && all < named { // some are left out for several reasons
		out = append(out, labelled{w.say("flow_left_all"), "−" + w.number(all)})
		minus, named = "", all
	}
	for _, g := range r.LeftOut {
		out = append(out, labelled{w.say("flow_left", w.said(g.Reason)), minus + w.number(g.People)})
	}
	if rest := r.Excluded - named; rest > 0 {
		out = append(out, labelled{w.say("flow_left_other"), "−" + w.number(rest)})
	}
	named = 0
	for _, g := range r.SeatedBy {
		out = append(out, labelled{w.say("flow_seated", w.said(g.Reason)), "−" + w.number(g.People)})
		named += g.People
	}
	if rest := r.Seated - named; rest > 0 {
		out = append(out, labelled{w.say("flow_seated_all"), "−" + w.number(rest)})
	}
	out = append(out, labelled{w.say("flow_eligible"), w.number(r.Eligible)}, labelled{w.say("flow_drawn"), w.number(v.drawn())})
	if v.Proof != nil && len(v.Proof.Reserves) > 0 {
		out = append(out, labelled{w.say("flow_reserves"), w.number(len(v.Proof.Reserves))})
	}
	return out
}

// kindsAlike is the difference of chances that nobody needs to be told of.
const kindsAlike = 1e-6

// how are the sentences about the method.
func (v *pageView) how() []string {
	w, r := v.w, v.Report
	var out []string
	if v.round() > 0 {
		out = append(out, w.say("how_round", w.number(v.round()+1)))
		if changes, reason := v.Proof.changed(); len(changes) > 0 {
			out = append(out, w.say("how_changed", strings.Join(w.sayAll(changes), "; "), reason))
		}
	}
	if i := r.Invited; i != nil {
		out = append(out, w.say("how_invited", w.count(r.Size, "person"), w.number(i.Wanted), w.decimal(i.Expected, 1), i.Source, w.percent(i.Rate), w.percent(i.AllMet)))
	}
	if r.WithoutAddress > 0 {
		out = append(out, w.say("how_no_address", w.count(r.WithoutAddress, "person")))
	}
	if text, ok := w.objectives[r.Objective]; ok {
		out = append(out, text)
	}
	kinds := w.say("kinds_alike")
	if r.KindSpread > kindsAlike {
		kinds = w.say("kinds_differ", w.percent(r.KindSpread))
	}
	out = append(out, w.say("how_types", w.count(r.Types, "kind"))+" "+kinds)
	if r.Lottery != nil && r.Lottery.Panels > 0 {
		out = append(out, w.say("how_lottery", w.count(r.Lottery.Panels, "panel")))
	}
	if v.Proof != nil && v.Proof.Policy.Panels > 0 {
		if v.Proof.Panels != nil {
			out = append(out, w.say("how_panels", w.count(v.Proof.Policy.Panels, "panel"), w.number(v.Proof.Panels.Number)))
		} else {
			out = append(out, w.say("how_panels_only", w.count(v.Proof.Policy.Panels, "panel")))
		}
	}
	if r.HouseholdRedraws > 0 || r.HouseholdMoves > 0 {
		out = append(out, w.say("how_homes", w.count(r.HouseholdRedraws, "pick"), w.count(r.HouseholdMoves, "pick")))
	}
	return out
}

// pageFact is a value to check a draw by; Code is one that machines compare.
type pageFact struct {
	labelled
	Code bool
}

func (v *pageView) facts() []pageFact {
	p, w := v.Proof, v.w
	if p == nil {
		return nil
	}
	value := pageFact{labelled{w.say("check_beacon"), p.Value.String()}, p.Value.Kind == beacon.Drand}
	if p.Value.Kind == beacon.Phrase {
		value = pageFact{labelled{w.say("check_phrase"), p.Value.Text}, false}
	}
	kind := string(p.Value.Kind)
	if _, known := w.texts["kind_"+kind]; known {
		kind = w.say("kind_" + kind)
	}
	round := w.say("round_first")
	if v.round() > 0 {
		round = w.say("round_later", w.number(v.round()+1))
	}
	published := w.say("not_published")
	if !p.Time.IsZero() {
		published = w.say("published_at", p.Time.UTC().Format("2006-01-02 15:04:05 UTC"))
	}
	return []pageFact{
		{labelled{w.say("check_round"), round}, false}, {labelled{w.say("check_published"), published}, false},
		{labelled{w.say("check_commitment"), p.CommitmentDigest.String()}, true}, {labelled{w.say("check_root"), p.Root.String()}, true},
		{labelled{w.say("check_policy"), p.PolicyDigest.String()}, true}, {labelled{w.say("check_program"), p.Program.Digest().String()}, true},
		{labelled{w.say("check_kind"), kind}, false}, value, {labelled{w.say("check_seed"), p.Seed.String()}, true},
	}
}

// earlier are the topic's commitments before this one, each with why there was
// another after it.
func (v *pageView) earlier() []labelled {
	if v.Proof == nil {
		return nil
	}
	var out []labelled
	for i, c := range v.Proof.Earlier {
		next := v.Proof.Commitment.After
		if i+1 < len(v.Proof.Earlier) {
			next = v.Proof.Earlier[i+1].After
		}
		one := labelled{Label: v.w.say("earlier_one", v.w.number(c.Number), c.Digest().String())}
		if next != nil {
			one.Text = v.w.said(next.Reason)
		}
		out = append(out, one)
	}
	return out
}

// commands are what to type, each below what it is for.
func (v *pageView) commands() []labelled {
	var out []labelled
	for _, c := range []struct{ name, text string }{{"check_pool", v.Again}, {"check_proof", v.Check}, {"check_receipt", v.Receipt}} {
		if c.text != "" {
			out = append(out, labelled{v.w.say(c.name), c.text})
		}
	}
	return out
}

func (v *pageView) limits() []string {
	all := limits
	if v.Proof != nil {
		all = v.Proof.Limits
	}
	out := make([]string, len(all))
	for i, one := range all {
		out[i] = cmp.Or(v.w.limits[one], one)
	}
	return out
}
