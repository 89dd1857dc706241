package main

import (
	"errors"
	"fmt"
	"os"
	"time"
)

// settle leaves the server alone before its memory is taken.
func (a *liveArm) settle(b *liveBench, seconds float64) error {
	_, err := a.Until(b.ctx, time.Duration(min(seconds, b.seconds)*float64(time.Second)), func() bool { return false })
	return err
}

// idle takes the memory of sockets that only listen.
func (b *liveBench) idle() (err error) {
	a, err := b.arm("veche", b.sockets)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.end()) }()
	if err := a.settle(b, 1); err != nil {
		return err
	}
	before, err := a.facts()
	if err != nil {
		return err
	}
	if err := a.enter(b); err != nil {
		return err
	}
	if err := a.settle(b, 3); err != nil {
		return err
	}
	after, err := a.facts()
	if err != nil {
		return err
	}
	name, n := fmt.Sprintf("idle, %d sockets", b.sockets), float64(b.sockets)
	b.report.add(name, "entry p99", "ms", a.Entry.Times().P99)
	if b.sockets < 1000 {
		return a.Fault() // the process's own ups and downs are larger
	}
	b.report.add(name, "whole server a socket", "KiB", after.Settled/n)
	b.report.add(name, "added by a socket", "KiB", (after.Settled-before.Settled)/n)
	b.report.add(name, "added, garbage and all", "KiB", (after.Resident-before.Settled)/n)
	b.ratio("idle: KiB added by a socket", (after.Settled-before.Settled)/n, "≤ 8")
	b.ratio("idle: KiB of the whole server a socket", after.Settled/n, "≤ 8")
	return a.Fault()
}

// fanRates are the remarks a second at which fan-out is measured.
var fanRates = []float64{30, 300}

// ratesOf leaves out what a kind of server can't do: at 300/s Centrifuge falls
// behind for minutes.
func ratesOf(kind string) []float64 {
	if kind == "centrifuge" {
		return fanRates[:1]
	}
	return fanRates
}

// fanMetrics are told of each arm, where it has them.
var fanMetrics = []struct{ name, unit string }{
	{"delivered", "1/s"}, {"not in time", ""}, {"receipt p50", "ms"}, {"receipt p99", "ms"}, {"ack p50", "ms"}, {"ack p99", "ms"}, {"server CPU", "µs/delivery"}, {"client CPU", "µs/delivery"},
}

// fanout measures one room, the raw arm before, between and after. An arm that
// fails on a starved machine leaves the figures of the others.
func (b *liveBench) fanout() (err error) {
	kinds := []string{"veche"}
	if b.centrifuge != "" {
		kinds = append(kinds, "centrifuge")
	}
	var order []string
	for range max(2, b.runs) { // the raw arm in the middle too
		for _, kind := range kinds {
			order = append(order, "raw", kind)
		}
	}
	figures := map[string][]float64{}
	for _, kind := range append(order, "raw") {
		if failed := b.fan(kind, figures); failed != nil {
			b.say("%v", failed)
			err = errors.Join(err, failed)
		}
	}
	for _, kind := range append([]string{"raw"}, kinds...) {
		for _, rate := range ratesOf(kind) {
			arm := b.fanArm(kind, rate)
			for _, m := range fanMetrics {
				if found := figures[arm+m.name]; len(found) > 0 {
					b.report.add(arm, m.name, m.unit, found...)
				}
			}
		}
	}
	compare := func(metric string, rate float64, kind, with, want string) {
		x, y := figures[b.fanArm(kind, rate)+metric], figures[b.fanArm(with, rate)+metric]
		if len(x) > 0 && len(y) > 0 && median(y) > 0 {
			b.ratio(fmt.Sprintf("fanout: %s at %g/s, %s / %s", metric, rate, kind, with), median(x)/median(y), want)
		}
	}
	compare("delivered", 30, "veche", "raw", "≥ 0.90")
	compare("delivered", 300, "veche", "raw", "≥ 0.90")
	compare("receipt p99", 30, "veche", "raw", "≤ 1.2")
	compare("delivered", 30, "veche", "centrifuge", "≥ 2")
	compare("server CPU", 30, "centrifuge", "veche", "")
	return err
}

func (b *liveBench) fanArm(kind string, rate float64) string {
	return fmt.Sprintf("fanout %s, %d × %g/s", kind, b.sockets, rate)
}

// fan measures one arm at each rate.
func (b *liveBench) fan(kind string, figures map[string][]float64) (err error) {
	a, err := b.arm(kind, b.sockets)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.end()) }()
	if err := a.enter(b); err != nil {
		return err
	}
	for _, rate := range ratesOf(kind) {
		arm := b.fanArm(kind, rate)
		missing, err := a.load(b, b.sockets, rate, min(.5, b.seconds), b.bytes) // warm
		cpu, own := a.cpu(), processorTime(os.Getpid())
		if err == nil && missing == 0 {
			missing, err = a.load(b, b.sockets, rate, min(b.seconds, 1500/rate), b.bytes)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", arm, err)
		}
		b.say("%s: %.0f delivered a second, receipt p99 %.0f ms", arm, a.PerSecond(), a.Receipt.Times().P99)
		found := map[string]float64{
			"delivered": a.PerSecond(), "not in time": float64(missing), "receipt p50": a.Receipt.Times().P50, "receipt p99": a.Receipt.Times().P99,
			"server CPU": 1e6 * (a.cpu() - cpu) / float64(max(1, a.Delivered)),
			"client CPU": 1e6 * (processorTime(os.Getpid()) - own) / float64(max(1, a.Delivered)),
		}
		if a.Acked > 0 {
			found["ack p50"], found["ack p99"] = a.Ack.Times().P50, a.Ack.Times().P99
		}
		for metric, value := range found {
			figures[arm+metric] = append(figures[arm+metric], value)
		}
	}
	return nil
}

// patience is how long the last of a load may take to arrive.
const patience = time.Minute

// load has the first so many sockets say remarks in turn, and waits until each
// of them has all. It answers how many receipts did not come in time.
func (a *liveArm) load(b *liveBench, sockets int, rate, seconds float64, bytes int) (missing int64, err error) {
	a.Begin()
	err = a.Rate(b.ctx, rate, time.Duration(seconds*float64(time.Second)), func(n int) { a.Say(a.Sockets[n%sockets], bytes) })
	if err != nil {
		return 0, err
	}
	want := int64(a.Said) * int64(sockets)
	acks := a.town != nil // of Veche
	_, err = a.Until(b.ctx, patience, func() bool {
		return len(a.Faults) > 0 || a.Delivered >= want && (!acks || a.Waiting() == 0)
	})
	if err == nil && (a.Delivered > want || a.Skipped > 0 || a.Gaps > 0) {
		err = fmt.Errorf("%d of %d receipts came, %d remarks were left out, with %d gaps", a.Delivered, want, a.Skipped, a.Gaps)
	}
	return want - a.Delivered, errors.Join(err, a.Fault())
}

// What stalled peers are measured with: enough bytes to fill their buffers.
const (
	stalledRate  = 20
	stalledBytes = 1900
)

// stalled compares the healthy sockets' latency with and without peers that
// never read.
func (b *liveBench) stalled() error {
	figures := map[bool][]float64{}
	closed := 0.0
	for run := range 2*b.runs + 1 { // without, with, without, …
		with := run%2 == 1
		p99, gone, err := b.stall(with)
		if err != nil {
			return err
		}
		figures[with] = append(figures[with], p99)
		closed += float64(gone)
	}
	name := fmt.Sprintf("stalled, %d × %d/s of %d B", b.sockets, stalledRate, stalledBytes)
	b.report.add(name+", none", "receipt p99", "ms", figures[false]...)
	b.report.add(name+", 2 %", "receipt p99", "ms", figures[true]...)
	b.report.add(name+", 2 %", "closed as slow", "of "+fmt.Sprint(b.sockets/50*b.runs), closed)
	b.ratio("stalled: healthy receipt p99, 2 % stalled / none", median(figures[true])/median(figures[false]), "≤ 1.2")
	return nil
}

// stall measures one arm; closed is how many stalled peers the server gave up.
func (b *liveBench) stall(with bool) (p99 float64, closed int, err error) {
	a, err := b.arm("veche", b.sockets)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, a.end()) }()
	healthy := b.sockets - b.sockets/50
	for _, k := range a.Sockets[healthy:] {
		if with {
			k.Stall()
		}
	}
	if err := a.enter(b); err != nil {
		return 0, 0, err
	}
	reading := b.sockets
	if with {
		reading = healthy
	}
	missing, err := a.load(b, reading, stalledRate, b.seconds, stalledBytes)
	if err == nil && missing > 0 {
		err = fmt.Errorf("%d receipts of healthy sockets did not come within %v", missing, patience)
	}
	if err != nil {
		return 0, 0, err
	}
	p99 = a.Receipt.Times().P99
	b.say("stalled %v: receipt p99 %.0f ms", with, p99)
	if with {
		closed, err = a.Woken(b.ctx)
	}
	return p99, closed, err
}
