package audit

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"veche/server/analysis"
	"veche/server/tally"
	"veche/server/topic"
)

// job is one computation to be checked, at the state that it read.
type job struct {
	kind  string // commitment, draw, tables, clustering or tally
	name  string
	input uint64 // seq
	event uint64
	step  Step
	check func(f *fold) (Outcome, string, error)
}

// computations folds the log and checks every recorded result at the state that
// it was made from.
func (c *checker) computations() {
	if c.cover == nil {
		c.report.add("computations", Failed, "the log can't be relied on, so nothing can be run again")
		return
	}
	jobs := c.jobs()
	byInput := make([]*job, len(jobs))
	for i := range jobs {
		byInput[i] = &jobs[i]
	}
	slices.SortStableFunc(byInput, func(a, b *job) int { return cmp.Compare(a.input, b.input) })
	f := newFold(c.shown == c.cover.Len())
	next := 0
	due := func(seq uint64) error { // jobs whose input lies before event seq
		for ; next < len(byInput) && byInput[next].input < seq; next++ {
			if err := c.ctx.Err(); err != nil {
				return err
			}
			if !f.whole {
				f.Seq = byInput[next].input
			}
			byInput[next].run(f)
		}
		return nil
	}
	counted := c.plan.Counted()
	_, err := c.readLog(func(e *topic.Event, _ []byte) error {
		if err := due(e.Seq); err != nil {
			return err
		}
		if f.whole && e.Seq <= counted {
			if err := f.votes.Observe(e); err != nil {
				return err
			}
		}
		return f.apply(e)
	})
	if err == nil {
		err = due(c.cover.Len() + 1)
	}
	switch {
	case err != nil:
		c.report.add("state", Failed, "%v", err)
		return
	case f.Settings.ID != c.Manifest.Topic:
		c.report.add("state", Failed, "the log is of the topic %q, the bundle says %q", f.Settings.ID, c.Manifest.Topic)
		return
	case f.whole:
		c.report.add("state", ReRun, "all events fold into one state: %d applications, %d seats, %d ideas, %d votes", len(f.Applications), len(f.Seats), len(f.Ideas), f.VoteCount)
	default:
		c.report.add("state", ReRun, "settings, %d ideas, the moderators' %d operations and %d rating items follow from the events shown", len(f.Ideas), len(f.Board.Operations), len(f.Items))
	}
	for _, kind := range []struct {
		name string
		runs int
		none string
	}{
		{"commitment", len(c.plan.Commitments), "no draw was committed to"},
		{"draw", len(c.plan.Draws), "no panel was drawn"},
		{"tables", len(c.plan.Tables), "nobody was seated at tables"},
		{"clustering", len(c.plan.Runs), "the ideas were not clustered"},
		{"tally", len(c.plan.Tallies), "nothing was counted yet, so there are no votes here"},
	} {
		if kind.runs == 0 {
			c.report.add(kind.name, NotInBundle, "%s", kind.none)
		}
		for i := range jobs {
			if jobs[i].kind == kind.name {
				c.report.Steps = append(c.report.Steps, jobs[i].step)
			}
		}
		if kind.name == "draw" && len(c.limits) > 0 {
			c.report.add("limits", NotInBundle, "what no proof of these draws shows: %s", strings.Join(c.limits, "; "))
		}
	}
}

// jobs are the checks of all computations in the order of the report.
func (c *checker) jobs() []job {
	var list []job
	for i, x := range c.plan.Commitments {
		list = append(list, job{
			kind: "commitment", name: fmt.Sprintf("commitment %d", i+1), input: x.Body.InputSeq, event: x.Event.Seq,
			check: func(f *fold) (Outcome, string, error) { return c.commitment(f, i+1, x) },
		})
	}
	for i, x := range c.plan.Draws {
		list = append(list, job{
			kind: "draw", name: fmt.Sprintf("draw %d", i+1), input: x.Body.InputSeq, event: x.Event.Seq,
			check: func(f *fold) (Outcome, string, error) { return c.draw(f, i+1, x) },
		})
	}
	for i, x := range c.plan.Tables {
		list = append(list, job{
			kind: "tables", name: fmt.Sprintf("tables %d", i+1), input: x.Body.InputSeq, event: x.Event.Seq,
			check: func(f *fold) (Outcome, string, error) { return c.tables(f, i+1, x) },
		})
	}
	for i, x := range c.plan.Runs {
		list = append(list, job{
			kind: "clustering", name: fmt.Sprintf("clustering %d", i+1), input: x.Body.InputSeq, event: x.Event.Seq,
			check: func(f *fold) (Outcome, string, error) { return c.clustering(f, i+1, x) },
		})
	}
	for i, x := range c.plan.Tallies {
		if i+1 == len(c.plan.Tallies) {
			list = append(list, job{kind: "tally", name: "votes", input: x.Body.InputSeq, event: x.Event.Seq, check: c.votes})
		}
		list = append(list, job{
			kind: "tally", name: fmt.Sprintf("tally %d", i+1), input: x.Body.InputSeq, event: x.Event.Seq,
			check: func(f *fold) (Outcome, string, error) { return c.tally(f, i+1, x) },
		})
	}
	return list
}

func (j *job) run(f *fold) {
	j.step = Step{Name: j.name, Outcome: Failed}
	defer func() {
		if r := recover(); r != nil {
			j.step.Outcome, j.step.Detail = Failed, fmt.Sprintf("the state does not allow it: %v", r)
		}
	}()
	if j.input >= j.event {
		j.step.Detail = fmt.Sprintf("event %d says that it read up to event %d", j.event, j.input)
		return
	}
	outcome, detail, err := j.check(f)
	if err != nil {
		outcome, detail = Failed, err.Error()
	}
	j.step.Outcome, j.step.Detail = outcome, detail
}

// result reads a result and compares it with the digest in the log.
func (c *checker) result(name string, want topic.Digest) ([]byte, error) {
	b, err := c.read(name)
	if err != nil {
		return nil, err
	}
	if analysis.Digest(b) != want {
		return nil, fmt.Errorf("%s is not the result that the log names", name)
	}
	return b, nil
}

// same compares what a computation gave with the recorded event and results.
func same(recorded topic.Event, again topic.Body, results, blobs [][]byte) error {
	e := recorded
	e.Body = again
	if !bytes.Equal(e.AppendTo(nil), recorded.AppendTo(nil)) {
		return fmt.Errorf("run again it gives another result than event %d records", recorded.Seq)
	}
	for i := range results {
		if i >= len(blobs) || !bytes.Equal(results[i], blobs[i]) {
			return fmt.Errorf("run again it gives other bytes than event %d records", recorded.Seq)
		}
	}
	return nil
}

// erasedSince says that a computation can't be run again because a text that it
// read was erased after it.
func (c *checker) erasedSince(err error, input uint64) bool {
	var missing *analysis.MissingError
	if !errors.As(err, &missing) {
		return false
	}
	e, ok := c.plan.Erased[missing.Digest]
	return ok && e.Seq > input
}

func (c *checker) clustering(f *fold, run int, x Computation[*topic.Clustered]) (Outcome, string, error) {
	if n := c.plan.Stale(x.Body.InputSeq); n > 0 {
		return NotInBundle, fmt.Sprintf("%d of its ideas were erased since: which idea is in which cluster stands in the log, the words it was described with stay out", n), nil
	}
	b, err := c.result(ClustersFile(run), x.Body.Result)
	if err != nil {
		return "", "", err
	}
	r, err := analysis.ParseCluster(b)
	if err != nil {
		return "", "", err
	}
	if r.InputSeq != x.Body.InputSeq || r.Asked != x.Body.Clusters || r.Seed != x.Body.Seed {
		return "", "", errors.New("its result is of another run")
	}
	if run < len(c.plan.Runs) && !c.options.Full {
		return Proved, "its result is the one in the log; --full runs it again", nil
	}
	texts := make(map[uint32]string, len(f.Ideas))
	for i := range f.Ideas {
		if t, ok := c.texts[f.Ideas[i].Text]; ok {
			texts[uint32(i+1)] = string(t.Body)
		}
	}
	again, blobs, err := analysis.Recluster(c.ctx, f.State, texts, r)
	if err != nil {
		return "", "", err
	}
	if err := same(x.Event, &again, [][]byte{b}, blobs); err != nil {
		return "", "", err
	}
	return ReRun, fmt.Sprintf("%d ideas in %d clusters, to the same bytes", len(r.Ideas), len(r.Clusters)), nil
}

// votes compares the files of votes with the log.
func (c *checker) votes(f *fold) (Outcome, string, error) {
	b, err := c.read(VotesFile)
	if err != nil {
		return "", "", err
	}
	var open []byte
	if c.has(OpenVotesFile) {
		if open, err = c.read(OpenVotesFile); err != nil {
			return "", "", err
		}
	}
	var pairs []byte
	if c.has(PairsVotedFile) {
		if pairs, err = c.read(PairsVotedFile); err != nil {
			return "", "", err
		}
	}
	if f.whole {
		if err := f.votes.are(VotesFile, b); err != nil {
			return "", "", err
		}
		if !bytes.Equal(f.votes.PairsCSV(), pairs) {
			return "", "", fmt.Errorf("%s is not what the comparisons in the log come to", PairsVotedFile)
		}
		if err := f.votes.Open().are(OpenVotesFile, open); err != nil {
			return "", "", err
		}
		return ReRun, fmt.Sprintf("%d votes follow from the log%s", f.votes.Count(), openToo(f.votes.Open())), nil
	}
	v, err := ReadVotes(bytes.NewReader(b), len(f.Items))
	if err != nil {
		return "", "", fmt.Errorf("%s: %w", VotesFile, err)
	}
	if pairs != nil {
		if err := v.ReadPairs(bytes.NewReader(pairs), len(f.Items)); err != nil {
			return "", "", fmt.Errorf("%s: %w", PairsVotedFile, err)
		}
	}
	if open != nil {
		if v.open, err = ReadVotes(bytes.NewReader(open), len(f.Items)); err != nil {
			return "", "", fmt.Errorf("%s: %w", OpenVotesFile, err)
		}
	}
	f.votes = *v
	return NotInBundle, fmt.Sprintf("%d votes are here and counted below%s; the events in which they were cast, with their times, are for the auditor", v.Count(), openToo(v.open)), nil
}

// are says whether a file holds these votes; none have no file.
func (v *Votes) are(file string, b []byte) error {
	var again bytes.Buffer
	if v != nil {
		if _, err := v.WriteTo(&again); err != nil {
			return err
		}
	}
	if !bytes.Equal(again.Bytes(), b) {
		return fmt.Errorf("%s is not what the votes in the log come to", file)
	}
	return nil
}

func openToo(v *Votes) string {
	if v == nil {
		return ""
	}
	return fmt.Sprintf(", and apart from them %d of the open rating", v.Count())
}

func (c *checker) tally(f *fold, n int, x Computation[*topic.Tallied]) (Outcome, string, error) {
	last := n == len(c.plan.Tallies)
	if !last && c.Manifest.For == Public {
		return NotInBundle, "an earlier count: two counts a minute apart would say who voted in that minute", nil
	}
	b, err := c.result(TallyFile(n), x.Body.Result)
	if err != nil {
		return "", "", err
	}
	r, err := analysis.ParseTally(b)
	if err != nil {
		return "", "", err
	}
	if !last && !c.options.Full {
		return Proved, "its result is the one in the log; --full runs it again", nil
	}
	s := *f.State
	if !f.whole {
		s.Ballots, s.Votes, s.Pairs = f.votes.Ballots, f.votes.Choices(), f.votes.Pairs()
		if o := f.votes.Open(); o != nil {
			s.OpenBallots, s.OpenVotes = o.Ballots, o.Choices()
		}
	}
	again, blobs, err := analysis.Tally(c.ctx, &s, x.Body.Seed)
	if err != nil {
		return "", "", err
	}
	if err := same(x.Event, &again, [][]byte{b}, blobs); err != nil {
		return "", "", err
	}
	return ReRun, fmt.Sprintf("%d items ranked, %d groups, to the same bytes", len(r.Rows), len(r.Groups)), nil
}

// ranking compares the table of the ranking with the last tally.
func (c *checker) ranking() {
	n := len(c.plan.Tallies)
	if n == 0 || c.cover == nil {
		return
	}
	check := func() error {
		table, err := c.read(RankingFile)
		if err != nil {
			return err
		}
		b, err := c.result(TallyFile(n), c.plan.Tallies[n-1].Body.Result)
		if err != nil {
			return err
		}
		r, err := analysis.ParseTally(b)
		if err != nil {
			return err
		}
		var again bytes.Buffer
		if err := tally.WriteRanking(&again, r, func(item uint32) string { return strconv.FormatUint(uint64(item), 10) }); err != nil {
			return err
		}
		if !bytes.Equal(again.Bytes(), table) {
			return fmt.Errorf("%s is not the table of the last tally", RankingFile)
		}
		return nil
	}
	if err := check(); err != nil {
		c.report.add("ranking", Failed, "%v", err)
		return
	}
	c.report.add("ranking", ReRun, "the table follows from the tally, to the same bytes")
}
