// Package notary signs checkpoints of the topics' logs for everyone, proves what
// stands under them, and keeps what witnesses signed.
//
// It must never sign two logs that begin differently, tell a hash from which a
// vote could be guessed, or take a signature of a key that is not configured.
//
// # Design
//
// A topic's tree is built from the committed log at the first question about it
// and grows with it: nothing of it is kept on disk, so it cannot disagree with
// the log. 32 bytes stay in memory for 32 events; the leaves of a group of 64 are
// read again when somebody asks for it.
//
// The witness pulls: it asks for a checkpoint and for the proof that its last one
// is the beginning, and sends its signature back. So it needs no open port, holds
// no account, and the server cannot choose when it is asked. What it sends is
// taken by its signature alone.
//
// A log that was set back to a backup and went on otherwise is found by the
// witness, and by whoever kept a checkpoint, as any other change is.
package notary
