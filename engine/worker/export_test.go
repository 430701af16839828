//go:build linux

package worker

import (
	"errors"

	"github.com/csvsql/csvsql/engine"
)

// WithoutMemory makes an engine send its results as on a system without shared
// memory.
func WithoutMemory(e engine.Engine) {
	e.(*Engine).current.rings.make = func(uint32, *rings) (*ring, error) { return nil, errors.ErrUnsupported }
}

// PID is the process in which an engine runs.
func PID(e engine.Engine) int {
	e.(*Engine).mu.Lock()
	defer e.(*Engine).mu.Unlock()
	if p := e.(*Engine).current; p != nil {
		return p.cmd.Process.Pid
	}
	return 0
}
