// Package move copies a whole installation's data from one store to another,
// of whatever engine: logs, records with their revisions, blobs, and the epochs
// of leases.
//
// It must never change what the source holds, write into a target that holds something
// else, or leave a target that looks whole before it has been compared.
//
// # Design
//
// A record in the target says from where it is being filled and how far the
// records have come; [Whole] refuses to work on a store that has it. A copy that
// was killed goes on from there: a log from its last batch, records from the
// last one noted, blobs from those that are missing.
//
// At the end both stores are read from beginning to end and compared by a
// SHA-256 of each topic's log, of each kind's records and of the list of blobs,
// whose contents are checked against their digests while they are read. Only
// then is the note removed. Epochs must have reached the source's, so that no
// batch of a new owner is refused and no old owner comes back.
package move
