// Package privacy keeps what identifies people apart from what they say: it
// seals identity data under a key of each person's own and gives each person
// random pseudonyms in each topic. It never knows a session, a transport or a
// log.
//
// # Design
//
// A person's key is 32 random bytes, wrapped by the installation's keyset with
// the person's id as associated data; fields are sealed under it with
// "person/field" as associated data, so that nothing can be moved to another
// place and still open. Destroying the key erases everything sealed under it,
// and with it the only link between a person and their pseudonyms.
//
// The pseudonyms of a person in a topic (debate, ballot, staff) are independent
// random numbers; only the sealed record joins them. In each poll a person has
// another name still, made from a fourth random number that nobody is told, so
// that ballots of two polls, of the rating and what was said stay apart.
//
// The keyset, the key for lookups and the key that signs checkpoints lie in
// files of mode 0600 under the data directory's "keys". Whoever copies the
// database without them learns no name and no link.
//
// Keys are renewed without anybody waiting. A new sealing key is on the disk before
// it wraps anything; then each person's key is wrapped under it by a compare-and-set
// of its own, so that the work can end at any moment and be gone on with, and an
// older key is dropped once a count of all records shows that it wraps none. The
// file of the keys is replaced as a whole. Other processes on the same folder read
// it anew before they wrap and where something does not open. The signing key's
// past lies in its file: the public halves, and the notes by which each named the
// next. The key for lookups seals nothing and is not renewed: what it found could
// not be found any more.
//
// What is lost with a key that has no copy: with the sealing key all names, answers
// and links, as if everybody had been erased; with the key for lookups that somebody
// who comes back is the same person; with the signing key only that the next
// checkpoints follow from the last by a signature. A server without one of them does
// not start, for new keys in their place would hide the loss ([Loss]).
//
// Beside them lies the register of erasures: random ids and digests, no names. It
// is written before anything is destroyed and is not part of the data, so that
// data which is restored from a backup can be made to forget again.
package privacy
