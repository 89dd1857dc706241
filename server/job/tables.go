package job

import (
	"context"
	"slices"
	"sync"

	"veche/server/analysis"
	"veche/server/journal"
	"veche/server/topic"
)

// Presence is who is in each room of a topic now, by application.
type Presence func(topicID string) map[uint32][]uint64

// panelKey names the state that a panel was gathered from.
type panelKey struct{ seats, erasures int }

// panel is the topic's people with what tables are balanced by, read once for all
// who answer their seats. It is shared: read it only.
func (j *Jobs) panel(ctx context.Context, topicID string, view *journal.View) (*analysis.Panel, error) {
	key := func(s *topic.State) panelKey { return panelKey{len(s.Seats), len(s.Erasures)} }
	return j.panels.Of(topicID, func() (k panelKey) {
		view.Read(func(s *topic.State, _ uint64) { k = key(s) })
		return k
	}, func() (panelKey, *analysis.Panel, error) {
		s, err := view.Copy()
		if err != nil {
			return panelKey{}, nil, err
		}
		rows, err := j.rows(s)(ctx, seated(s))
		if err != nil {
			return panelKey{}, nil, err
		}
		p, err := analysis.Gather(ctx, s, rows)
		return key(s), p, again(err)
	})
}

// pairs are those of the last seating, nil for none.
func (j *Jobs) pairs(ctx context.Context, view *journal.View) (*analysis.Pairs, error) {
	var result topic.Digest
	view.Read(func(s *topic.State, _ uint64) {
		if n := len(s.Seating); n > 0 {
			result = s.Seating[n-1].Result
		}
	})
	if result.IsZero() {
		return nil, nil
	}
	b, err := j.read(ctx, result)
	if err != nil {
		return nil, err
	}
	r, err := analysis.ParseTables(b)
	if err != nil || r.Pairs == nil {
		return nil, err
	}
	return resultOf(ctx, j, topic.Digest(*r.Pairs), analysis.ParsePairs)
}

// Place puts someone who came when tables had been seated at one with room; a
// person who has a table, or no seat, stays as they are. One is placed at a time
// in a topic, so that two do not take the same chair.
func (j *Jobs) Place(ctx context.Context, topicID string, application uint64, present Presence) error {
	view, err := j.journal.View(ctx, topicID)
	if err != nil {
		return err
	}
	lacks := func() (lacks bool) {
		view.Read(func(s *topic.State, _ uint64) {
			first, _ := s.RoundTables()
			table, ok := s.Participant(application)
			lacks = ok && table == 0 && first != 0 && s.StageKind() == topic.StageDebate
		})
		return lacks
	}
	if !lacks() {
		return nil
	}
	at := j.seating(topicID)
	at.mu.Lock()
	defer at.mu.Unlock()
	if !lacks() {
		return nil
	}
	p, err := j.panel(ctx, topicID, view)
	if err != nil {
		return err
	}
	here := present(topicID)
	table := uint32(0)
	view.Read(func(s *topic.State, _ uint64) { table = p.TableFor(s, application, here) })
	if table == 0 {
		return topic.NewFault(topic.CodeConflict, "no table has room: the main hall is open to you, and a facilitator can make room at a table")
	}
	_, err = j.journal.Submit(ctx, topicID, journal.Request{
		Who:     topic.Who{Role: topic.RoleSystem},
		Command: topic.PlacePeople{Cause: topic.PlaceLatecomer, People: []uint64{application}, Tables: []uint32{table}},
	})
	return err
}

// PlaceLate places those of the main hall who have no table though the tables
// have begun; who finds none stays.
func (j *Jobs) PlaceLate(ctx context.Context, topicID string, present Presence) error {
	view, err := j.journal.View(ctx, topicID)
	if err != nil {
		return err
	}
	hall := present(topicID)[0]
	var late []uint64
	view.Read(func(s *topic.State, _ uint64) {
		if s.StageKind() != topic.StageDebate || !tablesBegun(s) {
			return
		}
		for _, n := range hall {
			if table, ok := s.Participant(n); ok && table == 0 {
				late = append(late, n)
			}
		}
	})
	for _, n := range late {
		if err := j.Place(ctx, topicID, n, present); err != nil {
			return err
		}
	}
	return nil
}

// tablesBegun says that the agenda of a table of this round has begun, or that
// tables have none.
func tablesBegun(s *topic.State) bool {
	first, last := s.RoundTables()
	begun := first != 0 && len(s.Settings.Debate.Agenda) == 0
	for room := first; !begun && room != 0 && room <= last; room++ {
		begun = s.Floor(room).Step != 0
	}
	return begun
}

// PlanJoins plans how the topic's small tables are joined, and does nothing. Only
// are the tables that may end, all where it is empty.
func (j *Jobs) PlanJoins(ctx context.Context, topicID string, only []uint32, attendance func(*topic.State) analysis.Attendance) (analysis.Joins, error) {
	view, err := j.journal.View(ctx, topicID)
	if err != nil {
		return analysis.Joins{}, err
	}
	p, err := j.panel(ctx, topicID, view)
	if err != nil {
		return analysis.Joins{}, err
	}
	pairs, err := j.pairs(ctx, view)
	if err != nil {
		return analysis.Joins{}, err
	}
	var s *topic.State // a plan takes a quarter of a second for 850 tables: not while others wait to write
	view.Read(func(now *topic.State, _ uint64) { s = analysis.TablesOf(now) })
	a := attendance(s)
	takes, left := a.Takes, map[uint32]bool{} // those that are not to end take no part
	a.Takes = func(table uint32) bool { return !left[table] && takes(table) }
	for {
		joins, err := p.Join(s, pairs, a)
		unwanted := false
		for _, x := range joins.Joins {
			if len(only) > 0 && !slices.Contains(only, x.From) {
				left[x.From], unwanted = true, true
			}
		}
		if err != nil || !unwanted {
			return joins, err
		}
	}
}

// joining is what a task that joined tables came to.
type joining struct {
	clientID string
	joins    analysis.Joins
	ack      journal.Ack
}

// JoinTables joins the topic's small tables: people who go elsewhere than the
// rest of their table first, then table by table, each an event. The Ack is that
// of the last, and the zero one where there was nothing to do. The topic's last
// task, sent again, does nothing more and is answered the same.
func (j *Jobs) JoinTables(ctx context.Context, t Task, only []uint32, attendance func(*topic.State) analysis.Attendance) (analysis.Joins, journal.Ack, error) {
	view, err := j.journal.View(ctx, t.Topic)
	if err != nil {
		return analysis.Joins{}, journal.Ack{}, err
	}
	view.Read(func(s *topic.State, _ uint64) { err = s.Permit(t.Who.Role, topic.ActionPlace) })
	if err != nil {
		return analysis.Joins{}, journal.Ack{}, err
	}
	at := j.seating(t.Topic)
	at.mu.Lock()
	defer at.mu.Unlock()
	if t.ClientID != "" && at.last.clientID == t.ClientID {
		at.last.ack.Repeated = true
		return at.last.joins, at.last.ack, nil
	}
	done := joining{clientID: t.ClientID}
	if done.joins, err = j.PlanJoins(ctx, t.Topic, only, attendance); err != nil {
		return analysis.Joins{}, journal.Ack{}, err
	}
	var commands []topic.Command
	if len(done.joins.People) > 0 {
		commands = append(commands, topic.PlacePeople{Cause: topic.PlaceMerge, People: done.joins.People, Tables: done.joins.Tables})
	}
	for _, x := range done.joins.Joins {
		commands = append(commands, topic.MergeTables{From: x.From, Into: x.Into})
	}
	for _, c := range commands {
		if done.ack, err = j.journal.Submit(ctx, t.Topic, journal.Request{Who: t.Who, Command: c}); err != nil {
			return analysis.Joins{}, done.ack, err
		}
	}
	at.last = done
	return done.joins, done.ack, nil
}

// seating is who changes tables of a topic: one at a time.
type seating struct {
	mu   sync.Mutex
	last joining
}

func (j *Jobs) seating(topicID string) *seating {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.seatings[topicID] == nil {
		j.seatings[topicID] = &seating{}
	}
	return j.seatings[topicID]
}
