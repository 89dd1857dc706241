// Package audit makes a topic's log evident to tampering and checks what was
// made of it: the Merkle tree over events' canonical bytes, signed checkpoints,
// proofs and receipts, the layout of bundles, and the steps of their
// verification.
//
// It knows a log as bytes and a state as their fold, never a store, a person or
// a transport, and it never repairs anything.
//
// # Design
//
// One tree for the whole log (RFC 6962, by golang.org/x/mod/sumdb/tlog), its
// root in a checkpoint signed as a note (C2SP tlog-checkpoint, Ed25519): the
// formats have other implementations, so no one has to trust this one.
//
// A bundle is checked from outside in: the archive byte by byte, every file
// against the manifest, the manifest against its signature, the log against the
// signed root, every text against its salted digest in the log, every result
// against its digest in the log, and then the computation itself. Each link is
// checked even where an outer one holds: a server that signs what it changed is
// the adversary too.
//
// Hidden events. What a bundle for the public leaves out stands in its log as
// complete subtrees, the fewest that cover a run of hidden events, and not as a
// leaf each. The leaf of a vote could be guessed: time, ballot, item and value
// have few possibilities beside what is known. A subtree over a thousand votes
// cannot, and 2,000,000 votes take a few hundred bytes.
//
// Compressed bytes have a digest of their own, and the archive is written once
// more and compared: a zip's headers, its gaps and the last bits of its
// compressed data can otherwise be changed without any reader noticing.
//
// What was erased can't be run again. A result that read a text which was erased
// later is proved by its digest; one whose own words may come from the text (the
// labels of a clustering) stays out of the bundle, and the step says so.
package audit
