package audit

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"veche/server/topic"
)

// PollFile is the file of a poll's ballots.
func PollFile(poll uint32) string { return fmt.Sprintf("polls/poll-%d.csv", poll) }

// BallotID names a ballot in the published list of one poll: its voter can find
// it there, and nobody can tell which other ballot is the same person's.
func BallotID(poll uint32, name topic.Pseudonym) [16]byte {
	h := sha256.Sum256(append(binary.BigEndian.AppendUint32([]byte("veche/ballot"), poll), name[:]...))
	return [16]byte(h[:16])
}

// Polls are the ballots that stand, by poll.
type Polls struct{ List []PollRecord }

// PollRecord is one poll as a log has it.
type PollRecord struct {
	Options int
	Closed  *topic.PollClosed // nil while it is open
	names   []topic.Pseudonym
	marks   []uint32
}

// Observe takes in one event. Where ballots are hidden only what was asked and
// what was counted is there.
func (p *Polls) Observe(e *topic.Event) error {
	at := func(poll uint32) (*PollRecord, error) {
		if poll == 0 || uint64(poll) > uint64(len(p.List)) {
			return nil, fmt.Errorf("event %d is about poll %d, which was not made", e.Seq, poll)
		}
		return &p.List[poll-1], nil
	}
	switch b := e.Body.(type) {
	case *topic.PollMade:
		if b.Poll == 0 {
			p.List = append(p.List, PollRecord{})
			b = &topic.PollMade{Poll: uint32(len(p.List)), Terms: b.Terms}
		}
		r, err := at(b.Poll)
		if err != nil {
			return err
		}
		r.Options = len(b.Terms.Options)
	case *topic.OptionAdded:
		r, err := at(b.Poll)
		if err != nil {
			return err
		}
		if r.Closed != nil || r.Options >= topic.MaxBallotOptions {
			return fmt.Errorf("event %d adds an option to poll %d, which can have no more", e.Seq, b.Poll)
		}
		r.Options++ // a ballot cast before can't name it
	case *topic.PollBallotsIssued:
		r, err := at(b.Poll)
		if err != nil {
			return err
		}
		r.names = append(r.names, b.Pseudonyms...)
		r.marks = append(r.marks, make([]uint32, len(b.Pseudonyms))...)
	case *topic.BallotCast:
		r, err := at(b.Poll)
		if err != nil {
			return err
		}
		if n := e.Actor.Number; n == 0 || n > uint64(len(r.marks)) || b.Marks == 0 || b.Marks>>r.Options != 0 || r.Closed != nil {
			return fmt.Errorf("event %d is no ballot of poll %d", e.Seq, b.Poll)
		}
		r.marks[e.Actor.Number-1] = b.Marks
	case *topic.PollClosed:
		r, err := at(b.Poll)
		if err != nil {
			return err
		}
		if r.Closed != nil {
			return fmt.Errorf("event %d closes poll %d once more", e.Seq, b.Poll)
		}
		r.Closed = b
	}
	return nil
}

// Told says that the poll's ballots may be published: it is closed, and enough
// were cast.
func (r *PollRecord) Told() bool { return r.Closed != nil && len(r.Closed.Counts) > 0 }

const ballotsHeader = "ballot,options\n"

// WriteTo writes poll-n.csv: a line a ballot that was cast, in the order of
// their random ids, without times, so that the order of lines tells nothing.
func (r *PollRecord) WriteTo(poll uint32, w io.Writer) error {
	type line struct {
		id    [16]byte
		marks uint32
	}
	var lines []line
	for i, marks := range r.marks {
		if marks != 0 {
			lines = append(lines, line{BallotID(poll, r.names[i]), marks})
		}
	}
	slices.SortFunc(lines, func(a, b line) int { return bytes.Compare(a.id[:], b.id[:]) })
	b := bufio.NewWriterSize(w, 1<<16)
	_, err := b.WriteString(ballotsHeader)
	var text []byte
	for _, l := range lines {
		text = append(hex.AppendEncode(text[:0], l.id[:]), ',')
		for i, o := range topic.OptionsOf(l.marks) {
			if i > 0 {
				text = append(text, ' ')
			}
			text = strconv.AppendUint(text, uint64(o), 10)
		}
		if _, err := b.Write(append(text, '\n')); err != nil {
			return err
		}
	}
	return errors.Join(err, b.Flush())
}

// recount reads what WriteTo writes, and nothing else, and counts it.
func recount(r io.Reader, options int, ballot func(id [16]byte, marks uint32)) (cast uint64, counts []uint64, err error) {
	counts = make([]uint64, options)
	s := newLines(r)
	if !s.Scan() || s.Text()+"\n" != ballotsHeader {
		return 0, nil, fmt.Errorf("it does not begin with %q", strings.TrimSpace(ballotsHeader))
	}
	var last [16]byte
	for n := 2; s.Scan(); n++ {
		id, marks, err := ballotLine(s.Text(), options)
		if err != nil {
			return 0, nil, fmt.Errorf("line %d: %w", n, err)
		}
		if n > 2 && bytes.Compare(last[:], id[:]) >= 0 {
			return 0, nil, fmt.Errorf("line %d: its ballot is not in order", n)
		}
		last = id
		cast++
		for _, o := range topic.OptionsOf(marks) {
			counts[o-1]++
		}
		ballot(id, marks)
	}
	return cast, counts, s.Err()
}

func ballotLine(text string, options int) (id [16]byte, marks uint32, err error) {
	name, list, _ := strings.Cut(text, ",")
	if len(name) != 2*len(id) || strings.ToLower(name) != name {
		return id, 0, errors.New("its ballot is not 32 small hexadecimal digits")
	}
	if _, err := hex.Decode(id[:], []byte(name)); err != nil {
		return id, 0, errors.New("its ballot is not 32 small hexadecimal digits")
	}
	for _, f := range strings.Split(list, " ") {
		o, err := strconv.ParseUint(f, 10, 32)
		if err != nil || o == 0 || o > uint64(options) || strconv.FormatUint(o, 10) != f || marks>>(o-1) != 0 {
			return id, 0, fmt.Errorf("%.20q is no option, or not in order", f)
		}
		marks |= 1 << (o - 1)
	}
	return id, marks, nil
}

// BallotReceipt is what a voter keeps: the event that holds the ballot, whose
// salt nobody else knows. It shows how its holder voted to whoever sees it.
type BallotReceipt struct {
	Topic   string   `json:"topic"`
	Poll    uint32   `json:"poll"`
	Seq     uint64   `json:"seq"` // the event's place in the log
	Options []uint32 `json:"options"`
	Ballot  string   `json:"ballot"` // its name in the published list of ballots, hexadecimal
	Leaf    string   `json:"leaf"`   // the event's leaf in the log's tree, hexadecimal
	Event   []byte   `json:"event"`  // canonical bytes
}

// NewBallotReceipt is the receipt of the ballot that an event cast under a name.
func NewBallotReceipt(topicID string, e *topic.Event, name topic.Pseudonym) BallotReceipt {
	r := BallotReceipt{Topic: topicID, Seq: e.Seq, Event: e.AppendTo(nil)}
	if b, ok := e.Body.(*topic.BallotCast); ok {
		id := BallotID(b.Poll, name)
		r.Poll, r.Options, r.Ballot = b.Poll, topic.OptionsOf(b.Marks), hex.EncodeToString(id[:])
	}
	leaf := LeafHash(r.Event)
	r.Leaf = hex.EncodeToString(leaf[:])
	return r
}

// ParseBallotReceipt reads a receipt and checks that it agrees with itself.
func ParseBallotReceipt(b []byte) (*BallotReceipt, error) {
	var r BallotReceipt
	if err := json.Unmarshal(b, &r); err != nil {
		return nil, fmt.Errorf("it is no receipt of a ballot: %w", err)
	}
	e, err := topic.DecodeEvent(r.Event, r.Seq)
	if err != nil {
		return nil, fmt.Errorf("it holds no event: %w", err)
	}
	cast, ok := e.Body.(*topic.BallotCast)
	leaf := LeafHash(r.Event)
	if !ok || cast.Poll != r.Poll || !slices.Equal(topic.OptionsOf(cast.Marks), r.Options) || hex.EncodeToString(leaf[:]) != r.Leaf || len(r.Ballot) != 32 {
		return nil, errors.New("what it says is not what its event says")
	}
	return &r, nil
}

// polls counts every poll that was closed again.
func (c *checker) polls() {
	if c.cover == nil {
		return
	}
	whole := c.shown == c.cover.Len()
	var record Polls
	_, err := c.readLog(func(e *topic.Event, _ []byte) error { return record.Observe(e) })
	if err != nil {
		c.report.add("polls", Failed, "%v", err)
		return
	}
	for i := range record.List {
		r, n := &record.List[i], uint32(i+1)
		name := fmt.Sprintf("poll %d", n)
		switch outcome, detail, err := c.poll(r, n, whole); {
		case r.Closed == nil:
		case err != nil:
			c.report.add(name, Failed, "%v", err)
		default:
			c.report.add(name, outcome, "%s", detail)
		}
	}
	c.receipt(record)
}

// poll counts one poll again, from the log where it is whole, and from the list
// of ballots.
func (c *checker) poll(r *PollRecord, n uint32, whole bool) (Outcome, string, error) {
	if r.Closed == nil {
		return NotInBundle, "", nil
	}
	if whole {
		counts, cast := make([]uint64, r.Options), uint64(0)
		for _, marks := range r.marks {
			if marks != 0 {
				cast++
			}
			for _, o := range topic.OptionsOf(marks) {
				counts[o-1]++
			}
		}
		if r.Closed.Issued != uint64(len(r.names)) || r.Closed.Cast != cast || (cast >= topic.FewBallots) != r.Told() || r.Told() && !slices.Equal(counts, r.Closed.Counts) {
			return "", "", fmt.Errorf("it was closed with %d ballots issued, %d cast, %v; the log comes to %d, %d, %v", r.Closed.Issued, r.Closed.Cast, r.Closed.Counts, len(r.names), cast, counts)
		}
	}
	if !r.Told() {
		return NotInBundle, fmt.Sprintf("%d ballots issued, %d cast: too few to tell what they say", r.Closed.Issued, r.Closed.Cast), nil
	}
	b, err := c.read(PollFile(n))
	if err != nil {
		return "", "", err
	}
	if whole {
		var again bytes.Buffer
		if err := r.WriteTo(n, &again); err != nil {
			return "", "", err
		}
		if !bytes.Equal(again.Bytes(), b) {
			return "", "", fmt.Errorf("%s is not what the ballots in the log come to", PollFile(n))
		}
	}
	cast, counts, err := recount(bytes.NewReader(b), r.Options, func([16]byte, uint32) {})
	if err != nil {
		return "", "", fmt.Errorf("%s: %w", PollFile(n), err)
	}
	if cast != r.Closed.Cast || !slices.Equal(counts, r.Closed.Counts) || cast > r.Closed.Issued {
		return "", "", fmt.Errorf("%s holds %d ballots that come to %v, the log says %d and %v of %d issued", PollFile(n), cast, counts, r.Closed.Cast, r.Closed.Counts, r.Closed.Issued)
	}
	if whole {
		return ReRun, fmt.Sprintf("%d ballots issued, %d cast: they follow from the log and come to the counts that it says", r.Closed.Issued, cast), nil
	}
	return ReRun, fmt.Sprintf("%d ballots come to the counts in the log; %d were issued; who holds a receipt can check that theirs is among them", cast, r.Closed.Issued), nil
}

// receipt looks for the ballot of a receipt in the log and among those counted.
func (c *checker) receipt(record Polls) {
	if c.options.Receipt == nil {
		return
	}
	want := c.options.Receipt
	counted, err := c.holds(record, want)
	switch {
	case err != nil:
		c.report.add("receipt", Failed, "%v", err)
	case counted:
		c.report.add("receipt", Proved, "the ballot stands in the log as event %d and was counted in poll %d as it says", want.Seq, want.Poll)
	default:
		c.report.add("receipt", Proved, "the ballot stands in the log as event %d", want.Seq)
		why := "it is still open"
		if record.List[want.Poll-1].Closed != nil {
			why = "too few were cast to tell what they say"
		}
		c.report.add("receipt's count", NotInBundle, "the ballots of poll %d are not in this bundle: %s", want.Poll, why)
	}
}

// holds says that the ballot of a receipt stands in the log, and whether it is
// among those counted: of a poll whose ballots are not told, nobody can say.
func (c *checker) holds(record Polls, want *BallotReceipt) (counted bool, err error) {
	if want.Topic != c.Manifest.Topic {
		return false, fmt.Errorf("it is of the topic %q", want.Topic)
	}
	if want.Poll == 0 || uint64(want.Poll) > uint64(len(record.List)) {
		return false, fmt.Errorf("there is no poll %d in the log", want.Poll)
	}
	in, err := c.open(LogFile)
	if err != nil {
		return false, err
	}
	stands := false
	_, err = ReadLeaves(in, func(uint64, []byte) error { return nil }, func(seq uint64, leaf Hash) {
		stands = stands || seq == want.Seq && hex.EncodeToString(leaf[:]) == want.Leaf
	})
	if err = errors.Join(err, in.Close()); err != nil {
		return false, err
	}
	if !stands {
		return false, fmt.Errorf("event %d of the log is another one: the ballot of this receipt is not there", want.Seq)
	}
	if !record.List[want.Poll-1].Told() {
		return false, nil
	}
	list, err := c.open(PollFile(want.Poll))
	if err != nil {
		return false, err
	}
	found, says := false, uint32(0)
	_, _, err = recount(list, record.List[want.Poll-1].Options, func(id [16]byte, marks uint32) {
		if hex.EncodeToString(id[:]) == want.Ballot {
			found, says = true, marks
		}
	})
	switch err = errors.Join(err, list.Close()); {
	case err != nil:
		return false, err
	case !found:
		return false, errors.New("the ballot is not among those that were counted")
	case !slices.Equal(topic.OptionsOf(says), want.Options):
		return false, fmt.Errorf("the ballot was counted for %v: it was changed after this receipt, or somebody else changed it", topic.OptionsOf(says))
	}
	return true, nil
}
