// Package limit bounds how often anybody may do what: a bucket that refills, a
// crowd of them for however many ask, and the paces of an installation by what is
// done and by whom.
//
// It must never hold whom it counts, take more memory the more there are, or let
// what one does cost another: whoever signed in is held to a pace of their own, and
// the limits of a place only keep it from taking the whole server.
//
// # Design
//
// Three buckets stand before a request: of the person; of the place that signed-in
// people come from, which is sized for a thousand of them; and of the place for all
// who are not signed in, who cannot be told apart. So whoever floods from a library
// without an account uses up what its strangers have, and nobody's who signed in.
// A place is a network of 256 addresses (IPv6: of one line), because a school, a
// library or a mobile operator hands out neighbouring ones, and because one who
// floods has all of them. The machine itself is no place: a proxy on it that names
// no clients would make one place of the whole city.
//
// The figures of [Paces] start from a debate night in a library: 200 people behind
// one address open the page within ten seconds (some 12 reads each, 2,400), sign in
// within five minutes (three requests each, 600), and then read, vote and write. The
// pace of a person is what no hands and no page of ours come near: the pages read at
// most some five things a second, and a quick voter answers two questions a second.
// Five times as many people fit behind one address before a place is slowed, and what
// one place may read is a twentieth of what two cores answer.
//
// What is not a request has limits of its own, made of the same buckets: remarks,
// acts and messages of sockets (package live), wrong links, codes and digits and
// letters to one address (package api), and the open interface.
//
// # Figures
//
// On two busy cores a decision takes 0.5 µs, in a flood from 1,000,000 addresses
// 2 µs; that flood leaves at most 80,000 buckets in 5 MiB, and whoever came lately is
// remembered through it (BenchmarkCrowd, TestCrowdIsBounded).
package limit
