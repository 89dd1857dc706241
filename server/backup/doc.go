// Package backup writes what an installation holds at one moment into one file,
// and makes an installation of it again: whole, or with one topic as it was
// after an earlier event.
//
// It must never write into a directory that holds something, leave half a
// restored installation behind, or put the keys into the same file as the data.
//
// # Design
//
// A backup is a zip: manifest.json with the size and the digest of each other
// file and, for each topic, how long its log is and the Merkle root over it;
// veche.db, a copy made by the engine in one reading transaction beside the
// server that writes. What was erased before is in no page of the copy.
//
// The keys are apart, in a file sealed under a passphrase (Argon2id, AES-256-GCM),
// and that is the point of it: whoever has the data alone learns nobody's name
// and no link from a person to what they said, and a person who is erased is
// gone from every backup once the keys' register of erasures is replayed.
// Whoever keeps both in one place has given that away.
//
// A restore reads and checks everything in a directory beside the new one: sizes,
// digests, the structure of the database, every checksum, every topic's root.
// Only then, once it is on the disk, does it take the new name. Anything wrong
// leaves nothing behind but the reason.
//
// Restored to an earlier event, a topic ends with the last batch that reaches no
// further: a command's events are whole or not there. Texts and results that only
// the later events name go too, and so does the snapshot.
//
// What happened after the backup is lost, and everybody who saw it is told: the
// epochs of all topics leap, so that clients read anew instead of taking other
// events for those they knew; sessions end, since those that were revoked
// meanwhile would live again. Roles that were taken away since then are there
// again: look at them.
package backup
