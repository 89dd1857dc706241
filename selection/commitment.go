package selection

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"veche/selection/beacon"
)

// CommitmentVersion is the version of commitment.json.
const CommitmentVersion = 1

const (
	commitmentDomain = "veche/selection/commitment/v1\n"
	maxPeople        = 1 << 30
)

// Commitment is commitment.json: everything of a draw but its randomness, and
// where that will come from. Published before the beacon's value can be known, it
// leaves the organiser no choice: another pool, other rules or another program
// would give other digests. It names nobody.
type Commitment struct {
	Version   int       `json:"version"`
	Topic     string    `json:"topic,omitempty"` // what is drawn for
	Root      Digest    `json:"root"`            // of the roll
	People    int       `json:"people"`
	Features  []Feature `json:"features"`
	Household []string  `json:"household,omitempty"` // columns that make an address
	// SaltedRows says that each row has a salt of its own ([NewSaltedRoll]): the
	// root can't be made from a file of the people.
	SaltedRows   bool           `json:"salted_rows,omitempty"`
	Policy       Policy         `json:"policy"`
	PolicyDigest Digest         `json:"policy_digest"`
	Round        uint64         `json:"round"` // 0 for the draw, 1, 2, … for its replacement rounds
	Program      Program        `json:"program"`
	Beacon       beacon.Promise `json:"beacon"`
	// Time is when it was made, as the organiser says, zero where it was not
	// published before the draw.
	Time time.Time `json:"time,omitzero"`
	// Number counts the commitments of a topic from 1.
	Number int `json:"number"`
	// After names the commitment of the same topic before this one.
	After *Link `json:"after,omitempty"`
}

// Link names an earlier commitment and says what became of it, so that none can
// be left out of a chain of them.
type Link struct {
	Commitment Digest `json:"commitment"`
	Reason     string `json:"reason"` // why there is another one
}

// Terms are what a commitment says besides pool and rules.
type Terms struct {
	Topic     string
	Round     uint64
	Household []string // columns that make an address, for whoever draws again from the file
	Program   Program
	Beacon    beacon.Promise
	Time      time.Time // kept to the second; zero where the commitment is not published before the draw
	// Previous is the topic's commitment before this one and Reason why there is
	// another: aborted because of …, or drawn and seats were declined.
	Previous *Commitment
	Reason   string
}

// Commit settles a draw. It refuses a beacon whose value may be known at the time
// given, and a later commitment without a reason.
func Commit(p *Problem, roll *Roll, t Terms) (*Commitment, error) {
	policy := p.Policy(roll)
	c := &Commitment{Version: CommitmentVersion, Topic: t.Topic, Root: roll.Root(), People: p.Pool.Len(), Features: p.Pool.features,
		Household: t.Household, SaltedRows: roll.alone, Policy: policy, PolicyDigest: policy.Digest(), Round: t.Round, Program: t.Program, Beacon: t.Beacon, Number: 1}
	if !t.Time.IsZero() {
		c.Time = t.Time.UTC().Truncate(time.Second)
	}
	if t.Previous != nil {
		c.Number = t.Previous.Number + 1
		c.After = &Link{Commitment: t.Previous.Digest(), Reason: strings.TrimSpace(t.Reason)}
		if err := c.follows(t.Previous); err != nil {
			return nil, err
		}
	} else if t.Reason != "" {
		return nil, fmt.Errorf("a reason for another commitment is given, but not the commitment before it")
	}
	return c, c.check()
}

// Published tells whether the commitment was made before the draw.
func (c *Commitment) Published() bool { return !c.Time.IsZero() }

// Digest is what to publish where a whole commitment is too much: the SHA-256 of
// its canonical JSON behind its domain.
func (c *Commitment) Digest() Digest { return digestOf(commitmentDomain, c) }

// Seed is the seed of the draw that keeps the commitment. It refuses a value of
// another beacon than the one promised, and one whose signature is wrong.
func (c *Commitment) Seed(v beacon.Value) (Digest, beacon.Status, error) {
	status, err := v.Check(c.Beacon)
	if err != nil {
		return Digest{}, "", err
	}
	return NewSeed(c.Root, c.PolicyDigest, v.Bytes(), c.Round), status, nil
}

// Prepare sets the problem's Seed and Listing to those of the commitment.
func (c *Commitment) Prepare(p *Problem, v beacon.Value) (beacon.Status, error) {
	seed, status, err := c.Seed(v)
	if err != nil {
		return "", err
	}
	p.Seed, p.Listing = seed, NewListing(c.Root, c.PolicyDigest)
	return status, nil
}

// BrokenError says in what a draw is not the one committed to.
type BrokenError struct{ Differences []string }

func (e *BrokenError) Error() string {
	return "this is not the draw that was committed: " + strings.Join(e.Differences, "; ") +
		"; draw with what was committed, or abort the commitment with a reason and publish another"
}

// Keeps tells whether a problem is the one committed to: nil, or a *BrokenError
// that names what differs.
func (c *Commitment) Keeps(p *Problem, roll *Roll, program Program) error {
	var d []string
	if p.Pool.Len() != c.People {
		d = append(d, fmt.Sprintf("pool: %d people were committed, now %d", c.People, p.Pool.Len()))
	} else if roll.Root() != c.Root {
		d = append(d, fmt.Sprintf("pool: the root %.12s… was committed, now %.12s…: a row is not what it was, or other columns were read", c.Root, roll.Root()))
	}
	d = append(d, featureDifferences(c.Features, p.Pool.features)...)
	policy := p.Policy(roll)
	if roll.Root() != c.Root { // every list has another digest then, which says nothing
		unsalted(policy.Seated, c.Policy.Seated)
		unsalted(policy.Excluded, c.Policy.Excluded)
	}
	d = append(d, c.Policy.differences(&policy)...)
	d = append(d, c.Program.differences(&program)...)
	if len(d) > 0 {
		return &BrokenError{d}
	}
	return nil
}

func unsalted(lists, committed []List) {
	for k := range min(len(lists), len(committed)) {
		lists[k].Digest = committed[k].Digest
	}
}

// featureDifferences names what in features, their values and the order of both
// is not as committed, in words.
func featureDifferences(committed, now []Feature) []string {
	if len(committed) != len(now) {
		return []string{fmt.Sprintf("features: %d were committed, now %d", len(committed), len(now))}
	}
	var out []string
	for f, a := range committed {
		switch b := now[f]; {
		case a.Name != b.Name:
			out = append(out, fmt.Sprintf("feature %d: %q was committed, now %q", f+1, a.Name, b.Name))
		case !slices.Equal(a.Values, b.Values):
			out = append(out, fmt.Sprintf("feature %q: its values in their order were %s, now %s", a.Name, listed(a.Values), listed(b.Values)))
		}
	}
	return out
}

// follows checks one link of a chain of commitments.
func (c *Commitment) follows(earlier *Commitment) error {
	switch {
	case c.After == nil:
		return fmt.Errorf("commitment %d names none before it", c.Number)
	case c.After.Commitment != earlier.Digest():
		return fmt.Errorf("commitment %d follows the one with digest %.12s…, not %.12s…", c.Number, c.After.Commitment, earlier.Digest())
	case c.Number != earlier.Number+1:
		return fmt.Errorf("commitment %d cannot follow commitment %d", c.Number, earlier.Number)
	case c.Topic != earlier.Topic:
		return fmt.Errorf("commitment %d is for %q, the one before it for %q", c.Number, c.Topic, earlier.Topic)
	case c.Published() && c.Time.Before(earlier.Time):
		return fmt.Errorf("commitment %d was made at %s, before the one that it follows (%s)", c.Number, c.Time.Format(time.RFC3339), earlier.Time.Format(time.RFC3339))
	}
	return nil
}

// readable tells whether all texts are UTF-8: in JSON whatever is not comes out
// alike, so one digest would stand for several texts.
func (c *Commitment) readable() bool {
	texts := append([]string{c.Topic, c.Program.Version, c.Program.Solver}, c.Household...)
	texts = append(texts, c.Policy.Fit...)
	for _, f := range c.Features {
		texts = append(append(texts, f.Name), f.Values...)
	}
	for _, l := range slices.Concat(c.Policy.Seated, c.Policy.Excluded) {
		texts = append(texts, l.Reason)
	}
	for _, q := range c.Policy.Quotas {
		texts = append(texts, q.Feature, q.Value)
	}
	if c.After != nil {
		texts = append(texts, c.After.Reason)
	}
	return !slices.ContainsFunc(texts, func(s string) bool { return !utf8.ValidString(s) })
}

// check refuses a commitment that contradicts itself.
func (c *Commitment) check() error {
	switch {
	case c.Version != CommitmentVersion:
		return fmt.Errorf("commitment version %d is not known to this program, which reads version %d", c.Version, CommitmentVersion)
	case c.People < 1 || c.People > maxPeople:
		return fmt.Errorf("a commitment for a pool of %d people", c.People)
	case !c.readable():
		return fmt.Errorf("a text of the commitment (topic, columns, features, reasons, program) is not UTF-8")
	case c.PolicyDigest != c.Policy.Digest():
		return fmt.Errorf("the policy has the digest %.12s…, the commitment says %.12s…: it was changed", c.Policy.Digest(), c.PolicyDigest)
	case c.Number < 1 || (c.After == nil) != (c.Number == 1):
		return fmt.Errorf("commitment number %d does not agree with what it follows", c.Number)
	case c.After != nil && c.After.Reason == "":
		return fmt.Errorf("commitment %d follows another one and gives no reason why", c.Number)
	case c.Policy.Size < 1 || c.Policy.Size > c.People || c.Policy.Reserves < 0 || c.Policy.Reserves > maxPeople:
		return fmt.Errorf("a policy of %d seats and %d reserves for %d people", c.Policy.Size, c.Policy.Reserves, c.People)
	case c.Policy.Panels < 0 || c.Policy.Panels > mostPanelSeats/c.Policy.Size || c.Policy.Replays < 0 || c.Policy.Replays > mostReplays:
		return fmt.Errorf("a policy of %d panels of %d seats and %d replays", c.Policy.Panels, c.Policy.Size, c.Policy.Replays)
	}
	for _, l := range slices.Concat(c.Policy.Seated, c.Policy.Excluded) {
		if l.People < 0 || l.People > c.People {
			return fmt.Errorf("a list of %d people in a pool of %d", l.People, c.People)
		}
	}
	free := c.Policy.Size
	for _, l := range c.Policy.Seated {
		if l.People > free {
			return fmt.Errorf("the lists of who has a seat are longer than the policy's %d seats", c.Policy.Size)
		}
		free -= l.People
	}
	if _, err := ParseObjective(string(c.Policy.Objective)); err != nil {
		return err
	}
	if err := c.Policy.Quotas.Check(); err != nil {
		return err
	}
	if err := c.Beacon.Check(); err != nil {
		return err
	}
	if c.Published() {
		return c.Beacon.After(c.Time)
	}
	return nil
}
