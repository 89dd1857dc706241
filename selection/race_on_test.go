//go:build race

package selection

import "flag"

// RaceOn tells that the race detector makes everything ten times as slow.
const RaceOn = true

func init() {
	if err := flag.Set("rapid.checks", "20"); err != nil {
		panic(err)
	}
}
