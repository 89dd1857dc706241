package audit

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"veche/selection"
	"veche/server/analysis"
	"veche/server/topic"
)

// commitment checks what was fixed before a draw: by making it again where the
// pool rows are there, else that it is the one in the log.
func (c *checker) commitment(f *fold, number int, x Computation[*topic.DrawCommitted]) (Outcome, string, error) {
	kept, err := c.committed(number)
	if err != nil {
		return "", "", err
	}
	b := x.Body
	switch {
	case topic.Digest(kept.Root) != b.Root || topic.Digest(kept.PolicyDigest) != b.Policy || topic.Digest(kept.Program.Digest()) != b.Code:
		return "", "", errors.New("its pool, rules or program are not those in the log")
	case kept.Topic != f.Settings.ID || kept.Round != uint64(b.Round-1) || kept.Beacon != analysis.Promise(b.Beacon):
		return "", "", errors.New("it is to another draw or beacon than the log says")
	case kept.Published() && b.Beacon.Expected != 0 && x.Event.Time >= b.Beacon.Expected:
		return "", "", errors.New("the beacon's value could be known when it was made")
	case kept.Published() && kept.Time.UnixMilli() > x.Event.Time:
		return "", "", errors.New("it says that it was made after it was put into the log")
	}
	if err := settled(f.State, b, &kept.Policy); err != nil {
		return "", "", err
	}
	words := fmt.Sprintf("round %d, %d people, pool %s, rules %s, beacon: %s; %s", b.Round, kept.People, kept.Root, kept.PolicyDigest, kept.Beacon, c.plan.became(number))
	if !f.whole {
		return Proved, words, nil
	}
	l, err := analysis.Prepare(c.ctx, f.State, analysis.RowsOf(c.rows(f)), !kept.Policy.ByType)
	switch {
	case c.erasedSince(err, b.InputSeq):
		return Proved, words + "; a pool row was erased since, so it can't be made again", nil
	case err != nil:
		return "", "", err
	}
	earlier, err := c.earlier(number)
	if err != nil {
		return "", "", err
	}
	terms := analysis.Terms{Program: kept.Program, Beacon: b.Beacon, Time: kept.Time, Earlier: earlier}
	if kept.After != nil {
		terms.Reason = kept.After.Reason
	}
	again, blobs, err := l.Commit(terms)
	if err != nil {
		return "", "", err
	}
	result, err := c.result(CommitmentFile(number), b.Result)
	if err != nil {
		return "", "", err
	}
	if err := same(x.Event, &again, [][]byte{result}, blobs); err != nil {
		return "", "", err
	}
	return ReRun, words, nil
}

// committed reads a commitment, by its number.
func (c *checker) committed(number int) (*selection.Commitment, error) {
	if number < 1 || number > len(c.plan.Commitments) {
		return nil, fmt.Errorf("the log has no commitment %d", number)
	}
	b, err := c.result(CommitmentFile(number), c.plan.Commitments[number-1].Body.Result)
	if err != nil {
		return nil, err
	}
	return analysis.ParseCommitment(b)
}

// earlier are the commitments before one.
func (c *checker) earlier(number int) ([]selection.Commitment, error) {
	var list []selection.Commitment
	for n := 1; n < number; n++ {
		kept, err := c.committed(n)
		if err != nil {
			return nil, err
		}
		list = append(list, *kept)
	}
	return list, nil
}

// settled compares the rules of a commitment with the topic's settings at that
// moment.
func settled(s *topic.State, b *topic.DrawCommitted, p *selection.Policy) error {
	switch {
	case b.Size != s.Settings.PanelSize:
		return fmt.Errorf("it is for %d seats, the settings had %d", b.Size, s.Settings.PanelSize)
	case p.Size > int(b.Size):
		return errors.New("it has more seats than the panel")
	case len(p.Quotas) != len(s.Settings.Quotas):
		return fmt.Errorf("it has %d quotas, the settings had %d", len(p.Quotas), len(s.Settings.Quotas))
	}
	unknown := int(b.Size) - p.Size // people on the panel whose rows were erased
	for i, q := range s.Settings.Quotas {
		got := p.Quotas[i]
		if got.Feature != q.Feature || got.Value != q.Value || got.Min != max(0, int(q.Min)-unknown) || got.Max != int(q.Max) {
			return fmt.Errorf("it has another quota on %s = %s than the settings", q.Feature, q.Value)
		}
	}
	return nil
}

// draw checks a round of the lottery: by running it again where the pool rows
// are there, else by everything that can be known without them.
func (c *checker) draw(f *fold, round int, x Computation[*topic.Drawn]) (Outcome, string, error) {
	b, err := c.result(DrawFile(round), x.Body.Result)
	if err != nil {
		return "", "", err
	}
	if x.Body.Commitment == 0 {
		return Proved, fmt.Sprintf("%d seats; drawn by an earlier version of the program, in a way that this one does not have: its result is the one in the log", len(x.Body.Seats)), nil
	}
	r, err := analysis.ParseDraw(b)
	if err != nil {
		return "", "", err
	}
	kept, err := c.committed(int(x.Body.Commitment))
	if err != nil {
		return "", "", err
	}
	if err := c.drawFits(round, x, r, kept); err != nil {
		return "", "", err
	}
	words := fmt.Sprintf("%d seats from %d people, every quota met", r.Report.Size, r.Report.People)
	steps, err := selection.Verify(c.ctx, &r.Proof, nil, nil)
	if err != nil {
		return "", "", fmt.Errorf("its proof does not hold: %w", err)
	}
	proved := 0
	for _, s := range steps {
		if s.Outcome == selection.Proved {
			proved++
		}
	}
	proof := fmt.Sprintf("; the proof holds in %d steps", proved)
	for _, limit := range r.Proof.Limits {
		if !slices.Contains(c.limits, limit) {
			c.limits = append(c.limits, limit)
		}
	}
	if !f.whole {
		return Proved, words + proof, nil
	}
	roll, err := c.result(RollFile(round), topic.Digest(r.Roll))
	if err != nil {
		return "", "", err
	}
	if solver := kept.Program.Solver; solver != "" && strings.Contains(r.Report.Solver, solver) && !analysis.Listing() {
		return Proved, words + "; not re-run: needs the solver " + solver + ", which this build does not hold" + proof, nil
	}
	l, err := analysis.Prepare(c.ctx, f.State, analysis.RowsOf(c.rows(f)), !kept.Policy.ByType)
	switch {
	case c.erasedSince(err, x.Body.InputSeq):
		return Proved, words + "; a pool row was erased since, so it can't be run again" + proof, nil
	case err != nil:
		return "", "", err
	}
	earlier, err := c.earlier(int(x.Body.Commitment))
	if err != nil {
		return "", "", err
	}
	again, blobs, err := l.Draw(c.ctx, analysis.Drawing{Commitment: kept, Number: x.Body.Commitment, Earlier: earlier, Value: r.Proof.Value})
	if err != nil {
		return "", "", err
	}
	// Whether a key was at hand when it was drawn is not for the draw to say.
	again.Checked = x.Body.Checked
	if err := same(x.Event, &again, [][]byte{b, roll}, blobs); err != nil {
		if this := analysis.Program(); this.Sources != kept.Program.Sources {
			err = fmt.Errorf("%w; it was drawn by %s, this is %s: check with that one", err, kept.Program, this)
		}
		return "", "", err
	}
	return ReRun, words + ", to the same bytes", nil
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

// drawFits compares a draw's result with its event and its commitment.
func (c *checker) drawFits(round int, x Computation[*topic.Drawn], r *analysis.DrawResult, kept *selection.Commitment) error {
	e, p := x.Body, &kept.Policy
	promised := c.plan.Commitments[e.Commitment-1].Body
	switch {
	case r.InputSeq != e.InputSeq || r.Round != uint32(round) || r.Proof.Round != uint64(round-1) || promised.InputSeq != e.InputSeq || promised.Round != r.Round:
		return errors.New("its result is of another round")
	case r.Seats != len(e.Seats) || r.Reserves != len(e.Reserves):
		return fmt.Errorf("its result has %d seats and %d reserves, the log %d and %d", r.Seats, r.Reserves, len(e.Seats), len(e.Reserves))
	case r.Proof.Commitment.Digest() != kept.Digest() || topic.Digest(kept.Root) != e.Root || promised.Size != e.Size:
		return errors.New("it does not keep the commitment that it names")
	case c.plan.Commitments[e.Commitment-1].Event.Seq >= x.Event.Seq:
		return errors.New("its commitment stands behind it in the log")
	case x.Event.Time < promised.Beacon.Expected:
		return errors.New("it was made before the beacon's value could be known")
	case c.plan.kept(int(e.Commitment)) != x.Event.Seq:
		return errors.New("its commitment was aborted, or drawn from before")
	case r.Proof.Value.String() != e.Seed:
		return errors.New("its randomness is not the one in the log")
	case p.Taken()+r.Seats-r.Included != p.Size || r.Report.Size != p.Size || r.Report.Seated != p.Taken():
		return errors.New("seats taken and drawn do not add up to the panel")
	case selection.ReportDigest(r.Report) != r.Proof.Report:
		return errors.New("its report is not the one that its proof names")
	}
	return quotasMet(r, p)
}

// quotasMet recounts what the report says of the panel.
func quotasMet(r *analysis.DrawResult, p *selection.Policy) error {
	type value struct{ feature, value string }
	seats, sums := map[value]int{}, map[string]int{}
	for _, q := range r.Report.Quotas {
		seats[value{q.Feature, q.Value}] = q.Selected
		sums[q.Feature] += q.Selected
	}
	for _, q := range p.Quotas {
		n, ok := seats[value{q.Feature, q.Value}]
		if !ok || n < q.Min || n > q.Max {
			return fmt.Errorf("%s = %s has %d seats, its quota is %d to %d", q.Feature, q.Value, n, q.Min, q.Max)
		}
		if sums[q.Feature] != r.Report.Size && allNamed(r.Proof.Features, p, q.Feature) {
			return fmt.Errorf("the seats by %s add up to %d of %d", q.Feature, sums[q.Feature], r.Report.Size)
		}
	}
	return nil
}

// allNamed says that quotas name every value of a feature.
func allNamed(features []selection.Feature, p *selection.Policy, feature string) bool {
	named := 0
	for _, q := range p.Quotas {
		named += one(q.Feature == feature)
	}
	i := slices.IndexFunc(features, func(f selection.Feature) bool { return f.Name == feature })
	return i >= 0 && named == len(features[i].Values)
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
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
	if r.InputSeq != x.Body.InputSeq || r.Seed.Beacon != x.Body.Seed || r.Seed.Round != uint64(n-1) || r.Report.Tables != int(x.Body.Tables) || r.Rounds != int(x.Body.Rounds) {
		return "", "", errors.New("its result is of another seating")
	}
	even := fmt.Sprintf("%d people at %d tables, no value further than %.1f people from its share", r.Report.People, r.Report.Tables, r.Report.MaxDeviation)
	if r.Rounds > 1 {
		even += fmt.Sprintf(", %d rounds in which everyone meets %.1f others on average", r.Rounds, r.Report.MeanOthersMet)
	}
	if !f.whole {
		return Proved, even + "; the seating itself needs the pool rows", nil
	}
	results := [][]byte{b}
	var pairs *analysis.Pairs
	if r.Pairs != nil {
		sealed, err := c.result(PairsFile(n), topic.Digest(*r.Pairs))
		if err != nil {
			return "", "", err
		}
		if pairs, err = analysis.ParsePairs(sealed); err != nil {
			return "", "", err
		}
		results = append(results, sealed)
	}
	again, blobs, err := analysis.Tables(c.ctx, f.State, c.rows(f), x.Body.Seed, pairs)
	switch {
	case c.erasedSince(err, x.Body.InputSeq):
		return Proved, even + "; a pool row was erased since, so it can't be run again", nil
	case err != nil:
		return "", "", err
	}
	if err := same(x.Event, &again, results, blobs); err != nil {
		return "", "", err
	}
	return ReRun, even + ", to the same bytes", nil
}
