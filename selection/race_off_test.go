//go:build !race

package selection

const RaceOn = false
