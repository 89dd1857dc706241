package play

import (
	"context"
	"slices"

	"veche/server/demo"
	"veche/server/journal"
	"veche/server/topic"
)

// about answers the table that talks about a theme and the theme's place, false
// where it is not one of the topic's.
func (r *rooms) about(theme string) (at int, room uint32, ok bool, err error) {
	remarks, err := demo.Remarks(r.Plan.Lang)
	if err != nil {
		return 0, 0, false, err
	}
	at, ok = slices.BinarySearch(r.themes(remarks), theme)
	return at, r.table(at), ok, nil
}

// ask puts the prepared questions to the experts; others support them, what asks
// the same is folded, and the first of them are answered.
func (r *rooms) ask(ctx context.Context) error {
	numbers := make([]uint32, len(r.prepared.Questions)) // 0 of another topic
	for i, q := range r.prepared.Questions {
		at, room, ok, err := r.about(q.Theme)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		t := journal.NewText(q.Text)
		author := r.speaker(at, 1)
		ack, err := r.Journal.Submit(ctx, r.ID, journal.Request{Who: r.citizen(author), Command: topic.AskQuestion{Room: room, Text: t.Digest()}, Texts: []journal.Text{t}})
		if err != nil {
			return err
		}
		numbers[i] = uint32(ack.Answer)
		for k := range q.Support { // from other tables, one after the other
			people := r.people[r.table(at+1+k)]
			if who := people[(2+i+k)%len(people)]; who != author {
				if err := r.citizenDo(ctx, who, topic.SupportQuestion{Question: numbers[i], Support: true}); err != nil {
					return err
				}
			}
		}
		if q.Same > 0 && numbers[q.Same-1] != 0 {
			if err := r.staff(ctx, topic.RoleModerator, topic.FoldQuestions{Into: numbers[q.Same-1], From: numbers[i : i+1]}); err != nil {
				return err
			}
		}
	}
	next := uint32(0) // before the main hall
	for i, q := range r.prepared.Questions {
		if numbers[i] == 0 {
			continue
		}
		if q.Answer == "" {
			if q.Same == 0 && next == 0 {
				next = numbers[i]
			}
			continue
		}
		t := journal.NewText(q.Answer)
		if err := r.staff(ctx, topic.RolePlanner, topic.AnswerQuestion{Question: numbers[i], Text: t.Digest()}, t); err != nil {
			return err
		}
	}
	if next == 0 {
		return nil
	}
	return r.staff(ctx, topic.RoleFacilitator, topic.TakeQuestion{Question: next})
}

// flag has someone say what others report, and a moderator decide.
func (r *rooms) flag(ctx context.Context) error {
	for _, f := range r.prepared.Flagged {
		at, room, ok, err := r.about(f.Theme)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		speaker := r.speaker(at, f.Voice)
		others := slices.DeleteFunc(slices.Clone(r.people[room]), func(person int) bool { return person == speaker })
		if len(others) == 0 { // nobody else came to this table
			continue
		}
		remark, err := r.sayInTurn(ctx, speaker, room, f.Text, 0)
		if err != nil {
			return err
		}
		cmd := topic.FlagRemark{Remark: remark}
		if err := cmd.Reason.UnmarshalText([]byte(f.Reason)); err != nil {
			return err
		}
		var texts []journal.Text
		if f.Note != "" {
			texts = []journal.Text{journal.NewText(f.Note)}
			cmd.Note = texts[0].Digest()
		}
		ack, err := r.Journal.Submit(ctx, r.ID, journal.Request{Who: r.citizen(others[f.Voice%len(others)]), Command: cmd, Texts: texts})
		if err != nil {
			return err
		}
		if f.Outcome == "" {
			continue
		}
		why := journal.NewText(f.Because)
		settle := topic.ResolveFlag{Flag: uint32(ack.Answer), Reason: why.Digest()}
		if err := settle.Outcome.UnmarshalText([]byte(f.Outcome)); err != nil {
			return err
		}
		if err := r.staff(ctx, topic.RoleModerator, settle, why); err != nil {
			return err
		}
	}
	return nil
}

// report has tables tell the main hall what they came to.
func (r *rooms) report(ctx context.Context) error {
	for _, x := range r.prepared.Reports {
		at, room, ok, err := r.about(x.Theme)
		if err != nil {
			return err
		}
		if !ok || room == 0 {
			continue
		}
		t := journal.NewText(x.Text)
		if err := r.citizenDo(ctx, r.speaker(at, 2), topic.PostReport{Room: room, Text: t.Digest()}, t); err != nil {
			return err
		}
	}
	return nil
}

// staff has a member of the staff do something.
func (p *Player) staff(ctx context.Context, role topic.Role, cmd topic.Command, texts ...journal.Text) error {
	_, err := p.Journal.Submit(ctx, p.ID, journal.Request{Who: p.staffNow(ctx, role), Command: cmd, Texts: texts})
	return err
}
