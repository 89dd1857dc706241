package audit

import (
	"errors"
	"fmt"

	"veche/server/analysis"
	"veche/server/topic"
)

// draw checks a round of the lottery: by running it again where the pool rows
// are there, else by everything that can be known without them.
func (c *checker) draw(f *fold, round int, x Computation[*topic.Drawn]) (Outcome, string, error) {
	b, err := c.result(DrawFile(round), x.Body.Result)
	if err != nil {
		return "", "", err
	}
	r, err := analysis.ParseDraw(b)
	if err != nil {
		return "", "", err
	}
	if err := drawFits(f.State, round, x.Body, r); err != nil {
		return "", "", err
	}
	quotas := fmt.Sprintf("%d seats from %d people, every quota met", r.Report.Size, r.Report.People)
	if !f.whole {
		return Proved, quotas + "; the seed is what pool root, rules and beacon make it; the draw itself needs the pool rows", nil
	}
	sealed, err := c.result(ChancesFile(round), topic.Digest(r.Chances))
	if err != nil {
		return "", "", err
	}
	if _, err := analysis.ParseChances(sealed); err != nil {
		return "", "", err
	}
	again, blobs, err := analysis.Draw(c.ctx, f.State, c.rows(f), x.Body.Seed)
	switch {
	case c.erasedSince(err, x.Body.InputSeq):
		return Proved, quotas + "; a pool row was erased since, so it can't be run again", nil
	case err != nil:
		return "", "", err
	}
	if err := same(x.Event, &again, [][]byte{b, sealed}, blobs); err != nil {
		return "", "", err
	}
	return ReRun, quotas + ", to the same bytes", nil
}

// rows are the pool rows by application.
func (c *checker) rows(f *fold) map[uint64]analysis.Text {
	rows := make(map[uint64]analysis.Text, len(f.Applications))
	for i := range f.Applications {
		if t, ok := c.texts[f.Applications[i].Row]; ok {
			rows[uint64(i+1)] = t
		}
	}
	return rows
}

// drawFits compares a draw's result with its event and with the settings of the
// topic at that moment.
func drawFits(s *topic.State, round int, e *topic.Drawn, r *analysis.DrawResult) error {
	if err := r.Seed.Check(); err != nil {
		return err
	}
	p := &r.Policy
	switch {
	case r.InputSeq != e.InputSeq || r.Round != uint32(round) || r.Seed.Round != uint64(round-1):
		return errors.New("its result is of another round")
	case r.Seats != len(e.Seats) || r.Reserves != len(e.Reserves):
		return fmt.Errorf("its result has %d seats and %d reserves, the log %d and %d", r.Seats, r.Reserves, len(e.Seats), len(e.Reserves))
	case topic.Digest(r.Seed.Root) != e.Root || r.Seed.Beacon != e.Seed || [32]byte(r.Seed.Policy) != p.Digest():
		return errors.New("its seed is not made of the pool, the rules and the beacon in the log")
	case e.Size != s.Settings.PanelSize:
		return fmt.Errorf("it drew for %d seats, the settings had %d", e.Size, s.Settings.PanelSize)
	case p.Size > int(e.Size) || p.Taken()+r.Seats != p.Size || r.Report.Size != p.Size || r.Report.Seated != p.Taken():
		return errors.New("seats taken and drawn do not add up to the panel")
	case len(p.Quotas) != len(s.Settings.Quotas):
		return fmt.Errorf("it drew by %d quotas, the settings had %d", len(p.Quotas), len(s.Settings.Quotas))
	}
	unknown := int(e.Size) - p.Size // people on the panel whose rows were erased
	for i, q := range s.Settings.Quotas {
		got := p.Quotas[i]
		if got.Feature != q.Feature || got.Value != q.Value || got.Min != max(0, int(q.Min)-unknown) || got.Max != int(q.Max) {
			return fmt.Errorf("it drew by another quota on %s = %s than the settings had", q.Feature, q.Value)
		}
	}
	return quotasMet(r)
}

// quotasMet recounts what the report says of the panel.
func quotasMet(r *analysis.DrawResult) error {
	type value struct{ feature, value string }
	seats, sums := map[value]int{}, map[string]int{}
	for _, q := range r.Report.Quotas {
		seats[value{q.Feature, q.Value}] = q.Selected
		sums[q.Feature] += q.Selected
	}
	for _, q := range r.Policy.Quotas {
		n, ok := seats[value{q.Feature, q.Value}]
		if !ok || n < q.Min || n > q.Max {
			return fmt.Errorf("%s = %s has %d seats, its quota is %d to %d", q.Feature, q.Value, n, q.Min, q.Max)
		}
		if sums[q.Feature] != r.Report.Size {
			return fmt.Errorf("the seats by %s add up to %d of %d", q.Feature, sums[q.Feature], r.Report.Size)
		}
	}
	return nil
}

// tables checks a seating.
func (c *checker) tables(f *fold, n int, x Computation[*topic.TablesSeated]) (Outcome, string, error) {
	b, err := c.result(TablesFile(n), x.Body.Result)
	if err != nil {
		return "", "", err
	}
	r, err := analysis.ParseTables(b)
	if err != nil {
		return "", "", err
	}
	if err := r.Seed.Check(); err != nil {
		return "", "", err
	}
	if r.InputSeq != x.Body.InputSeq || r.Seed.Beacon != x.Body.Seed || r.Seed.Round != uint64(n-1) || r.Report.Tables != int(x.Body.Tables) {
		return "", "", errors.New("its result is of another seating")
	}
	even := fmt.Sprintf("%d people at %d tables, no value further than %.1f people from its share", r.Report.People, r.Report.Tables, r.Report.MaxDeviation)
	if !f.whole {
		return Proved, even + "; the seating itself needs the pool rows", nil
	}
	again, blobs, err := analysis.Tables(c.ctx, f.State, c.rows(f), x.Body.Seed)
	switch {
	case c.erasedSince(err, x.Body.InputSeq):
		return Proved, even + "; a pool row was erased since, so it can't be run again", nil
	case err != nil:
		return "", "", err
	}
	if err := same(x.Event, &again, [][]byte{b}, blobs); err != nil {
		return "", "", err
	}
	return ReRun, even + ", to the same bytes", nil
}
