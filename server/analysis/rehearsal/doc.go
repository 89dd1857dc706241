// Package rehearsal plays a whole small topic through the domain, for tests:
// applications, draw, tables, debate, ideas in two languages, clustering,
// moderation, rating, tally, erasure. It is the same to the byte every time.
package rehearsal
