package main

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/pflag"

	"veche/selection"
	"veche/selection/beacon"
)

// clock tells the time of a commitment.
var clock = time.Now

// ceremony holds the flags of `veche draw` that bind a draw before its beacon:
// commit, wait for the beacon, draw.
type ceremony struct {
	only           bool
	kept           string
	topic          string
	seed, beacon   string
	beaconFile     string
	beaconRound    string
	beaconChain    string
	beaconSource   string
	beaconExpected string
	chainInfo      string
	after          []string
	reason         string
	round          uint64

	roll    *selection.Roll
	own     *selection.Commitment
	earlier []selection.Commitment
	value   beacon.Value
}

func (c *ceremony) flags(f *pflag.FlagSet) {
	c.randomness(f)
	f.StringVar(&c.topic, "topic", "", "what is drawn for, as the commitment names it")
	f.StringArrayVar(&c.after, "after", nil, "an earlier commitment.json of the topic, or the proof.json of an earlier draw; give all of them")
	f.StringVar(&c.reason, "reason", "", "why there is another commitment after the one before")
	f.Uint64Var(&c.round, "round", 0, "0 for the draw, 1, 2, … for its replacement rounds")
}

// randomness are the flags that say where the randomness comes from.
func (c *ceremony) randomness(f *pflag.FlagSet) {
	f.BoolVar(&c.only, "commit-only", false, "write commitment.json to --out, to be published before the beacon's value is known, and stop")
	f.StringVar(&c.kept, "commitment", "", "the commitment.json that this draw keeps; it refuses where people, rules or program differ")
	f.StringVar(&c.seed, "seed", "", "a phrase that stands in for a beacon: not proof against the organiser; without it, --beacon and --beacon-file one is made up and printed")
	f.StringVar(&c.beacon, "beacon", "", "a public value, word for word as its source published it")
	f.StringVar(&c.beaconFile, "beacon-file", "", "a drand round as JSON, from https://api.drand.sh/CHAIN/public/ROUND")
	f.StringVar(&c.beaconRound, "beacon-round", "", "drand: the round to use, or a time (2026-12-01T18:00:00Z) for the first round after it")
	f.StringVar(&c.beaconChain, "beacon-chain", "quicknet", "drand: quicknet, default, or a chain's hash")
	f.StringVar(&c.chainInfo, "chain-info", "", "drand: a chain that this program doesn't know, as JSON from https://api.drand.sh/CHAIN/info")
	f.StringVar(&c.beaconSource, "beacon-source", "", "public: what will be published, by whom and where")
	f.StringVar(&c.beaconExpected, "beacon-expected", "", "public, or drand of an unknown chain: when it will be published (2026-12-01T18:00:00Z)")
}

// check refuses flags that contradict each other; a later round follows the one
// before it without being told so.
func (c *ceremony) check(later bool) error {
	given := 0
	for _, text := range []string{c.seed, c.beacon, c.beaconFile} {
		if text != "" {
			given++
		}
	}
	switch {
	case given > 1:
		return usagef("--seed, --beacon and --beacon-file each give the randomness: give one of them")
	case c.only && given > 0:
		return usagef("--commit-only is for the time before the beacon's value is known: leave out --seed, --beacon and --beacon-file, and say where the value will come from with --beacon-round or --beacon-source")
	case c.only && c.kept != "":
		return usagef("--commit-only makes a commitment, --commitment keeps one: give one of them")
	case c.kept != "" && (c.reason != "" || c.topic != "" || c.round != 0 || c.beaconRound != "" || c.beaconSource != ""):
		return usagef("--commitment says the topic, the round, the beacon and what came before: leave out --topic, --round, --reason, --beacon-round and --beacon-source")
	case c.kept != "" && given == 0:
		return usagef("--commitment needs the beacon's value: --beacon-file, --beacon or --seed")
	case c.beaconRound != "" && c.beaconSource != "":
		return usagef("--beacon-round is of drand, --beacon-source of a public value: give one of them")
	case len(c.after) > 0 && c.kept == "" && c.reason == "":
		return usagef("--after needs --reason: why there is another commitment of this topic")
	case len(c.after) == 0 && c.reason != "" && !later:
		return usagef("--reason needs --after: the commitment before")
	}
	return nil
}

// prepare settles the commitment of a draw, its own or the one that it keeps, and
// the problem's seed; done where the commitment was all that was asked for.
func (c *ceremony) prepare(p *selection.Problem, household []string, out outDir, say func(string)) (done bool, err error) {
	if err := c.readEarlier(); err != nil {
		return false, err
	}
	if c.roll, err = selection.NewRoll(p.Pool, nil); err != nil {
		return false, err
	}
	if c.kept != "" {
		if err := c.keep(p); err != nil {
			return false, err
		}
	} else {
		terms := selection.Terms{Topic: c.topic, Round: c.round, Household: household, Program: selection.ThisProgram(), Reason: c.reason}
		if n := len(c.earlier); n > 0 {
			terms.Previous = &c.earlier[n-1]
		}
		if c.only {
			terms.Time = clock()
			terms.Beacon, err = c.promised()
		} else {
			terms.Beacon, err = c.given(say)
		}
		if err != nil {
			return false, err
		}
		if c.own, err = selection.Commit(p, c.roll, terms); err != nil {
			return false, err
		}
	}
	if c.only {
		if err := out.clear(); err != nil {
			return false, err
		}
		say(fmt.Sprintf("publish this now, before %v is known: commitment %s", c.own.Beacon, c.own.Digest()))
		if c.own.Beacon.Kind == beacon.Drand {
			say(fmt.Sprintf("the round will be at https://api.drand.sh/%s/public/%d, give it with --beacon-file", c.own.Beacon.Chain, c.own.Beacon.Round))
		}
		return true, writeWhole(filepath.Join(out.dir, "commitment.json"), func(w io.Writer) error { return writeJSON(w, c.own) })
	}
	status, err := c.own.Prepare(p, c.value)
	if status == beacon.Unchecked {
		say("the beacon's signature is not checked: give the chain with --chain-info")
	}
	return false, err
}

// prove writes the draw down.
func (c *ceremony) prove(p selection.Problem, r *selection.Result) (*selection.Proof, error) {
	return selection.NewProof(p, c.roll, r, c.own, c.value, c.earlier...)
}

// page is the report with what to type to check it.
func (c *ceremony) page(lang, people string, r *selection.Result, proof *selection.Proof) selection.ReportPage {
	return selection.ReportPage{Lang: lang, Title: proof.Topic, Report: r.Report, Proof: proof,
		Again: "veche verify proof.json --people " + filepath.Base(people), Check: "veche verify proof.json", Receipt: "veche verify receipt.json --proof proof.json"}
}

// keep reads the commitment that is kept and the beacon's value for it.
func (c *ceremony) keep(p *selection.Problem) error {
	err := open(c.kept, func(r io.Reader) (err error) {
		c.own, err = selection.ReadCommitment(r)
		return err
	})
	if err != nil {
		return err
	}
	if got := len(c.earlier); got != c.own.Number-1 {
		return fmt.Errorf("%s is the topic's commitment number %d, so its proof lists %d before it: give each with --after; %d are given", c.kept, c.own.Number, c.own.Number-1, got)
	}
	if err := c.own.Keeps(p, c.roll, selection.ThisProgram()); err != nil {
		return err
	}
	return c.promisedValue(c.own.Beacon)
}

// promisedValue takes the value of a promised beacon from the flags.
func (c *ceremony) promisedValue(p beacon.Promise) error {
	c.value = beacon.Value{Kind: p.Kind, Text: cmp.Or(c.beacon, c.seed)}
	if err := notYet(p); err != nil {
		return err
	}
	switch {
	case p.Kind == beacon.Drand && c.beaconFile == "":
		return usagef("%v is promised: give it with --beacon-file", p)
	case p.Kind == beacon.Public && c.beacon == "":
		return usagef("%v is promised: give it with --beacon", p)
	case p.Kind == beacon.Phrase && c.seed == "":
		return usagef("a phrase is promised: give it with --seed")
	case p.Kind == beacon.Drand:
		return c.readRound(p.Chain)
	}
	return nil
}

// promised is the beacon that a commitment names.
func (c *ceremony) promised() (beacon.Promise, error) {
	expected, err := parseTime("--beacon-expected", c.beaconExpected)
	if err != nil {
		return beacon.Promise{}, err
	}
	switch {
	case c.beaconRound != "":
		return c.promisedRound()
	case c.beaconSource != "":
		return publicPromise(c.beaconSource, expected), nil
	}
	return beacon.Promise{Kind: beacon.Phrase}, nil
}

func publicPromise(source string, expected time.Time) beacon.Promise {
	p := beacon.Promise{Kind: beacon.Public, Source: source}
	if !expected.IsZero() {
		p.Expected = expected.UnixMilli()
	}
	return p
}

// notYet refuses a public value that is given before the time when it was to come
// out, by the clock of this machine. A round of drand needs no clock: nobody can
// sign it early.
func notYet(p beacon.Promise) error {
	if p.Kind != beacon.Public || p.Expected == 0 {
		return nil
	}
	out, now := time.UnixMilli(p.Expected).UTC(), clock().UTC()
	if !now.Before(out) {
		return nil
	}
	return fmt.Errorf("%v is expected at %s, and by the clock of this machine it is %s: a value given before that is not the one that was announced", p, out.Format(time.RFC3339), now.Format(time.RFC3339))
}

func (c *ceremony) promisedRound() (beacon.Promise, error) {
	chain := beacon.Known(c.beaconChain)
	if c.chainInfo != "" {
		var err error
		if chain, err = c.readChain(); err != nil {
			return beacon.Promise{}, err
		}
	}
	round, err := strconv.ParseUint(c.beaconRound, 10, 64)
	if err != nil {
		at, err := parseTime("--beacon-round", c.beaconRound)
		if err != nil {
			return beacon.Promise{}, usagef("--beacon-round %q: a round's number or a time such as 2026-12-01T18:00:00Z is needed", c.beaconRound)
		}
		if chain == nil {
			return beacon.Promise{}, usagef("--beacon-round with a time needs a chain whose schedule is known: quicknet, default, or one given with --chain-info")
		}
		round = chain.RoundAfter(at)
	}
	if chain != nil {
		return chain.Promise(round), nil
	}
	expected, err := parseTime("--beacon-expected", c.beaconExpected)
	if err != nil {
		return beacon.Promise{}, err
	}
	if expected.IsZero() {
		return beacon.Promise{}, usagef("the schedule of the chain %s is not known to this program: give the chain with --chain-info, or say with --beacon-expected when the round comes out", c.beaconChain)
	}
	return beacon.Promise{Kind: beacon.Drand, Chain: c.beaconChain, Round: round, Expected: expected.UnixMilli()}, nil
}

// given is the promise of a draw without a commitment: of the value that is given.
func (c *ceremony) given(say func(string)) (beacon.Promise, error) {
	switch {
	case c.beaconFile != "":
		hash := c.beaconChain
		if chain := beacon.Known(hash); chain != nil {
			hash = chain.Hash()
		}
		if err := c.readRound(hash); err != nil {
			return beacon.Promise{}, err
		}
		c.beaconRound = strconv.FormatUint(c.value.Round, 10)
		return c.promisedRound()
	case c.beacon != "":
		c.value = beacon.Value{Kind: beacon.Public, Text: c.beacon}
		expected, err := parseTime("--beacon-expected", c.beaconExpected)
		if err != nil {
			return beacon.Promise{}, err
		}
		p := publicPromise(cmp.Or(c.beaconSource, "of a source that was not named"), expected)
		return p, notYet(p)
	case c.seed == "":
		raw := make([]byte, 16)
		if _, err := rand.Read(raw); err != nil {
			return beacon.Promise{}, err
		}
		c.seed = hex.EncodeToString(raw)
		say("no --seed or --beacon given: drawing with --seed " + c.seed)
	}
	c.value = beacon.Value{Kind: beacon.Phrase, Text: c.seed}
	return beacon.Promise{Kind: beacon.Phrase}, nil
}

// readRound reads the drand round of a chain, given by its hash, and the chain
// itself where it isn't known.
func (c *ceremony) readRound(hash string) error {
	var chain *beacon.Chain
	if c.chainInfo != "" {
		var err error
		if chain, err = c.readChain(); err != nil {
			return err
		}
		if c.kept == "" {
			hash = chain.Hash()
		}
	}
	return open(c.beaconFile, func(r io.Reader) (err error) {
		if c.value, err = beacon.ReadRound(r, hash); err == nil && beacon.Known(hash) == nil {
			c.value.Info = chain
		}
		return err
	})
}

func (c *ceremony) readChain() (chain *beacon.Chain, err error) {
	err = open(c.chainInfo, func(r io.Reader) (err error) {
		chain, err = beacon.ReadChain(r)
		return err
	})
	return chain, err
}

// readEarlier reads the topic's commitments before, from their own files or from
// proofs of earlier draws, which list them.
func (c *ceremony) readEarlier() error {
	found := map[int]selection.Commitment{}
	for _, path := range c.after {
		err := open(path, func(r io.Reader) error {
			all, err := readCommitments(r)
			for _, one := range all {
				if old, ok := found[one.Number]; ok && old.Digest() != one.Digest() {
					return fmt.Errorf("another commitment than this is number %d too", one.Number)
				}
				found[one.Number] = one
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	for _, one := range found {
		c.earlier = append(c.earlier, one)
	}
	slices.SortFunc(c.earlier, func(a, b selection.Commitment) int { return a.Number - b.Number })
	for i, one := range c.earlier {
		if one.Number != i+1 {
			return fmt.Errorf("the topic's commitment number %d is not among those given with --after", i+1)
		}
	}
	return nil
}

// readCommitments reads the commitments of commitment.json or proof.json.
func readCommitments(r io.Reader) ([]selection.Commitment, error) {
	kind, r, err := sniff(r)
	if err != nil {
		return nil, err
	}
	if kind == aProof {
		p, err := selection.ReadProof(r)
		if err != nil {
			return nil, err
		}
		return append(p.Earlier, p.Commitment), nil
	}
	one, err := selection.ReadCommitment(r)
	if err != nil {
		return nil, err
	}
	return []selection.Commitment{*one}, nil
}

func parseTime(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, usagef("%s %q is not a time: 2026-12-01T18:00:00Z or 2026-12-01T18:00:00+01:00 is needed", flag, text)
	}
	return at, nil
}

// artifact is what a file says that it is.
type artifact string

const (
	aBundle     artifact = "bundle.zip"
	aProof      artifact = "proof.json"
	aReceipt    artifact = "receipt.json"
	aCommitment artifact = "commitment.json"
)

// maxJSON bounds the files that are told apart by their content, in bytes.
const maxJSON = 1 << 30

// sniff tells what a file is and gives it back from its beginning.
func sniff(r io.Reader) (artifact, io.Reader, error) {
	b := bufio.NewReader(r)
	head, err := b.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", nil, err
	}
	if string(head) == "PK" {
		return aBundle, b, nil
	}
	body, err := io.ReadAll(io.LimitReader(b, maxJSON+1))
	if err != nil {
		return "", nil, err
	}
	if len(body) > maxJSON {
		return "", nil, fmt.Errorf("more than %d bytes, and not a bundle", maxJSON)
	}
	var fields struct {
		Salt, Root, Commitment json.RawMessage
	}
	if err := json.NewDecoder(bytes.NewReader(body)).Decode(&fields); err == nil { // the first of several, in receipts a line each
		switch whole := bytes.NewReader(body); {
		case fields.Salt != nil:
			return aReceipt, whole, nil
		case fields.Commitment != nil:
			return aProof, whole, nil
		case fields.Root != nil:
			return aCommitment, whole, nil
		}
	}
	return "", nil, fmt.Errorf("this is none of %s, %s, %s and %s", aBundle, aProof, aReceipt, aCommitment)
}
