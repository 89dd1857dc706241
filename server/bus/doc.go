// Package bus carries the news of what was committed from the node that owns
// a topic to whoever shows it. [Local] does so within one process; package nats
// between several, with the same interface. Both pass the suite of bustest.
//
// It must never be the log: what it carries may be lost, and nothing is
// acknowledged, recovered or decided from it alone.
//
// # Design
//
// A publisher is a sequencer, and no reader may hold it up. So each
// subscription has a bounded queue, and Publish only ever appends to it. What
// to do when a queue is full follows from the log: the reader must read the
// log again anyway, so the whole queue goes, but for the newest message, which
// tells how far the log has come, and the reader is told at its next Take.
// Dropping the newest instead would leave a reader of a topic that then falls
// silent in the dark for good.
//
// Take hands over all that is queued, since readers work by ticks, and Ready
// is a channel, since they wait for other things too. Loss by the network is
// found the other way, by the numbers: a message whose First is not the last
// one's Last+1, or whose Epoch differs, means read the log.
//
// # Figures
//
// Two shared cores, several other jobs running; `go test -bench . ./server/bus`:
//
//	publish to 1 / 16 / 256 subscriptions    0.8 / 1.4 / 23 µs
package bus
