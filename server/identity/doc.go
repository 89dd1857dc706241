// Package identity knows who is signed in and which roles they were given:
// people, ways to sign in, second steps, sessions. It never knows a topic's log or
// a transport, and keeps names, addresses and subjects only sealed.
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
//
// A sign-in by mail has two secrets. The link's works in any browser, for mail is
// often read on another device; it stands behind the # of an address, which
// browsers send to nobody, and only the button of its page uses it up, for mail
// programs open links. The six digits work in the browser that asked only: they
// are kept hashed with its cookie, so a copy of the database does not tell them.
// Asking looks at no account; one is made when the letter comes back.
//
// A letter on paper has twelve signs, of which the server has digests under the key
// of their mailing: a copy of the database tells none. The code signs in whom it was
// sent to or, where it was sent to an address, one new person of the roster, and
// works once; a typing error is told apart from a wrong code by the code alone.
//
// Of the city's identity point only the subject is asked for (OpenID Connect, code
// flow with PKCE, state and nonce, each once and bound to the browser). It answers
// to a page, which posts what stands in its address: no GET signs anyone in.
//
// What verified a person is found by a keyed hash, the verified person key, and
// kept sealed under the person's own key: whoever copies the database without the
// keys can neither list addresses nor try whether one is there.
//
// Who is known by mail or by a letter joins the city's identity to their account by
// going through it while signed in: both are proved, equal addresses never count. The
// account keeps its id, and with it names, applications and ballots. Where the
// identity had an account of its own, that one ends if it has taken part in nothing,
// has no role and is known by nothing else; else the join is refused, for of two who
// have both taken part neither can be taken back unseen. The state of a join is of
// the browser and of the person who began it, and all their sessions end.
//
// A second step is a code by the clock (RFC 6238) or one of ten recovery codes.
// Until it is taken the session is half of one, which opens nothing. Staff need it
// unless the installation is the demo, or listens to its own machine under no other
// address; "sign_in.second_factor" says otherwise. Guesses are written down before
// they are compared, so many at once are no more than one after another.
//
// Secrets are found by their hash, or compared in constant time; nothing answers
// earlier for a guess that is nearly right.
//
// # Policy
//
// topic.Policy says who may do and see what in which step: a line an action, with its
// roles, its steps, and what kinds of data its answer may hold. Commands, routes and
// messages of sockets name its actions; a server with a route that names none does
// not start, and a test walks each as everybody in every step of a topic.
//
//	visitor         looks at what is public, signs in
//	citizen         applies, takes part, sees and erases what is theirs
//	facilitator     steers tables; sees reported words, no identity
//	moderator       ideas and conduct; no identity
//	planner         topics, draws, exports; no name
//	registrar       identities and files of people; no vote
//	administrator   accounts and the second person of a disclosure; of a topic what all see
//	auditor         looks, and does nothing
//	analyst         signals; no identity
//
// Duties are kept apart by the kinds of data: TestDutiesAreSeparate (topic) holds each
// role to its own, TestPolicyHoldsEverywhere (server) each route to the table.
//
// # Threats
//
// Somebody who guesses at links, codes and digits, from one place or many; who
// tries which addresses have an account; who reads, steals or replays a letter, a
// token or an app's code; who makes another's browser finish a sign-in that they
// began, or join an identity to an account that is not its owner's; who runs a false identity point, or has a token of the true one that was
// made for others; who copies the database; who kept a cookie of somebody who lost
// a role, signed out or was sent away; who comes as several people.
//
// # Promises
//
//	nobody has an account before the command line made one   TestNoDefaultAccount (server)
//	a link, digits, a code, a state, an app's code, a        TestSignInByMail, TestLinkWorksOnce, TestSignInByCity,
//	  recovery code each work once                             TestSecondStep, TestSessionCookie (server)
//	opening a link's page uses nothing up                    TestMailSignsIn (server), e2e/signin.test.mjs
//	digits work in the browser that asked only               TestSignInByMailIsRefused
//	a letter's code opens its own seat alone, and works      TestLetterAnswersASeat, TestLetterApplies (server),
//	  once, also where the mailing is brought in again         TestLetter, TestLetterWorksOnce, e2e/accounts.test.mjs
//	what was erased, taken away or is over opens nothing     TestLetterEnds
//	guesses at links, codes, digits and letters hit          TestGuesses (server): 100,000, 0 hits, the slowest honest
//	  nothing, and others sign in meanwhile                    sign-in 93 ms with the race detector; 3,000 each run
//	of an address's digits five are compared, of all of      TestDigitsEndAfterAFew, TestDigitsAreBoundedInAll (server)
//	  an installation 1,000 and then 120 an hour
//	no answer tells whether an address has an account        TestAskingTellsNothing (server)
//	an address gets six letters, then one an hour            TestLettersAreBounded (server)
//	tokens of another issuer, audience, nonce, key, time     TestCityIsRefused, TestCityNeedsWhatItBegan
//	  or browser are refused; the point may change its key     TestCityChangesItsKey
//	staff do nothing before the second step                  TestStaffNeedTheSecondStep (server)
//	guesses at the second step wait longer and longer:       TestSecondStepIsNotGuessed
//	  at most 110 a day
//	a second step is reset by an administrator, never one's  TestAdministratorResetsASecondStep (server),
//	  own; it is written down first, and its person is told    e2e/accounts.test.mjs
//	one who joins the city's identity is one person;         TestJoin, TestJoinIsRefused, TestJoinsAtOnce,
//	  of many at once one joins, and nobody for another        TestJoinIsBoundToItsPerson, e2e/accounts.test.mjs
//	sessions end by time, and at once when they are ended    TestSessionsEndByTime, TestEndAllBesideResolve
//	sockets close within a second of signing out, a new      TestSigningOutClosesSockets, TestAccount,
//	  role, a reset or being sent away                         TestAccountsBesideTheServer (server)
//	cookies can't be read by pages or sent by other sites    TestSessionCookie (server)
//	one who is verified again is the same person             TestVerifiedIsOnePerson
//	one verified person is one application, one seat and     TestAssuranceOfATopic, and what stands under Uniqueness
//	  one ballot                                               (server)
//
// # Out of scope
//
// Whoever reads somebody's mail can sign in as them where mail is enough: a topic
// that needs more asks for the city's identity or the roster, and staff have the
// second step. Who signed in on a device as somebody else, deceived, and joins their
// own identity there, gives it away: the page names the address first. Two accounts
// that have both taken part stay two. What the identity point vouches for is taken as true. A device that
// somebody else controls, and a person who hands on their code by choice. Somebody
// with both the database and the keys. An identity point that is away keeps people
// from signing in by it, not those who are signed in. Limits of guessing are kept
// in memory, by each server for itself, and begin anew with it.
package identity
