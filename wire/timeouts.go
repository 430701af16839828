package wire

import (
	"context"
	"time"
)

// Timeouts of a connection; zero is none.
type Timeouts struct {
	Statement         time.Duration // of one Parse or Execute, or one statement of a Query: 57014
	IdleInTransaction time.Duration // FATAL 25P03
	Idle              time.Duration // outside a transaction block: FATAL 57P05
}

var (
	errIdleInTransaction = &Error{Severity: "FATAL", Code: "25P03", Message: "terminating connection due to idle-in-transaction timeout"}
	errIdle              = &Error{Severity: "FATAL", Code: "57P05", Message: "terminating connection due to idle-session timeout"}
)

// Timeouts returns the timeouts of the connection.
func (c *Conn) Timeouts() Timeouts {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.timeouts
}

// SetTimeouts changes them, from the next statement on.
func (c *Conn) SetTimeouts(t Timeouts) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.timeouts = t
}

// idleDeadline is how long to wait for the next message. c.mu is held.
func (c *Conn) idleDeadline() (d time.Time) {
	limit := c.timeouts.Idle
	if c.status != Idle {
		limit = c.timeouts.IdleInTransaction
	}
	if c.atRest && limit > 0 {
		d = time.Now().Add(limit)
	}
	return d
}

// begin makes cancel what Cancel calls, until finish.
func (c *Conn) begin(cancel context.CancelCauseFunc) {
	c.mu.Lock()
	c.cancel = cancel
	c.leg++
	c.mu.Unlock()
	c.startWatch()
}

// beginStatement is begin for what counts as a statement: it is seen in Activity,
// and statement_timeout is its limit.
func (c *Conn) beginStatement(sql string, cancel context.CancelCauseFunc) {
	c.begin(cancel)
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
