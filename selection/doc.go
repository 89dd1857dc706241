// Package selection draws a panel from the people who applied and seats it at
// tables: quotas met exactly, chances as equal as the quotas allow and printed,
// no seat unfilled, the whole draw repeatable by anyone to the same bytes. It is
// pure: it reads nothing but its arguments, and must never import anything of
// the server, a database or the network.
//
// # Use
//
//	pool, _ := selection.NewPool([]selection.Feature{{Name: "age", Values: []string{"16–29", "30+"}}})
//	_ = pool.Add(selection.Person{ID: "a17", Values: []uint16{0}, Household: "12 Mill Lane"})
//	problem := selection.Problem{Pool: pool, Quotas: quotas, Size: 500, Reserves: 100}
//	commitment, _ := selection.Commit(pool, &key)          // publish its root and the policy first
//	policy := problem.Policy(commitment.Root())
//	problem.Seed = selection.NewSeed(commitment.Root(), policy.Digest(), beacon, 0)
//	result, err := selection.Draw(ctx, problem)            // *InfeasibleError names conflicting quotas
//	proof, _ := selection.NewProof(problem, commitment, result, beacon, selection.BeaconPhrase, 0)
//	steps, err := selection.Verify(ctx, proof, pool, &key) // or pool = nil: proves what it can
//
// A replacement round is the same call with Fixed (who accepted), Excluded (who
// declined) and the next round number in the seed: the residual problem is
// solved, so the quotas of the whole panel hold again. Check tells without a
// draw whether the quotas can be met. Seat puts people at tables.
//
// # Design
//
// People alike in every quota feature (and in weight) are one integer variable,
// a type. That is exact: averaging a lottery over people who are alike changes
// neither quotas nor the lowest chance. It turns 1,200,000 people into some
// 90,000 variables and 2,000 people with two features into three.
//
// Chances come from a convex program over the types by our own primal-dual
// interior point method, whose Newton system has one unknown a quota row: first
// the maximin value, with dual multipliers that prove that no lottery does
// better (Certificate), then Nash welfare with nobody below 0.995 of it. The
// cube method rounds the expected seats of the types to whole seats with every
// chance kept, random pairs land the last few, and where a quota would be missed
// that result is thrown away or mended by exchanges; an exact search decides
// what neither can. People within a type are drawn uniformly; one household, one
// seat is a matching, so it fails only where no panel exists. Rejection and
// mending move the chances a little: the published ones are the targets.
//
// Random numbers are ChaCha8 under SHA-256(seed, use), with our own reductions.
// Replayed code writes float64(a*b)+c, has its own ln and exp, walks types in
// the order of their values and people in the order of their identifiers, and
// never ranges over a map where order could matter: same input, same bytes.
//
// Salts come from a key or, without one, from the digest of the whole pool, so
// that proof.json needs no secret beside it and still gives no row away.
package selection
