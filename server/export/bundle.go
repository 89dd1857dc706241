package export

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"veche/server/analysis"
	"veche/server/audit"
	"veche/server/tally"
	"veche/server/topic"
)

// EventReader reads a topic's log: every event's canonical bytes in order, valid
// until f returns. An error of f ends the reading and is returned.
type EventReader interface {
	ReadEvents(ctx context.Context, f func(seq uint64, event []byte) error) error
}

// TextReader answers those of the texts that exist.
type TextReader interface {
	ReadTexts(ctx context.Context, digests []topic.Digest) (map[topic.Digest]Text, error)
}

// BlobReader reads a result by its digest.
type BlobReader interface {
	ReadBlob(ctx context.Context, digest topic.Digest) ([]byte, error)
}

// Text is an erasable text with its salt.
type Text struct {
	Salt [topic.SaltSize]byte
	Body []byte
}

// Bundle is what a bundle is made from.
type Bundle struct {
	Topic  string
	For    audit.Audience
	Code   string // version of the program
	Signer *audit.Signer
	// Handovers are the notes by which earlier keys named later ones, up to Signer's.
	Handovers []string
	// Cosigned are checkpoints that witnesses signed, as signed notes.
	Cosigned []string
	Events   EventReader
	Texts    TextReader
	Blobs    BlobReader
}

// errEnough ends a reading at the event up to which the bundle goes.
var errEnough = errors.New("enough")

// textsAtOnce is how many texts are read at a time.
const textsAtOnce = 2000

// Write writes the bundle. The same log, texts, results and key give the same
// bytes. The log is read twice and may grow meanwhile: the bundle goes up to
// what the first reading found. Memory: the votes, and the names of the texts.
func (b *Bundle) Write(ctx context.Context, w io.Writer) error {
	if b.For != audit.Public && b.For != audit.Auditor {
		return fmt.Errorf("a bundle is for public or auditor, not for %q", b.For)
	}
	x := &bundling{Bundle: b, ctx: ctx, plan: audit.NewPlan()}
	if err := x.survey(); err != nil {
		return fmt.Errorf("bundle of %s: %w", b.Topic, err)
	}
	buffered := bufio.NewWriterSize(w, 1<<16)
	x.out = audit.NewWriter(buffered)
	for _, step := range []func() error{x.readme, x.log, x.checkpoint, x.texts, x.results, x.rating, x.ballots, x.close} {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := step(); err != nil {
			return fmt.Errorf("bundle of %s: %w", b.Topic, err)
		}
	}
	return buffered.Flush()
}

// bundling is a bundle on its way.
type bundling struct {
	*Bundle
	ctx   context.Context
	plan  *audit.Plan
	last  uint64   // the bundle's last event
	parts []uint64 // sizes that witnesses signed
	out   *audit.Writer
	root  audit.Hash
	names map[string][]audit.Name // by file, of the events that are shown
	votes audit.Votes
	polls audit.Polls

	assurance topic.Assurance
}

// survey reads the log a first time.
func (x *bundling) survey() error {
	err := x.Events.ReadEvents(x.ctx, func(seq uint64, bytes []byte) error {
		e, err := topic.DecodeEvent(bytes, seq)
		if err != nil {
			return err
		}
		x.plan.Observe(&e)
		switch b := e.Body.(type) {
		case *topic.TopicCreated:
			x.assurance = b.Settings.Assurance
		case *topic.SettingsChanged:
			x.assurance = b.Settings.Assurance
		}
		x.last = seq
		return nil
	})
	if err == nil && x.last == 0 {
		err = errors.New("its log is empty")
	}
	return err
}

// log writes the log, with the bytes of the events that may be shown.
func (x *bundling) log() error {
	f, err := x.out.Create(audit.LogFile)
	if err != nil {
		return err
	}
	x.names = map[string][]audit.Name{}
	log, counted := audit.NewLogWriter(f), x.plan.Counted()
	for _, signed := range x.Cosigned {
		point, err := audit.CheckpointOf([]byte(signed))
		if err != nil {
			return err
		}
		x.parts = append(x.parts, point.Size)
	}
	err = x.Events.ReadEvents(x.ctx, func(seq uint64, bytes []byte) error {
		if seq > x.last {
			return errEnough
		}
		if slices.Contains(x.parts, seq-1) {
			log.Part()
		}
		e, err := topic.DecodeEvent(bytes, seq)
		if err != nil {
			return err
		}
		if seq <= counted {
			if err := x.votes.Observe(&e); err != nil {
				return err
			}
		}
		if err := x.polls.Observe(&e); err != nil {
			return err
		}
		if x.For == audit.Public && !Shown(&e, x.plan) {
			if e.Kind() == topic.KindBallotCast {
				log.Leaf(bytes)
			} else {
				log.Hide(bytes)
			}
			return nil
		}
		log.Show(bytes)
		for _, n := range audit.Named(&e) {
			x.names[n.Kind.File()] = append(x.names[n.Kind.File()], n)
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	size, root, err := log.Close()
	if err == nil && size != x.last {
		err = fmt.Errorf("the log had %d events and now has %d", x.last, size)
	}
	x.root = root
	return err
}

func (x *bundling) checkpoint() error {
	if err := x.out.Add(audit.KeyFile, []byte(x.Signer.PublicKey()+"\n")); err != nil {
		return err
	}
	for i, handed := range x.Handovers {
		if err := x.out.Add(audit.HandoverFile(i+1), []byte(handed)); err != nil {
			return err
		}
	}
	signed, err := audit.SignCheckpoint(audit.Checkpoint{Origin: x.Signer.Name() + "/" + x.Topic, Size: x.last, Root: x.root}, x.Signer)
	if err != nil {
		return err
	}
	if err := x.out.Add(audit.CheckpointFile, signed); err != nil {
		return err
	}
	at := 0
	for i, cosigned := range x.Cosigned {
		if x.parts[i] > x.last { // signed while this bundle was being written
			continue
		}
		at++
		if err := x.out.Add(audit.WitnessFile(at), []byte(cosigned)); err != nil {
			return err
		}
	}
	return nil
}

// texts writes the texts that the shown events name, or that they were erased.
func (x *bundling) texts() error {
	for _, name := range audit.TextFiles {
		if len(x.names[name]) == 0 {
			continue
		}
		f, err := x.out.Create(name)
		if err != nil {
			return err
		}
		lines := bufio.NewWriterSize(f, 1<<16)
		for list := x.names[name]; len(list) > 0; {
			n := min(textsAtOnce, len(list))
			if err := x.lines(lines, list[:n]); err != nil {
				return err
			}
			list = list[n:]
		}
		if err := lines.Flush(); err != nil {
			return err
		}
	}
	return nil
}

func (x *bundling) lines(w *bufio.Writer, names []audit.Name) error {
	var digests []topic.Digest
	for _, n := range names {
		if _, gone := x.plan.Erased[n.Digest]; !gone {
			digests = append(digests, n.Digest)
		}
	}
	texts, err := x.Texts.ReadTexts(x.ctx, digests)
	if err != nil {
		return err
	}
	for _, n := range names {
		var line audit.Line
		text, there := texts[n.Digest]
		switch erasure, gone := x.plan.Erased[n.Digest]; {
		case gone:
			line = audit.ErasedLine(n, erasure.Reason)
		case x.For == audit.Public && n.Kind == audit.TextRemark && x.plan.Removed(n.Event):
			line = audit.WithheldLine(n)
		case there && topic.DigestOf(text.Salt, text.Body) != n.Digest:
			return fmt.Errorf("the %s of event %d is damaged: restore it from a backup", n.Kind, n.Event)
		case there:
			line = audit.NewLine(n, text.Salt, text.Body)
		default:
			return fmt.Errorf("the %s of event %d is missing though no erasure is recorded: run veche doctor", n.Kind, n.Event)
		}
		encoded, err := line.Encode()
		if err != nil {
			return err
		}
		if _, err := w.Write(append(encoded, '\n')); err != nil {
			return err
		}
	}
	return nil
}

// results writes commitments and the results of draws, seatings and clusterings.
func (x *bundling) results() error {
	for i, c := range x.plan.Commitments {
		if _, err := x.blob(audit.CommitmentFile(i+1), c.Body.Result); err != nil {
			return err
		}
	}
	for i, c := range x.plan.Draws {
		result, err := x.blob(audit.DrawFile(i+1), c.Body.Result)
		if err != nil {
			return err
		}
		if x.For != audit.Auditor || c.Body.Commitment == 0 {
			continue
		}
		draw, err := analysis.ParseDraw(result)
		if err != nil {
			return err
		}
		if _, err := x.blob(audit.RollFile(i+1), topic.Digest(draw.Roll)); err != nil {
			return err
		}
	}
	for i, c := range x.plan.Tables {
		result, err := x.blob(audit.TablesFile(i+1), c.Body.Result)
		if err != nil {
			return err
		}
		if x.For != audit.Auditor {
			continue
		}
		seating, err := analysis.ParseTables(result)
		if err != nil {
			return err
		}
		if seating.Pairs == nil {
			continue
		}
		if _, err := x.blob(audit.PairsFile(i+1), topic.Digest(*seating.Pairs)); err != nil {
			return err
		}
	}
	for i, c := range x.plan.Runs {
		if x.plan.Stale(c.Body.InputSeq) > 0 {
			continue
		}
		if _, err := x.blob(audit.ClustersFile(i+1), c.Body.Result); err != nil {
			return err
		}
	}
	return nil
}

// blob writes a result under a name.
func (x *bundling) blob(name string, digest topic.Digest) ([]byte, error) {
	b, err := x.Blobs.ReadBlob(x.ctx, digest)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if analysis.Digest(b) != digest {
		return nil, fmt.Errorf("%s: the result kept under %s is another one", name, digest)
	}
	return b, x.out.Add(name, b)
}

// rating writes the votes that the last tally counted, and what it came to. For
// the public the earlier tallies stay out: two of them a minute apart would say
// who voted in that minute.
func (x *bundling) rating() error {
	last := len(x.plan.Tallies)
	if last == 0 {
		return nil
	}
	f, err := x.out.Create(audit.VotesFile)
	if err != nil {
		return err
	}
	if _, err := x.votes.WriteTo(f); err != nil {
		return err
	}
	if pairs := x.votes.PairsCSV(); pairs != nil {
		if err := x.out.Add(audit.PairsVotedFile, pairs); err != nil {
			return err
		}
	}
	if open := x.votes.Open(); open != nil {
		if f, err = x.out.Create(audit.OpenVotesFile); err != nil {
			return err
		}
		if _, err := open.WriteTo(f); err != nil {
			return err
		}
	}
	var result []byte
	for i, c := range x.plan.Tallies {
		if i+1 < last && x.For == audit.Public {
			continue
		}
		if result, err = x.blob(audit.TallyFile(i+1), c.Body.Result); err != nil {
			return err
		}
	}
	ranking, err := analysis.ParseTally(result)
	if err != nil {
		return err
	}
	if f, err = x.out.Create(audit.RankingFile); err != nil {
		return err
	}
	return tally.WriteRanking(f, ranking, func(item uint32) string { return strconv.FormatUint(uint64(item), 10) })
}

// ballots writes the ballots of every closed poll in which enough were cast.
func (x *bundling) ballots() error {
	for i := range x.polls.List {
		if r := &x.polls.List[i]; r.Told() {
			f, err := x.out.Create(audit.PollFile(uint32(i + 1)))
			if err != nil {
				return err
			}
			if err := r.WriteTo(uint32(i+1), f); err != nil {
				return err
			}
		}
	}
	return nil
}

func (x *bundling) close() error {
	m := audit.Manifest{Code: x.Code, Topic: x.Topic, For: x.For, Events: x.last, Root: x.root}
	return x.out.Close(m, func(text string) ([]byte, error) { return audit.SignText(text, x.Signer) })
}
