package selection

import (
	_ "embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io"
	"math"
)

//go:embed letters.html
var lettersPage string

var lettersTemplate = template.Must(template.New("letters").Funcs(template.FuncMap{
	"percent": func(v float64) string { return fmt.Sprintf("%.1f %%", 100*v) },
	"hex":     func(d Digest) string { return hex.EncodeToString(d[:]) },
	"odds": func(p float64) string {
		switch {
		case p <= 0:
			return "no chance"
		case p >= 1:
			return "certain"
		case p > 0.1: // "about 1 in 3" is too rough here
			return fmt.Sprintf("about %.0f in 100", math.Round(100*p))
		}
		return fmt.Sprintf("about 1 in %.0f", math.Round(1/p))
	},
}).Parse(lettersPage))

// WriteLettersHTML writes the printable report of a mailing: one page, nothing
// loaded from elsewhere.
func WriteLettersHTML(w io.Writer, p *MailingProof) error {
	type row struct {
		StratumLetters
		Share, Got              float64
		RegisterBar, LettersBar float64
	}
	r := p.Report
	rows, most := make([]row, 0, len(r.Strata)), 0.0
	for _, s := range r.Strata {
		one := row{StratumLetters: s, Share: float64(s.People) / float64(max(1, r.People)), Got: float64(s.Letters) / float64(max(1, r.Letters))}
		most = max(most, one.Share, one.Got)
		rows = append(rows, one)
	}
	for i := range rows {
		rows[i].RegisterBar, rows[i].LettersBar = math.Round(300*rows[i].Share/most), math.Round(300*rows[i].Got/most)
	}
	return lettersTemplate.Execute(w, map[string]any{"R": r, "P": p, "Strata": rows, "Shared": len(p.Policy.Register.Address) > 0})
}
