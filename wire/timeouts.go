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

// idleDeadline is how long to wait for the next message. c.mu is held.
func (c *Conn) idleDeadline() (d time.Time) {
	limit := c.timeouts.Idle
	if c.status != Idle {
		limit = c.timeouts.IdleInTransaction
	}
	if c.atRest && limit > 0 {
		d = c.activity.Changed.Add(limit) // of ReadyForQuery
	}
	return d
}
