// Package signal finds behaviour that chance hardly explains: ballots that agree
// improbably, the same words from different authors, much more at once than usual,
// a table where one person says most.
//
// A signal is advice to somebody who looks into it: what was seen, the rows to
// open, how probable it is by chance. It takes nothing away and changes no vote.
// The package is pure, knows no topic, store or clock, and is given neither
// addresses nor anything about devices: only votes under ballot numbers, and texts,
// times and turns under the numbers of their authors. No signal names both, and
// nothing here joins them.
//
// # Design
//
// Ballots. For each pair with [leastCommon] items in common that says the same on
// [leastSame] of them: the likelihood ratio that one copies the other with 2, 10 or
// 25 % of noise, to that both vote by their opinions. A same vote gives about
// −ln of its chance, so common agreement weighs next to nothing and rare agreement
// much; another vote takes it back. Similar views are expected and are no signal:
// the chances come from a model of the items' rates, each ballot's leaning and its
// habit to pass, and four directions of opinion ([expectation]), which is more than
// the groups of a tally; who says the same on nearly everything has a habit.
// Ballots that say nearly the same count as one when the directions are fitted, or
// else a large ring would be an opinion of its own, which explains it.
//
// The mean of such a ratio over honest pairs is one, whatever they share, so that
// it exceeds x with a chance of 1/x at most; Benjamini and Hochberg's procedure
// then holds under any dependence (Wang and Ramdas 2022, "False discovery rate
// control with e-values"). Real people are more alike than any model of them, so
// but half of the logarithm is believed. Where times are known, votes within a
// minute of each other more often than both ballots' own times explain add to it,
// three decimal digits at most: friends who vote on the same evening must not
// become a ring.
//
// Texts repeat each other by [nlp.Repeats]; six words in common at least. Bursts
// are windows of ten minutes against their neighbours, negative binomial with a
// dispersion that all of a sort show together. A table is judged by the exact
// binomial tail of the turns of who said most, and only where the share is large,
// too: at every honest table some talk more than others.
//
// Bytes. Products are rounded before they are added, logarithms are our own, sums
// have one order; only what is counted in whole numbers is added up on several
// processors. 386 gives the same bytes as amd64 (TestSameBytes).
//
// # Figures
//
//	go test -v -run 'Polis|Planted|Honest|Habit' ./server/signal
//
//	real conversations       ballots compared   signals   ballots named
//	vtaiwan.uberx                       1,059         0               0
//	bowling-green                       1,500         9              24
//	biodiversity                          413         0               0
//	land-bank                             339         1               2
//	bg2050-volunteers                     101         0               0
//	london.youth.policing                  24         0               0
//
// Nobody checked who voted in Bowling Green; on 896 statements the strongest pair
// says the same on 87 % of 325 where its opinions explain 51 %, which one person on
// two devices would.
//
//	made: 1,500 people, 100 items, 70 of them each, two rings of   found   wrongly named
//	 5 ballots that change 0 or 5 % of what they copy               100 %   0
//	15 ballots,            0, 5 or 10 %                        97–100 %   0
//	50 ballots,            0, 5 or 10 %                             100 %   0
//	300 honest friends of one sure group, five times                    –   0
//
// What it does not find: rings that change a fifth of what they copy, or that have
// fewer than about 40 votes in common each.
//
//	go test -run - -bench Accords -benchtime 1x ./server/signal
//
// 10,000 ballots × 300 items, two million votes, making them included: 3 CPU s,
// 185 MB resident (Xeon, two cores).
package signal
