//go:build linux

package worker

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/csvsql/csvsql/engine/worker/sandbox"
)

// Main is the first line of the main function of a program that calls [Start],
// and of the TestMain of its tests. In a worker it serves the engine that open
// opens and does not return; else it does nothing. What it returns proves to
// Start that it was called.
func Main(open Open) *Program {
	if os.Getenv(processVariable) == "" {
		return &Program{}
	}
	os.Unsetenv(processVariable)
	// They are for the parent, which ends this process in good order.
	signal.Ignore(os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	debug.SetTraceback("single") // what crashed is for the log, not what waited beside it
	os.Exit(serve(open))
	return nil
}

// serve serves until the parent is gone or asks for the end. It returns the exit
// code.
func serve(open Open) int {
	control, err := newChannel(controlFD, maxFromParent, true)
	if err != nil {
		fmt.Fprintln(os.Stderr, "csvsql engine:", err)
		return 2
	}
	m, err := control.receive()
	if err != nil || m.kind != hello {
		fmt.Fprintln(os.Stderr, "csvsql engine: this process was not started by csvsql:", err)
		return 2
	}
	s := &server{control: control, sessions: map[uint32]*servedSession{}, rings: map[uint32][]byte{}}
	s.greeting.Sandbox = sandbox.Inside()
	s.engine, err = open(context.Background(), append([]byte(nil), m.body...))
	if err == nil {
		if s.greeting.Info, err = s.engine.Info(context.Background()); err != nil {
			s.engine.Close(context.Background())
		}
	}
	if err != nil {
		s.tell(fatal, func(e *encoder) { e.error(err) })
		return 1
	}
	s.tell(ready, func(e *encoder) { e.json(s.greeting) })
	return s.listen()
}
