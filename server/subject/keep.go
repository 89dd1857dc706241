package subject

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"veche/server/journal"
	"veche/server/topic"
)

// Times is how long what people answered is kept after a topic's last step has
// opened; 0 keeps it.
type Times struct {
	Pool  time.Duration // of those who were not drawn: they go first
	Panel time.Duration // of those who have a seat
}

// The classes of what is destroyed when its time has come.
const (
	ClassLeft  = "left"  // of people who took back consent while a draw was bound to them
	ClassPool  = "pool"  // of people who were not drawn, and earlier answers of everyone
	ClassPanel = "panel" // of people who have a seat

	// ClassContacts are names, phones and addresses of mail that came with a file:
	// they go once nobody can be judged to have applied twice.
	ClassContacts = "contacts"
)

// Due is what of one class in one topic has had its time.
type Due struct {
	Topic string    `json:"topic" class:"none"`
	Class string    `json:"class" class:"none"`
	Rows  int       `json:"rows"`                       // answers to forms, or contacts
	Done  time.Time `json:"done,omitzero" class:"none"` // when they were destroyed, zero for not yet

	applications, earlier []uint64
}

// KindKept is the kind of records that tell what was destroyed when its time had
// come: their ids begin with the topic and a slash.
const KindKept = kindKept

const kindKept = "kept"

// Keep destroys what has had its time, and answers what that was. With dry it
// destroys nothing.
func (d *Desk) Keep(ctx context.Context, times Times, dry bool) ([]Due, error) {
	topics, err := d.Journal.Topics(ctx)
	if err != nil {
		return nil, err
	}
	now := d.Clock()
	list := []Due{}
	for _, id := range topics {
		view, err := d.Journal.View(ctx, id)
		if err != nil {
			return list, err
		}
		var due []Due
		over := false
		view.Read(func(s *topic.State, _ uint64) {
			due = dueIn(s, times, now)
			over = !slices.ContainsFunc(s.Settings.Stages[min(len(s.Settings.Stages), max(0, int(s.StageIndex))):], func(x topic.Stage) bool {
				return topic.RuleOf(topic.ActionJudgeDoubles).In(x.Kind)
			})
		})
		if over {
			n, err := d.Vault.Contacts(ctx, id)
			if err != nil {
				return list, err
			}
			if n > 0 {
				due = append(due, Due{Topic: id, Class: ClassContacts, Rows: n})
			}
		}
		for _, x := range due {
			if !dry {
				if err := d.expire(ctx, &x, now); err != nil {
					return list, fmt.Errorf("destroying answers of topic %s whose time has come: %w", id, err)
				}
			}
			list = append(list, x)
		}
	}
	return list, nil
}

// dueIn finds what has had its time in a topic. Nothing has while a draw is bound
// to the pool.
func dueIn(s *topic.State, times Times, now time.Time) []Due {
	if s.Committed() != 0 {
		return nil
	}
	over := func(keep time.Duration) bool {
		last := len(s.Settings.Stages) - 1
		return keep > 0 && int(s.StageIndex) == last && now.Sub(time.UnixMilli(s.StageTime)) >= keep
	}
	pool, panel := over(times.Pool), over(times.Panel)
	byClass := map[string]*Due{}
	at := func(class string) *Due {
		if byClass[class] == nil {
			byClass[class] = &Due{Topic: s.Settings.ID, Class: class}
		}
		return byClass[class]
	}
	for i := range s.Applications {
		a := &s.Applications[i]
		seated := a.Seat != 0 && s.Seats[a.Seat-1].Status != topic.SeatDeclined
		class := ""
		switch {
		case a.Erased || a.Status == topic.ApplicationImporting:
		case a.Leaving != topic.Stays:
			class = ClassLeft
		case !seated && pool:
			class = ClassPool
		case seated && panel:
			class = ClassPanel
		}
		if class != "" {
			x := at(class)
			x.applications = append(x.applications, uint64(i+1))
		}
	}
	for i := range s.Superseded {
		x := &s.Superseded[i]
		if !x.Row || x.Erased {
			continue
		}
		n := x.By.Number
		left := n > 0 && n <= uint64(len(s.Applications)) && s.Applications[n-1].Leaving != topic.Stays
		if left || pool {
			class := ClassPool
			if left {
				class = ClassLeft
			}
			at(class).earlier = append(at(class).earlier, uint64(i+1))
		}
	}
	var list []Due
	for _, class := range []string{ClassLeft, ClassPool, ClassPanel} {
		if x := byClass[class]; x != nil {
			x.Rows = len(x.applications) + len(x.earlier)
			list = append(list, *x)
		}
	}
	return list
}

// Coming is what of one class goes at a time that is known.
type Coming struct {
	Class string
	Rows  int
	Next  time.Time // when the first of them
}

// Coming answers what will have had its time after now, because a topic's last step
// has opened.
func (d *Desk) Coming(ctx context.Context, times Times) ([]Coming, error) {
	topics, err := d.Journal.Topics(ctx)
	if err != nil {
		return nil, err
	}
	now := d.Clock()
	list := []Coming{{Class: ClassPool}, {Class: ClassPanel}}
	keep := []time.Duration{times.Pool, times.Panel}
	for _, id := range topics {
		view, err := d.Journal.View(ctx, id)
		if err != nil {
			return nil, err
		}
		view.Read(func(s *topic.State, _ uint64) {
			last := time.UnixMilli(s.StageTime)
			for _, x := range dueIn(s, times, last.Add(max(times.Pool, times.Panel))) {
				i := slices.IndexFunc(list, func(c Coming) bool { return c.Class == x.Class })
				if i < 0 {
					continue
				}
				if at := last.Add(keep[i]); at.After(now) {
					list[i].Rows += x.Rows
					if list[i].Next.IsZero() || at.Before(list[i].Next) {
						list[i].Next = at
					}
				}
			}
		})
	}
	return list, nil
}

// expire destroys rows by commands of the system, and keeps a note of it.
func (d *Desk) expire(ctx context.Context, x *Due, now time.Time) error {
	reason := "retention"
	if x.Class == ClassLeft {
		reason = "author-request"
	}
	erase := func(c topic.EraseRows) error {
		c.Reason = reason
		_, err := d.Journal.EraseMany(ctx, x.Topic, journal.Request{Who: topic.Who{Role: topic.RoleSystem}, Command: c})
		return err
	}
	if x.Class == ClassContacts {
		if _, err := d.Vault.ForgetContacts(ctx, x.Topic, func(topic.Pseudonym) bool { return false }); err != nil {
			return err
		}
	}
	for chunk := range slices.Chunk(x.applications, topic.MostRows) {
		if err := erase(topic.EraseRows{Applications: chunk}); err != nil {
			return err
		}
	}
	for chunk := range slices.Chunk(x.earlier, topic.MostRows) {
		if err := erase(topic.EraseRows{Earlier: chunk}); err != nil {
			return err
		}
	}
	x.Done = now.UTC().Truncate(time.Second)
	data, err := json.Marshal(x)
	if err != nil {
		return err
	}
	return d.Records.Save(ctx, kindKept, fmt.Sprintf("%s/%s/%d", x.Topic, x.Class, now.UnixNano()), 0, data)
}

// Kept answers what was destroyed because its time had come, the newest first.
func (d *Desk) Kept(ctx context.Context) ([]Due, error) {
	list := []Due{}
	err := d.Records.Each(ctx, kindKept, "", func(id string, data []byte) error {
		var x Due
		if err := json.Unmarshal(data, &x); err != nil {
			return fmt.Errorf("the note of what was destroyed, %s, is damaged: %w", id, err)
		}
		list = append(list, x)
		return nil
	})
	slices.SortStableFunc(list, func(a, b Due) int { return b.Done.Compare(a.Done) })
	return list, err
}
