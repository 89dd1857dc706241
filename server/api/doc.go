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
// cores with other work on them, medians): the board sent whole was 31 MiB in
// 140 ms once it was laid out, and 1.5 s after every action; now it is 80 KiB in
// 2 ms, a window of a group or of the doubtful 1 to 14 ms, and moving, renaming or
// merging 34 to 64 ms, at most 92, until the page is told the 6 KiB that it changed.
// The first reader after a start waits 0.5 s for the last run to be read, the first
// search waited 6 s for its index, which is now read from the first opening of the
// board on: meanwhile a search is answered in 59 ms from what was read, and says
// so. The whole index stood after 47 s, ten other processes computing on the two
// cores. In a browser there the page stands after 0.4 s and is
// scrolled at 60 frames a second in the median, 34 in the slowest twentieth.
//
// Where moderators work is kept in memory for seconds and is nobody's record. A
// step names the board that its doer had before them; what that is for stands in
// package topic.
package api
