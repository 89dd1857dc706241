//go:build !unix

package server

// mostFiles is how many files the process may have open: there is no limit of
// its own.
func mostFiles() uint64 { return 1 << 20 }
