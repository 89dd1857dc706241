// Package doctor examines a data directory: whether everything in it is whole,
// where it is not, and what to do.
//
// It must never change anything, and may look beside a server that runs.
//
// # Design
//
// One list of findings, each with where, what and what to do; a fault ends in
// exit code 1, something to look at does not. What can be examined is, whatever
// else is wrong: a damaged page must not hide a missing key.
//
// Each thing is held against what it is named by. A batch has a checksum and its
// place in the log; an event must decode and fold; a text must have the salted
// digest that its event names, and be there unless it was erased; a result must
// have its digest. So damage is found whether or not SQLite notices it, which has
// no checksums of its own. Held against a backup, a log must begin with what the
// backup had: a disk that lost what it had said it stored leaves a log that is
// sound in itself, only shorter.
package doctor
