//go:build cgo && (amd64 || arm64)

package sandbox

/*
#include "constructor.h"
*/
import "C"

import (
	"fmt"
	"os/exec"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Prepare makes the sandbox for one child. It fails for paths that cannot be
// opened for another reason than not being there, and for Require where a part
// is known to be missing.
func Prepare(s Spec) (*Prepared, error) {
	p := &Prepared{memory: s.Memory, require: s.Require}
	if raceDetector {
		p.memory = 0 // its shadow memory alone would be over any bound
	}
	var err error
	if p.ruleset, p.report.Landlock, p.report.Missing, err = ruleset(s); err != nil {
		return nil, err
	}
	p.report.Seccomp = hasSeccomp()
	p.report.Privileges = true
	p.report.Memory = p.memory
	if s.Require && !p.report.Complete() {
		p.Close()
		return nil, fmt.Errorf("the sandbox that is required cannot be had: %s", p.report.Lacks())
	}
	return p, nil
}

func (p *Prepared) attach(cmd *exec.Cmd) {
	if cmd.Env == nil {
		cmd.Env = Environ()
	}
	fd, require := -1, 0
	if p.ruleset != nil {
		fd = 3 + len(cmd.ExtraFiles)
		cmd.ExtraFiles = append(cmd.ExtraFiles, p.ruleset)
	}
	if p.require {
		require = 1
	}
	cmd.Env = append(cmd.Env, fmt.Sprintf("%s=%d %d %d %d", variable, fd, p.report.Landlock, p.memory, require))
}

// hasSeccomp reports whether the kernel has filters and the action that refuses.
func hasSeccomp() bool {
	action := uint32(unix.SECCOMP_RET_ERRNO)
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_GET_ACTION_AVAIL, 0, uintptr(unsafe.Pointer(&action)))
	return errno == 0
}

// Inside says what this process is held to; nothing holds in one that was not
// started in a sandbox.
func Inside() Report {
	s := C.csvsql_sandbox_state
	return Report{
		Landlock:   int(s.landlock),
		Seccomp:    s.seccomp != 0,
		Privileges: s.privileges != 0,
		Memory:     int64(s.memory),
	}
}
