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
package api
