package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"veche/server/journal"
	"veche/server/privacy"
	"veche/server/topic"
)

// Progress is how far an import that runs has come.
type Progress struct {
	Phase  string `json:"phase"`  // reading, enrolling or recording
	Done   int    `json:"done"`   // people so far in this phase
	People int    `json:"people"` // 0 while the file is read
	Import uint32 `json:"import"` // 0 until its first people are recorded
}

// The phases of an import.
const (
	PhaseReading   = "reading"
	PhaseEnrolling = "enrolling"
	PhaseRecording = "recording"
)

// running are the imports under way, by topic.
type running struct {
	mu sync.Mutex
	of map[string]*Progress
}

// Running answers the import that runs into a topic, nil where none does.
func (in *Intake) Running(topicID string) *Progress {
	r := &in.running
	r.mu.Lock()
	defer r.mu.Unlock()
	if p := r.of[topicID]; p != nil {
		own := *p
		return &own
	}
	return nil
}

// begin takes the topic's one place; the refusal says what is under way.
func (in *Intake) begin(topicID string) (set func(func(*Progress)), end func(), err error) {
	r := &in.running
	r.mu.Lock()
	defer r.mu.Unlock()
	if p := r.of[topicID]; p != nil {
		return nil, nil, topic.NewFault(topic.CodeConflict, "another import into this topic is running (%s): wait until it is done, then send this file again", p)
	}
	if r.of == nil {
		r.of = map[string]*Progress{}
	}
	p := &Progress{Phase: PhaseReading}
	r.of[topicID] = p
	set = func(f func(*Progress)) {
		r.mu.Lock()
		defer r.mu.Unlock()
		f(p)
	}
	return set, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.of, topicID)
	}, nil
}

func (p *Progress) String() string {
	if p.People == 0 {
		return fmt.Sprintf("%s, %d people so far", p.Phase, p.Done)
	}
	return fmt.Sprintf("%s, %d of %d people", p.Phase, p.Done, p.People)
}

// People imports a file of people into a topic's pool and answers how many. When
// ctx ends before the import is complete nobody has joined the pool, and the
// rows recorded so far are taken back.
func (in *Intake) People(ctx context.Context, topicID string, who topic.Who, file io.Reader) (int, error) {
	view, err := in.Journal.View(ctx, topicID)
	if err != nil {
		return 0, err
	}
	var form topic.Form
	view.Read(func(s *topic.State, _ uint64) {
		form = s.Settings.Form
		if err = s.Permit(who.Role, topic.ActionImportPeople); err == nil {
			err = s.PoolOpen()
		}
	})
	if err != nil {
		return 0, err
	}
	set, end, err := in.begin(topicID)
	if err != nil {
		return 0, err
	}
	defer end()
	people, err := readPeople(ctx, file, &form, func(rows int) { set(func(p *Progress) { p.Done = rows }) })
	if err != nil {
		return 0, err
	}
	return len(people), in.add(ctx, topicID, who, people, set)
}

// Add imports people whose rows were checked against the topic's form.
func (in *Intake) Add(ctx context.Context, topicID string, who topic.Who, people []Person) error {
	set, end, err := in.begin(topicID)
	if err != nil {
		return err
	}
	defer end()
	return in.add(ctx, topicID, who, people, set)
}

// importChunk is how many people are recorded at once: few enough that what
// others write to the topic waits for tens of milliseconds.
const importChunk = 500

func (in *Intake) add(ctx context.Context, topicID string, who topic.Who, people []Person, set func(func(*Progress))) error {
	ids := make([]string, len(people))
	for i := range people {
		ids[i] = people[i].ID
	}
	set(func(p *Progress) { p.Phase, p.Done, p.People = PhaseEnrolling, 0, len(people) })
	members, err := in.Enroller.Enrol(ctx, topicID, ids, in.NewID, func(n int) { set(func(p *Progress) { p.Done = n }) })
	if errors.Is(err, privacy.ErrChanged) {
		return topic.NewFault(topic.CodeConflict, "people of this file were entered by someone else at the same moment: nobody was imported, send the file again")
	}
	if err != nil {
		return fmt.Errorf("importing people: %w", err)
	}
	if err := in.refuseKnown(ctx, topicID, members); err != nil {
		return err
	}
	contacts := make([]privacy.Contact, len(people))
	for i := range people {
		contacts[i] = people[i].Contact
	}
	if err := in.Enroller.SaveContacts(ctx, topicID, members, contacts); err != nil {
		return fmt.Errorf("importing people: %w", err)
	}
	set(func(p *Progress) { p.Phase, p.Done = PhaseRecording, 0 })
	number, err := in.record(ctx, topicID, who, people, members, set)
	if err == nil || number == 0 {
		return err
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoTime)
	defer cancel()
	if undone := in.Withdraw(grace, topicID, who, "", number); undone != nil {
		return errors.Join(err, fmt.Errorf("import %d broke off and could not be taken back (it counts for nobody; take it back by hand): %w", number, undone))
	}
	return err
}

// undoTime is how long the rows of an import that broke off may take to go.
const undoTime = 5 * time.Minute

// record records the people, and at last that they count. The number it answers
// with an error is that of the import that broke off, 0 where there is none.
func (in *Intake) record(ctx context.Context, topicID string, who topic.Who, people []Person, members []privacy.Member, set func(func(*Progress))) (uint32, error) {
	whole := context.WithoutCancel(ctx) // whether a command was taken must be known
	number := uint32(0)
	for start := 0; start < len(people); start += importChunk {
		if err := ctx.Err(); err != nil {
			return number, err
		}
		end := min(start+importChunk, len(people))
		cmd := topic.ImportPeople{Import: number}
		texts := make([]journal.Text, 0, end-start)
		for i := start; i < end; i++ {
			text := journal.NewText(string(people[i].Row.Bytes()))
			texts = append(texts, text)
			cmd.People = append(cmd.People, topic.ImportedRow{Pseudonym: members[i].Debate, Row: text.Digest()})
		}
		ack, err := in.Journal.Submit(whole, topicID, journal.Request{Who: who, Command: cmd, Texts: texts})
		if err != nil {
			return number, err
		}
		number = uint32(ack.Answer)
		set(func(p *Progress) { p.Done, p.Import = end, number })
	}
	if err := ctx.Err(); err != nil {
		return number, err
	}
	_, err := in.Journal.Submit(whole, topicID, journal.Request{Who: who, Command: topic.CompleteImport{Import: number}})
	return number, err
}

// Withdraw takes an import back: its people leave the pool, their rows are
// destroyed. Sent again it destroys what an earlier time left.
func (in *Intake) Withdraw(ctx context.Context, topicID string, who topic.Who, clientID string, number uint32) error {
	if _, err := in.Journal.EraseImport(ctx, topicID, journal.Request{Who: who, ClientID: clientID, Command: topic.WithdrawImport{Import: number}}, number); err != nil {
		return err
	}
	view, err := in.Journal.View(ctx, topicID)
	if err != nil {
		return err
	}
	stays := map[topic.Pseudonym]bool{}
	view.Read(func(s *topic.State, _ uint64) {
		for i := range s.Applications {
			if a := &s.Applications[i]; a.Status != topic.ApplicationWithdrawn {
				stays[a.Pseudonym] = true
			}
		}
	})
	_, err = in.Enroller.ForgetContacts(ctx, topicID, func(p topic.Pseudonym) bool { return stays[p] })
	return err
}
