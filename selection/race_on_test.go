//go:build race

package selection

import "flag"

// RaceOn tells that the race detector makes everything ten times as slow.
const RaceOn = true

// mostDrawn bounds the people of a random problem.
const mostDrawn = 50

func init() {
	if err := flag.Set("rapid.checks", "12"); err != nil {
		panic(err)
	}
}
