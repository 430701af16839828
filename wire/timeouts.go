package wire

import "time"

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

// statementTimeout ends a statement that takes too long. The timer is left alone from
// one statement to the next: when it expires, it looks whether it is time.
type statementTimeout struct {
	end     time.Duration // of the statement that runs, as in activity; 0 if there is no limit
	timer   *time.Timer
	expires time.Duration // of the timer; 0 if it is not set
}

// startTimeout limits the statement that begins now. c.mu is held.
func (c *Conn) startTimeout(now time.Duration) {
	t := &c.timeout
	limit := c.timeouts.Statement
	if limit <= 0 {
		t.end = 0
		return
	}
	t.end = now + limit
	switch {
	case t.timer == nil:
		t.timer = time.AfterFunc(limit, c.timeUp)
	case t.expires == 0 || t.end < t.expires:
		t.timer.Reset(limit)
	default:
		return // it expires before, and is set anew then
	}
	t.expires = t.end
}

// timeUp is called when the timer expires.
func (c *Conn) timeUp() {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := &c.timeout
	t.expires = 0
	if t.end == 0 {
		return
	}
	if left := t.end - c.activity.now(); left > 0 {
		t.timer.Reset(left)
		t.expires = t.end
		return
	}
	c.cancelRunning(ErrTimeout)
}

// stopTimeout stops the timer for good.
func (c *Conn) stopTimeout() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.timeout.timer != nil {
		c.timeout.timer.Stop()
	}
}

// idleDeadline is how long to wait for the next message. c.mu is held.
func (c *Conn) idleDeadline() (d time.Time) {
	limit := c.timeouts.Idle
	if c.status != Idle {
		limit = c.timeouts.IdleInTransaction
	}
	if c.atRest && limit > 0 {
		d = c.activity.connected.Add(c.activity.changed + limit) // of ReadyForQuery
	}
	return d
}
