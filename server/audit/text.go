package audit

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"veche/server/topic"
)

// TextKind is what a text is to the event that names it.
type TextKind string

// The kinds of texts.
const (
	TextRow     TextKind = "row"     // what an applicant answered
	TextRemark  TextKind = "remark"  // said in debate
	TextRemoval TextKind = "removal" // why a remark was removed
	TextIdea    TextKind = "idea"
	TextReason  TextKind = "reason"  // why a moderator changed the board
	TextTitle   TextKind = "title"   // a moderators' name for a cluster
	TextSummary TextKind = "summary" // a moderators' text put to the rating

	TextFlagNote   TextKind = "report-note"   // what came with the report of a remark
	TextFlagReason TextKind = "report-reason" // why that report was settled as it was
	TextQuestion   TextKind = "question"      // to the experts
	TextAnswer     TextKind = "answer"        // of the experts
	TextReport     TextKind = "table-report"  // of a table to the main hall

	TextAppeal       TextKind = "appeal"        // of an author
	TextAppealReason TextKind = "appeal-reason" // why it was granted or declined
	TextSanction     TextKind = "sanction"      // why someone was warned or silenced, or is not any more
	TextTrouble      TextKind = "problem"       // a report of a problem, or what was said about one
	TextDisclosure   TextKind = "disclosure"    // why somebody had to learn who wrote a text, why that was decided as it was, and why two applications were judged to be of one person or of two
	TextSignal       TextKind = "signal"        // why what came of looking into a behaviour signal did
)

// TextFiles are the files of texts, in the order of the archive.
var TextFiles = []string{"draw/pool.jsonl", "log/remarks.jsonl", "ideas/ideas.jsonl", "clusters/board.jsonl", "votes/items.jsonl"}

// File is where texts of the kind stand in a bundle.
func (k TextKind) File() string {
	switch k {
	case TextRow:
		return TextFiles[0]
	case TextRemark, TextRemoval, TextFlagNote, TextFlagReason, TextQuestion, TextAnswer, TextReport, TextAppeal, TextAppealReason, TextSanction, TextTrouble, TextSignal, TextDisclosure:
		return TextFiles[1]
	case TextIdea:
		return TextFiles[2]
	case TextReason, TextTitle:
		return TextFiles[3]
	}
	return TextFiles[4]
}

// Name is a text as an event names it: the Index-th of its kind there, from 0.
type Name struct {
	Event  uint64
	Kind   TextKind
	Index  int
	Digest topic.Digest
}

// Named answers the texts that an event names, in order.
func Named(e *topic.Event) []Name {
	var list []Name
	add := func(kind TextKind, index int, d topic.Digest) {
		if !d.IsZero() {
			list = append(list, Name{Event: e.Seq, Kind: kind, Index: index, Digest: d})
		}
	}
	switch b := e.Body.(type) {
	case *topic.Applied:
		add(TextRow, 0, b.Row)
	case *topic.PeopleImported:
		for i := range b.People {
			add(TextRow, i, b.People[i].Row)
		}
	case *topic.RemarkPosted:
		add(TextRemark, 0, b.Text)
	case *topic.RemarkRemoved:
		add(TextRemoval, 0, b.Reason)
	case *topic.RemarkFlagged:
		add(TextFlagNote, 0, b.Note)
	case *topic.IdeaFlagged:
		add(TextFlagNote, 0, b.Note)
	case *topic.RemovalProposed:
		add(TextRemoval, 0, b.Reason)
	case *topic.RemarkRestored:
		add(TextAppealReason, 0, b.Reason)
	case *topic.AppealMade:
		add(TextAppeal, 0, b.Text)
	case *topic.AppealHeard:
		add(TextAppealReason, 0, b.Reason)
	case *topic.Sanctioned:
		add(TextSanction, 0, b.Reason)
	case *topic.SanctionLifted:
		add(TextSanction, 0, b.Reason)
	case *topic.TroubleReported:
		add(TextTrouble, 0, b.Text)
	case *topic.TroubleMoved:
		add(TextTrouble, 0, b.Text)
	case *topic.SignalHandled:
		add(TextSignal, 0, b.Reason)
	case *topic.DisclosureAskedFor:
		add(TextDisclosure, 0, b.Reason)
	case *topic.DoubleJudged:
		add(TextDisclosure, 0, b.Reason)
	case *topic.DisclosureDecided:
		add(TextDisclosure, 0, b.Reason)
	case *topic.TextReviewed:
		add(TextRemoval, 0, b.Reason)
	case *topic.TextMasked:
		if b.Subject.Kind == topic.SubjectIdea {
			add(TextIdea, 0, b.Text)
		} else {
			add(TextRemark, 0, b.Text)
		}
	case *topic.FlagResolved:
		add(TextFlagReason, 0, b.Reason)
	case *topic.QuestionAsked:
		add(TextQuestion, 0, b.Text)
	case *topic.QuestionAnswered:
		add(TextAnswer, 0, b.Text)
	case *topic.ReportPosted:
		add(TextReport, 0, b.Text)
	case *topic.IdeaSubmitted:
		add(TextIdea, 0, b.Text)
	case *topic.IdeasImported:
		for i := range b.Texts {
			add(TextIdea, i, b.Texts[i])
		}
	case *topic.PaperEntered:
		for i := range b.Ideas {
			add(TextIdea, i, b.Ideas[i].Text)
		}
	case *topic.ClustersMerged:
		add(TextReason, 0, b.Reason)
	case *topic.ClusterSplit:
		add(TextTitle, 0, b.Title)
		add(TextReason, 0, b.Reason)
	case *topic.IdeasMoved:
		add(TextReason, 0, b.Reason)
	case *topic.ClusterRenamed:
		add(TextTitle, 0, b.Title)
		add(TextReason, 0, b.Reason)
	case *topic.ClusterShown:
		add(TextReason, 0, b.Reason)
	case *topic.IdeasShown:
		add(TextReason, 0, b.Reason)
	case *topic.ClusterLocked:
		add(TextReason, 0, b.Reason)
	case *topic.ClusterLeftOut:
		add(TextReason, 0, b.Reason)
	case *topic.ClusterSummarised:
		add(TextTitle, 0, b.Summary)
		add(TextReason, 0, b.Reason)
	case *topic.IdeasMarked:
		add(TextReason, 0, b.Reason)
	case *topic.OperationDrafted:
		add(TextTitle, 0, b.Title)
		add(TextReason, 0, b.Reason)
	case *topic.UndoDrafted:
		add(TextReason, 0, b.Reason)
	case *topic.DraftSettled:
		add(TextReason, 0, b.Reason)
	case *topic.OperationUndone:
		add(TextReason, 0, b.Reason)
	case *topic.ItemsFrozen:
		for i := range b.Items {
			add(TextSummary, i, b.Items[i].Summary)
		}
	}
	return list
}

// Line is a text in a bundle: with its salt, or why it is not there.
type Line struct {
	Event  uint64   `json:"event"`
	Kind   TextKind `json:"kind"`
	Index  int      `json:"index"`
	Salt   string   `json:"salt,omitempty"`
	Text   string   `json:"text,omitempty"`
	Bytes  []byte   `json:"bytes,omitempty"`  // instead of Text where it is not UTF-8
	Erased string   `json:"erased,omitempty"` // the reason
	// Withheld says that moderators removed the remark: it is not shown to the
	// public, though it exists.
	Withheld bool `json:"withheld,omitempty"`
}

// NewLine is the line of a text that is there.
func NewLine(n Name, salt [topic.SaltSize]byte, body []byte) Line {
	l := Line{Event: n.Event, Kind: n.Kind, Index: n.Index, Salt: hex.EncodeToString(salt[:])}
	if utf8.Valid(body) {
		l.Text = string(body)
	} else {
		l.Bytes = body
	}
	return l
}

// ErasedLine is the line of a text that was erased.
func ErasedLine(n Name, reason string) Line {
	return Line{Event: n.Event, Kind: n.Kind, Index: n.Index, Erased: reason}
}

// WithheldLine is the line of a remark that moderators removed.
func WithheldLine(n Name) Line {
	return Line{Event: n.Event, Kind: n.Kind, Index: n.Index, Withheld: true}
}

// Encode writes the line's one form, without its end.
func (l Line) Encode() ([]byte, error) { return json.Marshal(l) }

// Body is the text's bytes and its salt.
func (l *Line) Body() (salt [topic.SaltSize]byte, body []byte, err error) {
	if len(l.Salt) != 2*len(salt) {
		return salt, nil, errors.New("its salt is not 32 hexadecimal digits")
	}
	if _, err := hex.Decode(salt[:], []byte(l.Salt)); err != nil {
		return salt, nil, fmt.Errorf("its salt is not 32 hexadecimal digits: %w", err)
	}
	if l.Bytes != nil {
		return salt, l.Bytes, nil
	}
	return salt, []byte(l.Text), nil
}

// ReadLines calls f for each line of a file of texts.
func ReadLines(r io.Reader, f func(Line) error) error {
	s := newLines(r)
	for n := 1; s.Scan(); n++ {
		var l Line
		d := json.NewDecoder(bytes.NewReader(s.Bytes()))
		d.DisallowUnknownFields()
		if err := d.Decode(&l); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		if again, err := l.Encode(); err != nil || !bytes.Equal(again, s.Bytes()) {
			return fmt.Errorf("line %d is not in the canonical form", n)
		}
		if err := f(l); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	return s.Err()
}
