package selection

// Population is what the whole population is made of, counted by a census: for
// quotas, and to stand beside pool and panel. The zero value knows nothing.
type Population struct {
	Tables []PopulationTable `json:"tables"`
}

// PopulationTable counts people by one feature or by several at once.
type PopulationTable struct {
	Features []string         `json:"features"`
	Cells    []PopulationCell `json:"cells"`
}

// PopulationCell is how many people have a value of each of the table's features.
type PopulationCell struct {
	Values []string `json:"values"`
	Count  int      `json:"count"`
}

// Share is the part of the population with a value of a feature, from 0 to 1,
// by the first table that counts the feature; false where none does.
func (p Population) Share(feature, value string) (float64, bool) {
	for _, t := range p.Tables {
		for f, name := range t.Features {
			if name != feature {
				continue
			}
			sum, all := 0, 0
			for _, c := range t.Cells {
				all += c.Count
				if c.Values[f] == value {
					sum += c.Count
				}
			}
			if all == 0 {
				return 0, false
			}
			return float64(sum) / float64(all), true
		}
	}
	return 0, false
}
