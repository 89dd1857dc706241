package journal

import (
	"context"
	"sort"

	"veche/server/topic"
)

// Remark is a message of the debate as people see it, the same in every answer
// and every frame. Exactly one of Text and Removed is empty.
type Remark struct {
	ID      uint32       `json:"id"`
	Seq     uint64       `json:"seq"`
	Room    uint32       `json:"room"`
	Author  RemarkAuthor `json:"author"`
	Text    string       `json:"text" class:"text"`
	Removed string       `json:"removed" class:"decision"` // why the text is not shown, "" if it is
	Time    int64        `json:"time" class:"text"`        // Unix milliseconds
	ReplyTo uint32       `json:"reply_to"`

	Characters uint32                          `json:"characters,omitempty"`                            // of the text; 0 where it was written before they were counted
	Reactions  [topic.ReactionCount - 1]uint32 `json:"reactions,omitzero"`                              // how many agree, find it an insight, are unsure
	Reacted    string                          `json:"reacted,omitempty" ts:"Reaction" class:"conduct"` // the reader's own reaction; never set in what many read

	author topic.Actor
}

// RemarkAuthor is who wrote a remark, by number: a participant's seat (or
// application, where there is no draw), or the number of a member of the staff.
type RemarkAuthor struct {
	Number uint64 `json:"number" class:"pseudonym"`
	Role   string `json:"role" class:"pseudonym"` // "participant", or the role of the staff
	Mine   bool   `json:"mine"`                   // the reader's own; never set in what many read
}

// Author shows an actor of a debate.
func Author(s *topic.State, a topic.Actor) RemarkAuthor {
	if a.Role == topic.RoleCitizen {
		return RemarkAuthor{Number: s.Number(a.Number), Role: topic.RoleParticipant.String()}
	}
	return RemarkAuthor{Number: a.Number, Role: a.Role.String()}
}

// AuthorOf shows who as the author that their remarks have, Number 0 for
// someone whom the log does not know yet.
func AuthorOf(s *topic.State, who topic.Who) RemarkAuthor {
	a := topic.Actor{Role: who.Role}
	switch {
	case who.Role == topic.RoleCitizen:
		a.Number = s.ApplicationOf(who.Pseudonym)
	case who.Role.Staff():
		for i, m := range s.Staff {
			if m == topic.StaffMember(who) {
				a.Number = uint64(i + 1)
			}
		}
	}
	return Author(s, a)
}

// Texts that stand in for a reason that is gone or a text that was lost.
const (
	removedNoReason = "removed"
	removedHeld     = "held" // nobody has read it yet
	textMissing     = "the text is missing"
)

// RemarkDigests are the texts that showing remark n takes, zero for none.
func RemarkDigests(s *topic.State, n uint32) [2]topic.Digest {
	m := &s.Remarks[n-1]
	if m.Erased {
		return [2]topic.Digest{}
	}
	if !m.Removed.IsZero() {
		return [2]topic.Digest{m.Removed}
	}
	return [2]topic.Digest{m.Text}
}

// ShowRemark renders remark n, which must exist, with texts that hold what
// [RemarkDigests] names. The text of a removed or erased remark is never shown.
func ShowRemark(s *topic.State, n uint32, texts map[topic.Digest]Text) Remark {
	m := &s.Remarks[n-1]
	r := Remark{ID: n, Seq: m.Seq, Room: m.Room, Author: Author(s, m.Author), Time: m.Time, ReplyTo: m.ReplyTo, Characters: m.Characters, author: m.Author}
	r.Reactions = Reactions(m)
	switch {
	case m.Erased:
		r.Removed = erasureReason(s, topic.EraseRemark, uint64(n))
	case m.Removed == topic.HeldReason:
		r.Removed = removedHeld
	case !m.Removed.IsZero():
		r.Removed = removedNoReason
		if reason, ok := texts[m.Removed]; ok && len(reason.Body) > 0 {
			r.Removed = string(reason.Body)
		}
	default:
		if t, ok := texts[m.Text]; ok {
			r.Text = string(t.Body)
		} else {
			r.Removed = textMissing
		}
	}
	return r
}

// Reactions counts the reactions to a remark by kind.
func Reactions(m *topic.Remark) [topic.ReactionCount - 1]uint32 {
	all := m.Reactions()
	return [topic.ReactionCount - 1]uint32(all[1:])
}

func erasureReason(s *topic.State, target topic.ErasureTarget, n uint64) string {
	for i := len(s.Erasures) - 1; i >= 0; i-- {
		if e := &s.Erasures[i]; e.Target == target && e.Number == n {
			return e.Reason
		}
	}
	return removedNoReason
}

// Page sizes of remarks.
const (
	remarkPage    = 50
	remarkPageMax = 200
)

// RemarkPage is a page of a room's remarks, oldest first.
type RemarkPage struct {
	Room    uint32   `json:"room"`
	Epoch   uint64   `json:"epoch"`
	Top     uint64   `json:"top"`  // seq of the room's last event
	More    bool     `json:"more"` // there are older ones
	Remarks []Remark `json:"remarks"`

	view *View
}

// Mark says which remarks the person with that application wrote and how they
// reacted to the others.
func (p *RemarkPage) Mark(application uint64) {
	p.view.Read(func(s *topic.State, _ uint64) { MarkRemarks(s, p.Remarks, application) })
}

// MarkRemarks says in remarks of the topic which ones the person with that
// application wrote and how they reacted to the others.
func MarkRemarks(s *topic.State, remarks []Remark, application uint64) {
	for i := range remarks {
		r := &remarks[i]
		r.Author.Mine = application != 0 && r.author == topic.Actor{Role: topic.RoleCitizen, Number: application}
		r.Reacted = s.ReactionOf(r.ID, application).String()
	}
}

// Remarks answers the newest remarks of a room (0 the main hall, n table n)
// with a seq below before (0: no bound), at most limit of them (50 where 0,
// never more than 200). Who may read the room is the caller's to check. A room
// that does not exist is a [topic.CodeNotFound] fault. The cost is that of the
// page, whatever the room's length.
func (j *Journal) Remarks(ctx context.Context, topicID string, room uint32, before uint64, limit int) (RemarkPage, error) {
	if limit <= 0 {
		limit = remarkPage
	}
	limit = min(limit, remarkPageMax)
	view, err := j.View(ctx, topicID)
	if err != nil {
		return RemarkPage{}, err
	}
	page := RemarkPage{Room: room, view: view}
	var numbers []uint32
	view.Read(func(s *topic.State, epoch uint64) {
		r, ok := s.Room(room)
		if !ok {
			err = topic.NewFault(topic.CodeNotFound, "there is no table %d", room)
			return
		}
		page.Epoch, page.Top = epoch, r.Last
		end := len(r.Remarks)
		if before != 0 {
			end = sort.Search(end, func(i int) bool { return s.Remarks[r.Remarks[i]-1].Seq >= before })
		}
		from := max(0, end-limit)
		page.More = from > 0
		numbers = append(numbers, r.Remarks[from:end]...)
	})
	if err != nil {
		return RemarkPage{}, err
	}
	page.Remarks, err = j.ShowRemarks(ctx, topicID, numbers)
	return page, err
}

// ShowRemarks renders the remarks with these numbers, which must exist, in
// their order.
func (j *Journal) ShowRemarks(ctx context.Context, topicID string, numbers []uint32) ([]Remark, error) {
	view, err := j.View(ctx, topicID)
	if err != nil {
		return nil, err
	}
	digests := make([]topic.Digest, 0, len(numbers))
	view.Read(func(s *topic.State, _ uint64) {
		for _, n := range numbers {
			d := RemarkDigests(s, n)
			digests = append(digests, d[:]...)
		}
	})
	texts, err := j.Texts(ctx, topicID, digests)
	if err != nil {
		return nil, err
	}
	remarks := make([]Remark, len(numbers))
	view.Read(func(s *topic.State, _ uint64) {
		for i, n := range numbers {
			remarks[i] = ShowRemark(s, n, texts)
		}
	})
	return remarks, nil
}
