// Package export writes what planners and officials take away: a ranking as
// CSV, XLSX, JSON and a printed report. It is given plain structs, keeps
// nothing, and never decides who may see what.
//
// # Design
//
// Cells. A text that a participant wrote must never run as a formula in the
// spreadsheet of an official. In XLSX it can't: every text is a string cell.
// CSV has no types, so a text that a spreadsheet could take for a formula gets
// a leading apostrophe (OWASP, "CSV Injection"); Unescape takes exactly that
// away again, so a CSV read back gives the texts as they were written. JSON
// and the report carry texts unchanged, the report through html/template.
//
// One table. CSV and XLSX share the columns of one function, so that they
// can't drift apart, and counts by group follow as columns of their own
// because a planner filters and sorts by them.
//
// The report is one file without script, font or picture from elsewhere: it
// can be mailed, printed and archived.
//
// # Bundles
//
// A [Bundle] is a topic's record in one archive, for the public or for the
// auditor (package audit has the layout and checks it). The auditor gets every
// event and every text. What the public gets is a list of what may be shown;
// everything else, also what a later version adds, is a hash.
//
// Shown: official acts; records of draws, seatings, clusterings and tallies;
// ideas, rating items, what moderators did and why; how the debate was led,
// questions to the experts with their answers, what tables reported; what was
// said in the main hall. All of it was put before the public when it was made, with its author's
// number and its time.
//
// Hidden: who applied, withdrew or was imported (pseudonyms, times); answers to
// invitations (when someone said yes or no); talk at the tables, which was
// promised to its table; hands, turns, reactions and wishes; who reported whose
// message and what came of it; who came late or was put at another table; erasures of pool rows and of talk at tables; ballots and
// votes. A vote's event has its time to the millisecond: beside an idea of the
// same minute it would say whose it is.
//
// Votes are published under the ballots' random pseudonyms, which nothing joins
// to the number that someone speaks under, in the order of pseudonyms and items,
// with the day. Only the last tally and the votes that it counted are published:
// two counts a minute apart would say who voted in that minute. Ballots that
// said nothing do not appear.
//
// Of a poll the public gets what was asked, how many ballots were issued and
// cast, the counts, and every ballot under an id of that poll alone, without
// day or order: two polls can't be joined by them, so the ids tell of no change
// of mind. Where fewer than five ballots were cast only their number is told.
//
// Of a draw the public gets the root of the pool, the rules, the seed and its
// parts, the report with the count of each single quota value (people are told
// when they consent), tables of each two features with counts below five and
// their complements suppressed, the certificate, and the digest of everyone's
// chances. The
// chances themselves are for the auditor: someone's chance tells how rare they
// are, and beside the number they speak under that could name them. Tables are
// described by how even they are, by session and language; the event says which
// seat sits at which, as those at the table see. Who is to sit together or apart
// is for the auditor: the public gets a salted digest of it.
//
// A remark that moderators removed is withheld from the public, as in the main
// hall itself, and counted. An idea that they hid is published with their reason:
// the clusters can't be run again without it, and hiding must bear being looked
// at; what may not be seen by anyone is erased.
//
// A text that was erased is a line with the reason. The result of a clustering
// that read a text which was erased later stays out: a label could repeat it.
package export
