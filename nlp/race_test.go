//go:build race

package nlp

// slow leaves the long measurements to a run without the race detector.
const slow = true
