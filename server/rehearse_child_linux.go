package server

import (
	"os/exec"
	"syscall"
)

// bind ties a process to this one: it dies with it, and an interrupt at the
// terminal reaches only this one, which ends it in good order.
func bind(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
}
