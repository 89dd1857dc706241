// Package identity knows who is signed in and which roles they were given:
// people, one-time sign-in codes, sessions. It never knows a topic's log or a
// transport, and keeps names only sealed.
//
// # Design
//
// Sessions are opaque: 256 random bits in a cookie, of which the server keeps
// the SHA-256 only, so a copy of the database opens no session. They end after
// [SessionIdle] without use and [SessionLife] in any case, and ending one takes
// effect at the next request; live sockets are closed through [Directory.OnEnd].
//
// Sign-in codes hold 130 random bits, are kept as a hash, and work once; codes
// of the demo work again and again, and are made on the loopback address only.
package identity
