// Package api is the HTTP interface: routes, a file a resource, one mapping of
// errors to RFC 9457 problems. It turns requests into commands of package topic
// and answers from committed views; it decides nothing itself.
//
// # Design
//
// Every route stands in one table with who may call it; what a person may do in
// a topic is the domain's policy, asked before the command and again by it.
//
// Unsafe methods need a same-origin request with a JSON (or CSV) content type:
// a foreign page can send neither without the browser asking first.
//
// What ten thousand people ask for again and again during a debate (the feed, the
// questions) is made once for all of them and kept for a second or a few; what
// many hold already is answered by a tag. Who reported a remark is told to those
// who settle reports only, and never to its author, whatever their role.
//
// The board is laid out once for everyone who asks and kept until it changes. It
// tells of groups only, never of all their ideas, and who names the seq that they
// have seen is told of what has changed since: groups are compared with those of
// the last layout, so it does not depend on which events came. Ideas are asked for
// in windows of a group or a filter. With 100,000 ideas (veche bench board, two
// cores, medians): the board sent whole was 31 MiB in 140 ms once it was laid out,
// and 1.5 s after every action; now it is 72 KiB in 2 ms, a window of a group or of
// the doubtful 2 to 20 ms, and moving, renaming or merging 17 to 28 ms until the
// page is told the 4 to 6 KiB that it changed. The first reader after a start waits
// 1.4 s for the result of the last run to be read.
package api
