//go:build unix

package server

import "syscall"

// mostFiles is how many files the process may have open; the Go runtime has
// raised the limit as far as it may at the start.
func mostFiles() uint64 {
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l); err != nil {
		return unknownFiles
	}
	return uint64(l.Cur) // it is signed on some systems
}

// unknownFiles is what is taken for the limit where the system does not tell.
const unknownFiles = 1024
