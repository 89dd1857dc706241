//go:build !race

package selection

const RaceOn = false

const mostDrawn = 120

const fewChecks = 40
