// Package worker runs an engine in a process of its own, so that a statement
// that crashes it, or will not end, costs what was running and nothing else.
//
// [Start] executes the running program a second time; [Main], the first line of
// its main function, sees that and serves the engine instead. What Start returns
// is an [engine.Engine] like the one inside.
//
//	parent                                      worker
//	Engine   one process after the other        Main -> server    (control socket)
//	session  <- a socket each ------------->    servedSession     (a goroutine each)
//	result   <- slots of shared memory -----    servedResult      (pumps the rows)
//
// A session's requests and answers are messages (message.go) on its own socket.
// Small results come with the answer. Large ones come through a ring of slots in
// shared memory (ring.go), which the parent reads where they lie (package
// frame); a full ring stops the statement. Cancellations go over the control
// socket, so that they wait behind nothing.
//
// The parent believes nothing that comes from the worker: a message or a frame
// that is malformed costs the worker its life.
//
// When a worker has died, another is started. Sessions move to it by themselves,
// with what was [engine.Session.Set] and with their prepared statements; what
// cannot be kept, a running statement, an open transaction, temporary tables, is
// an error of code 57P02 for its owner, once.
package worker

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/worker/sandbox"
)

// Open opens the engine in the worker. config is [Options.Config].
type Open func(ctx context.Context, config []byte) (engine.Engine, error)

// Program is the running program as one that can be a worker: [Main] returns it.
type Program struct{ _ byte }

// Options say what is started, and how it ends.
type Options struct {
	// Config is handed to Open in the worker.
	Config []byte
	// Sandbox is what the process is kept in, as far as the system can.
	Sandbox sandbox.Spec
	// KillAfter is how long a statement may go on after it has been canceled
	// before its worker is killed; 0 means 2 s.
	KillAfter time.Duration
	// Log gets starts, deaths and restarts; nil is slog.Default.
	Log *slog.Logger
	// Counts is where the engine counts, and others may; nil is nowhere.
	Counts *Counts
}

func (o Options) withDefaults() Options {
	if o.KillAfter == 0 {
		o.KillAfter = 2 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Counts == nil {
		o.Counts = new(Counts)
	}
	return o
}

// ErrUnsupported is what Start returns on systems where there are no workers.
var ErrUnsupported = errors.New("engines do not run in a process of their own on this system")
