// Package nats carries the news of commits from node to node over an external
// NATS server or cluster.
//
// It must never be the log, acknowledge anything, hold up a publisher, or let a
// reader believe that it has seen all when it has not.
//
// # Design
//
// Core NATS, at most once: no JetStream, nothing stored. One subject for an
// installation, Name.batches, that every node hears; what a node publishes its
// own readers get in the process, at once and also while NATS is away. Queues,
// slow readers and topics are those of bus.Local.
//
// Every message carries its publisher's run and a count of that publisher's
// messages in the topic. A gap in the counts is a loss, and the topic's readers
// are told with what came next; a heartbeat every 2 s names each topic's count
// and last seq, so that the loss of the last message before a silence is noticed
// too. After a reconnect, or where the client dropped messages, all readers are
// told. In each case they read the log, which has everything. A publisher heard
// for the first time in the middle costs one such look.
//
// While NATS is away nothing is kept for later: what was missed is read from the
// log at once, which is less than a flood of what is no longer news. A payload
// over the server's limit (1 MiB by default) is left out, and read there too.
//
// A sequencer never waits: Publish puts the message on a queue of 1,024 that a
// goroutine encodes and sends; where the queue is full all but the newest goes.
//
// # Server
//
// nats-server 2.9 or newer (Debian's), one or a cluster of three on the nodes'
// own network. Whoever can publish to the subject can make readers show what
// never happened until they read the log next: use TLS and a user for Veche
// alone, with leave to publish and subscribe on Name.batches only. At 20 batches
// a second and topic no server is near its limits.
//
// # What is there
//
// The bus, its suite (server/bus/bustest) within a process and between two over
// a real nats-server, and its healing from cuts. Package cluster says what several
// nodes do with it.
package nats
