package main

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"veche/selection"
	"veche/selection/beacon"
)

// mailing holds the flags of `veche letters`.
type mailing struct {
	register, strata, address string
	size, answers             int
	equal, rates, exclude, id string
	previous                  []string
	answered                  string
	key, link, out            string
	eligible                  []string
	overwrite                 bool
	ceremony                  ceremony
	stderr                    io.Writer
	start                     time.Time

	rule   selection.Register
	pool   *selection.Pool
	roll   *selection.Roll
	before *selection.MailingProof
}

func newLettersCommand() *cobra.Command {
	m := &mailing{}
	c := &cobra.Command{
		Use:   "letters --register FILE --size N --out DIR",
		Short: "Draw who of a register gets a letter, and make the codes that are in it",
		Long: `Draws people or addresses from a register by lot, with published chances and in the
proportions of its strata or, with --rates, with more letters to those who answer less.
Writes to --out:

  letters.csv    to print letters from: the register's columns, code, and link with --link
  codes.csv      digests of the codes, for the server that checks them
  codes.key      the key of these digests, secret, for the same server
  letters.key    the key that all codes come from, secret; it stays with you (--key: elsewhere)
  report.json    and report.html: letters and chances by stratum, for everyone
  proof.json     fingerprints, rules and seed: with the register anyone draws the same letters

A second wave is --previous DIR --answered FILE --answers N: nobody who had a letter gets
another, and each stratum gets as many as N answers still need.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			m.stderr = c.ErrOrStderr()
			return m.run()
		},
	}
	f := c.Flags()
	f.StringVar(&m.register, "register", "", "CSV of the register: a header, a row a person or an address")
	f.IntVar(&m.size, "size", 0, "letters to send")
	f.IntVar(&m.answers, "answers", 0, "instead of --size: answers wanted in all, with --rates or --answered")
	f.StringVar(&m.strata, "strata", "", `columns that split the register: "district,sex", or with bands of numbers "district;born:1960,1980"`)
	f.StringVar(&m.address, "address", "", "address columns, comma-separated: one letter an address")
	f.StringVar(&m.address, "household", "", "the same as --address")
	f.StringVar(&m.equal, "equal", "people", "people or addresses: whose chances within a stratum are equal")
	f.StringVar(&m.rates, "rates", "", "CSV of expected answers a letter: the strata columns and rate")
	f.StringArrayVar(&m.eligible, "eligible", nil, "column=value|value: only people with one of these can get a letter; may be repeated")
	f.StringVar(&m.exclude, "exclude", "", "CSV of identifiers that get no letter")
	f.StringArrayVar(&m.previous, "previous", nil, "result of the wave before; given for each wave, the last one last")
	f.StringVar(&m.answered, "answered", "", "CSV of who answered, by code or identifier, for the wave after")
	m.ceremony.randomness(f)
	f.StringVar(&m.id, "id", "", "identifier column (default: id, or the column that ends in id, or the first)")
	f.StringVar(&m.key, "key", "", "file of the key that codes come from; made if it is not there (default: letters.key in --out)")
	f.StringVar(&m.link, "link", "", `link with CODE where the code goes, such as "https://veche.example/sign-in#CODE"`)
	f.StringVar(&m.out, "out", "", "directory for the result")
	f.BoolVar(&m.overwrite, "overwrite", false, overwriteUsage)
	c.AddCommand(newLettersCodesCommand(), newLettersResponseCommand(), newLettersVerifyCommand())
	return c
}

func (m *mailing) check() error {
	switch {
	case m.register == "" || m.out == "":
		return usagef("letters needs --register FILE --size N --out DIR")
	case m.equal != string(selection.EqualPeople) && m.equal != string(selection.EqualAddresses):
		return usagef("--equal is people or addresses, not %q", m.equal)
	case m.link != "" && !strings.Contains(m.link, selection.LinkPlace):
		return usagef("--link %q has no %s in it: that is where each letter's code goes", m.link, selection.LinkPlace)
	case (len(m.previous) > 0) != (m.answered != ""):
		return usagef("a second wave needs both --previous DIR and --answered FILE")
	case len(m.previous) > 0 && (m.answers < 1 || m.size != 0 || m.strata != "" || m.address != "" || m.rates != ""):
		return usagef("a second wave takes strata, addresses and rates from the wave before and needs --answers N, the answers wanted in all")
	case len(m.previous) == 0 && m.answers > 0 && m.rates == "":
		return usagef("--answers N needs --rates FILE, or --previous and --answered")
	case len(m.previous) == 0 && (m.size > 0) == (m.answers > 0):
		return usagef("letters needs --size N, the letters to send, 1 or more, or --answers N, the answers wanted")
	}
	for _, text := range m.eligible {
		if _, err := selection.ParseRule(text, false); err != nil {
			return usagef("--eligible: %w", err)
		}
	}
	if err := m.ceremony.check(false); err != nil {
		return err
	}
	return m.target().check(m.previous...)
}

// target is where the result goes.
func (m *mailing) target() outDir { return outDir{m.out, m.ceremony.kept, m.overwrite} }

func (m *mailing) run() error {
	m.start = time.Now()
	defer debug.SetGCPercent(debug.SetGCPercent(50)) // a register of millions is most of the memory
	if err := m.check(); err != nil {
		return err
	}
	if len(m.previous) > 0 {
		if err := m.readPrevious(); err != nil {
			return err
		}
	} else {
		strata, err := selection.ParseStrata(m.strata)
		if err != nil {
			return usageError{err}
		}
		m.rule = selection.Register{ID: m.id, Strata: strata, Address: columns(m.address)}
	}
	m.say("reading the register")
	err := open(m.register, func(r io.Reader) (err error) {
		m.pool, err = m.rule.Read(r)
		return err
	})
	if err != nil {
		return err
	}
	if m.roll, err = selection.NewRoll(m.pool, nil); err != nil {
		return err
	}
	job, err := m.plan()
	if err != nil {
		return err
	}
	commitment, done, err := m.commit(job)
	if done || err != nil {
		return err
	}
	seed, status, err := commitment.Seed(m.ceremony.value)
	if err != nil {
		return err
	}
	if status == beacon.Unchecked {
		m.say("the beacon's signature is not checked: give the chain with --chain-info")
	}
	job.Seed = seed
	m.say(fmt.Sprintf("drawing %d letters", job.Letters))
	letters, err := job.Draw()
	if err != nil {
		return err
	}
	if m.before != nil {
		letters.Report.Carry(m.before.Report)
	}
	proof, err := selection.NewMailingProof(job, commitment, m.roll, letters, m.ceremony.value, m.before)
	if err != nil {
		return err
	}
	if err := m.write(job, letters, proof); err != nil {
		return err
	}
	m.say(fmt.Sprintf("%d letters to %d people at %d addresses, smallest chance %.3g, %s",
		letters.Report.Letters, letters.Report.Eligible, letters.Report.Addresses, letters.Report.MinChance, m.out))
	return nil
}

// columns are the names in a comma-separated list.
func columns(list string) []string {
	var out []string
	for _, name := range strings.Split(list, ",") {
		if name = strings.TrimSpace(name); name != "" {
			out = append(out, name)
		}
	}
	return out
}

// plan is the mailing to draw, but for its seed.
func (m *mailing) plan() (selection.Mailing, error) {
	job := selection.Mailing{Register: m.pool, Letters: m.size, Equal: selection.Equal(m.equal)}
	if m.before != nil {
		answers, err := m.count()
		if err != nil {
			return job, err
		}
		m.say("drawing the wave before again")
		if job, err = selection.NextWave(m.before, m.pool, m.roll, answers, m.answers); err != nil {
			return job, err
		}
	} else if m.rates != "" {
		err := open(m.rates, func(r io.Reader) error {
			rates, err := selection.ReadRates(r, m.rule.Strata)
			if err != nil {
				return err
			}
			letters, weights, err := selection.ForRates(m.pool, rates, m.answers)
			if m.answers > 0 {
				job.Letters = letters
			}
			job.Weights = weights
			return err
		})
		if err != nil {
			return job, err
		}
	}
	err := m.leaveOut(&job)
	return job, err
}

// leaveOut takes those whom rules and lists name out of the mailing.
func (m *mailing) leaveOut(job *selection.Mailing) error {
	if m.exclude != "" {
		err := open(m.exclude, func(r io.Reader) error {
			out, err := selection.ReadIDs(r, m.pool, m.rule.ID)
			job.Excluded = append(job.Excluded, out...)
			return err
		})
		if err != nil {
			return err
		}
	}
	rules := peopleFlags{id: m.rule.ID, match: "normalised", eligible: m.eligible}
	if len(m.eligible) > 0 {
		register, err := rules.readPool(m.register, m.register, nil)
		if err != nil {
			return err
		}
		for _, g := range rules.leftOut {
			m.say(fmt.Sprintf("%s left out: %s", count(len(g.People), "person", "people"), g.Reason))
			for _, i := range g.People {
				at, ok := m.pool.Index(register.ID(i))
				if !ok {
					return fmt.Errorf("%s: %q was not read the first time: the file changed", m.register, register.ID(i))
				}
				job.Excluded = append(job.Excluded, at)
			}
		}
	}
	slices.Sort(job.Excluded)
	job.Excluded = slices.Compact(job.Excluded)
	return nil
}

// commit is the commitment of the mailing, its own or the one that it keeps, with
// the beacon's value in the ceremony; done where the commitment was all that was
// asked for. A wave without a value of its own takes that of the wave before.
func (m *mailing) commit(job selection.Mailing) (own *selection.MailingCommitment, done bool, err error) {
	c := &m.ceremony
	if c.kept != "" {
		own = new(selection.MailingCommitment)
		err := open(c.kept, func(r io.Reader) error {
			d := json.NewDecoder(r)
			d.DisallowUnknownFields()
			if err := d.Decode(own); err != nil || own.Version != selection.MailingVersion {
				return fmt.Errorf("this is no commitment of a mailing that this program reads: %v", err)
			}
			return nil
		})
		if err != nil {
			return nil, false, err
		}
		if err := own.Keeps(job, m.roll); err != nil {
			return nil, false, err
		}
		return own, false, c.promisedValue(own.Beacon)
	}
	var previous selection.Digest
	var promise beacon.Promise
	var at time.Time
	round := uint64(0)
	if m.before != nil {
		previous, round = m.before.PolicyDigest, m.before.Round+1
	}
	switch {
	case c.only:
		at = clock()
		promise, err = c.promised()
	case m.before != nil && c.seed == "" && c.beacon == "" && c.beaconFile == "":
		c.value, promise = m.before.Value, m.before.Beacon
	default:
		promise, err = c.given(m.say)
	}
	if err != nil {
		return nil, false, err
	}
	if own, err = selection.CommitMailing(job, m.rule, m.roll, round, previous, promise, at); err != nil || !c.only {
		return own, false, err
	}
	if err := m.target().clear(); err != nil {
		return nil, false, err
	}
	m.say(fmt.Sprintf("publish this now, before %v is known: commitment %s", own.Beacon, own.Digest()))
	if err := os.MkdirAll(m.out, 0o755); err != nil {
		return nil, false, err
	}
	return own, true, writeWhole(filepath.Join(m.out, "commitment.json"), func(w io.Writer) error { return writeJSON(w, own) })
}

func (m *mailing) say(step string) {
	fmt.Fprintf(m.stderr, "%6.2fs %s\n", time.Since(m.start).Seconds(), step)
}

// readPrevious reads the proof of the wave before.
func (m *mailing) readPrevious() error {
	var err error
	m.before, err = readMailingProof(filepath.Join(m.previous[len(m.previous)-1], "proof.json"))
	if err != nil {
		return err
	}
	m.rule, m.equal = m.before.Policy.Register, string(m.before.Policy.Equal)
	return nil
}

func readMailingProof(path string) (*selection.MailingProof, error) {
	proof := new(selection.MailingProof)
	return proof, open(path, func(r io.Reader) error {
		d := json.NewDecoder(r)
		d.DisallowUnknownFields()
		if err := d.Decode(proof); err != nil {
			return fmt.Errorf("this is no proof of a mailing: %w", err)
		}
		if proof.Version != selection.MailingVersion || proof.Policy.Letters < 1 {
			return errors.New("this is no proof of a mailing that this program reads")
		}
		return nil
	})
}

// codeKey reads the key of the codes, or makes one.
func (m *mailing) codeKey() (key selection.LetterKey, err error) {
	path := m.key
	if path == "" {
		path = filepath.Join(m.out, "letters.key")
		if n := len(m.previous); n > 0 {
			if _, err := os.Stat(filepath.Join(m.previous[n-1], "letters.key")); err == nil {
				path = filepath.Join(m.previous[n-1], "letters.key")
			}
		}
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := rand.Read(key[:]); err != nil {
			return key, err
		}
		m.say("new key of the codes: keep " + path + " secret and safe")
		return key, os.WriteFile(path, []byte(hex.EncodeToString(key[:])+"\n"), 0o600)
	}
	if err != nil {
		return key, err
	}
	raw, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(raw) != len(key) {
		return key, fmt.Errorf("%s is no key of codes: 64 hexadecimal digits are needed", path)
	}
	return selection.LetterKey(raw), nil
}

func (m *mailing) write(job selection.Mailing, letters *selection.Letters, proof *selection.MailingProof) error {
	m.say("writing")
	if err := os.MkdirAll(m.out, 0o755); err != nil {
		return err
	}
	if err := m.target().clear(); err != nil {
		return err
	}
	key, err := m.codeKey()
	if err != nil {
		return err
	}
	ids := make([]string, len(letters.Selected))
	for k, i := range letters.Selected {
		ids[k] = m.pool.ID(i)
	}
	codes, digests := key.Codes(job.Seed, ids), key.CodesKey()
	if err := os.WriteFile(filepath.Join(m.out, "codes.key"), []byte(hex.EncodeToString(digests[:])+"\n"), 0o600); err != nil {
		return err
	}
	for _, file := range []struct { // the proof comes last: where it is, the result is whole
		name  string
		write func(io.Writer) error
	}{
		{"letters.csv", func(w io.Writer) error {
			return open(m.register, func(r io.Reader) error {
				return selection.WriteLetters(w, r, letters.Selected, codes, m.link)
			})
		}},
		{"codes.csv", func(w io.Writer) error { return selection.WriteCodes(w, digests, codes) }},
		{"report.json", func(w io.Writer) error { return writeJSON(w, letters.Report) }},
		{"report.html", func(w io.Writer) error { return selection.WriteLettersHTML(w, proof) }},
		{"proof.json", func(w io.Writer) error { return json.NewEncoder(w).Encode(proof) }},
	} {
		if err := writeWhole(filepath.Join(m.out, file.name), file.write); err != nil {
			return err
		}
	}
	return nil
}
