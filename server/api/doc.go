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
package api
