//go:build race

package selection

// raceOn tells that the race detector makes everything ten times as slow.
const raceOn = true
