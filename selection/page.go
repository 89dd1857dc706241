package selection

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"
)

//go:embed report.html
var reportPage string

var reportTemplate = template.Must(template.New("report").Funcs(template.FuncMap{
	"percent": func(v float64) string { return fmt.Sprintf("%.2f %%", 100*v) },
	"odds": func(p float64) string {
		if p <= 0 {
			return "no chance"
		}
		return fmt.Sprintf("about 1 in %.0f", math.Max(1, math.Round(1/p)))
	},
	"measure": func(v float64) string { return fmt.Sprintf("%.4f", v) },
}).Parse(reportPage))

// bar is one value of a feature: shares of those who applied and of the panel.
type bar struct {
	QuotaResult
	Pool, Panel       float64
	PoolBar, PanelBar float64
}

// WriteReportHTML writes the printable report: one page, nothing loaded from elsewhere.
func WriteReportHTML(w io.Writer, r *Result) error {
	type feature struct {
		Name string
		Bars []bar
	}
	var features []feature
	for _, q := range r.Report.Quotas {
		if len(features) == 0 || features[len(features)-1].Name != q.Feature {
			features = append(features, feature{Name: q.Feature})
		}
		b := bar{QuotaResult: q, Pool: float64(q.People) / float64(max(1, r.Report.People)), Panel: float64(q.Selected) / float64(max(1, r.Report.Size))}
		b.PoolBar, b.PanelBar = math.Round(300*b.Pool), math.Round(300*b.Panel)
		last := &features[len(features)-1]
		last.Bars = append(last.Bars, b)
	}
	return reportTemplate.Execute(w, map[string]any{
		"Report": r.Report, "Features": features, "Curve": r.curve(600, 160), "Mean": float64(r.Report.Size-r.Report.Seated) / float64(max(1, r.Report.Eligible)),
	})
}

// curve is the sorted chances as points of an SVG line of the given size.
func (r *Result) curve(width, height float64) string {
	types := r.types
	people, top := 0, int64(1)
	for _, t := range types {
		people += t.People
		top = max(top, t.Chance)
	}
	var out []byte
	at, lastX, lastY := 0, -1.0, -1.0
	point := func(x, y float64, always bool) {
		if always || x-lastX >= 0.5 || y-lastY >= 0.5 || lastY-y >= 0.5 {
			out = fmt.Appendf(out, "%.1f,%.1f ", x, y)
			lastX, lastY = x, y
		}
	}
	for i, t := range types { // sorted by chance
		y := height - height*float64(t.Chance)/float64(top)
		point(width*float64(at)/float64(max(1, people)), y, i == 0)
		at += t.People
		point(width*float64(at)/float64(max(1, people)), y, i == len(types)-1)
	}
	return string(out)
}
