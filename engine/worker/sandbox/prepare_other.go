//go:build !(linux && cgo && (amd64 || arm64))

package sandbox

import (
	"errors"
	"os/exec"
	"runtime"
)

// Prepare makes no sandbox on this system: the child is a process of its own,
// which is all that holds it. With Require it is an error.
func Prepare(s Spec) (*Prepared, error) {
	if s.Require {
		return nil, errors.New("the sandbox that is required cannot be had on " + runtime.GOOS + "/" + runtime.GOARCH)
	}
	return &Prepared{}, nil
}

func (p *Prepared) attach(cmd *exec.Cmd) {
	if cmd.Env == nil {
		cmd.Env = Environ()
	}
}

// Inside says what this process is held to: nothing on this system.
func Inside() Report { return Report{} }
