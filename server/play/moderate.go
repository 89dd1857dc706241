package play

import (
	"context"

	"veche/server/demo"
	"veche/server/journal"
	"veche/server/topic"
)

// object sets how the topic is moderated, has the first author whose message was
// removed appeal, an idea reported, and people report problems.
func (r *rooms) object(ctx context.Context) error {
	m := &r.prepared.Moderation
	if err := r.plan(ctx, topic.ChangeModeration{Moderation: topic.Moderation{Second: m.Second, Open: true, Responsible: m.Responsible, Days: m.Days}}); err != nil {
		return err
	}
	replies := topic.SaveReplies{}
	for _, x := range m.Replies {
		reply := topic.Reply{Lang: string(r.Plan.Lang), Text: x.Text}
		if err := reply.For.UnmarshalText([]byte(x.For)); err != nil {
			return err
		}
		replies.Replies = append(replies.Replies, reply)
	}
	if err := r.staff(ctx, topic.RoleModerator, replies); err != nil {
		return err
	}
	s, err := r.state(ctx)
	if err != nil {
		return err
	}
	if len(s.Removals) > 0 {
		removed := s.Removals[0].Subject
		if author := s.AuthorOf(removed); author.Role == topic.RoleCitizen {
			t := journal.NewText(m.Appeal)
			who := topic.Who{Role: topic.RoleCitizen, Pseudonym: s.Applications[author.Number-1].Pseudonym}
			if _, err := r.Journal.Submit(ctx, r.ID, journal.Request{Who: who, Command: topic.MakeAppeal{Subject: removed, Text: t.Digest()}, Texts: []journal.Text{t}}); err != nil {
				return err
			}
		}
	}
	people := r.people[r.numbers[len(r.numbers)-1]]
	if err := r.doubt(ctx, s, people[0]); err != nil {
		return err
	}
	for i, x := range m.Problems {
		if err := r.trouble(ctx, people[i%len(people)], uint32(i+1), x); err != nil {
			return err
		}
	}
	return nil
}

// doubt has someone report the first idea that is not their own.
func (r *rooms) doubt(ctx context.Context, s *topic.State, person int) error {
	who := r.citizen(person)
	for n := range s.Ideas {
		if s.Ideas[n].Author == s.ApplicationOf(who.Pseudonym) {
			continue
		}
		note := journal.NewText(r.prepared.Moderation.Idea.Note)
		cmd := topic.FlagIdea{Idea: uint32(n + 1), Note: note.Digest()}
		if err := cmd.Reason.UnmarshalText([]byte(r.prepared.Moderation.Idea.Reason)); err != nil {
			return err
		}
		return r.citizenDo(ctx, person, cmd, note)
	}
	return nil
}

// trouble has someone report problem n, and whoever is responsible answer.
func (r *rooms) trouble(ctx context.Context, person int, n uint32, x demo.Problem) error {
	text := journal.NewText(x.Text)
	cmd := topic.ReportTrouble{Text: text.Digest()}
	if err := cmd.About.UnmarshalText([]byte(x.About)); err != nil {
		return err
	}
	if err := r.citizenDo(ctx, person, cmd, text); err != nil {
		return err
	}
	if x.Status == "" {
		return nil
	}
	s, err := r.state(ctx)
	if err != nil {
		return err
	}
	reply := journal.NewText(x.Reply)
	answer := topic.MoveTrouble{Trouble: n, Text: reply.Digest(), Responsible: r.prepared.Moderation.Responsible, Due: s.Troubles[n-1].Due}
	if err := answer.Status.UnmarshalText([]byte(x.Status)); err != nil {
		return err
	}
	return r.staff(ctx, topic.RolePlanner, answer, reply)
}
