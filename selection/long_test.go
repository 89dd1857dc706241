package selection

import (
	"flag"
	"os"
	"strconv"
)

// Long is how many replays of a large draw are wanted, which take seconds each;
// 0 for the short tests.
func Long() int {
	n, err := strconv.Atoi(os.Getenv("VECHE_LONG"))
	if err != nil {
		return 0
	}
	return n
}

// Fewer random cases than rapid makes by itself, for a test of seconds;
// -rapid.checks asks for more.
func init() {
	if Long() > 0 && !RaceOn {
		return
	}
	if err := flag.Set("rapid.checks", strconv.Itoa(fewChecks)); err != nil {
		panic(err)
	}
}
