package wire

import (
	"errors"
	"io"
	"time"
)

const (
	// lastWords is how long a client that has to go may take to read the reason.
	lastWords = time.Second

	// maxLinger is how much it may still send meanwhile.
	maxLinger = 1 << 20
)

// goodbye tells the client why the connection ends, if there is something to
// tell and somebody to be told.
func (c *Conn) goodbye(err error) {
	if err == errTerminate && c.flushSoon { // it came with the requests that are answered
		c.leaveWords()
		return
	}
	var e *Error
	if !errors.As(err, &e) || errors.Is(err, ErrClientGone) {
		return
	}
	c.send(appendError(c.queue(), 'E', toFatal(e)))
	c.leaveWords()
	c.linger()
}

// leaveWords sends what is queued, for the last time.
func (c *Conn) leaveWords() {
	c.mu.Lock()
	c.lastWords = true
	c.disturbed.Store(true)
	c.mu.Unlock()
	c.flush()
}

// linger waits for the client to hang up, for a moment and for so many bytes: to
// close a socket with something left to read makes the client lose what was
// written last.
func (c *Conn) linger() {
	if half, ok := c.stream.(interface{ CloseWrite() error }); !ok || half.CloseWrite() != nil {
		return
	}
	c.mu.Lock()
	if c.terminated != nil || c.draining {
		c.mu.Unlock()
		return // it was the client who waited
	}
	c.idle = true
	c.nc.SetReadDeadline(time.Now().Add(lastWords))
	c.mu.Unlock()
	io.CopyN(io.Discard, c.stream, maxLinger)
}

// cleanUp closes everything that belongs to the connection, the session last.
func (c *Conn) cleanUp() {
	c.end(ErrClientGone)
	c.stopTimeout()
	if c.session == nil {
		return
	}
	c.guard(func() error {
		for name := range c.store.Portals() {
			c.dropPortal(name)
		}
		c.CloseStatements()
		return nil
	})
	if err := c.guard(c.session.Close); err != nil {
		c.server.log().Warn("wire: close session", "error", err, "pid", c.key.PID)
	}
}
