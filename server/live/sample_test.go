package live

import (
	"slices"
	"testing"
	"time"

	"veche/server/topic"
)

// crowd is remarks with ascending seqs; who says one is person number n, 0 the
// staff.
type crowd struct {
	c   *sample
	now time.Time
	seq uint64
}

func newCrowd(rate float64) *crowd {
	c := newSample()
	c.rate, c.seed = rate, 1
	return &crowd{c: c, now: time.Unix(1, 0)}
}

func (x *crowd) say(n uint64, reply uint32) *entry {
	x.seq++
	from := topic.Actor{Role: topic.RoleCitizen, Number: n}
	if n == 0 {
		from = topic.Actor{Role: topic.RoleFacilitator, Number: 1}
	}
	return &entry{seq: x.seq, remark: uint32(x.seq), from: from, reply: reply, json: []byte("{}")}
}

// live answers the seqs of those that go live.
func (x *crowd) live(fresh ...*entry) []uint64 {
	skipped := x.c.choose(x.now, fresh)
	var seqs []uint64
	for _, e := range fresh {
		if !slices.Contains(skipped, e) {
			seqs = append(seqs, e.seq)
		}
	}
	return seqs
}

func TestAQuietHallLeavesNothingOut(t *testing.T) {
	x := newCrowd(10)
	for range 100 {
		x.now = x.now.Add(time.Second)
		var fresh []*entry
		for n := range uint64(10) {
			fresh = append(fresh, x.say(n+1, 0))
		}
		if got := x.live(fresh...); len(got) != 10 {
			t.Fatalf("%d of 10 in a second went live", len(got))
		}
	}
}

func TestTheHallKeepsItsRate(t *testing.T) {
	x := newCrowd(10)
	total := 0
	for range 100 { // ten seconds at 300 a second
		x.now = x.now.Add(100 * time.Millisecond)
		var fresh []*entry
		for range 30 {
			fresh = append(fresh, x.say(1+x.seq%50, 0))
		}
		total += len(x.live(fresh...))
	}
	if total < 100 || total > 121 { // two seconds' worth may go at once at first
		t.Errorf("%d went live in 10 s at 10 a second", total)
	}
}

// Who speaks more than others is not shown more than they are.
func TestTheHallFavoursWhoWasShownLeast(t *testing.T) {
	x := newCrowd(10)
	const people = 40
	for range 400 {
		x.now = x.now.Add(100 * time.Millisecond)
		var fresh []*entry
		for n := range uint64(people) {
			fresh = append(fresh, x.say(n+1, 0))
			for n == 0 && len(fresh) < 20 {
				fresh = append(fresh, x.say(1, 0)) // one who floods
			}
		}
		x.live(fresh...)
	}
	least, most := uint32(1<<30), uint32(0)
	for n := range uint64(people) {
		shown := x.c.shown[topic.Actor{Role: topic.RoleCitizen, Number: n + 1}]
		least, most = min(least, shown), max(most, shown)
	}
	if least == 0 || most-least > 1 {
		t.Errorf("people were shown %d to %d times", least, most)
	}
}

func TestWhatGoesLiveFirst(t *testing.T) {
	x := newCrowd(2)
	shown := x.live(x.say(1, 0), x.say(2, 0)) // there is room for four at first
	if len(shown) != 2 {
		t.Fatalf("shown %v", shown)
	}
	staff, reply, other, third := x.say(0, 0), x.say(3, uint32(shown[0])), x.say(4, 0), x.say(5, 99)
	got := x.live(other, third, reply, staff)
	// The staff always; then a reply to what was shown before what replies to
	// nothing that was.
	if want := []uint64{reply.seq, staff.seq}; len(got) != 2 || !slices.Contains(got, want[0]) || !slices.Contains(got, want[1]) {
		t.Errorf("went live %v, want %v", got, want)
	}
	if got := x.live(x.say(0, 0), x.say(6, 0)); len(got) != 1 || got[0] != x.seq-1 {
		t.Errorf("with nothing left of the rate went live %v", got)
	}
	x.now = x.now.Add(5 * time.Second)
	var fresh []*entry
	for n := range uint64(20) {
		fresh = append(fresh, x.say(10+n, uint32(staff.seq)), x.say(40+n, 0))
	}
	replies := 0
	got = x.live(fresh...)
	for _, e := range fresh {
		if e.reply != 0 && slices.Contains(got, e.seq) {
			replies++
		}
	}
	if len(got) != 4 || replies != 2 {
		t.Errorf("of four, %d were replies: replies get half at most", replies)
	}
}
