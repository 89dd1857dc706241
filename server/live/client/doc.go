// Package client is the reference client of the live protocol: it keeps up with
// a topic's rooms through cut connections, and says remarks that count once.
// Tests, the demo's participants and the bench use it; the browser's does the
// same.
//
// It never decides what may be read or said: that is the server's.
//
// # Design
//
// One goroutine owns the connection, dials again with full jitter (a random
// time up to a limit that doubles, or up to what a closing server asked for)
// and resumes each room from the last event it has. A remark that was not
// acknowledged is sent again with the same id on the next connection.
package client
