package wire

import (
	"context"
	"strings"
)

// A task is a time in which the handler is called and can be canceled: Open, Sync, a
// Parse, an Execute, or one statement of a Query. It has a context, which Cancel, the
// statement timeout and the end of the connection end; that of an Execute is the
// portal's, which lives on.

// newTask returns a context for a task.
func (c *Conn) newTask() *taskContext { return &taskContext{conn: c} }

// task runs f as a task. If its context ends, the cause is the error.
func (c *Conn) task(f func(ctx context.Context) error) error {
	ctx := c.newTask()
	defer ctx.end(nil)
	c.begin(ctx)
	err := f(ctx)
	c.finish()
	return because(ctx, err)
}

// because returns the reason for which ctx is done, if it is, else err: a handler
// whose context ends may make of it what it likes. Success is success.
func because(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// begin makes ctx what Cancel ends, until finish.
func (c *Conn) begin(ctx *taskContext) {
	c.mu.Lock()
	c.running = ctx
	c.mu.Unlock()
	c.lendInput()
}

// maxActivity is how much of a statement Activity shows. An idle connection does
// not keep more of it.
const maxActivity = 4 << 10

// beginStatement is begin for what counts as running the statement sql: it is seen
// in Activity, and statement_timeout is its limit.
func (c *Conn) beginStatement(ctx *taskContext, sql string) {
	if len(sql) > maxActivity {
		sql = strings.ToValidUTF8(strings.Clone(sql[:maxActivity]), "")
	}
	a := &c.activity
	now := a.now()
	c.mu.Lock()
	c.running = ctx
	c.startTimeout(now)
	a.sql, a.started = sql, now
	if !a.running {
		a.running, a.changed = true, now
	}
	c.mu.Unlock()
	c.lendInput()
}

// finish ends what begin began. It may be called when nothing runs.
func (c *Conn) finish() {
	c.takeInput()
	c.mu.Lock()
	c.running = nil
	c.timeout.end = 0
	c.mu.Unlock()
}

// rest records that the connection waits for the client, and takes the
// notifications that go before ReadyForQuery.
func (c *Conn) rest() (notifications []byte) {
	a := &c.activity
	now := a.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	a.running, a.status, a.changed = false, c.status, now
	return c.takePending()
}
