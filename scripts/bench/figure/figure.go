// Package figure is the form in which measurements are written, that of
// veche bench --json.
package figure

// Report is what one measurement found.
type Report struct {
	Name    string  `json:"name"`
	Machine string  `json:"machine"`
	Arms    []Arm   `json:"arms"`
	Ratios  []Ratio `json:"ratios"`
}

// Arm is one figure over several runs.
type Arm struct {
	Arm    string  `json:"arm"`
	Metric string  `json:"metric"`
	Unit   string  `json:"unit"`
	Median float64 `json:"median"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
}

// Ratio is a figure that is held against what it must reach.
type Ratio struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Want  string  `json:"want"`
}
