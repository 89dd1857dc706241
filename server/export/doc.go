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
package export
