// Package tally turns votes into opinion groups and rankings with their
// uncertainty. It is pure: it knows no topic, store or clock, imports nothing
// else of Veche, and never weighs or drops a vote on its own.
//
// The same items, votes, given groups and seed give the same bytes on any
// machine, in whatever order rows, items and votes arrive and however the
// ballots are numbered. So a stranger can re-run a result from the public
// bundle.
//
// # Design
//
// Order. Polis's groups move with the order of its rows: sorting them by
// participant alone changes the adjusted Rand index against its own export by
// up to .11. Here items stand by id and ballots by the SHA-256 of their own
// votes before anything is added up. Two ballots that this leaves tied have the
// same votes, so their order can't matter, and a bundle that shuffles ballots
// under new pseudonyms gives the same bytes as the log.
//
// Last vote. The last entry by sequence counts. Where two have the same time
// the less supportive counts, for a file's row order must not decide; the
// stored conversations have no such case.
//
// Groups. Two leading axes by Lanczos on the counted votes alone, people scaled
// by √(items/votes) as in Polis, k-means in the plane from 20 seeded starts, k
// by silhouette. What Polis does beside that (100 base clusters first, hand-over
// from the last tick) serves its live map and costs agreement: .53 against .75
// on vtaiwan. Two things are added. An axis counts only if its eigenvalue is a
// tenth above that of the same votes dealt out at random, or noise would divide
// people and a noise axis would blur real groups; and fewer than five people
// are no group, for they would decide the consensus alone and could be
// recognised. Each k that was tried is told with its silhouette and with how
// often it comes back from ballots drawn again.
//
// Bridging. Community Notes' model and penalties, fitted by alternating least
// squares instead of gradient descent from random starts. After each sweep the
// fit moves in closed form along the directions that leave every prediction
// unchanged; alternation alone was not done after 200 sweeps where this takes
// 30 to 40. The model isn't convex, but on every stored conversation all starts
// end in one minimum (TestEveryStartFindsTheSameIntercepts), so the intercept is
// a property of the votes.
//
// Ranks. Three side by side: the Wilson lower bound, which the official list
// goes by; group-informed consensus; the bridging intercept. No ties: equal
// figures go by the other measures, the counts, the id. Items taken out by
// moderators are measured but shape nothing and stand last.
//
// Beside the ranks, none of them moving one. What marks a group off is Polis's
// representativeness with both its tests ([Ranking.Marks]). The proportional
// order ([Ranking.Proportional]) serves each group by its size from the top on.
// Row.Distinct counts ballots that say the same on everything once: a what-if,
// for two people who agree on everything are still two. The map is a grid of
// counts, so that nobody's point moves about on it.
//
// Pairs. Where the likely places of several items lie on both sides of the last
// place that counts, voters are asked which of two is to come first. Strengths
// are Bradley–Terry's, fitted by Hunter's sweeps with one even comparison more
// for each item, so that they need neither exp nor a step size and exist always.
// They order the near-ties among their own places and nothing else
// ([Ranking.ByPairs]); the order without them stays beside. Made cities of 400
// people and 60 items, the ten most wanted among the first ten (go test -v -run
// TestPairsAreWorth ./server/tally): 8.45 after 20 ratings each, 8.75 after ten
// ratings more, 9.10 after ten pairs.
//
// Open votes. Who was not drawn may rate too where the rule says so. Those who
// come of themselves stand for nobody but themselves, so their votes are counted
// apart from the start and never added: an Input holds them as another list of
// ballots, a Row as Open, with the gap to the panel and its interval by
// Newcombe's method, which stays within bounds near 0 and 1 where the common
// formula doesn't.
//
// Spread. Ballots are drawn again (Poisson bootstrap), groups and the ballots'
// side of the bridging model held; so the spread of the consensus and bridging
// ranks is that within these groups, not the uncertainty of the groups, which
// Trial.Agreement tells.
//
// What-ifs. The list among one stratum, and the list if the panel were weighed to
// be as the city is, are asked for and never rank. A stratum's cells are told as
// whole percents without counts, none with fewer than five answers or in which
// all say the same, and hidden ones never alone ([ByStratum]): taking what is
// told from the public sums leaves at least two cells, ten answers and two minds.
// Where a cell is hidden the weighed share stays untold too, or it would be a
// second equation about the same cells. Weights are fitted by raking within 1/3 …
// 3, with Kish's design effect and what the bounds leave off the margins
// ([Rake]); intervals go by the effective number of answers.
//
// While votes come in. [Running] keeps the counts of items and of the groups of
// the last full tally, and takes a vote in O(1); what it tells is byte for byte
// what [Rank] gives with these groups given (TestRunningIsAFullRecount). It finds
// no groups, fits no bridging and tells no strata: hidden cells guard one
// publication, and a series of them could be taken from each other. A result is
// always a full tally.
//
// Bytes. Products are rounded before they are added (float64(a*b) + c), since
// arm64 would fuse them; nothing takes math.Exp or math.Log, which differ by
// machine; random numbers are PCG from SHA-256 of purpose, seed and number.
// Everything runs in one goroutine: a tally of two million votes takes seconds.
// That no multiplication was fused can be seen by
//
//	GOARCH=arm64 go test -tags noasm -c -o t ./server/tally && go tool objdump -s veche/server/tally t | grep -E 'FN?M(ADD|SUB)'
//
// which names test code alone.
//
// Files. Readers go by header, not by file name or column number: Polis moved
// columns over the years. They are strict about what they use (an unknown id or
// vote is an error with its row and column) and ignore the rest.
//
// # Figures
//
// Against Polis on its own exports, statements in and with ≥ 30 votes (go test
// -v -run 'Polis' ./server/tally):
//
//	bg2050-volunteers, given groups: Polis's consensus on 371 of 371 statements to 1e-12
//	                  groups (Polis)          ARI   rank correlation of consensus   top 10 shared
//	vtaiwan.uberx     810/408 (889/330)       .75   .994                            10
//	bowling-green     858/718 (828/753)       .75   .999                             9
//	biodiversity      345/92  (371/72)        .77   .993                            10
//	land-bank         248/105 (264/91)        .84   .995                            10
//
// Two million votes, each ballot's and item's number of votes alike, 200
// resamples, on a machine shared with other work (Xeon, two cores; go test -c
// ./server/tally, then time -v … -test.bench Rank/10000x):
//
//	10,000 ballots × 300 and × 2,000 items, each with and without resamples, making the votes included:
//	12.1 CPU s for all four together, 157 MB resident
//
// 1,000 more votes and how things stand after them, beside a full tally without
// resamples in the same run (go test -run xxx -bench Running -benchtime 100x
// ./server/tally; wanted: at most 100 ms):
//
//	10,000 ballots × 300 items × 2,000,000 votes     0.2 ms beside 1.3 s, 1 : 6,500
//	10,000 ballots × 2,000 items × 2,000,000 votes   1.1 ms beside 1.5 s, 1 : 1,400
package tally
