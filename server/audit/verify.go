package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"veche/server/analysis"
	"veche/server/topic"
)

// Options of a verification.
type Options struct {
	// Full runs earlier clusterings and tallies again too, not only the last.
	Full bool
	// Key is the key that must have signed the bundle; "" takes the one that
	// the bundle brings, which proves that nothing was changed since, but not
	// by whom it was made.
	Key string
	// Witnesses are keys of witnesses that must each have signed a beginning of
	// the log.
	Witnesses []*Witness
	// Kept is a checkpoint of the same log that the reader has from before, signed;
	// nil for none.
	Kept []byte
	// Receipt is a voter's, to be looked for among the ballots; nil for none.
	Receipt *BallotReceipt
}

// Verify checks a bundle. The error says that it is no bundle at all, or that
// ctx ended; whatever is wrong inside is a failed step.
func Verify(ctx context.Context, in io.ReaderAt, size int64, o Options) (Report, error) {
	a, err := OpenArchive(in, size)
	if err != nil {
		return Report{}, err
	}
	c := &checker{
		ctx: ctx, Archive: a, options: o, plan: NewPlan(), used: map[string]bool{ReadmeFile: true},
		texts: map[topic.Digest]analysis.Text{},
	}
	c.report = Report{Topic: a.Manifest.Topic, For: a.Manifest.For, Code: a.Manifest.Code, Events: a.Manifest.Events, Root: a.Manifest.Root}
	for _, step := range []func(){c.files, c.signature, c.checkpoint, c.log, c.witnesses, c.since, c.named, c.computations, c.ranking, c.polls, c.leftovers} {
		if err := ctx.Err(); err != nil {
			return c.report, err
		}
		step()
	}
	return c.report, ctx.Err()
}

// checker is a verification under way.
type checker struct {
	*Archive
	ctx     context.Context
	options Options
	report  Report
	used    map[string]bool // files that some step has read
	key     note.Verifier
	keys    []Key  // key, and those that handed over to it
	cover   *Cover // of the log, nil where it can't be read
	shown   uint64 // events whose bytes are in the bundle
	removed int    // remarks that moderators removed, as far as shown
	before  bool   // remarks wait to be read
	kept    int    // remarks withheld for it
	plan    *Plan
	names   map[string][]Name // by file
	texts   map[topic.Digest]analysis.Text
	ideas   []topic.Digest // by idea
	limits  []string       // what the proofs of draws cannot show
}

// read reads a file and remembers that it belongs to a step.
func (c *checker) read(name string) ([]byte, error) {
	c.used[name] = true
	return c.Read(name)
}

// has says whether the manifest names a file.
func (c *checker) has(name string) bool { return c.Has(name) }

func (c *checker) open(name string) (io.ReadCloser, error) {
	c.used[name] = true
	return c.Open(name)
}

// files compares every file with the manifest.
func (c *checker) files() {
	var bad []string
	c.CheckFiles(func(name, what string) { bad = append(bad, name+": "+what) })
	if err := c.CheckContainer(); err != nil {
		bad = append(bad, err.Error())
	}
	if len(bad) > 0 {
		c.report.add("files", Failed, "%s", strings.Join(bad, "; "))
		return
	}
	c.report.add("files", Proved, "all %d files have the SHA-256 that the manifest names", len(c.Manifest.Files))
}

// signature checks who signed the manifest.
func (c *checker) signature() {
	fail := func(err error) { c.report.add("signature", Failed, "%v", err) }
	text, err := c.read(KeyFile)
	if err != nil {
		fail(err)
		return
	}
	own, ended := strings.CutSuffix(string(text), "\n")
	if !ended {
		fail(fmt.Errorf("%s does not hold one key", KeyFile))
		return
	}
	succession, err := c.succession()
	if err != nil {
		fail(err)
		return
	}
	if c.options.Key != "" && !succession.Leads(c.options.Key, own) {
		fail(fmt.Errorf("the bundle is signed by %s, not by the key that was given, and that one has not handed over to it", own))
		return
	}
	if c.key, err = ParseKey(own); err != nil {
		fail(err)
		return
	}
	if c.keys, err = succession.Keys(own); err != nil {
		fail(err)
		return
	}
	signed, err := OpenText(c.Archive.signature, c.key)
	if err != nil {
		fail(err)
		return
	}
	if signed != SignatureText(c.Manifest, c.encoded) {
		fail(errors.New("another manifest was signed"))
		return
	}
	c.report.Key = own
	switch c.options.Key {
	case "":
	case own:
		c.report.add("signature", Proved, "signed by the key that was given, %s", own)
		return
	default:
		c.report.add("signature", Proved, "signed by %s, to which the key that was given has handed over: give this one from now on", own)
		return
	}
	c.report.add("signature", Proved, "signed by %s: compare it with the key that %s has published", own, c.key.Name())
}

// succession reads the hand-overs by which keys of the installation named others.
func (c *checker) succession() (Succession, error) {
	var signed []string
	for n := 1; c.has(HandoverFile(n)); n++ {
		b, err := c.read(HandoverFile(n))
		if err != nil {
			return nil, err
		}
		signed = append(signed, string(b))
	}
	return OpenSuccession(signed)
}

// checkpoint compares the signed root with the manifest's.
func (c *checker) checkpoint() {
	fail := func(err error) { c.report.add("checkpoint", Failed, "%v", err) }
	signed, err := c.read(CheckpointFile)
	if err != nil {
		fail(err)
		return
	}
	if c.key == nil {
		fail(errors.New("there is no key to check it with"))
		return
	}
	point, err := OpenCheckpoint(signed, c.key)
	if err != nil {
		fail(err)
		return
	}
	want := Checkpoint{Origin: c.key.Name() + "/" + c.Manifest.Topic, Size: c.Manifest.Events, Root: c.Manifest.Root}
	if point != want {
		fail(fmt.Errorf("it is signed for %d events of %s with the root %s, the manifest says %d with %s", point.Size, point.Origin, point.Root, want.Size, want.Root))
		return
	}
	c.report.add("checkpoint", Proved, "the root over %d events is signed", point.Size)
}

// log reads the log: every leaf under the root, every event decoded.
func (c *checker) log() {
	c.names = map[string][]Name{}
	cover, err := c.readLog(func(e *topic.Event, raw []byte) error {
		if again := e.AppendTo(nil); !bytes.Equal(again, raw) {
			return fmt.Errorf("event %d is not in its canonical form", e.Seq)
		}
		c.shown++
		c.plan.Observe(e)
		c.withhold(e)
		for _, n := range Named(e) {
			c.names[n.Kind.File()] = append(c.names[n.Kind.File()], n)
			if n.Kind == TextIdea {
				c.ideas = append(c.ideas, n.Digest)
			}
		}
		return nil
	})
	switch {
	case err != nil:
		c.report.add("log", Failed, "%v", err)
		return
	case cover.Len() != c.Manifest.Events || cover.Root() != c.Manifest.Root:
		c.report.add("log", Failed, "its %d events have the root %s, not the one that was signed", cover.Len(), cover.Root())
		return
	case c.Manifest.For == Auditor && c.shown != cover.Len():
		c.report.add("log", Failed, "an auditor's bundle holds every event, this one lacks %d", cover.Len()-c.shown)
		return
	}
	c.cover = cover
	if hidden := cover.Len() - c.shown; hidden > 0 {
		c.report.add("log", Proved, "%d events stand in the log under the signed root; of %d others only the hashes are here", c.shown, hidden)
		return
	}
	c.report.add("log", Proved, "all %d events stand in the log under the signed root", c.shown)
}

// readLog reads the log once, decoded.
func (c *checker) readLog(f func(e *topic.Event, raw []byte) error) (*Cover, error) {
	r, err := c.open(LogFile)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return ReadLog(r, func(seq uint64, raw []byte) error {
		if seq%4096 == 0 && c.ctx.Err() != nil {
			return c.ctx.Err()
		}
		e, err := topic.DecodeEvent(raw, seq)
		if err != nil {
			return err
		}
		return f(&e, raw)
	})
}

// named compares every text with the digest that the log has of it.
func (c *checker) named() {
	if c.cover == nil {
		c.report.add("texts", Failed, "the log can't be relied on, so there is nothing to compare them with")
		return
	}
	var there, erased int
	for _, file := range TextFiles {
		names := c.names[file]
		if len(names) == 0 {
			continue
		}
		at := 0
		r, err := c.open(file)
		if err == nil {
			err = ReadLines(r, func(l Line) error {
				if at == len(names) {
					return errors.New("the log names no such text")
				}
				n := names[at]
				at++
				if l.Event != n.Event || l.Kind != n.Kind || l.Index != n.Index {
					return fmt.Errorf("the log names the %s of event %d here", n.Kind, n.Event)
				}
				gone, err := c.text(l, n)
				switch {
				case l.Withheld:
				case gone:
					erased++
				default:
					there++
				}
				return err
			})
			err = errors.Join(err, r.Close())
		}
		if err == nil && at < len(names) {
			err = fmt.Errorf("the %s of event %d is missing", names[at].Kind, names[at].Event)
		}
		if err != nil {
			c.report.add("texts", Failed, "%s: %v", file, err)
			return
		}
	}
	if c.kept > c.removed {
		c.report.add("texts", Failed, "%d remarks are withheld, moderators removed %d", c.kept, c.removed)
		return
	}
	c.report.add("texts", Proved, "%d texts have the digests in the log; %d were erased, as the log says; %d removed by moderators are withheld", there, erased, c.kept)
	if c.Manifest.For == Public {
		c.report.add("people", NotInBundle, "who applied, what they answered, who accepted a seat and what was said at the tables is for the auditor")
	}
}

// withhold counts the remarks that moderators do not show.
func (c *checker) withhold(e *topic.Event) {
	switch b := e.Body.(type) {
	case *topic.ModerationChanged:
		c.before = b.Moderation.Before
	case *topic.RemarkPosted:
		if c.before && e.Actor.Role == topic.RoleCitizen {
			c.removed++
		}
	case *topic.TextReviewed:
		if b.Subject.Kind == topic.SubjectRemark && b.Shown {
			c.removed--
		}
	case *topic.RemarkRemoved:
		c.removed++
	case *topic.RemarkRestored:
		c.removed--
	}
}

// text checks one text and keeps it for the computations.
func (c *checker) text(l Line, n Name) (gone bool, err error) {
	erasure, erased := c.plan.Erased[n.Digest]
	if l.Withheld {
		if c.Manifest.For != Public || n.Kind != TextRemark || l.Erased != "" || l.Text != "" || l.Salt != "" || l.Bytes != nil {
			return false, fmt.Errorf("the %s of event %d may not be withheld", n.Kind, n.Event)
		}
		c.kept++
		return false, nil
	}
	if l.Erased != "" {
		if !erased || erasure.Reason != l.Erased || l.Text != "" || l.Salt != "" || l.Bytes != nil {
			return true, fmt.Errorf("the %s of event %d is said to be erased, the log does not say so", n.Kind, n.Event)
		}
		return true, nil
	}
	salt, body, err := l.Body()
	if err != nil {
		return false, err
	}
	if topic.DigestOf(salt, body) != n.Digest {
		return false, fmt.Errorf("the %s of event %d has another digest in the log", n.Kind, n.Event)
	}
	if erased {
		return false, fmt.Errorf("the %s of event %d was erased, it may not be here", n.Kind, n.Event)
	}
	if n.Kind == TextIdea || n.Kind == TextRow {
		c.texts[n.Digest] = analysis.Text{Salt: salt, Body: body}
	}
	return false, nil
}

// leftovers are files that no step has read: they prove nothing and may not be.
func (c *checker) leftovers() {
	var list []string
	for _, f := range c.Manifest.Files {
		if !c.used[f.Name] {
			list = append(list, f.Name)
		}
	}
	if len(list) > 0 {
		slices.Sort(list)
		c.report.add("leftovers", Failed, "no step knows these files: %s", strings.Join(list, ", "))
	}
}
