//go:build !race

package main

import "testing"

// TestMeasuredScripts runs the command lines that take minutes under the race
// detector; the packages that do their work run under it themselves.
func TestMeasuredScripts(t *testing.T) { runScripts(t, "testdata/measured") }
