package selection

import (
	"fmt"
	"slices"
)

// Objective says what "as equal as the quotas allow" means.
type Objective string

// The objectives of a draw. Auto chooses one and says why.
const (
	Auto       Objective = "auto"
	Leximin    Objective = "leximin"    // the lowest chance as high as possible, then the second lowest, and so on
	Maximin    Objective = "maximin"    // the lowest chance as high as possible, then Nash
	Nash       Objective = "nash"       // the largest product of chances, none below 0.995 of the maximin value
	Goldilocks Objective = "goldilocks" // neither very low nor very high chances
)

// ParseObjective reads an objective's name; the empty one is Auto.
func ParseObjective(name string) (Objective, error) {
	o := Objective(name)
	if name == "" {
		return Auto, nil
	}
	if slices.Contains([]Objective{Auto, Leximin, Maximin, Nash, Goldilocks}, o) {
		return o, nil
	}
	return "", fmt.Errorf("objective %q is not known: use auto, leximin, maximin, nash or goldilocks", name)
}
