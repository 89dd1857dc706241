// Package catalogue is one public record of everything that came of all topics:
// topics, ideas, proposals and the city's answers, each under an address that
// stays, and one search over them.
//
// # Design
//
// What is public. A record is made from the committed state when it is asked for,
// by the rules of the pages that everyone reads: nothing of a topic before its
// first step opens, no idea that is hidden, erased, waits to be read or lies in a
// group that was hidden, no rank while results are hidden until the close, no
// talk at tables, nobody's name or number. The search's index is no record: it
// says which texts may be meant, and every one is held against the state before
// it is counted, with the very text that was indexed.
//
// Addresses. Topics, ideas, clusters, rating items, proposals and answers are
// known by the numbers that the log gave them, which no later run changes: a run
// gives a cluster that goes on its old number, and of one that was merged the
// address leads to the one that stands for it.
//
// Vocabularies are shared: districts are the values of the form's feature of that
// name, themes what its applicants are interested in, of all topics together.
// An idea's districts and themes are those that its own words name, in any form;
// never where its author lives, which is theirs.
//
// The index is in memory, caught up with each topic's log in the background and
// again before each search, and bounded: of more than [MostEntries] texts the
// later ones are found by filters only. With 100,000 ideas of 15 words
// (BenchmarkSearchOfEverything) it holds 86 to 90 MiB and takes 8 s of processor
// time to build, once after a start; a search then takes 11 ms in the median and
// 122 ms in the slowest hundredth, which are those that ask for all of a kind.
package catalogue
