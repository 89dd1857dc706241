// Package readiness judges whether a host, a topic and a rehearsal of it are
// ready for a live debate: figures in, a list of checks out, each with what was
// measured, what it is held against, a verdict and what to do.
//
// It decides nothing else, and measures nothing but the host it runs on
// ([MeasureHost], [Process]); what a rehearsal measures comes as [Figures].
//
// # Design
//
// A rule is a row of a table: a value, two bounds, an advice. A value within
// the first bound is go; beyond the second, no-go; between them, and where
// nothing could be measured, somebody has to look. So a check that fails never
// does so without saying what would mend it, and a test can hold every row to
// failing for a figure that is bad.
//
// Only what would spoil the day for people is ever no-go: words lost or
// doubled, people who can't come in or come back, waits that a talk does not
// bear, a disk or memory that would run out. What can be mended during the day
// (too few facilitators, an agenda without a clock) is to look at.
//
// Memory, processor time and descriptors of a process are read from Linux's
// /proc, the clock's state from adjtimex; elsewhere these lines say that they
// were not measured.
package readiness
