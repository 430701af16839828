package wire

import (
	"context"
	"strings"
	"time"
)

// A task is a call of the handler that can be canceled: it has a context of its
// own, which Cancel, the statement timeout and the end of the connection end. The
// task of a portal has the portal's.

// task runs f as a task. If its context ends, the cause is the error.
func (c *Conn) task(f func(ctx context.Context) error) error {
	ctx, cancel := context.WithCancelCause(c.ctx)
	defer cancel(nil)
	c.begin(cancel)
	err := f(ctx)
	c.finish()
	if err != nil {
		return because(ctx, err)
	}
	return nil
}

// statementTask is task for what counts as running the statement sql.
func (c *Conn) statementTask(sql string, f func(ctx context.Context) error) error {
	return c.task(func(ctx context.Context) error {
		c.countStatement(sql)
		return f(ctx)
	})
}

// because returns the reason for which ctx is done, if it is, else err: a
// handler whose context ends may make of it what it likes.
func because(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// begin makes cancel what Cancel calls, until finish.
func (c *Conn) begin(cancel context.CancelCauseFunc) {
	c.mu.Lock()
	c.cancel = cancel
	c.leg++
	c.mu.Unlock()
	c.startWatch()
}

// maxActivity is how much of a statement Activity shows. An idle connection does
// not keep more of it.
const maxActivity = 4 << 10

// countStatement makes what runs a statement: it is seen in Activity, and
// statement_timeout is its limit.
func (c *Conn) countStatement(sql string) (began time.Time) {
	if len(sql) > maxActivity {
		sql = strings.ToValidUTF8(strings.Clone(sql[:maxActivity]), "")
	}
	now := time.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	if limit := c.timeouts.Statement; limit > 0 {
		leg := c.leg
		c.timer = time.AfterFunc(limit, func() { c.cancelLeg(leg, ErrTimeout) })
	}
	c.activity.SQL, c.activity.Started = sql, now
	if !c.activity.Running {
		c.activity.Running, c.activity.Changed = true, now
	}
	return now
}

// finish ends what begin began.
func (c *Conn) finish() {
	c.stopWatch()
	c.mu.Lock()
	c.cancel = nil
	if c.timer != nil {
		c.timer.Stop()
		c.timer = nil
	}
	c.mu.Unlock()
}

// rest records that the connection waits for the client.
func (c *Conn) rest() {
	now := time.Now()
	c.mu.Lock()
	c.activity.Running, c.activity.Status, c.activity.Changed = false, c.status, now
	c.mu.Unlock()
}
