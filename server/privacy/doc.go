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
//
// Every field that holds something about a person names its class in a tag
// "class"; [Classes] says of each what it is for, where it lies, how long it is
// kept, who sees it and what erasure does to it. The page /data-protection and the
// notes of a breach are made from that ([Inventory], package protection).
//
// A text whose author was erased or took back consent is removed where they want
// that; else it stays under the participant's number, which leads to nobody then.
//
// # Threats
//
// Whoever copies the database, a backup or a disk; a member of the staff who wants
// to know who said or voted what; a citizen who joins what is published, at one
// time or at two, with what they know of their neighbours; somebody who watches
// counts and the record while people vote; a restored backup that brings back who
// was erased; data that is kept because nobody thought of it.
//
// # Promises
//
//	a copy of the data without the keys tells no name and no   TestSealKeyIsRotated, TestErasure (server)
//	  link, and a value moved elsewhere does not open
//	each field of personal data names its class, each class    TestInventory, TestInventoryMissesNoType (server)
//	  says how it ends
//	erasure leaves nothing, and everything still verifies      TestErasure, TestErasureIsFinished (server)
//	  and takes the sheet of paper with it                       TestErasureTakesTheSheet (server)
//	a restored backup forgets again                            TestRestoredDataForgetsAgain (server)
//	consent is kept with its words, asked anew, taken back     TestConsentIsAskedAgain, TestConsentIsTakenBack (server)
//	answers go in their time                                   TestRetention (server)
//	who wrote a text is learnt by two people only              TestDisclosureTakesTwoPeople (topic)
//	nothing published joins debate, rating and polls, tells    TestNothingPublishedJoins (server): all open routes and the
//	  when a vote was cast, or in which order                    bundle, while people vote and afterwards
//	counts told while people vote differ by no single ballot   TestCountsAreToldInSteps (topic), TestOpenPollTellsInSteps (topic)
//	no cell of fewer than five can be read or worked out       TestNoSmallCellIsTold (tally), TestSuppressedCountsCantBeWorkedOut,
//	                                                             TestPollStrata, TestSmallShiftsStayUntold (analysis),
//	                                                             TestFewBallotsStayUntold (audit)
//	what a breach reaches follows from seals and policy        TestReach, TestBreach (protection)
//
// # Out of scope
//
// Somebody with both the database and the keys. People who say who they are in a
// text. Counts of a single feature among those drawn, which the form's consent
// tells of, and the sum of each answer over a whole electorate. That the record
// grew, which its proofs show in groups of 64 events and its public cursors event
// by event: they tell that something was done, not what. A program of somebody's
// own that numbers its commands so that they can be guessed: the time of its votes
// could be tried against a hash of the record. Copies that were carried out of the
// installation by hand. An erased page of a disk before the disk reuses it.
package privacy
