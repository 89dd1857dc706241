package audit

import "fmt"

// Outcome is what came of a step.
type Outcome string

// The outcomes. Proved means bound by a digest, a signature or a certificate
// that was checked, without doing the work again.
const (
	ReRun       Outcome = "re-run"
	Proved      Outcome = "proved"
	NotInBundle Outcome = "not-in-bundle"
	Failed      Outcome = "failed"
)

// Step is one thing that was checked.
type Step struct {
	Name    string  `json:"name"`
	Outcome Outcome `json:"outcome"`
	Detail  string  `json:"detail"`
}

// Report is what came of a verification.
type Report struct {
	Topic  string   `json:"topic"`
	For    Audience `json:"for"`
	Code   string   `json:"code"` // version that wrote the bundle
	Key    string   `json:"key"`  // that signed it
	Events uint64   `json:"events"`
	Root   Hash     `json:"root"`
	Steps  []Step   `json:"steps"`
}

// Failures counts the steps that failed.
func (r *Report) Failures() (n int) {
	for _, s := range r.Steps {
		if s.Outcome == Failed {
			n++
		}
	}
	return n
}

func (r *Report) add(name string, o Outcome, format string, args ...any) {
	r.Steps = append(r.Steps, Step{Name: name, Outcome: o, Detail: fmt.Sprintf(format, args...)})
}
