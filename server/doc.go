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
//
//	Uniqueness
//
//	Policy
//
//	Privacy
//
//	Audit
//	  a changed byte of a bundle is found     TestAnyChangedByteIsFound, TestALyingServerIsFound (audit)
//
//	Hostile input
//
//	Faults
//
//	Nothing personal outside its store
//
// # Figures
//
// From opening the data to the first answer over HTTP: 37 ms on an empty
// directory (database and keys are made), 5 ms on one that was closed before, on
// two busy cores.
//
//	go test -tags noasm -run '^$' -bench StartUp -benchtime 20x ./server
//
// From a fresh clone to the printed sign-in links with ./scripts/run: 11 s (Go's
// and npm's caches warm; packages, solver, frontend, binary and the demo's five
// topics), 0.5 s at the second start.
package server
