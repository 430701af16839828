//go:build !linux

package worker

import (
	"context"

	"github.com/csvsql/csvsql/engine"
)

// Main does nothing on this system.
func Main(Open) *Program { return &Program{} }

// Start fails with ErrUnsupported.
func Start(context.Context, *Program, Options) (engine.Engine, error) { return nil, ErrUnsupported }
