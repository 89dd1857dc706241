//go:build !race

package selection

const raceOn = false
