// Package protection writes down what an assessment of data protection and a note
// of a breach need to know: what personal data an installation holds, why, where,
// for how long, who sees it, and how many people it is about. It holds no data
// about anybody, only counts.
//
// # Design
//
// Nothing here is written by hand twice: classes come from package privacy, whose
// tags stand at the fields themselves, recipients from the policy's table by the
// kinds of data that its answers show, times and measures from the settings, and
// numbers from the states of the topics. What an office has to weigh itself
// (whether processing is necessary, how great a risk is) it says so.
//
// A note of a breach is the same facts, seen from what somebody else got hold of.
package protection
