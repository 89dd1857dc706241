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
// cannot, and 2,000,000 votes take a few hundred bytes. Ballots of polls carry
// 16 random bytes of salt and stand as a leaf each, 34 bytes: whoever has a
// receipt finds theirs in the tree. The list of ballots names each by a digest
// of the poll and of the name that its voter has in that poll alone, and says
// neither when nor in which order they came.
//
// Compressed bytes have a digest of their own, and the archive is written once
// more and compared: a zip's headers, its gaps and the last bits of its
// compressed data can otherwise be changed without any reader noticing.
//
// What was erased can't be run again. A result that read a text which was erased
// later is proved by its digest; one whose own words may come from the text (the
// labels of a clustering) stays out of the bundle, and the step says so.
//
// # Threats
//
// A server, or whoever rules it, that changes, drops, adds, doubles or moves what
// was said, voted or drawn, before it signs or after; that sets its log back to an
// older one and goes on otherwise; that fixes a pool once it knows the randomness;
// that leaves a ballot out of a count; that shows different logs to different
// people. Whoever changes a bundle on its way. A reader of proofs and bundles who
// tries out the few possibilities that a vote has. A log, a receipt, a checkpoint
// or an archive that was made to break what reads it.
//
// # Promises
//
//	every event of a log is held by its signed root          TestEveryRecordIsHeld: flip, drop, swap, double, cut
//	every byte of a bundle is held, its archive's too        TestAnyChangedByteIsFound, TestTamperingIsFound
//	a server that signs what it changed is found             TestALyingServerIsFound
//	a log that was set back is found by a witness            TestWitnessFindsARecordSetBack (cmd/veche)
//	a signature is the log's own or a known witness's        FuzzCosigned, TestKeyCanBePinned
//	a pool is fixed before its randomness can be known       TestCommitmentComesBeforeItsBeacon
//	what a bundle says can be run again, to the same bytes   TestPublicBundleProvesWhatItSays, TestAuditorRunsEverythingAgain
//	whoever took part can check it, in a browser too         TestVectorsOfTheVerifyPage, e2e/verify.test.mjs; chances by
//	                                                           TestReceipts (selection)
//	no proof and no bundle tells a single vote, who applied  TestNoVoteIsToldAlone, TestPublishable, TestPublicBundleKeepsSilent
//	  or what was said at a table
//	what was erased stays erased, and the rest verifies      TestErasureLeavesABundleThatVerifies
//	a log of anyone's making ends, with a failed step        TestAHostileLogEnds
//	another decoder reads the same                           TestASecondDecoderReadsTheSame
//
// # Out of scope
//
// That a key is the city's: compare it with one from elsewhere. That all people are
// shown one log at the moment they look: witnesses and kept checkpoints tell
// afterwards. That applicants exist, that nobody was kept from applying, and that a
// public value is what its source published: the steps say so. That nobody was paid
// or forced to vote: a receipt tells how its holder voted.
//
// # Figures
//
// 10,000 people and 2,000,000 votes, two cores of a Xeon that others were using (those
// of the auditor's bundle were measured earlier, on a less busy day)
// (go test -run XXX -bench LargeBundle -benchtime 1x ./server/audit):
//
//	            write    verify --full    size
//	public     14.7 s           22.6 s    6.2 MB
//	auditor    15.5 s           26.6 s   31.8 MB
//
// The log of the public's bundle takes a few hundred bytes for all votes.
// Tampering found: 4,071 of 4,071 single bytes changed, 100 of 100 random cuts,
// insertions and changes a run, 25 of 25 changes by a server that signs them
// (go test -v ./server/audit).
package audit
