package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"veche/server"
	"veche/server/live/client/swarm"
)

// tables measures a debate at tables: everyone is in the main hall and at a
// table of 12, and says a remark a minute there.
func (b *liveBench) tables() (err error) {
	data, town, err := b.copyTown()
	if err != nil {
		return err
	}
	d := &swarm.Veche{Topic: town.Topic, Cookies: town.Cookies}
	at := map[uint32]int{}
	for _, t := range town.Seated {
		d.Rooms = append(d.Rooms, []uint32{0, t})
		at[t]++
	}
	a := &liveArm{town: town, data: data}
	if a.liveServer, err = b.serve(serverPlan{Data: data}); err != nil {
		return err
	}
	if a.Swarm, err = swarm.New(b.sockets, a.address, d, b.seed); err != nil {
		return errors.Join(err, a.stop())
	}
	defer func() { err = errors.Join(err, a.end()) }()
	if err := a.enter(b); err != nil {
		return err
	}
	rate := max(20, float64(b.sockets)/60)
	order := rand.New(rand.NewPCG(b.seed, 2)).Perm(b.sockets)
	var want int64
	a.Begin()
	err = a.Rate(b.ctx, rate, time.Duration(2*b.seconds*float64(time.Second)), func(n int) {
		i := order[n%len(order)]
		want += int64(at[town.Seated[i]])
		a.Say(a.Sockets[i], b.bytes)
	})
	if err != nil {
		return err
	}
	ok, err := a.Until(b.ctx, patience, func() bool { return a.Delivered >= want && a.Waiting() == 0 })
	if err == nil && (!ok || a.Delivered != want || a.Gaps > 0) {
		err = fmt.Errorf("of %d remarks %d are acknowledged, %d of %d receipts came, with %d gaps", a.Said, a.Acked, a.Delivered, want, a.Gaps)
	}
	if err = errors.Join(err, a.Fault()); err != nil {
		return err
	}
	name := fmt.Sprintf("tables, %d people at %d, %.0f/s", b.sockets, len(at), rate)
	ack, receipt := a.Ack.Times().P99, a.Receipt.Times().P99
	b.report.add(name, "ack p50", "ms", a.Ack.Times().P50)
	b.report.add(name, "ack p99", "ms", ack)
	b.report.add(name, "receipt p50", "ms", a.Receipt.Times().P50)
	b.report.add(name, "receipt p99", "ms", receipt)
	b.ratio("tables: receipt p99 − ack p99, in ticks of 50 ms", (receipt-ack)/50, "≤ 2")
	return nil
}

// votes has everyone vote once within a minute, and then as many as come at
// 5,000 a second; one request in twenty is sent twice, as if its answer had been
// lost.
func (b *liveBench) votes() (err error) {
	data, town, err := b.copyTown()
	if err != nil {
		return err
	}
	s, err := b.serve(serverPlan{Data: data, Rating: true})
	if err != nil {
		return err
	}
	sw, err := swarm.New(0, s.address, swarm.Bare{}, b.seed)
	if err != nil {
		return errors.Join(err, s.stop())
	}
	a := &liveArm{liveServer: s, Swarm: sw, town: town}
	cast := map[[2]int]bool{}
	minute := min(60, 6*b.seconds)
	err = errors.Join(
		a.vote(b, cast, "everyone within a minute", float64(b.sockets)/minute, minute),
		a.vote(b, cast, "at 5,000/s", min(5000, float64(b.sockets)*float64(town.Items-1)/b.seconds), b.seconds),
		a.end())
	if err != nil {
		return err
	}
	found, twice := map[[2]uint64]bool{}, 0
	if err := server.BenchVotes(b.ctx, data, func(ballot uint64, item uint32) {
		key := [2]uint64{ballot, uint64(item)}
		if found[key] {
			twice++
		}
		found[key] = true
	}); err != nil {
		return err
	}
	b.ratio("votes: acknowledged and lost", float64(len(cast)-len(found)), "0")
	b.ratio("votes: counted twice", float64(twice), "0")
	return nil
}

// vote casts votes at a rate, each person's on one item after the other.
func (a *liveArm) vote(b *liveBench, cast map[[2]int]bool, what string, rate, seconds float64) error {
	a.Begin()
	a.Calls = swarm.Calls{}
	first := len(cast)
	call := func(n int) {
		person, item := n%b.sockets, n/b.sockets+1
		a.Call(person, "PUT", fmt.Sprintf("/api/topics/%s/votes/%d", a.town.Topic, item), a.town.Cookies[person],
			fmt.Sprintf(`{"client_id":"vote-%d-%d","vote":%q}`, person, item, []string{"agree", "disagree", "pass"}[n%3]))
	}
	err := a.Rate(b.ctx, rate, time.Duration(seconds*float64(time.Second)), func(n int) {
		n += first
		if call(n); n%20 == 0 {
			call(n)
		}
		cast[[2]int{n % b.sockets, n / b.sockets}] = true
	})
	if err != nil {
		return err
	}
	took := time.Since(a.Begun)
	ok, err := a.Until(b.ctx, patience, func() bool { return a.Outstanding() == 0 })
	if err == nil && !ok {
		err = fmt.Errorf("%d of %d requests have no answer", a.Outstanding(), a.Calls.Called)
	}
	name := fmt.Sprintf("votes, %d people, %s", b.sockets, what)
	b.report.add(name, "offered", "1/s", float64(a.Calls.Called)/took.Seconds())
	b.report.add(name, "acknowledged", "1/s", float64(a.Calls.Done)/time.Since(a.Begun).Seconds())
	b.report.add(name, "ack p50", "ms", a.Calls.Answer.Times().P50)
	b.report.add(name, "ack p99", "ms", a.Calls.Answer.Times().P99)
	return errors.Join(err, a.Fault())
}
