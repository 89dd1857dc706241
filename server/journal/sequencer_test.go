package journal_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"veche/server/journal"
	"veche/server/store/sqlite"
	"veche/server/topic"
)

// Nothing is acknowledged, shown or published before it is committed.
func TestAckAfterCommit(t *testing.T) {
	h := newHall(t, sqlite.Options{}, 1)
	before, _ := h.seq()
	published := len(h.news.all())
	entered, release := make(chan struct{}), make(chan struct{})
	h.store.set(func() { entered <- struct{}{}; <-release }, nil)
	answered := make(chan error, 2)
	go func() { _, err := h.say(0, "a", "first"); answered <- err }()
	<-entered // its commit is held up
	h.store.set(nil, nil)
	go func() { _, err := h.say(0, "a", "the same again"); answered <- err }()
	for range 200 { // refused at once, each behind what came before it
		if _, err := h.say(1, "", "a stranger's"); topic.CodeOf(err) != topic.CodeForbidden {
			t.Error(err)
		}
	}
	if n := len(answered); n > 0 {
		t.Errorf("%d callers were answered before the commit", n)
	}
	if seq, _ := h.seq(); seq != before {
		t.Errorf("the view shows seq %d before the commit of what follows %d", seq, before)
	}
	if n := len(h.news.all()); n != published {
		t.Errorf("%d commits were published before the commit", n-published)
	}
	close(release)
	for range 2 {
		if err := <-answered; err != nil {
			t.Fatal(err)
		}
	}
	if seq, _ := h.seq(); seq != before+1 {
		t.Errorf("the view is at seq %d after one remark sent twice on %d", seq, before)
	}
	h.folded()
}

// A batch holds at most MaxBatch events, and a command's events lie in one.
func TestBatches(t *testing.T) {
	const people, staff = 700, 300
	h := newHall(t, sqlite.Options{}, 1)
	for i := 1; i < people; i += topic.ImportChunk {
		var rows []topic.ImportedRow
		for n := i; n < people; n++ {
			rows = append(rows, topic.ImportedRow{Pseudonym: person(n).Pseudonym, Row: topic.Digest{1}})
		}
		h.do(planner, topic.ImportPeople{People: rows})
		h.do(planner, topic.CompleteImport{Import: 1})
	}
	entered, release := make(chan struct{}, 1), make(chan struct{})
	var once sync.Once
	h.store.set(func() { once.Do(func() { entered <- struct{}{}; <-release }) }, nil)
	var wg sync.WaitGroup
	send := func(who topic.Who) {
		wg.Go(func() {
			x := journal.NewText("x")
			if _, err := h.journal.Submit(background, hallID, journal.Request{Who: who, Command: topic.Say{Text: x.Digest()}, Texts: []journal.Text{x}}); err != nil {
				t.Error(err)
			}
		})
	}
	send(person(0))
	<-entered // what follows collects
	for n := 1; n < people; n++ {
		send(person(n))
	}
	for n := range staff { // named on first use: two events each
		send(topic.Who{Role: topic.RoleFacilitator, Pseudonym: topic.Pseudonym{2, byte(n >> 8), byte(n)}})
	}
	close(release)
	wg.Wait()
	full := 0
	for _, b := range h.store.batches {
		events, err := topic.DecodeBatch(b.Bytes, b.First)
		if err != nil {
			t.Fatal(err)
		}
		if len(events) > journal.MaxBatch {
			t.Errorf("batch %d holds %d events", b.No, len(events))
		}
		if len(events) > journal.MaxBatch/2 {
			full++
		}
		last := events[len(events)-1]
		if last.Kind() == topic.KindStaffNamed && b.No > 1 {
			t.Errorf("batch %d ends between the two events of a command", b.No)
		}
	}
	if full == 0 {
		t.Error("no batch was anywhere near full: the test has shown nothing")
	}
	if s := h.folded(); len(s.Remarks) != people+staff {
		t.Errorf("%d remarks, want %d", len(s.Remarks), people+staff)
	}
}

// One command larger than a batch is one batch all the same.
func TestLargeCommandIsOneBatch(t *testing.T) {
	const seats = journal.MaxBatch + 200
	h := openHall(t, t.TempDir(), sqlite.Options{}, journal.Options{})
	draw(h, seats)
	all := topic.AnswerForPanel{Accept: true}
	for n := range seats {
		all.Seats = append(all.Seats, uint32(n+1))
	}
	h.do(planner, all)
	last := h.store.batches[len(h.store.batches)-1]
	if n := last.Last - last.First + 1; n != seats {
		t.Errorf("the command's %d events ended with a batch of %d", seats, n)
	}
	h.folded()
}

// draw makes a topic whose draw gave n people a seat.
func draw(h *hall, n int) {
	h.Helper()
	if _, err := h.journal.Create(background, journal.Request{Who: planner, Command: topic.Create{Settings: topic.Settings{
		ID: hallID, Title: "The hall", Question: "What shall it be?", Lang: "en", PanelSize: uint32(n),
		Stages: []topic.Stage{{Kind: topic.StageApplications}, {Kind: topic.StageDraw}},
	}}}); err != nil {
		h.Fatal(err)
	}
	h.do(planner, topic.OpenStage{Index: 0})
	drawn := topic.Drawn{Size: uint32(n), Seed: "dice"}
	var rows []topic.ImportedRow
	for i := range n {
		rows = append(rows, topic.ImportedRow{Pseudonym: person(i).Pseudonym, Row: topic.Digest{1}})
		drawn.Seats = append(drawn.Seats, uint64(i+1))
	}
	h.do(planner, topic.ImportPeople{People: rows})
	h.do(planner, topic.CompleteImport{Import: 1})
	h.do(planner, topic.OpenStage{Index: 1})
	h.do(planner, topic.RecordDraw{Drawn: drawn})
}

// The same client id from 100 callers at once is one event and one answer.
func TestSameClientIDAtOnce(t *testing.T) {
	h := newHall(t, sqlite.Options{}, 1)
	before, _ := h.seq()
	acks := make([]journal.Ack, 100)
	var wg sync.WaitGroup
	for i := range acks {
		wg.Go(func() {
			var err error
			if acks[i], err = h.say(0, "one id", fmt.Sprint("try ", i)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	fresh := 0
	for _, a := range acks {
		if a.Seq != before+1 || a.Answer != 1 {
			t.Errorf("answered with seq %d, remark %d: want %d and 1", a.Seq, a.Answer, before+1)
		}
		if !a.Repeated {
			fresh++
		}
	}
	if fresh != 1 {
		t.Errorf("%d of the answers say that theirs was the first", fresh)
	}
	if said := h.texts(); len(said) != 1 {
		t.Errorf("the log holds %v", said)
	}
}

// One seat accepted 100 times at once, under an id of its own each, is accepted
// once; the others are told.
func TestOneSeatAcceptedAtOnce(t *testing.T) {
	h := openHall(t, t.TempDir(), sqlite.Options{}, journal.Options{})
	draw(h, 3)
	errs := make([]error, 100)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			_, errs[i] = h.journal.Submit(background, hallID, journal.Request{Who: person(1), ClientID: fmt.Sprint(i), Command: topic.AnswerSeat{Accept: true}})
		})
	}
	wg.Wait()
	accepted := 0
	for _, err := range errs {
		switch {
		case err == nil:
			accepted++
		case topic.CodeOf(err) != topic.CodeSeatTaken:
			t.Errorf("refused as %v", err)
		}
	}
	if accepted != 1 {
		t.Errorf("the seat was accepted %d times", accepted)
	}
	answers := 0
	for _, e := range h.log() {
		if e.Kind() == topic.KindSeatAnswered {
			answers++
		}
	}
	if answers != 1 {
		t.Errorf("the log holds %d answers", answers)
	}
}

// Closing while many write: every call is answered, and what was acknowledged
// is there.
func TestCloseWhileBusy(t *testing.T) {
	rounds := 10
	if testing.Short() {
		rounds = 2
	}
	const writers = 32
	h := newHall(t, sqlite.Options{}, writers)
	var mu sync.Mutex
	acked, refused := map[string]bool{}, map[string]bool{}
	for round := range rounds {
		started := make(chan struct{}, writers*1000)
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := 0; ; i++ {
					body := fmt.Sprintf("%d.%d.%d", round, w, i)
					_, err := h.say(w, body, body)
					mu.Lock()
					switch {
					case err == nil:
						acked[body] = true
					case errors.Is(err, journal.ErrClosed):
						refused[body] = true
					default:
						t.Errorf("%s: %v", body, err)
					}
					mu.Unlock()
					if err != nil {
						return
					}
					started <- struct{}{}
				}
			})
		}
		for range 3 * writers {
			<-started
		}
		if err := h.journal.Close(); err != nil {
			t.Fatal(err)
		}
		wg.Wait() // nobody waits for ever
		h = h.reopen(sqlite.Options{}, journal.Options{})
	}
	said := h.texts()
	for body := range acked {
		if said[body] != 1 {
			t.Errorf("%s was acknowledged and is there %d times", body, said[body])
		}
	}
	for body := range refused {
		if said[body] != 0 {
			t.Errorf("%s was refused and is there", body)
		}
	}
	if len(acked) != len(said) || len(refused) == 0 {
		t.Errorf("%d acknowledged, %d refused, %d in the log", len(acked), len(refused), len(said))
	}
}

// A topic that someone looked for just before it was created is created; one
// that is not there is not found, and leaves nothing behind.
func TestCreateWhileLookedFor(t *testing.T) {
	h := openHall(t, t.TempDir(), sqlite.Options{}, journal.Options{})
	entered, release := make(chan struct{}, 1), make(chan struct{})
	h.store.look = func() { entered <- struct{}{}; <-release }
	looked, created := make(chan error), make(chan error)
	go func() { _, err := h.journal.View(background, hallID); looked <- err }()
	<-entered // it is about to find nothing
	h.store.set(nil, nil)
	go func() {
		_, err := h.journal.Create(background, journal.Request{Who: planner, Command: topic.Create{Settings: topic.Settings{
			ID: hallID, Title: "T", Question: "Q", Lang: "en", Stages: []topic.Stage{{Kind: topic.StageDebate}},
		}}})
		created <- err
	}()
	time.Sleep(10 * time.Millisecond) // let it come to wait for what was begun; if not, the test is easier
	close(release)
	if err := <-looked; topic.CodeOf(err) != topic.CodeNotFound {
		t.Errorf("looked for before it was there: %v", err)
	}
	if err := <-created; err != nil {
		t.Errorf("not created: %v", err)
	}
	if seq, _ := h.seq(); seq == 0 {
		t.Error("it is empty")
	}
	if _, err := h.journal.Submit(background, "nowhere", journal.Request{Who: planner, Command: topic.OpenStage{}}); topic.CodeOf(err) != topic.CodeNotFound {
		t.Errorf("a command to a topic that is not there: %v", err)
	}
	if epoch, err := h.store.Claim(background, "topic/nowhere", "someone", time.Second, time.Now()); err != nil || epoch != 1 {
		t.Errorf("looking for a topic claimed it: epoch %d, %v", epoch, err)
	}
}

// A topic whose first event was refused is not there.
func TestRefusedCreation(t *testing.T) {
	h := openHall(t, t.TempDir(), sqlite.Options{}, journal.Options{})
	settings := topic.Settings{ID: hallID, Title: "T", Question: "Q", Lang: "en", Stages: []topic.Stage{{Kind: topic.StageDebate}}}
	if _, err := h.journal.Create(background, journal.Request{Who: person(1), Command: topic.Create{Settings: settings}}); topic.CodeOf(err) != topic.CodeForbidden {
		t.Fatalf("a citizen created a topic: %v", err)
	}
	if _, err := h.journal.View(background, hallID); topic.CodeOf(err) != topic.CodeNotFound {
		t.Errorf("the topic that was not created is shown: %v", err)
	}
	if _, err := h.journal.Create(background, journal.Request{Who: planner, Command: topic.Create{Settings: settings}}); err != nil {
		t.Errorf("it can't be created any more: %v", err)
	}
}

// A caller who goes away is answered with the context's error; the command
// counts or not, but whole.
func TestCallerGoesAway(t *testing.T) {
	h := newHall(t, sqlite.Options{}, 1)
	entered, release := make(chan struct{}), make(chan struct{})
	h.store.set(func() { entered <- struct{}{}; <-release }, nil)
	ctx, cancel := context.WithCancel(background)
	gone := make(chan error)
	x := journal.NewText("x")
	go func() {
		_, err := h.journal.Submit(ctx, hallID, journal.Request{Who: person(0), ClientID: "x", Command: topic.Say{Text: x.Digest()}, Texts: []journal.Text{x}})
		gone <- err
	}()
	<-entered
	cancel()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("answered with %v", err)
	}
	h.store.set(nil, nil)
	close(release)
	if ack, err := h.say(0, "x", "again"); err != nil || !ack.Repeated || ack.Answer != 1 {
		t.Errorf("sent again: %+v, %v", ack, err)
	}
	h.folded()
}
