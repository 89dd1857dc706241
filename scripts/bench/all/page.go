package main

import (
	"fmt"
	"html"
	"math"
	"strings"

	"veche/scripts/bench/figure"
)

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:68rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}th,td{padding:.25rem .6rem;text-align:right;border-bottom:1px solid #ddd}
th:first-child,td:first-child,th:nth-child(2),td:nth-child(2){text-align:left}caption{text-align:left;font-weight:600;padding:1.5rem 0 .3rem}
.worse{color:#a11}.better{color:#0a6b2b}svg{max-width:100%;height:auto}
@media(prefers-color-scheme:dark){body{color:#eee;background:#151515}th,td{border-color:#444}.worse{color:#f99}.better{color:#8fd6a4}svg text{fill:#eee}}`

// page is the figures to read: the picture of those with a limit, and each
// report beside what it was the last time.
func page(f figures, last *figures) string {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	p("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Figures of Veche</title><style>%s</style>\n<h1>Figures of Veche</h1>\n", style)
	p("<p>Commit %s, %s, on %s; the load of the machine when it began was %s; %.0f seconds.</p>\n", esc(f.Commit), f.Began.Format("2 January 2006, 15:04 UTC"), esc(f.Machine), esc(or(f.Load, "not known")), f.Seconds)
	if f.Quick {
		p("<p><strong>Small sizes: a try of the measurements, no figures to compare.</strong></p>\n")
	}
	for _, text := range f.Failed {
		p("<p class=\"worse\">Not measured: %s</p>\n", esc(text))
	}
	b.WriteString(picture(f.Limits))
	comparable := last != nil && last.Quick == f.Quick
	if comparable {
		p("<p>Beside each figure: how it differs from commit %s of %s, load %s. On a shared machine a few per cent mean nothing.</p>\n", esc(last.Commit), last.Began.Format("2 January 2006"), esc(or(last.Load, "not known")))
	}
	for _, r := range f.Reports {
		p("<table><caption>%s</caption><tr><th>what</th><th>figure</th><th>median</th><th>least</th><th>most</th><th>unit</th><th>since the last time</th></tr>\n", esc(r.Name))
		for _, a := range r.Arms {
			p("<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>\n", esc(a.Arm), esc(a.Metric), number(a.Median), number(a.Min), number(a.Max), esc(a.Unit), since(comparable, last, r.Name, a))
		}
		for _, x := range r.Ratios {
			p("<tr><td>%s</td><td>ratio, want %s</td><td>%s</td><td></td><td></td><td></td><td></td></tr>\n", esc(x.Name), esc(x.Want), number(x.Value))
		}
		b.WriteString("</table>\n")
	}
	return b.String()
}

// picture has a bar for each figure with a limit: how much of it is taken, on a
// logarithmic scale from a hundredth to ten times.
func picture(limits []held) string {
	if len(limits) == 0 {
		return ""
	}
	const width, label, row, lo, hi = 1000.0, 470.0, 24.0, -2.0, 1.0
	x := func(share float64) float64 {
		l := math.Log10(math.Max(share, 1e-9))
		return label + (width-label-70)*(min(max(l, lo), hi)-lo)/(hi-lo)
	}
	height := row*float64(len(limits)) + 40
	var b strings.Builder
	fmt.Fprintf(&b, "<svg role=\"img\" viewBox=\"0 0 %g %g\" font-size=\"13\" font-family=\"system-ui,sans-serif\"><title>How much of its limit each figure takes; the table below has the same</title>\n", width, height)
	for _, mark := range []struct {
		at    float64
		name  string
		thick float64
	}{{.01, "1 %", .5}, {.1, "10 %", .5}, {1, "the limit", 2}, {10, "10 times", .5}} {
		at := x(mark.at)
		fmt.Fprintf(&b, "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"22\" y2=\"%g\" stroke=\"#999\" stroke-width=\"%g\"/><text x=\"%.1f\" y=\"14\" text-anchor=\"middle\">%s</text>\n", at, at, height-10, mark.thick, at, mark.name)
	}
	for i, h := range limits {
		y := 28 + row*float64(i)
		colour := "#2f7d4f"
		if !h.holds() {
			colour = "#b3261e"
		}
		fmt.Fprintf(&b, "<text x=\"%g\" y=\"%g\" text-anchor=\"end\">%s</text><rect x=\"%g\" y=\"%g\" width=\"%.1f\" height=\"14\" fill=\"%s\"/><text x=\"%.1f\" y=\"%g\">%s</text>\n",
			label-8, y+12, esc(short(h.Name, 72)), label, y, x(h.share())-label, colour, x(h.share())+5, y+12, number(h.Value))
	}
	b.WriteString("</svg>\n<table><caption>Figures with a limit</caption><tr><th>figure</th><th></th><th>value</th><th>limit</th><th>unit</th></tr>\n")
	for _, h := range limits {
		sign, word, class := "≤", "holds", "better"
		if h.Least {
			sign = "≥"
		}
		if !h.holds() {
			word, class = "missed", "worse"
		}
		fmt.Fprintf(&b, "<tr><td>%s</td><td class=\"%s\">%s</td><td>%s</td><td>%s %s</td><td>%s</td></tr>\n", esc(h.Name), class, word, number(h.Value), sign, number(h.Limit), esc(h.Unit))
	}
	b.WriteString("</table>\n")
	return b.String()
}

// since says how a figure differs from the last time.
func since(comparable bool, last *figures, name string, a figure.Arm) string {
	if !comparable {
		return ""
	}
	for _, r := range last.Reports {
		for _, old := range r.Arms {
			if r.Name == name && old.Arm == a.Arm && old.Metric == a.Metric && old.Unit == a.Unit && old.Median != 0 {
				return fmt.Sprintf("%+.0f %%", 100*(a.Median/old.Median-1))
			}
		}
	}
	return "new"
}

func number(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e7 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.4g", v)
}

func short(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func esc(s string) string { return html.EscapeString(s) }
