//go:build race

package selection

// RaceOn tells that the race detector makes everything ten times as slow.
const RaceOn = true

// mostDrawn bounds the people of a random problem.
const mostDrawn = 50

const fewChecks = 12
