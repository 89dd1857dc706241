package analysis_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"veche/server/analysis"
	"veche/server/topic"
)

// hallRemark posts a remark in the main hall.
func (a *assembly) hallRemark(n uint64, replyTo uint32) uint32 {
	return uint32(a.do(person(n), &topic.RemarkPosted{ReplyTo: replyTo, Characters: 20}))
}

func (a *assembly) feed() *analysis.Feed {
	room, _ := a.Room(0)
	return analysis.NewFeed(analysis.TalkOf(a.State, room.Remarks), a.now)
}

func TestFeedOrder(t *testing.T) {
	a := assembled(2, 8)
	react := func(remark uint32, r topic.Reaction, who ...uint64) {
		for _, n := range who {
			a.do(person(n), &topic.Reacted{Remark: remark, Reaction: r})
		}
	}
	plain := a.hallRemark(1, 0)
	agreed := a.hallRemark(2, 0)
	react(agreed, topic.ReactionAgree, 3, 4)
	insight := a.hallRemark(3, 0)
	react(insight, topic.ReactionInsight, 1, 4)
	doubted := a.hallRemark(4, 0)
	react(doubted, topic.ReactionUnsure, 1, 2)
	takenBack := a.hallRemark(5, 0)
	react(takenBack, topic.ReactionInsight, 1, 2, 3)
	react(takenBack, topic.ReactionNone, 1, 2, 3)
	discussed := a.hallRemark(6, 0)
	reply := a.hallRemark(7, discussed)
	below := a.hallRemark(8, reply)
	a.hallRemark(1, below)
	selfTalk := a.hallRemark(7, 0)
	for range 5 {
		a.hallRemark(7, selfTalk)
	}
	noisy := a.hallRemark(8, 0)
	for range 5 {
		a.hallRemark(9, noisy)
	}
	removed := a.hallRemark(9, 0)
	react(removed, topic.ReactionInsight, 1, 2, 3, 4, 5)
	a.do(nobody, &topic.RemarkRemoved{Remark: removed, Reason: topic.Digest{1}})
	f := a.feed()
	if want := []uint32{discussed, insight, noisy, agreed, doubted, selfTalk, takenBack, plain}; !slices.Equal(f.Top, want) {
		t.Errorf("top is %v, want %v", f.Top, want)
	}
	if f.Replies[discussed] != 3 || f.Replies[noisy] != 5 || f.Replies[plain] != 0 {
		t.Errorf("replies %v", f.Replies)
	}
	a.now += 3 * 60 * minute
	fresh := a.hallRemark(1, 0)
	if f := a.feed(); f.Top[0] != fresh || f.Top[1] != discussed {
		t.Errorf("three hours later top is %v", f.Top)
	}
	a.now += 12 * 60 * minute // a quiet night
	if f := a.feed(); f.Top[0] != discussed {
		t.Errorf("in the morning top is %v", f.Top)
	}
}

// A sample holds every remark of the top once, each person's last before anyone's
// second last, in pages that fit together; another seed orders it otherwise.
func TestSampleIsFair(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := assembled(2, 8)
		for range rapid.IntRange(0, 60).Draw(t, "remarks") {
			a.hallRemark(rapid.Uint64Range(1, 16).Draw(t, "speaker"), 0)
		}
		f := a.feed()
		seed := rapid.Uint64().Draw(t, "seed")
		page := rapid.IntRange(1, 20).Draw(t, "page")
		var all []uint32
		for {
			got := f.Sample(seed, len(all), page)
			if len(got) == 0 {
				break
			}
			if len(got) > page {
				t.Fatalf("%d remarks on a page of %d", len(got), page)
			}
			all = append(all, got...)
		}
		sorted := slices.Sorted(slices.Values(all))
		if !slices.Equal(sorted, slices.Sorted(slices.Values(f.Top))) {
			t.Fatalf("the sample %v is not all of %v", all, f.Top)
		}
		spoke := map[uint64][]uint32{}
		rounds := 0
		for _, n := range all {
			who := a.Remarks[n-1].Author.Number
			if last := spoke[who]; len(last) > 0 && last[len(last)-1] < n {
				t.Fatalf("an earlier remark of person %d comes first", who)
			}
			spoke[who] = append(spoke[who], n)
			if len(spoke[who]) < rounds {
				t.Fatalf("person %d comes for the %d. time after someone had %d", who, len(spoke[who]), rounds)
			}
			rounds = max(rounds, len(spoke[who]))
		}
	})
}

func TestSampleDependsOnTheSeed(t *testing.T) {
	a := assembled(2, 8)
	for n := range uint64(16) {
		a.hallRemark(n+1, 0)
	}
	f := a.feed()
	first := map[uint32]int{}
	for seed := range uint64(1600) {
		first[f.Sample(seed, 0, 1)[0]]++
	}
	for _, n := range f.Top {
		if first[n] < 50 || first[n] > 150 { // 100 of 1600, standard deviation 10
			t.Errorf("remark %d comes first for %d of 1600 seeds", n, first[n])
		}
	}
	if !slices.Equal(f.Sample(7, 0, 16), f.Sample(7, 0, 16)) {
		t.Error("one seed gives two orders")
	}
}

func TestThread(t *testing.T) {
	a := assembled(2, 8)
	root := a.hallRemark(1, 0)
	other := a.hallRemark(2, 0)
	reply := a.hallRemark(3, root)
	a.hallRemark(4, other)
	deep := a.hallRemark(5, reply)
	deeper := a.hallRemark(6, deep)
	second := a.hallRemark(7, root)
	room, _ := a.Room(0)
	for _, c := range []struct {
		of   uint32
		most int
		want []uint32
	}{
		{root, 100, []uint32{root, reply, deep, deeper, second}},
		{reply, 100, []uint32{reply, deep, deeper}},
		{second, 100, []uint32{second}},
		{root, 3, []uint32{root, reply, deep}},
	} {
		if got := analysis.Thread(a.State, room.Remarks, c.of, c.most); !slices.Equal(got, c.want) {
			t.Errorf("below %d: %v, want %v", c.of, got, c.want)
		}
	}
}

func BenchmarkFeed(b *testing.B) {
	for _, remarks := range []int{2000, 20_000} {
		a := assembled(850, 12)
		for i := range remarks {
			reply := uint32(0)
			if i%3 == 2 {
				reply = uint32(i - 1)
			}
			a.hallRemark(uint64(i*7919)%10_200+1, reply)
		}
		f := a.feed()
		b.Run(fmt.Sprint("order/", remarks), func(b *testing.B) {
			for b.Loop() {
				a.feed()
			}
		})
		b.Run(fmt.Sprint("sample/", remarks), func(b *testing.B) {
			for b.Loop() {
				f.Sample(7, 30, 30)
			}
		})
	}
}
