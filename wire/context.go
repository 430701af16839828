package wire

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// taskContext is the context of a task. It costs next to nothing as long as nobody
// waits for it: only then does it become one of package context. Each task has one
// of its own, for the handler may keep it for longer than the task.
type taskContext struct {
	conn  *Conn
	ended atomic.Bool

	mu     sync.Mutex
	cause  error                   // once it has ended
	made   context.Context         // nil until somebody waits, or asks for the cause
	cancel context.CancelCauseFunc // of made
}

// Deadline implements context.Context. The time limit of a statement is none of its
// context, which ends with the cause ErrTimeout.
func (t *taskContext) Deadline() (time.Time, bool) { return time.Time{}, false }

// Done implements context.Context.
func (t *taskContext) Done() <-chan struct{} { return t.make().Done() }

// Err implements context.Context.
func (t *taskContext) Err() error {
	if t.ended.Load() {
		return context.Canceled
	}
	return t.conn.ctx.Err()
}

// Value implements context.Context. There are no values in it, but package context
// finds its own that way, and context.Cause the cause.
func (t *taskContext) Value(key any) any { return t.make().Value(key) }

func (t *taskContext) make() context.Context {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.made == nil {
		t.made, t.cancel = context.WithCancelCause(t.conn.ctx)
		if t.ended.Load() {
			t.cancel(t.cause)
		}
	}
	return t.made
}

// end ends the context, if it has not ended. A nil cause is context.Canceled.
func (t *taskContext) end(cause error) {
	if t.ended.Load() {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ended.Load() {
		return
	}
	t.cause = cause
	t.ended.Store(true)
	if t.made != nil {
		t.cancel(cause)
	}
}
