// Package selection draws a panel from the people who applied and seats it at
// tables: quotas met exactly, chances as equal as the quotas allow and printed,
// no seat unfilled, the whole draw repeatable by anyone to the same bytes. It is
// pure: what it answers follows from its arguments alone, and it must never import
// anything of the server, a database or the network. The one thing that it reads and
// writes besides is the compiled solver, in the user's cache folder, so that the next
// draw begins sooner; without that folder it compiles anew, to the same results.
//
// # Use
//
//	pool, _ := selection.NewPool([]selection.Feature{{Name: "age", Values: []string{"16–29", "30+"}}})
//	_ = pool.Add(selection.Person{ID: "a17", Values: []uint16{0}, Household: "12 Mill Lane"})
//	problem := selection.Problem{Pool: pool, Quotas: quotas, Size: 500, Reserves: 100}
//	roll, _ := selection.NewRoll(pool, &key)
//	commitment, _ := selection.Commit(&problem, roll, terms) // publish it before the beacon's value is known
//	_, err := commitment.Prepare(&problem, value)            // the seed; refuses another beacon's value
//	result, err := selection.Draw(ctx, problem)              // *InfeasibleError names conflicting quotas
//	proof, _ := selection.NewProof(problem, roll, result, commitment, value, earlier...)
//	steps, err := selection.Verify(ctx, proof, pool, &key)   // or pool = nil: proves what it can
//	receipts, _ := selection.NewReceipts(proof, roll, result.Chances)
//	receipt, _ := receipts.Of(i)                             // for person i alone; receipt.Verify(proof) needs no pool
//
// A replacement round is the same call with Fixed (who accepted), Excluded (who
// declined) and the next round number in the seed: the residual problem is
// solved, so the quotas of the whole panel hold again. Check tells without a
// draw whether the quotas can be met. Seat puts people at tables, Join joins those
// that too few have come to.
//
// # Design
//
// People alike in every quota feature (and in weight) are one integer variable,
// a type. That is exact: averaging a lottery over people who are alike changes
// neither quotas nor the lowest chance. It turns 1,200,000 people into some
// 90,000 variables and 2,000 people with two features into three.
//
// What the quotas settle already (a maximum of 0, a minimum that needs everyone)
// is taken out first: the core has room on both sides. Chances of the core come
// from convex programs over its types by our own primal-dual interior point
// method, whose Newton system has one unknown a quota row: the maximin value,
// with dual multipliers that prove that no lottery does better (Certificate),
// then the objective. Interior solutions are strictly complementary, so leximin
// reads off who must stay at the lowest chance, stage after stage. Where quotas
// leave hardly any solution the method is run again with smaller steps and
// bounds wider by 1e-7, and where that fails too the chances are those found
// before it, at worst the simplex method's, and the report says so: a draw does not
// fail for its chances where a panel exists (TestChancesExist).
//
// Small draws (to 250 seats and 4,000 types, or leximin and goldilocks when asked
// for) list panels. Every listed panel meets every quota, so chances are exact.
// Above 400 types some thousand panels are made that are balanced among
// themselves: the seats of all of them are rounded at once and halved until each
// half is a panel, so that each type has within a seat what its chance gives it;
// the least change of the shares (least squares, conjugate gradients) then meets
// every chance exactly. Where quotas leave no such halves, and below 400 types,
// panels come from rounding one by one, and more from where the prices of a
// master program ask for them (column generation), until every chance is within
// 5e-4 of its target. The master has an interior point method of its own, because
// a simplex method on a row a type takes most of the time beyond 500 types, and
// because prices from the middle of the optimal face need fewer rounds. Exchanges
// of people find the panels; HiGHS is asked only to prove that none is left, and
// where it is not in the build the objective refuses, or auto goes by type and
// says so. Panels are listed before the seed is known and do not depend on it.
// Everyone is put on a panel first, or proved to be on none: one target out of
// reach would let all others go to 0. Where seats are few and households many, whole
// people cannot reach the target; then the chances are leximin over the panels
// themselves, stage by stage with the same columns (TestLeximinOverPanels compares
// with a look at every panel).
//
// In listed panels people who share a household are types of their own, by the
// make-up of the household, and one seat for each household of a make-up is a row
// like a quota's: chances are exact with households (TestHouseholdsExact). Beyond
// 4,000 such types people are moved after a panel is drawn, and replays measure
// what that does.
//
// Panels for a draw by hand (Problem.Panels) are the same lists rounded to
// multiples of 1/M by systematic sampling, then mended by exchanges of whole
// panels and of people until the sums fit; by type, the seats of all M are halved
// as above. Flanigan, Kehne and Procaccia (NeurIPS 2021) choose among given
// panels by an integer program; with panels that can be changed nobody is in more
// than about one panel more or fewer than their chance says. Seats go to those
// of a type who had fewest. The published chances are then the list's own.
//
// The price of fit is what the same objective gives with all weights 1 and
// without the quotas of the features of interest. Weights lie between 1 and
// MaxWeight, and the lowest chance by weight is what is made high, so nobody's
// chance falls below the floor that the report states.
//
// Large draws go by type: Nash welfare with nobody below 0.995 of the maximin
// value, then rounding in three steps, each of which keeps every chance. (1) A
// deputy of each shared household is drawn in proportion to its members' chances
// and stands for the sum of them, so that no two of a household can meet and
// nothing has to be mended. Drawn one by one, deputies would move a row by some
// ten seats; they are settled by the cube's flight, two types at a time, with all
// rows held, and what the last households move is borne by everyone decided
// before, up as likely as down. In a large pool most deputies are drawn one by one
// after all, and what that moves is borne by the chances of the households that the
// flight settles then: 0.2 CPU s instead of 1.4 for 400,000 households. (2) The cube's flight rounds the expected seats of
// the types; its last types are settled by letting rows go one by one, those first
// that no outcome can break. (3) People within a type are drawn by systematic
// sampling along a random order, its start tied to whether the type's seats were
// rounded up or down.
//
// In step 2 a row ends less than F seats, F quota features, from where it stood
// (Beck and Fiala 1981). So quotas are drawn in by F seats where the floor allows:
// then no outcome is ever thrown away, for any seed, and the published chances are
// exact. Where quotas have less room (small panels, min = max) settling may miss
// one; exchanges between neighbouring types mend that at once, an exact search
// where they cannot, and the chances are measured by replays with their error.
// Mending at once is on purpose: to try until an outcome holds moved chances of
// types by 15 % in a pool of 150, the exact search alone by 16 %, mending by less
// than 5 %, of which 3 % are the replays' own.
//
// A deputy needs a household's chances to add up to a seat at most. So nobody who
// may share one is given a chance above 0.45, less where that does not do, and
// nobody at all above 60 times the mean, as long as the floor can be kept: Nash
// welfare left alone gives near certainty to people whom the quotas would take in
// any number, and its interior point method lost its way there with ten million
// people. Where households have no such room (hardly more of them than seats)
// people of a type are drawn uniformly and one seat a household is a matching:
// what stands in its way (Hall's condition) becomes a row of the exact search, and
// after a dozen of these each shared household does, so a draw fails only where
// no panel exists. That moves chances, and replays measure by how much.
//
// Random numbers are ChaCha8 under SHA-256(seed, use), with our own reductions.
// Replayed code writes float64(a*b)+c, has its own ln and exp, walks types in
// the order of the quotas, then of the texts of values without one, and people in
// the order of their identifiers, all of which policy and root bind, and
// never ranges over a map where order could matter: same input, same bytes
// (TestSameBytes, TestNothingFuses). Limits are counts, never times.
//
// Salts come from a key or, without one, from the digest of the whole pool, so
// that proof.json needs no secret beside it and still gives no row away.
//
// # Proof
//
// Commitment, Policy and Proof are three things: the policy is the rules, the
// commitment binds rules, roll, program and beacon before the beacon's value can
// be known, the proof says what came out. A topic's commitments name each other,
// so that one that was aborted, or drawn and not liked, cannot be left out of the
// list without breaking it. What no file shows is where and when the commitment
// was published: a doubter keeps it, or its digest (Proof.Matches).
//
// A program can say of itself what it likes. Program names the sources that it
// was built from, because they can be had, read, built and run again; a digest of
// the binary would refuse the same sources on another machine.
//
// The roll and the chances are Merkle trees by leaf. A receipt opens one leaf of
// each with its owner's salt, so it needs neither pool nor organiser; a leaf of
// the chances is salted too, or neighbours in the tree could be tried out. The
// proof names who was selected by leaf alone: a path for each seat took 13 MB for
// 10,000 seats and showed nothing that a receipt does not.
//
// The proof names features and values, those of the quotas and of who can be drawn,
// and says nothing of who has which: cells of people whom a rule leaves out are all
// read as NoQuota, and lists of people are digests over leaves with their owners'
// salts. What has nobody in it gives nobody away; a value with one person among
// those who can be drawn is still named. Nor does a person's row follow: the exact
// chance of a type of one person, or the sum of the certificate's multipliers of
// their values, would be as good as their row, so the curve is by groups of ten
// people or more, and the certificate's sums are left out where fewer than ten
// people make one. Without the pool the bound is arithmetic over those sums: that
// they are the pool's takes the pool.
//
// A proof of 10,000 seats from 1,200,000 people has 120 kB. It is checked without
// the pool in 0.1 s, with it in the draw's own time; the roots over rows and
// chances are 2 s of both.
//
// # Letters
//
// Where people are invited by letter the lottery begins with it: Register.Read,
// Mailing.Draw, NextWave. Chances within a stratum are equal and strata get within
// one letter of their share, one letter an address whatever strata live there:
// that is a rounding of probabilities on a bipartite graph, of addresses and
// strata, done by dependent rounding (Gandhi et al., JACM 2006) in whole units
// (apportion), so the published chances are those of the draw itself and no
// floating point decides who gets a letter. A letter to every address of a sample
// drawn by stratum would need strata that no address straddles, and a redraw where
// two people share an address would bend chances by an unknown amount. Sums over
// several strata, such as an age over all districts, are not held to within one.
//
// 1,200,000 people at 666,429 addresses, 200 strata, 30,000 letters: 6 CPU s,
// 181 MiB, from CSV to the last file written.
//
// Quotas that cannot be met are explained, not only refused. The elastic program
// over types, with a column for each seat by which a quota gives way, is solved by
// branch and bound, so that its fewest seats are proven and a panel of whole people,
// one a household, shows that they suffice; TestSmallestChanges compares them with a
// look at every panel. Flex is kept to where it can be, and of equal sums the one
// spread over more and larger quotas is chosen. Beyond 5,000 types branch and bound
// is over the quotas alone and a draw by type shows the panel. A conflict is a set
// of limits none of which can be left out of it, told by the people who would have
// to be found.
//
// # Figures
//
// veche bench draw --instances ../shared/data/sortition/instances, one thread of
// a two-core machine under load, from CSV to the last file written, CPU seconds:
//
//	pool                              types   CPU s   MiB   lowest chance, of the proven bound
//	example_small_20, _large_200          3    0.03    26   .1000, 1.000; gini 0
//	sf_fixture_22                       122    0.1     27   .0909, 1.000; gini .1404
//	like_hd_30                          179    0.4     27   .0241, 1.000
//	like_obf_30                         258    0.7     29   .0348, 1.000
//	sf_e_synth_110                      503    0.6     33   .1820, 1.000
//	six Austrian pools of 2,000 (*)     394–732 0.5–0.9 33  1.000
//	360 people, 30 seats, min = max     336    2.1     32   .0581, 1.000; gini .225
//	400 people, 30 seats, households    377    3.2     35   .0574, 1.000
//	1,727 people, 110 seats             921    1.3     50   .0405, 1.000
//	the same with households            924     11    114   .0391, 1.000
//	5,000 people, 250 seats           3,042     12    160   .0250, 1.000
//	12,000 people, 100 seats          7,336    1.0     35   .995
//	20,000 people, 500 seats         15,842    0.7     39   .995
//	1,200,000 people, 10,000 seats   91,700    8.0    238   .995
//	the same, min = max everywhere   91,700    7.9    240   .995
//	10,000,000 people, 10,000 seats             58  1,557   .995
//
// (*) --registers ../shared/data/sortition/buergerinnenrat: 60 seats, quotas of
// every feature its share to both sides of the nearest seat.
//
// 1,000 panels for a draw by hand: sf_fixture_22 worst change of a chance .0009,
// lowest .0909 → .0900; like_hd_30 .0011, .0241 → .0230 (TestPanelsOfInstances).
//
// Against the field's method, a variable for each person with the same solver
// (scripts/bench/draw/run --instances ../shared/data/sortition/instances, CPU s):
// sf_fixture_22 maximin 12.8 to 0.04, leximin 16.3 to 0.06, 276 times as fast at
// the same lowest chance (.9999) and gini; like_hd_30 not finished after 30, 0.4.
//
// No quota, size or household was broken in any draw; 10,000 replays of a draw of
// 20 from 150 with quotas of min = max give a chi-square of 153 over listed panels
// and 121 by type, for 150 people (TestFrequencies).
//
// By type with households (TestSharingIsFair, 3,000 people, 150 seats, half of the
// households of two to six): people alone are seated 1.00 times as often as
// published and those in households of six too, where mending after the fact made
// it 1.07 and 0.96; chi-square is 2,933 for 3,000 people where chances are exact and
// 3,026 with quotas of a seat to both sides, over 10,000 replays, every panel
// checked. That, and as many draws of 10,000 from 1,200,000 as are asked for:
//
//	VECHE_LONG=200 go test ./selection -v -timeout 6h -run 'TestLargeReplays|TestSharingIsFair'
//
// 100 draws of 10,000 from 1,200,000 with quotas of ±0.5 % and 100 with min = max
// broke no quota, size or household; chi-square is 1,197,194 and 1,199,057 for
// 1,200,000 people, −1.4 and −0.5 standard deviations. 800 draws of 2,000 from
// 60,000: 60,096, 0.3.
//
// Tables: BenchmarkSeat and TestBeatsGroupSelect (go test -bench Seat ./selection;
// go test -run Beats -v ./selection). 10,000 people, tables of 12, five rounds,
// 8 features of 45 values: 1.7 CPU s, 834 tables, on average 0.40 people off for a
// value where whole people leave 0.27, 2.1 at most, 54.9 of 55 others met; with
// three sessions, two languages and 500 pairs each together and apart 3.9 CPU s.
// Beside groupselect-lib's two ways (its legacy algorithm, and the Pareto swaps of
// Barrett and Gal 2024), the same tables and rounds, theirs the mean of three
// runs; the distance is its diversity score, sum over values of |share of all −
// share of the table|:
//
//	sample                     tables  rounds   distance           meetings
//	                                            ours legacy Pareto  ours legacy Pareto
//	sf_f_40, 7 features             5       3   .780  1.430  1.477   376    219    355
//	                                5       5   .814  1.430  1.402   541    233    497
//	sf_f_40, 3 features             4       4   .000   .000   .000   583    524    542
//	100 people, 4 features         10       5   .336   .492   .352  2114   1754   2009
//	100 people, 3 features          8      10   .133   .179   .221  4258   3536   3880
//	110 people, 5 features          7       5   .299   .654   .349  3402   2563   3227
//	30 people, 3 features           3       3   .178   .178   .178   323    303    303
package selection
