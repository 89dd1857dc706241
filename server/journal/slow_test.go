package journal_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"veche/server/journal"
	"veche/server/store/sqlite"
)

// sluggish is a disk whose commits wait while it is shut.
type sluggish struct {
	mu      sync.Mutex
	gate    chan struct{} // nil while commits go through
	waiting chan struct{} // told once a commit waits
}

func (d *sluggish) shut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.gate, d.waiting = make(chan struct{}), make(chan struct{}, 1)
}

func (d *sluggish) open() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.gate != nil {
		close(d.gate)
	}
	d.gate = nil
}

func (d *sluggish) commit() sqlite.Fault {
	d.mu.Lock()
	gate, waiting := d.gate, d.waiting
	d.mu.Unlock()
	if gate != nil {
		select {
		case waiting <- struct{}{}:
		default:
		}
		<-gate
	}
	return sqlite.FaultNone
}

// While the disk takes its time nothing is acknowledged or shown, reading goes on,
// and no more than so many changes wait: the others are refused at once. Afterwards
// the log holds what was acknowledged, once, and nothing of what was refused; sent
// again, each counts once.
func TestSlowDisk(t *testing.T) {
	const room, all, writers = 900, 1000, 8
	var disk sluggish
	defer disk.open()
	h := newHall(t, sqlite.Options{}, writers).reopen(sqlite.Options{Fault: disk.commit}, journal.Options{Waiting: room})
	if _, err := h.say(0, "before", "before"); err != nil {
		t.Fatal(err)
	}
	seq, _ := h.seq()
	news := len(h.news.all())
	disk.shut()
	type result struct {
		n   int
		ack journal.Ack
		err error
	}
	results := make(chan result, all)
	say := func(n int) result {
		id := fmt.Sprint(n)
		ack, err := h.say(n%writers, id, id)
		return result{n, ack, err}
	}
	for n := range all {
		go func() { results <- say(n) }()
	}
	<-disk.waiting
	refused := map[int]bool{}
	for range all - room {
		r := <-results
		if !errors.Is(r.err, journal.ErrBusy) || !errors.Is(r.err, journal.ErrRetry) {
			t.Fatalf("while the disk stands, %d was answered with %+v, %v", r.n, r.ack, r.err)
		}
		refused[r.n] = true
	}
	if said := h.texts(); len(said) != 1 {
		t.Errorf("%d remarks are shown while the disk stands", len(said))
	}
	if now, _ := h.seq(); now != seq || len(h.log()) != int(seq) || len(h.news.all()) != news {
		t.Errorf("while the disk stands the view went from %d to %d, the log to %d, and %d news came", seq, now, len(h.log()), len(h.news.all())-news)
	}
	if _, err := h.say(0, "one more", "one more"); !errors.Is(err, journal.ErrBusy) {
		t.Errorf("with all room taken: %v", err)
	}
	select {
	case r := <-results:
		t.Fatalf("while the disk stands, %d was answered with %+v, %v", r.n, r.ack, r.err)
	default:
	}

	disk.open()
	acks := map[int]journal.Ack{}
	for range room {
		r := <-results
		if r.err != nil {
			t.Fatalf("%d waited and was refused: %v", r.n, r.err)
		}
		acks[r.n] = r.ack
	}
	said := h.texts()
	for n := range all {
		if got := said[fmt.Sprint(n)]; got > 1 || (got == 0) != refused[n] {
			t.Errorf("remark %d is there %d times, refused: %v", n, said[fmt.Sprint(n)], refused[n])
		}
	}
	for n := range all {
		r := say(n)
		if r.err != nil || r.ack.Repeated == refused[n] || !refused[n] && r.ack.Seq != acks[n].Seq {
			t.Fatalf("%d sent again: %+v, %v, at first %+v, refused: %v", n, r.ack, r.err, acks[n], refused[n])
		}
	}
	if said = h.texts(); len(said) != all+1 {
		t.Errorf("%d remarks are there in the end, want %d", len(said), all+1)
	}
}
