// Package tally turns votes into opinion groups and rankings with their
// uncertainty. It is pure: it knows no topic, store or clock, imports nothing
// else of Veche, and never changes, weighs or drops a vote on its own.
//
// The same items, votes, given groups and seed give the same bytes on any
// machine, in whatever order rows, items and votes arrive and however the
// ballots are numbered. So a stranger can re-run a result from the public
// bundle.
package tally
