// Package intake brings in from files what was collected elsewhere: people of a
// pool, conversations of Polis. It checks a whole file before it changes
// anything, and says every fault by row and column.
//
// An import is many commands, each of a bounded size; people count only once
// the last has been recorded, so that a broken import adds nobody, and doing it
// again takes it up where it stopped.
package intake
