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
// Beside them lies the register of erasures: random ids and digests, no names. It
// is written before anything is destroyed and is not part of the data, so that
// data which is restored from a backup can be made to forget again.
package privacy
