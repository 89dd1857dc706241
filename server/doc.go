// Package server wires the parts into one process: store, journal, live rooms,
// API, application. It is the only place that knows them all.
//
//	command ─▶ journal (decide, apply) ─▶ batch ─▶ store
//	                 after the commit only: answer · view · live rooms ─▶ sockets
//
// # What holds it together
//
// Thirteen things that a city needs of one system, and the test of each. All work;
// the draw of 10,000 is a benchmark, for it takes minutes.
//
//	a draw of 10,000 from a larger pool     BenchmarkDrawJob here; TestExactQuotas, TestLargeReplays (selection)
//	replacements that keep the quotas,      TestReplacementsKeepThePanel (analysis), TestReservesCanSit (selection)
//	  logged
//	tables balanced by the draw's features  TestTablesAreBalanced (analysis), TestSeatProperties (selection)
//	rooms of text with turns and replay     TestTurns (topic), TestATableTalksInTurns, TestResumeIsExact (live)
//	an idea keeps the moment it came from   e2e/debate.test.mjs, TestScenario here
//	every operation on clusters is logged,  TestCurationHoldsAndCanBeUndone (analysis), TestUndoLeavesTheRest,
//	  reasoned and can be undone              TestMachine (topic)
//	a merge keeps authors, texts and the    TestMachine (topic), TestUnionsCountEveryVoterOnce (job)
//	  set of voters
//	human edits hold in later runs          TestCurationHoldsInAnyNumberOfClusters (analysis)
//	appeal against a removal or a merge     TestAppeals (topic), e2e/moderation.test.mjs
//	the ranking runs again from the public  TestPublicBundleProvesWhatItSays, TestSameBytesBundle (audit),
//	  bundle, to the same bytes               TestSameBytes (tally)
//	one bundle: draw, moderation, votes,    TestAuditorRunsEverythingAgain, TestALyingServerIsFound (audit),
//	  version of the program                  verify.txtar (cmd/veche)
//	small cells stay untold                 TestSuppressedCountsCantBeWorkedOut (analysis), TestNoSmallCellIsTold (tally)
//	one binary, no service outside          demo.txtar (cmd/veche), TestScenario here
//
// # Trust
//
// What a city, its citizens and whoever doubts it may rely on, and the test of
// each: a row a promise, its package in brackets. Threats and what is out of scope
// stand in identity, privacy and audit.
//
//	Sign-in
//	  no account before the command line      TestNoDefaultAccount
//	  100,000 guesses at links, codes and     TestGuesses -guesses 100000: 160 looked at or refused, the rest slowed;
//	    digits: 0 hits, others unhurt           the slowest honest sign-in meanwhile 5 ms
//	  digits are bounded by letter, place,    TestDigitsEndAfterAFew (identity), TestDigitsAreBoundedInAll
//	    and in all
//	  nothing tells who has an account        TestAskingTellsNothing
//	  the city's tokens are held against key, TestCityIsRefused, TestCityChangesItsKey, TestCityNeedsWhatItBegan
//	    audience, nonce, time and browser       (identity), against a real identity point
//	  staff need a second step                TestStaffNeedTheSecondStep, TestSecondStep (identity)
//	  an ended session closes its sockets     TestSigningOutClosesSockets, TestAccount, TestAccountsBesideTheServer
//	    within a second
//	  mail is never sent twice                TestCrash, TestQueue (mail)
//
//	Uniqueness
//	  one verified person, one application,   TestOnePersonIsOne: a hundred at once
//	    one seat, one ballot
//	  a topic says how surely people are      TestAssuranceOfATopic, TestAssurances (topic), TestMailOnlyIsSaid
//	    known, and its results do                (export)
//	  at every level, in open ratings and     TestOneBallotAtEveryLevel, TestSetAsideVotesOnce
//	    polls too
//	  applications that are likely of one     TestFindsPlanted, BenchmarkMillion (double): 1,000,000 people, 10,000 of
//	    person are shown before the draw        10,000 planted found; TestDoubles (topic), TestDoublesOnline,
//	                                            e2e/doubles.test.mjs
//
//	Policy
//	  every route and socket message, every   TestPolicyHoldsEverywhere: 216 routes × 10 kinds of people × 8 steps,
//	    role, every step as the table says      17,280 decisions, 504 messages; headers on 17,280 of 17,280 answers
//	  a route without a policy never starts   TestRouteWithoutPolicy
//	  duties are separate                     TestDutiesAreSeparate (topic)
//	    in every answer                         TestDutiesAreApart: 23 secrets in 8,900 answers to 11 kinds of people
//	  a topic is hidden until it opens        TestDraftIsHidden
//	  who wrote a text is learnt by two       TestDisclosureTakesTwoPeople (topic), e2e/identities.test.mjs
//	    people together, and told in the log
//
//	Privacy
//	  erasure leaves nothing, and everything  TestErasure: greps the files, verifies the bundles of both kinds
//	    still verifies
//	  a restored backup forgets again         TestRestoredDataForgetsAgain, TestRestoreForgets
//	  consent is kept with its words, and     TestConsentVersions (topic), TestConsentIsAskedAgain,
//	    can be taken back in any step           TestConsentIsTakenBack
//	  what people answered goes in its time,  TestRetention, TestInstallation, e2e/installation.test.mjs
//	    and when is shown
//	  each field of personal data has its     TestInventory, TestInventoryMissesNoType: 17 classes
//	    class, each class its end
//	  nothing published joins what one said   TestNothingPublishedJoins: open routes and bundle, during the
//	    and how one voted, or tells when        votes and afterwards; TestCountsAreToldInSteps (topic)
//	  the facts of an assessment and of a     TestReach, TestBreach (protection), e2e/protection.test.mjs
//	    breach follow from classes and policy
//	  the key over all others can be renewed, TestSealKeyIsRotated (privacy), TestKilledRotation: killed twice in
//	    and retired, killed at any moment       the midst, 0 of 30 people lost; older backups open with the copy
//
//	Audit
//	  every record of a log that is changed   TestEveryRecordIsHeld: 361 records, 1,805 changes, all found by the
//	    is found                                signed root; 1,804 of 1,804 of what it signed by a witness (audit)
//	  a record set back is found              TestWitnessFindsARecordSetBack (cmd/veche)
//	  a second decoder reads the same         TestASecondDecoderReadsTheSame: 103 kinds (audit)
//	  a lost key is told, with what is lost   TestMissingKeys, keys.txtar (cmd/veche), TestExamine (doctor)
//	    and what to do
//	  the signing key can be renewed: the old TestSigningKeyIsHandedOver, TestHandover (audit),
//	    one leads to the new                    TestOldKeyLeadsToTheNew (cmd/veche)
//	  no proof tells a single vote            TestNoVoteIsToldAlone, TestPublishable, TestPublicBundleKeepsSilent (audit)
//	  a draw is fixed before its beacon       TestCommitmentComesBeforeItsBeacon (audit): six orders and times
//	  receipts, checkpoints and bundles are   e2e/verify.test.mjs; its vectors by TestVectorsOfTheVerifyPage (audit),
//	    checked in a browser                    chances by TestReceipts (selection)
//	  a changed byte of a bundle is found     TestAnyChangedByteIsFound, TestTamperingIsFound, TestALyingServerIsFound
//	                                            (audit)
//	  every promise has a test that is there  TestPromisesAreHeldByTests
//
//	Hostile input
//	  pages of other sites change nothing     TestOtherSitesChangeNothing: 109 routes × 14 ways to send, and sockets;
//	    and open no socket                      0 taken, 0 written
//	  no GET changes anything                 TestPolicyHoldsEverywhere: nothing written in 7,840 requests of every role
//	                                            in every step, but how much of the public record was signed for one
//	  one who floods is slowed, by person,    TestOneFloodsAndOthersDoNotWait, TestAddressesAreNotBelieved;
//	    place and kind of request, and no       TestOthersAreUnhurt, TestCrowdIsBounded (limit): 1,000,000 addresses
//	    other waits for it                      leave 5 MiB
//	  bombs of packing, nesting, width and    TestBombs: 10 of up to 16 MiB; at most 30 MiB are held meanwhile, of
//	    length take bounded memory              which the largest is the list of what is wrong; TestDeflateBombTakesNoMemory
//	                                            (live)
//	  and of bundles, backups and tables      TestBombsInFiles: 20 of up to 1 GiB; at most 80 MiB are held meanwhile, for
//	                                            a row of 1 MiB of cells; TestBombsOfIdeas (nlp)
//	  no name in a backup, address or id      TestBackupStaysInItsDirectory (backup): 32 names × 8 kinds of files;
//	    leads out of its directory              TestNoAddressIsAPath: 4,041 addresses, 0 files told or made
//	  what is hidden answers as what never    TestDraftsCannotBeGuessed: 344 questions, TestHiddenIdeasCannotBeGuessed,
//	    was, byte for byte                      TestCodesCannotBeGuessed: receipts, letters, codes, links, sessions, mail
//	  200 people behind one address are not   TestLibraryOnDebateNight (limit)
//	    taken for one who floods
//	  secrets are compared in constant time,  TestSecretsAreComparedInConstantTime: all comparisons in 8 packages of
//	    or found by their hash                  what is called as secrets are
//	  no text runs, loads or leads away       e2e/xss.test.mjs: 70 payloads, every field seen on a page; 0 ran,
//	                                            0 foreign requests, 0 breaches of the policy
//	  every parser is fuzzed                  TestEveryParserIsFuzzed; scripts/fuzz in each run of the tests
//	  what cannot be seen does not stay       TestHiddenCharactersGo, FuzzSkeleton (topic), TestNamesOfPeople,
//	                                            TestUnseenInAddresses (identity)
//	  a sign-in brings no name, and what      TestNoNameComesBySignIn, TestSubjectsThatLookAlikeAreTwo (identity): 11
//	    looks alike is not one person           names of the city's identity point, all let in
//	  no text makes a header, a recipient, a  TestHostileTextsInMails (mail): 21 texts in every place of every message
//	    tag or a link of a message
//	  nor a part of the pages and files of    TestHostileRegister (selection)
//	    letters
//	  answers that look alike do not stand    TestLookalikeOptionsAreRefused, TestLookalikes (topic)
//	    in one poll
//	  cells of tables run no formula, and     FuzzCell, FuzzSheet, FuzzTableCells (export), TestNoTableRunsFormulas:
//	    files have plain names                  every route; TestTablesOfCommandsRunNoFormula (cmd/veche),
//	                                            TestTopicsAreNamedForFiles
//
//	Faults
//	  killed at any moment, nothing that was  TestKill, and of sockets; veche bench live --only kill
//	    acknowledged is lost
//	  a backup under load, restored, has all  TestDrill
//	  a full disk refuses and stays readable  TestFullDisk
//	  a read-only disk, a damaged page, a     TestReadOnlyDisk, TestDamagedPage, TestTruncatedWAL
//	    truncated write-ahead log
//	  a clock that is set back or forward:    TestSteadyClock, TestClockReaches, TestClockJumpsInADebate, in a rating,
//	    events keep the order of time, what     and with sign-in; TestTimeNeverGoesBack (topic). A wait is a ninth
//	    ends at a time ends once, nothing       longer at most, a session by the jump; a restart goes on from the
//	    hangs or lasts                          newest event, up to 26 hours ahead; codes of apps go by the true time
//	  a slow disk: nothing is acknowledged,   TestSlowDisk, and that of journal: 900 changes wait (16,384 a topic in
//	    reading goes on, what waits is bounded  service), others are refused with 503 and count once when sent again
//	  what is wrong with a directory is told  TestExamine (doctor)
//	  a whole topic is deleted by two people, TestDeletionTakesTwoPeople (topic), TestDeletion:
//	    a signed notice stays, and a restored   nothing is left on disk, TestDeletionGoesOn,
//	    backup loses it again                   TestRestoreWithoutADeletedTopic (backup)
//
//	Nothing personal outside its store
//	  no log, metric, event, refusal, panic   TestNothingPersonalIsTold: 18 seeded words, some 600 places, 0 hits; input of
//	    or file left behind tells a name,       every kind on every route and over sockets, a mail server that
//	    an address, a text or a secret          refuses, a store that fails and one that panics;
//	                                            TestAPanicEndsOneSocket (live), TestOf (mishap)
//	  nor does an address, a cookie or what    e2e/redaction.test.mjs: what is not sent yet is kept in the tab alone,
//	    a browser keeps                         until its person signs out
//
// # Capacity
//
// What so many people who are live at once take, reckoned from measured figures:
// a socket 11.5 KiB with its share of the process (veche bench live --full --only
// idle); a delivery to one socket 3.3 µs of a core (--only fanout); a remark of
// 200 letters 290 bytes on the line deflated in English and 400 in Russian, some
// 430 with the heads of TCP and TLS; a heartbeat 160 bytes a second; a vote 27
// bytes in the log, a remark some 400 with its text. Everybody is in a main hall
// of 10,000 with its default of 10 remarks a second, and says one thing a minute
// at a table of 12. No crowd above 10,000 was run.
//
//	live people                10,000       100,000     1,000,000
//	topics of 10,000                1            10           100
//	memory of sockets         115 MiB       1.1 GiB        11 GiB
//	cores to deliver in halls    0.33           3.3            33
//	  and at tables              0.01          0.07           0.7
//	line to the public     0.36 Gbit/s   3.6 Gbit/s     36 Gbit/s
//	durable events a second       170         1,700        17,000
//	log of three hours        0.7 GB          7 GB         70 GB
//
// What breaks first is the line: a machine with 1 Gbit/s carries some 25,000
// people in halls. Then, in this order: the limit of open files (a socket is one;
// what is missing is refused, counted and said), the processor (two cores deliver
// to some 50,000; rooms are told more seldom where it is short, see
// veche_pass_seconds), memory. The disk is last: one group-committing SQLite took
// 92,000 votes a second from 256 writers. To halve the line and the cores, halve
// the hall's rate: nobody reads 10 remarks a second. Past one machine, topics are
// what is spread, for each has one sequencer; a topic of 10,000 never needs two.
// veche serve --rehearse measures the machine and the topic at hand.
//
// # Figures
//
// From opening the data to the first answer over HTTP: 37 ms on an empty
// directory (database and keys are made), 5 ms on one that was closed before, on
// two busy cores.
//
//	go test -tags noasm -run '^$' -bench StartUp -benchtime 20x ./server
//
// A pool of 1,200,000 people of a file, four features and a household each, in the
// serving process on SQLite: 1.6 GiB at the most while it is imported over HTTP, 1.5
// while 10,000 are drawn from it and while the auditor's bundle (182 MB) is written,
// 1.0 at rest afterwards. How long it takes is the bench of the store's to say.
//
// From a fresh clone to the printed sign-in links with ./scripts/run: 11 s (Go's
// and npm's caches warm; packages, solver, frontend, binary and the demo's five
// topics), 0.5 s at the second start.
package server
