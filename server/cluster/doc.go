// Package cluster makes several servers one installation over one store: who the
// nodes are, which of them lives, and what they ask of each other. Package journal
// owns topics and follows them; this package tells it who else there is.
//
// It must never decide about a topic, let anybody in who has not the secret, or
// call a node gone that may still believe that it owns something.
//
// # Design
//
// One sequencer a topic. The store's lease of a topic names the node that owns it,
// and raises the epoch at each change of hands. Any node takes what people send,
// and forwards it as a command to the owner, with the client's own id, so that a
// second try after a lost answer finds the first; it answers once its own view
// shows what was acknowledged. Any node serves reads and sockets of any topic: it
// follows the log, by the batches that come over the bus, and by reading the log
// itself where one is missing, at a change of hands, and once a second to see
// whether it has grown unheard of. A topic is owned by the node where the first
// change after its last owner's end arrives.
//
// No node goes by another's clock. Each renews a record of its own every quarter
// of [DefaultLife]; it is gone once others have seen the record stand still for a
// whole life of their own steady clocks, from the end of the reading that showed
// it first to the beginning of the one that showed it last. The node itself stops
// deciding two thirds of a life after the beginning of the last renewal that was
// confirmed. A topic's lease is bound to its owner's life and has no time of its
// own; what package store calls its end is here a number that only grows. The
// tenure of the whole database is shared under one name, so that a server without
// --node does not start beside these.
//
// None of that is the fence. A node that was stopped in the middle of a write, or
// a virtual machine whose steady clock stood still, meets the store's rule that a
// batch follows the log: {topic, batch no} is unique and epochs do not fall. Where
// two wrote at once one is refused, drops what it had pending, reads the log and
// begins anew. An acknowledgement is given after the store's own, by whoever got it.
//
// Between nodes there is a listener of its own, TLS 1.3 with a key that both sides
// derive from one secret file and demand of each other; no certificates have to be
// made, and who has not the file gets no further than the handshake. Messages carry
// fields by name, so that nodes of two releases work together through a rolling
// update but for what one of them does not know, which it refuses in words. A
// message names the run it is for, as another may have come to its address.
//
// # What assumed one node, and what became of it
//
//   - Sessions, roles, people, keys of people: in the store. What a node remembers
//     of sessions is dropped, and sockets are closed, when any node signs somebody
//     out: the others are told at once and until they have heard. A node that was
//     taken for gone forgets all sessions on its return and has everyone come anew.
//   - Keys of the installation: files, the same on every node; a node with others
//     does not start.
//   - Draws, tables, clustering, tallies: on the node that was asked, one at a time
//     for a topic in the whole installation (a duty, see [Node.Take]). How far one
//     is, only that node knows; others answer that one is running when asked for
//     another.
//   - Clocks of agendas: on every node, the owner first; the others half a second
//     later, so that they go on without it.
//   - Who is present, for joining tables, wishes to move on and the counts in
//     rooms: nodes tell each other every 2 s; who is connected to two is counted
//     twice in what is shown, never in what decides. Tables are joined by the owner.
//   - Mail: any node sends any message, each once by compare-and-set. Retention: a
//     duty. Checkpoints and cosignatures: in the store by compare-and-set.
//   - Health: a node that the others may take for gone is not ready.
//
// What is left, for who runs several nodes to know:
//
//   - Rates of people and addresses are counted by each node for itself: n nodes
//     let through up to n times as much from one that spreads over all.
//   - An import of people or papers is one at a time for a node, not for the
//     installation: start no two of one topic at once.
//   - The list of erased people and texts that keys/ holds for a restore is each
//     node's own: keep all of them with the backups.
//   - Deleting a whole topic and rotating or retiring keys are refused while there
//     are nodes: they are done by one server that was started alone, and the keys
//     then copied to all.
//   - The command line talks to the node on its own machine, and through it to all.
//   - Two nodes that reach the store and not each other: what comes to the one that
//     does not own a topic is answered "send again" until they do. It is not taken
//     from a living owner.
//   - A store that elects a new primary for longer than a life stops all changes
//     until it has; reading goes on.
//
// # Figures
//
// VECHE_NODES_SOCKETS=200 VECHE_NODES_LIFE=3s go test -run TestThreeNodes ./server,
// as root for the namespaces (else they share one, and none is cut off): two cores,
// three processes in namespaces of their own, 200 sockets in one room, 9 people
// writing without a pause but 60 ms, a life of 3 s. Time from the fault to the first
// acknowledgement of the new owner:
//
//	kill -9                              3.0 s
//	stopped (SIGSTOP), and going on      3.4 s
//	cut off from store, bus and nodes    2.9 s
//	asked to end (rolling restart)       0.1 s
//
// The test is left out without that variable: on a processor that others keep from
// it for seconds, nodes take each other for dead and topics change hands without
// end, which delays all and loses nothing, but is no test of anything.
//
// With a load of 20 to 30 on the two cores, the race detector and a life of 2 s, in
// two runs: 2.2 to 2.9, 2.4 to 4.2, 2.3 to 2.7 and 2.1 to 6.8 s. Two other runs, one
// on a single core and one with a life of 1 s, ended in topics without an owner. In
// all that ended well no acknowledged remark was lost or stood twice, no seq was
// missing, and all three nodes showed the same. The store is SQLite in the test's own process,
// served over TCP (package served), whose rules of uniqueness and compare-and-set
// are those of MongoDB; with a MongoDB under it this has not been run here.
package cluster
