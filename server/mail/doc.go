// Package mail sends messages by SMTP through a queue that outlives the program.
// It never knows a topic, a session or a person: only where a message goes and
// what it says, and keeps both sealed until it is sent.
//
// # Design
//
// A message is put into the store, sealed, before anyone is told that it is
// under way, and destroyed once the server of the mail has taken it. What the
// server refuses for now is sent again after growing waits until it expires; what
// it refuses for good, and what expires, is given up and written down without its
// address.
//
// SMTP cannot say whether a message whose acceptance was on its way back was
// taken. So a message is marked as being sent before the conversation begins, and
// one that is found marked after a crash, or whose connection broke after its end
// was sent, is not sent again: a person may have to ask twice, and nobody gets
// anything twice. What breaks before that point is certainly not taken, and goes
// back to the queue. Messages carry the same Message-ID at each attempt.
//
//	nothing twice, nothing lost   TestQueue, TestCrash
//	no address in the log         TestQueue
//	text and HTML, both languages TestSignInMessage
package mail
