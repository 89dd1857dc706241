package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"veche/server/journal"
	"veche/server/privacy"
	"veche/server/topic"
)

// PaperKeeper keeps what is known of ideas on paper and stays out of the log.
type PaperKeeper interface {
	Receipt(topicID, id string) topic.Pseudonym
	Code(topicID string, receipt topic.Pseudonym) string
	SavePapers(ctx context.Context, topicID string, papers []privacy.Paper, newID func() string) error
	Papers(ctx context.Context, topicID string, receipts []topic.Pseudonym) (map[topic.Pseudonym]privacy.Paper, error)
	// Known answers the pseudonyms of those ids of a registrar's file that belong
	// to members of a topic.
	Known(ctx context.Context, topicID string, ids []string) (map[string]topic.Pseudonym, error)
}

// MaxPaperBytes is the largest file of ideas on paper.
const MaxPaperBytes = 32 << 20

// Most that is kept of an author and a place, in characters.
const maxPaperNote = 200

// Paper is an idea that came on paper, in a letter or from a meeting.
type Paper struct {
	privacy.Paper
	Text        string
	Lang        string
	Source      topic.Source
	Written     int64  // Unix milliseconds of the day, 0 for unknown
	Person      string // the author's id in the registrar's file of people, "" for none
	Participant uint32 // the author's number as a participant, 0 for none
}

// PaperColumns are the columns that a file of ideas on paper may have; the first
// three it must.
var PaperColumns = []string{"id", "text", "source", "lang", "date", "author", "person", "place"}

// ReadPapers reads a CSV of ideas on paper: a header, a row an idea. lang is the
// language of those that name none, now the day up to which they can be dated.
// Rows count from 1, the header. The error is a *FileError, or the reader's.
func ReadPapers(ctx context.Context, r io.Reader, lang string, now time.Time) ([]Paper, error) {
	faults := &FileError{File: "ideas"}
	s, err := openSheet(r, MaxPaperBytes, faults, "idea", PaperColumns[:3], nil)
	if err != nil {
		return nil, err
	}
	var papers []Paper
	rows := map[string]int{}
	for {
		more, err := s.next(ctx, topic.MaxPaper, "ideas", func(int) {})
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
		p := s.paper(lang, now)
		if first, twice := rows[p.ID]; twice {
			s.fault("id", "the id %q stands in row %d already", p.ID, first)
		}
		rows[p.ID] = s.row
		papers = append(papers, p)
	}
	if len(papers) == 0 && len(faults.Places) == 0 {
		faults.add(2, "", "", "the file has a header but no ideas")
	}
	if len(faults.Places) > 0 {
		return nil, faults
	}
	return papers, nil
}

// paper reads a row, noting every fault of it.
func (s *sheet) paper(lang string, now time.Time) Paper {
	p := Paper{Lang: lang, Person: s.field("person"), Paper: privacy.Paper{ID: s.field("id"), Author: s.field("author"), Place: s.field("place")}}
	p.check(s.fault)
	var err error
	if p.Text, err = topic.CleanText("idea", s.field("text"), topic.MaxIdea); err != nil {
		s.fault("text", "%s", err)
	}
	if p.Source, err = topic.ParseSource(strings.ToLower(s.field("source"))); err != nil {
		s.fault("source", "%s", err)
	}
	if given := s.field("lang"); given != "" {
		if p.Lang = strings.ToLower(given); !isLang(p.Lang) {
			s.fault("lang", "%q is no language code such as en or ru", cut(given))
		}
	}
	if date := s.field("date"); date != "" {
		if p.Written, err = ParseDay(date, now); err != nil {
			s.fault("date", "%s", err)
		}
	}
	return p
}

// check tells fault what is wrong with what identifies the idea and its author.
func (p *Paper) check(fault func(column, format string, args ...any)) {
	if p.ID == "" || len(p.ID) > 200 {
		fault("id", "the id is empty or longer than 200 bytes")
	}
	for _, x := range []struct{ column, value string }{{"author", p.Author}, {"person", p.Person}, {"place", p.Place}} {
		if len([]rune(x.value)) > maxPaperNote {
			fault(x.column, "is longer than %d characters", maxPaperNote)
		}
	}
}

func isLang(s string) bool {
	return (len(s) == 2 || len(s) == 3) && !strings.ContainsFunc(s, func(r rune) bool { return r < 'a' || r > 'z' })
}

// farthestZone is how far ahead of UTC a day can begin somewhere.
const farthestZone = 14 * time.Hour

// ParseDay reads a day such as 2026-11-23 or 23.11.2026, as the Unix milliseconds
// of its beginning. It refuses one that lies ahead of now.
func ParseDay(text string, now time.Time) (int64, error) {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		day, err = time.Parse("02.01.2006", text)
	}
	switch {
	case err != nil:
		return 0, topic.NewFault(topic.CodeInvalid, "%q is no date such as 2026-11-23 or 23.11.2026", cut(text))
	case day.Year() < 1970:
		return 0, topic.NewFault(topic.CodeInvalid, "the date lies before 1970")
	case day.After(now.Add(farthestZone)):
		return 0, topic.NewFault(topic.CodeInvalid, "the date lies ahead")
	case day.After(now):
		day = now.Truncate(24 * time.Hour)
	}
	return max(1, day.UnixMilli()), nil
}

// PaperReceipt is what the author of an idea on paper is given.
type PaperReceipt struct {
	ID    string `json:"id"`    // the registrar's own
	Idea  uint32 `json:"idea"`  // its number
	Code  string `json:"code"`  // with which, and the number, the author reads what became of it
	Known bool   `json:"known"` // it was entered before
}

// TypedID is the own id of an idea that a registrar typed in without one.
func TypedID(clientID string) string { return "typed in " + clientID }

// EnterPapers enters ideas on paper into a topic and answers the receipts of all,
// also of those that were entered before under the same id; these are left as they
// are. What has the id of another idea is refused: its author would be given the
// receipt of somebody else. All are entered, or none. Where check is set nothing is: the receipts then
// have no numbers but those known. The error of what is wrong with them is a
// *FileError; row is where the first one stands in its file.
func (in *Intake) EnterPapers(ctx context.Context, topicID string, who topic.Who, clientID string, papers []Paper, row int, check bool) ([]PaperReceipt, error) {
	in.papers.Lock()
	defer in.papers.Unlock()
	view, err := in.Journal.View(ctx, topicID)
	if err != nil {
		return nil, err
	}
	view.Read(func(s *topic.State, _ uint64) { err = s.Permit(who.Role, topic.ActionEnterPaper) })
	if err != nil {
		return nil, err
	}
	authors, err := in.authors(ctx, topicID, view, papers, row)
	if err != nil {
		return nil, err
	}
	receipts := make([]PaperReceipt, len(papers))
	names := make([]topic.Pseudonym, len(papers))
	var cmd topic.EnterPaper
	var texts []journal.Text
	var notes []privacy.Paper
	view.Read(func(s *topic.State, _ uint64) {
		for i, p := range papers {
			names[i] = in.Keeper.Receipt(topicID, p.ID)
			receipts[i] = PaperReceipt{ID: p.ID, Idea: s.PaperOf(names[i])}
			receipts[i].Known = receipts[i].Idea != 0
			if receipts[i].Known || check {
				continue
			}
			text := journal.NewText(p.Text)
			texts, notes = append(texts, text), append(notes, p.Paper)
			cmd.Ideas = append(cmd.Ideas, topic.PaperIdea{Text: text.Digest(), Lang: p.Lang, Source: p.Source, Author: authors[i], Written: p.Written, Receipt: names[i]})
		}
	})
	if err := in.sameAsBefore(ctx, topicID, view, clientID, papers, authors, names, row); err != nil {
		return nil, err
	}
	if len(cmd.Ideas) > 0 {
		err := in.Keeper.SavePapers(ctx, topicID, notes, in.NewID)
		if errors.Is(err, privacy.ErrChanged) {
			return nil, topic.NewFault(topic.CodeConflict, "some of these ideas were entered by someone else at the same moment: nothing was entered, send them again")
		}
		if err != nil {
			return nil, err
		}
		if _, err := in.Journal.Submit(ctx, topicID, journal.Request{Who: who, ClientID: clientID, Command: cmd, Texts: texts}); err != nil {
			return nil, err
		}
	}
	missing := false
	view.Read(func(s *topic.State, _ uint64) {
		for i := range receipts {
			if receipts[i].Idea = s.PaperOf(names[i]); receipts[i].Idea != 0 {
				receipts[i].Code = in.Keeper.Code(topicID, names[i])
			}
			missing = missing || receipts[i].Idea == 0
		}
	})
	if missing && !check { // a client id that entered others before
		return nil, topic.NewFault(topic.CodeConflict, "this client_id entered other ideas: send a fresh one")
	}
	return receipts, nil
}

// sameAsBefore refuses papers that have the id of one entered before but other
// words or another author. Where the words that were entered are gone, erased or
// masked by their author, or what was kept of the author is, that can't be told
// and is let pass.
func (in *Intake) sameAsBefore(ctx context.Context, topicID string, view *journal.View, clientID string, papers []Paper, authors []uint64, names []topic.Pseudonym, row int) error {
	type entered struct {
		at   int // in papers
		idea uint32
		topic.Idea
		masked bool
	}
	var before []entered
	var digests []topic.Digest
	var receipts []topic.Pseudonym
	view.Read(func(s *topic.State, _ uint64) {
		masked := map[uint32]bool{}
		for _, e := range s.Erasures {
			masked[uint32(e.Number)] = masked[uint32(e.Number)] || e.Target == topic.EraseIdea
		}
		for i, name := range names {
			if n := s.PaperOf(name); n != 0 {
				before = append(before, entered{i, n, s.Ideas[n-1], masked[n]})
				digests, receipts = append(digests, s.Ideas[n-1].Text), append(receipts, name)
			}
		}
	})
	if len(before) == 0 {
		return nil
	}
	texts, err := in.Journal.Texts(ctx, topicID, digests)
	if err != nil {
		return err
	}
	kept, err := in.Keeper.Papers(ctx, topicID, receipts)
	if err != nil {
		return err
	}
	faults := &FileError{File: "ideas"}
	for _, b := range before {
		p, other := &papers[b.at], ""
		text, there := texts[b.Text]
		note, known := kept[names[b.at]]
		switch {
		case there && !b.masked && string(text.Body) != p.Text:
			other = "other words"
		case known && note.Author != p.Author, authors[b.at] != 0 && authors[b.at] != b.Author:
			other = "another author"
		default:
			continue
		}
		if p.ID == TypedID(clientID) {
			faults.add(row+b.at, "client_id", cut(clientID), "this client_id was sent before with %s, as idea %d: send a fresh one", other, b.idea)
			continue
		}
		faults.add(row+b.at, "id", cut(p.ID), "own id %s was entered before with %s, as idea %d: give it a number of its own", cut(p.ID), other, b.idea)
	}
	if len(faults.Places) > 0 {
		return faults
	}
	return nil
}

// authors finds the applications of those authors who have one.
func (in *Intake) authors(ctx context.Context, topicID string, view *journal.View, papers []Paper, row int) ([]uint64, error) {
	var ids []string
	for i := range papers {
		if papers[i].Person != "" {
			ids = append(ids, papers[i].Person)
		}
	}
	known, err := in.Keeper.Known(ctx, topicID, ids)
	if err != nil {
		return nil, err
	}
	faults := &FileError{File: "ideas"}
	authors := make([]uint64, len(papers))
	view.Read(func(s *topic.State, _ uint64) {
		for i, p := range papers {
			switch {
			case p.Person != "":
				if name, ok := known[p.Person]; ok {
					authors[i] = s.ApplicationOf(name)
				}
				if n := authors[i]; n == 0 || s.Applications[n-1].Status != topic.ApplicationOpen {
					faults.add(row+i, "person", cut(p.Person), "nobody of this id has applied in this topic: leave it empty, or give the author's name instead")
				}
			case p.Participant != 0:
				if authors[i] = s.NumberedApplication(uint64(p.Participant)); authors[i] == 0 {
					faults.add(row+i, "participant", "", "there is no participant %d", p.Participant)
				}
			}
		}
	})
	if len(faults.Places) > 0 {
		return nil, faults
	}
	return authors, nil
}

// Fill reads what else a registrar types in of an idea; date may be empty.
func (p *Paper) Fill(text, source, date string, now time.Time) (err error) {
	var places []topic.Place
	p.check(func(field, format string, args ...any) {
		places = append(places, topic.Place{Field: field, Message: fmt.Sprintf(format, args...)})
	})
	note := func(field string, err error) {
		if err != nil {
			places = append(places, topic.Place{Field: field, Message: err.Error()})
		}
	}
	p.Text, err = topic.CleanText("idea", text, topic.MaxIdea)
	note("text", err)
	p.Source, err = topic.ParseSource(source)
	note("source", err)
	if date != "" {
		p.Written, err = ParseDay(date, now)
		note("date", err)
	}
	if !isLang(p.Lang) {
		note("lang", topic.NewFault(topic.CodeInvalid, "%q is no language code such as en or ru", cut(p.Lang)))
	}
	if len(places) == 0 {
		return nil
	}
	return &topic.Fault{Code: topic.CodeInvalid, Detail: places[0].Message, Places: places}
}
