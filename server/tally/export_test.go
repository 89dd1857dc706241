package tally

import "context"

// MinimumFrom fits the factor model from the given item factors and returns
// what it minimises, at the minimum, and the items' intercepts.
func MinimumFrom(in Input, start func(item int) float64) (float64, []float64, error) {
	ctx := context.Background()
	m, err := newMatrix(ctx, &in)
	if err != nil {
		return 0, nil, err
	}
	a := &axes{}
	a.axis[0] = make([]float64, len(m.items))
	for j := range a.axis[0] {
		a.axis[0][j] = start(j)
	}
	unit(a.axis[0])
	f, err := fitFactors(ctx, m, a)
	if err != nil {
		return 0, nil, err
	}
	return f.penalised(), f.items.intercept, nil
}
