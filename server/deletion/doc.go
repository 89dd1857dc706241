// Package deletion destroys whole topics, once two people have agreed on it and
// the week is over in which it could be called off.
//
// What goes: the log, all texts, results, snapshots and what witnesses signed; the
// names that people had in the topic and the ids that they came with by file, with
// the keys of those who came for it alone; what indexes and caches hold of it. What
// stays is a notice: title, reason, when, and the length and root of the log, signed
// with the installation's key. Whoever kept a public bundle, a receipt or a
// checkpoint can hold it against that.
//
// # Design
//
// The notice is written before anything is destroyed, to the register of erasures
// and then as a tombstone that keeps the topic closed: what a death interrupts is
// gone on with at the next start, and a backup that is restored loses the topic
// again. The log goes last, since it names the results that go before.
//
// A result that another topic's log names too stays.
package deletion
