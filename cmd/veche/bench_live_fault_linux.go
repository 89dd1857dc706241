package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"veche/server"
	"veche/server/live/client/swarm"
)

// steady starts a town's server on a port that it keeps through restarts, with
// sockets that are in and come back.
func (b *liveBench) steady(sockets int) (*liveArm, error) {
	listen, err := steadyPort()
	if err != nil {
		return nil, err
	}
	data, town, err := b.copyTown()
	if err != nil {
		return nil, err
	}
	a := &liveArm{town: town, data: data}
	if a.liveServer, err = b.serve(serverPlan{Data: data, Listen: listen}); err != nil {
		return nil, err
	}
	if a.Swarm, err = swarm.New(sockets, listen, &swarm.Veche{Topic: town.Topic, Cookies: town.Cookies}, b.seed); err != nil {
		return nil, errors.Join(err, a.stop())
	}
	a.ComeBack = true
	if err := a.enter(b); err != nil {
		return nil, errors.Join(err, a.end())
	}
	return a, nil
}

// await polls while something is done beside.
func (a *liveArm) await(b *liveBench, do func() error) error {
	done := make(chan error, 1)
	go func() { done <- do() }()
	var err error
	_, polled := a.Until(b.ctx, patience, func() bool {
		select {
		case err = <-done:
			return true
		default:
			return false
		}
	})
	return errors.Join(polled, err)
}

// again starts the server anew where it was.
func (a *liveArm) again(b *liveBench) error {
	return a.await(b, func() (err error) {
		a.liveServer, err = b.serve(serverPlan{Data: a.data, Listen: a.address})
		return err
	})
}

// quiet waits until everything is acknowledged, everyone is back, and all stand
// at the newest event.
func (a *liveArm) quiet(b *liveBench) error {
	ok, err := a.Until(b.ctx, patience, func() bool {
		return a.Waiting() == 0 && a.Live() == len(a.Sockets) && a.Level() == len(a.Sockets)
	})
	if err == nil && !ok {
		err = fmt.Errorf("%d of %d sockets are back, %d up to date, %d remarks not acknowledged", a.Live(), len(a.Sockets), a.Level(), a.Waiting())
	}
	return err
}

// restart measures a restart in good order with everyone connected.
func (b *liveBench) restart() (err error) {
	a, err := b.steady(b.sockets)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.end()) }()
	if _, err := a.load(b, b.sockets, 30, min(2, b.seconds), b.bytes); err != nil {
		return err
	}
	a.Begin()
	for _, k := range a.Sockets[:20] { // as it goes down
		a.Say(k, b.bytes)
	}
	begun := time.Now()
	if err := a.await(b, a.stop); err != nil {
		return err
	}
	down := time.Since(begun)
	for _, k := range a.Sockets[:20] { // while it is down
		a.Say(k, b.bytes)
	}
	if err := a.again(b); err != nil {
		return err
	}
	up := time.Since(begun)
	ok, err := a.Until(b.ctx, patience, func() bool { return a.Live() >= (b.sockets*99+99)/100 })
	if err == nil && !ok {
		err = fmt.Errorf("%d of %d sockets are back after %v", a.Live(), b.sockets, patience)
	}
	back := time.Since(begun)
	if err = errors.Join(err, a.quiet(b)); err != nil {
		return err
	}
	facts, err := a.facts()
	if err != nil {
		return err
	}
	name := fmt.Sprintf("restart, %d sockets", b.sockets)
	b.report.add(name, "down after", "s", down.Seconds())
	b.report.add(name, "listening again after", "s", up.Seconds())
	b.report.add(name, "99 % live after", "s", back.Seconds())
	b.report.add(name, "all live after", "s", time.Since(begun).Seconds())
	b.report.add(name, "entry p99", "ms", a.Entry.Times().P99)
	b.report.add(name, "record reads a socket", "", float64(facts.Records)/float64(b.sockets))
	b.ratio("restart: seconds until 99 % are live", back.Seconds(), "≤ 10")
	b.ratio("restart: readings of the topic's log", float64(facts.Logs), "≤ 1")
	b.ratio("restart: readings of remarks' texts", float64(facts.Texts), "≤ 1")
	b.ratio("restart: remarks not acknowledged", float64(a.Waiting()+a.Refused), "0")
	b.ratio("restart: rooms not up to date, or with a gap untold", float64(b.sockets-a.Level())+float64(a.Gaps), "0")
	return nil
}

// cut cuts 30 % of the connections at random each second, and holds what each
// client got against what was said.
func (b *liveBench) cut() (err error) {
	a, err := b.steady(b.sockets)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.end()) }()
	rounds := int(max(1, 3*b.seconds))
	chance := rand.New(rand.NewPCG(b.seed, 3))
	a.Begin()
	for _, k := range a.Sockets {
		k.Forget()
	}
	cuts, lowest := 0, b.sockets
	for range rounds {
		for _, k := range a.Sockets {
			if chance.IntN(100) < 30 && k.Live() {
				a.Cut(k)
				cuts++
			}
		}
		err := a.Rate(b.ctx, 20, time.Second, func(int) {
			lowest = min(lowest, a.Live())
			a.Say(a.Sockets[chance.IntN(b.sockets)], b.bytes)
		})
		if err != nil {
			return err
		}
	}
	if err := a.quiet(b); err != nil {
		return err
	}
	told, whole := 0, 0
	for _, k := range a.Sockets {
		switch {
		case k.Resets > 0:
			told++
		case k.Heard == a.Said:
			whole++
		}
	}
	name := fmt.Sprintf("cut, %d sockets, %d s", b.sockets, rounds)
	b.report.add(name, "connections cut", "", float64(cuts))
	b.report.add(name, "live at the fewest", "", float64(lowest))
	b.report.add(name, "entry p99", "ms", a.Entry.Times().P99)
	b.report.add(name, "gapless clients", "", float64(whole))
	b.report.add(name, "told of a reset", "", float64(told))
	b.ratio("cut: clients neither gapless nor told", float64(b.sockets-whole-told), "0")
	b.ratio("cut: gaps within a connection", float64(a.Gaps), "0")
	return nil
}

// killSockets is how many write while the server is killed.
const killSockets = 100

// kill kills the server at random moments under load, and holds the log against
// what was acknowledged.
func (b *liveBench) kill() (err error) {
	a, err := b.steady(min(killSockets, b.sockets))
	if err != nil {
		return err
	}
	chance := rand.New(rand.NewPCG(b.seed, 4))
	a.Begin()
	for n := 0; err == nil && n < b.kills; n++ {
		err = a.killOnce(b, time.Duration(50+chance.IntN(400))*time.Millisecond)
	}
	if err == nil {
		err = a.quiet(b)
	}
	acked, sent := a.Acknowledged(), a.Sent
	data := a.data
	a.data = "" // it is looked into before it goes
	if err = errors.Join(err, a.end()); err != nil {
		return err
	}
	found := make([]int, len(acked))
	if err := server.BenchRemarks(b.ctx, data, func(text string) {
		var at int64
		var n int
		if _, err := fmt.Sscanf(strings.TrimPrefix(text, "@"), "%d #%d ", &at, &n); err == nil && n < len(found) {
			found[n]++
		}
	}); err != nil {
		return err
	}
	lost, doubled := 0, 0
	for n, ok := range acked {
		if ok && found[n] == 0 {
			lost++
		}
		if found[n] > 1 {
			doubled++
		}
	}
	name := fmt.Sprintf("kill, %d × SIGKILL", b.kills)
	b.report.add(name, "remarks said", "", float64(len(acked)))
	b.report.add(name, "sent again", "", float64(sent-len(acked)))
	b.ratio("kill: acknowledged and lost", float64(lost), "0")
	b.ratio("kill: doubled", float64(doubled), "0")
	return nil
}

// killOnce has remarks said until so long after the first was acknowledged, and
// then kills the server and starts it anew.
func (a *liveArm) killOnce(b *liveBench, after time.Duration) error {
	acked := a.Acked
	say := func(n int) { a.Say(a.Sockets[n%len(a.Sockets)], b.bytes) }
	for a.Acked == acked {
		if err := a.Rate(b.ctx, 200, 50*time.Millisecond, say); err != nil {
			return err
		}
	}
	if err := a.Rate(b.ctx, 2000, after, say); err != nil {
		return err
	}
	if err := a.liveServer.kill(); err != nil {
		return err
	}
	return a.again(b)
}

// hostile compares how long entering takes, for four sockets in five, with and
// without hostile clients beside: a slow header for every fifty sockets, and a
// message that never ends from one in five.
func (b *liveBench) hostile() error {
	figures := map[bool][]float64{}
	for run := range 2*b.runs + 1 { // without, with, without, …
		with := run%2 == 1
		p99, err := b.enterBeside(with)
		if err != nil {
			return err
		}
		figures[with] = append(figures[with], p99)
	}
	name := fmt.Sprintf("hostile, %d entering beside %d", b.sockets*4/5, b.sockets/50+b.sockets/5)
	b.report.add(name+", none", "entry p99", "ms", figures[false]...)
	b.report.add(name+", there", "entry p99", "ms", figures[true]...)
	b.ratio("hostile: entry p99, beside / alone", median(figures[true])/median(figures[false]), "≤ 2")
	return nil
}

func (b *liveBench) enterBeside(hostile bool) (p99 float64, err error) {
	good := b.sockets * 4 / 5
	a, err := b.arm("veche", good)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, a.end()) }()
	if hostile {
		a.DripHeaders(b.sockets / 50)
		a.DripMessages(a.town.Cookies[good:])
		want := b.sockets/50 + b.sockets - good
		ok, err := a.Until(b.ctx, patience, func() bool { return a.Dripping() >= want })
		if err != nil || !ok {
			return 0, errors.Join(err, fmt.Errorf("%d of %d hostile clients are there: %w", a.Dripping(), want, a.Fault()))
		}
	}
	if err := a.enter(b); err != nil {
		return 0, err
	}
	p99 = a.Entry.Times().P99
	b.say("hostile %v: entry p99 %.1f ms", hostile, p99)
	return p99, a.Fault()
}
