//go:build !linux

package server

import (
	"os/exec"
	"syscall"
)

// bind ties a process to this one: an interrupt at the terminal reaches only
// this one, which ends it in good order. It dies with this one by the end of its
// standard input.
func bind(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
