package selection

import "slices"

// narrow takes out the people who can't get a seat in this round: of a value
// whose quota is used up, or beside whom the minima of the other values would
// not be met. Their chance is zero in every lottery, and a zero has no place
// under a logarithm. It matters in replacement rounds, where few seats are free.
func (d *drawing) narrow() error {
	for d.in.size > 0 {
		p := d.Problem
		p.Excluded = slices.Clone(d.Excluded)
		for t := range d.in.count {
			if slices.ContainsFunc(d.in.rowsOf(t), func(r int32) bool { return d.in.rows[r].most <= 0 }) {
				for _, person := range d.in.people(t) {
					p.Excluded = append(p.Excluded, int(person))
				}
			}
		}
		if len(p.Excluded) == len(d.Excluded) {
			return nil
		}
		in, err := newInstance(&p)
		if err != nil {
			return err
		}
		if len(in.short()) > 0 {
			return nil // no panel exists; the methods say why
		}
		d.Problem, d.in = p, in
	}
	return nil
}
