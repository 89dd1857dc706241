package analysis_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"veche/server/analysis"
	"veche/server/topic"
)

// assembly is a debate at tables that a test drives by events, a minute apart
// unless it says otherwise.
type assembly struct {
	*topic.State
	now int64
}

const minute = 60_000

// assembled seats people at tables of so many each, in the order of their seats.
// Odd seats are young; the agenda is a talk of twenty minutes and one in turn.
func assembled(tables, each int) *assembly {
	a := &assembly{State: topic.NewState(), now: 1_000 * minute}
	a.Settings = topic.Settings{
		TableSize: uint32(max(each, 8)), TableRounds: 1,
		Stages: []topic.Stage{{Kind: topic.StageDraw}, {Kind: topic.StageDebate}},
		Form:   topic.Form{Features: []topic.Feature{{Name: "age", Options: []string{"young", "old"}}}},
		Debate: topic.Debate{Agenda: []topic.Step{{Kind: topic.StepDiscussion, Title: "Talk", Minutes: 20}, {Kind: topic.StepDiscussion, Title: "In turn", Minutes: 20, Turns: true}}},
	}
	a.StageIndex = 1
	seats := make([]uint32, tables*each)
	for i := range seats {
		a.Applications = append(a.Applications, topic.Application{Status: topic.ApplicationOpen, Seat: uint32(i + 1), Row: topic.Digest{byte(i), byte(i >> 8), 1}})
		a.Seats = append(a.Seats, topic.Seat{Application: uint64(i + 1), Status: topic.SeatAccepted})
		seats[i] = uint32(i/each + 1)
	}
	a.do(nobody, &topic.TablesSeated{Tables: uint32(tables), Rounds: 1, Seats: seats})
	return a
}

var nobody = topic.Actor{}

func person(n uint64) topic.Actor { return topic.Actor{Role: topic.RoleCitizen, Number: n} }

func (a *assembly) do(who topic.Actor, b topic.Body) uint64 {
	return a.Apply(&topic.Event{Seq: a.Seq + 1, Time: a.now, Actor: who, Body: b})
}

func (a *assembly) say(n uint64, characters uint32) uint32 {
	table, _ := a.Participant(n)
	return uint32(a.do(person(n), &topic.RemarkPosted{Room: table, Characters: characters}))
}

// people are the applications from first to last.
func people(first, last uint64) []uint64 {
	var list []uint64
	for n := first; n <= last; n++ {
		list = append(list, n)
	}
	return list
}

// Table 1 has people 1 to 8.
func TestNeed(t *testing.T) {
	open := func(a *assembly) { a.do(nobody, &topic.StepOpened{From: 1, To: 1, Step: 1}) }
	talk := func(a *assembly, speakers ...uint64) {
		for i := range 8 {
			a.say(speakers[i%len(speakers)], 100)
		}
	}
	all := people(1, 8)
	for _, c := range []struct {
		name string
		do   func(a *assembly)
		here []uint64
		want []analysis.Need
		need int
	}{
		{"nothing has begun", func(*assembly) {}, all, nil, 0},
		{"a lively table", func(a *assembly) { open(a); talk(a, all...) }, all, nil, 0},
		{"silence for two minutes", func(a *assembly) { open(a); talk(a, all...); a.now += 2 * minute }, all, nil, 0},
		{"silence for four", func(a *assembly) { open(a); talk(a, all...); a.now += 4 * minute }, all, []analysis.Need{analysis.NeedSilence}, 25},
		{"silence for eight", func(a *assembly) { open(a); talk(a, all...); a.now += 8 * minute }, all, []analysis.Need{analysis.NeedSilence}, 50},
		{"silence since the step opened", func(a *assembly) { open(a); a.now += 4 * minute }, all, []analysis.Need{analysis.NeedSilence}, 25},
		{"silence of an empty table", func(a *assembly) { open(a); a.now += 8 * minute }, nil, nil, 0},
		{"silence before the agenda, an hour later", func(a *assembly) { talk(a, all...); a.now += 61 * minute }, all, nil, 0},
		{"a pause", func(a *assembly) {
			open(a)
			talk(a, all...)
			a.do(nobody, &topic.RoomsPaused{From: 1, To: 1, Paused: true})
			a.now += 4 * minute
		}, all, nil, 0},
		{"a pause too long", func(a *assembly) {
			open(a)
			talk(a, all...)
			a.do(nobody, &topic.RoomsPaused{From: 1, To: 1, Paused: true})
			a.now += 15 * minute
		}, all, []analysis.Need{analysis.NeedStalled}, 42},
		{"a step over its time", func(a *assembly) {
			open(a)
			a.now += 24 * minute
			talk(a, all...)
		}, all, []analysis.Need{analysis.NeedStalled}, 34},
		{"a turn over its time with somebody waiting", func(a *assembly) {
			a.do(nobody, &topic.StepOpened{From: 1, To: 1, Step: 2})
			a.do(person(1), &topic.HandRaised{Room: 1, Up: true})
			a.do(person(2), &topic.HandRaised{Room: 1, Up: true})
			a.now += 6 * minute
			a.say(1, 100)
		}, all, []analysis.Need{analysis.NeedStalled}, 34},
		{"a turn over its time with nobody waiting", func(a *assembly) {
			a.do(nobody, &topic.StepOpened{From: 1, To: 1, Step: 2})
			a.do(person(1), &topic.HandRaised{Room: 1, Up: true})
			a.now += 6 * minute
			a.say(1, 100)
		}, all, nil, 0},
		{"one talks for most", func(a *assembly) {
			open(a)
			talk(a, 1, 1, 1, 2)
			a.say(3, 10)
			a.say(4, 10)
			a.say(5, 10)
			a.say(6, 10)
		}, people(1, 6), []analysis.Need{analysis.NeedImbalance}, 14},
		{"three never spoke", func(a *assembly) { open(a); talk(a, 1, 2, 3, 4, 5) }, all, []analysis.Need{analysis.NeedImbalance}, 12},
		{"three never spoke, but it has hardly begun", func(a *assembly) { open(a); a.say(1, 10); a.say(2, 10) }, all, nil, 0},
		{"three are there", func(a *assembly) { open(a); talk(a, 1, 2, 3) }, people(1, 3), []analysis.Need{analysis.NeedSmall}, 13},
		{"many hands", func(a *assembly) {
			a.do(nobody, &topic.StepOpened{From: 1, To: 1, Step: 2})
			for n := range uint64(7) {
				a.do(person(n+1), &topic.HandRaised{Room: 1, Up: true})
			}
			a.say(1, 100)
		}, all, []analysis.Need{analysis.NeedHands}, 10},
		{"a report", func(a *assembly) {
			open(a)
			talk(a, all...)
			a.do(person(2), &topic.RemarkFlagged{Remark: 1, Reason: topic.FlagInsult})
		}, all, []analysis.Need{analysis.NeedReport}, 88},
		{"two reports and silence", func(a *assembly) {
			open(a)
			talk(a, all...)
			a.do(person(2), &topic.RemarkFlagged{Remark: 1, Reason: topic.FlagInsult})
			a.do(person(3), &topic.RemarkFlagged{Remark: 1, Reason: topic.FlagInsult})
			a.now += 8 * minute
		}, all, []analysis.Need{analysis.NeedReport, analysis.NeedSilence}, 95},
		{"a report that was settled", func(a *assembly) {
			open(a)
			talk(a, all...)
			a.do(person(2), &topic.RemarkFlagged{Remark: 1, Reason: topic.FlagInsult})
			a.do(nobody, &topic.FlagResolved{Flag: 1, Outcome: topic.FlagKept})
		}, all, nil, 0},
		{"a table that was joined with another", func(a *assembly) {
			open(a)
			a.do(nobody, &topic.TablesMerged{From: 1, Into: 2})
			a.now += 8 * minute
		}, people(1, 2), nil, 0},
	} {
		a := assembled(2, 8)
		c.do(a)
		rooms := analysis.Wall(a.State, map[uint32][]uint64{1: c.here}, a.now)
		at := slices.IndexFunc(rooms, func(x analysis.TableSight) bool { return x.Room == 1 })
		got := rooms[at]
		if !slices.Equal(got.Why, c.want) || got.Need != c.need {
			t.Errorf("%s: need %d, %v; want %d, %v", c.name, got.Need, got.Why, c.need, c.want)
		}
	}
}

// What a table is told to be is what goes on there.
func TestSight(t *testing.T) {
	a := assembled(2, 8)
	a.do(nobody, &topic.StepOpened{From: 1, To: 2, Step: 2})
	a.do(topic.Actor{Role: topic.RoleFacilitator, Number: 3}, &topic.TablesTaken{First: 1, Last: 1})
	a.do(person(1), &topic.HandRaised{Room: 1, Up: true})
	a.do(person(2), &topic.HandRaised{Room: 1, Up: true})
	a.say(1, 30)
	a.now += 6 * minute
	last := a.now
	a.say(1, 60)
	a.say(2, 10)
	a.do(person(2), &topic.MoveOnWished{Room: 1, Wish: true})
	a.do(person(2), &topic.ReportPosted{Room: 1, Text: topic.Digest{1}})
	a.now += minute
	got := analysis.Wall(a.State, map[uint32][]uint64{1: {1, 2, 3, 4}}, a.now)
	slices.SortFunc(got, func(x, y analysis.TableSight) int { return int(x.Room) - int(y.Room) })
	want := analysis.TableSight{
		Room: 1, Facilitator: 3, Seated: 8, Here: 4, Step: 2, Ends: 1_020 * minute, Speaker: 1, TurnEnds: 1_002 * minute, Queue: 1,
		Remarks: 3, Recent: 2, Last: last, Silent: 2, TopShare: 0.9, MoveOn: 1, Report: true, Need: got[0].Need, Why: got[0].Why,
	}
	if !reflect.DeepEqual(got[0], want) {
		t.Errorf("%+v\nwant\n%+v", got[0], want)
	}
	if mine := analysis.Mine(a.State, 3); !reflect.DeepEqual(mine, [][2]uint32{{1, 1}}) {
		t.Errorf("tables taken care of %v", mine)
	}
	if rooms := analysis.Wall(topic.NewState(), nil, 0); rooms == nil || len(rooms) != 0 {
		t.Errorf("a debate without tables has %v", rooms)
	}
}

// Needs lie within 0 and 100, and a table with a report stands before every one
// without, whatever goes on there.
func TestReportsComeFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := assembled(6, 8)
		present := map[uint32][]uint64{}
		for room := uint32(1); room <= 6; room++ {
			base := uint64(room-1) * 8
			present[room] = people(base+1, base+rapid.Uint64Range(0, 8).Draw(t, "here"))
			step := rapid.Uint32Range(0, 3).Draw(t, "step")
			if step > 0 {
				a.do(nobody, &topic.StepOpened{From: room, To: room, Step: step})
			}
			for range rapid.IntRange(0, 12).Draw(t, "remarks") {
				n := a.say(base+rapid.Uint64Range(1, 8).Draw(t, "speaker"), rapid.Uint32Range(0, 2000).Draw(t, "characters"))
				if rapid.IntRange(0, 9).Draw(t, "flag") == 0 {
					a.do(person(base+rapid.Uint64Range(1, 8).Draw(t, "who")), &topic.RemarkFlagged{Remark: n, Reason: topic.FlagSpam})
				}
			}
			for n := range rapid.Uint64Range(0, 8).Draw(t, "hands") {
				a.do(person(base+n+1), &topic.HandRaised{Room: room, Up: true})
			}
			if rapid.Bool().Draw(t, "paused") {
				a.do(nobody, &topic.RoomsPaused{From: room, To: room, Paused: true})
			}
			a.now += rapid.Int64Range(0, 30*minute).Draw(t, "later")
		}
		rooms := analysis.Wall(a.State, present, a.now)
		for i, x := range rooms {
			if x.Need < 0 || x.Need > 100 || (x.Need == 0) != (len(x.Why) == 0) || x.TopShare < 0 || x.TopShare > 1 {
				t.Fatalf("table %d: %+v", x.Room, x)
			}
			if i > 0 && (rooms[i-1].Need < x.Need || rooms[i-1].Flags == 0 && x.Flags > 0) {
				t.Fatalf("table %d stands behind table %d", x.Room, rooms[i-1].Room)
			}
		}
	})
}

func TestFewestHere(t *testing.T) {
	for size, want := range map[uint32]int{0: 6, 2: 2, 4: 3, 6: 4, 7: 4, 8: 5, 10: 5, 12: 6, 15: 8} {
		if got := analysis.FewestHere(&topic.Settings{TableSize: size}); got != want {
			t.Errorf("at tables of %d: %d, want %d", size, got, want)
		}
	}
}

// livelyTown is 850 tables of 12, where so many remarks have been made at each.
func livelyTown(remarks int) (*assembly, map[uint32][]uint64) {
	a := assembled(850, 12)
	a.do(nobody, &topic.StepOpened{From: 1, To: 850, Step: 1})
	present := map[uint32][]uint64{}
	for room := range uint64(850) {
		present[uint32(room)+1] = people(room*12+1, room*12+10)
	}
	for i := range remarks {
		a.now += 5000
		for room := range uint64(850) {
			a.say(room*12+1+uint64(i)%12, 120)
		}
	}
	return a, present
}

func BenchmarkWall(b *testing.B) {
	for _, remarks := range []int{100, 1000} {
		a, present := livelyTown(remarks)
		b.Run(fmt.Sprint(remarks, " remarks a table"), func(b *testing.B) {
			for b.Loop() {
				analysis.Wall(a.State, present, a.now)
			}
		})
	}
}
