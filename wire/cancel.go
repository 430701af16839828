package wire

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
)

// CancelKey is BackendKeyData: who knows it may cancel the connection's
// statements (PostgreSQL documentation, 55.2.8 Canceling Requests in Progress).
type CancelKey struct {
	PID    int32  // Conn.PID
	Secret []byte // 4 bytes; in protocol 3.2, 32 (at most 256)
}

// CancelRouter is for servers that share an address: a CancelRequest comes on a
// connection of its own, and so, perhaps, to another server than the one that runs
// the statement. Its methods are called by many goroutines at once.
type CancelRouter interface {
	// Issue returns the key that a client which has just logged in is to have: key,
	// which the server has made, once the router has noted where it leads, or a
	// better one, whose secret is as long. Its PID must not be one that another
	// connection of the server has. An error ends the connection as FATAL.
	Issue(c *Conn, key CancelKey) (CancelKey, error)

	// Cancel cancels what the owner of the key runs, here by Server.CancelKey or at
	// another server, and reports whether there is one with that PID and secret: a
	// guess counts against the client's address. The client is not told.
	Cancel(ctx context.Context, key CancelKey) (known bool)
}

// The lengths of secrets, in bytes. Clients of protocol 3.0 know only one.
const (
	secretLength30 = 4
	secretLength32 = 32
)

func newCancelKey(pid int32, minor int) CancelKey {
	n := secretLength30
	if minor >= 2 {
		n = secretLength32
	}
	k := CancelKey{PID: pid, Secret: make([]byte, n)}
	rand.Read(k.Secret) // never fails
	return k
}

// cancelRequest cancels what the owner of the key runs. Whether there is one
// the sender must not learn. Who guesses keys is soon no longer listened to.
func (c *Conn) cancelRequest(key CancelKey) {
	s := c.server
	if s.peers.banned(c.peer, s.MaxFailures) {
		return
	}
	known := false
	if s.CancelRouter != nil {
		known = s.CancelRouter.Cancel(c.ctx, key)
	} else {
		known = s.CancelKey(key)
	}
	if !known {
		s.peers.fail(c.peer)
	}
}

// CancelKey cancels what the connection with that key runs, if this server has
// one, and reports whether the key is good: one of a connection that has ended is
// good as well, for it may have been there when the request was sent.
func (s *Server) CancelKey(key CancelKey) (known bool) {
	s.mu.Lock()
	c := s.conns[key.PID]
	var own CancelKey
	if c != nil {
		own = c.key
	}
	s.mu.Unlock()
	same := subtle.ConstantTimeCompare(own.Secret, key.Secret) == 1
	if c != nil && same {
		c.Cancel(ErrCanceled)
	}
	return c == nil || same
}

// issueKey has the router look at the key of a connection that has logged in.
func (c *Conn) issueKey() error {
	s := c.server
	if s.CancelRouter == nil {
		return nil
	}
	key, err := s.CancelRouter.Issue(c, c.key)
	if err != nil {
		return toFatal(err)
	}
	if len(key.Secret) != len(c.key.Secret) {
		return &Error{Severity: "FATAL", Code: "XX000", Message: "cancel key of another length"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if other := s.conns[key.PID]; other != nil && other != c {
		return &Error{Severity: "FATAL", Code: "XX000", Message: "cancel key of another connection"}
	}
	delete(s.conns, c.key.PID)
	c.key = key
	s.conns[key.PID] = c
	return nil
}

// Cancel ends the statement that is running, if one is; cause, best an *Error,
// is what the client is told, and nil means ErrCanceled. Any goroutine may call
// it.
func (c *Conn) Cancel(cause error) {
	if cause == nil {
		cause = ErrCanceled
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cancelRunning(cause)
}

// cancelRunning is Cancel with c.mu held. A read or write that waits for the
// client ends as well, or the statement could not.
func (c *Conn) cancelRunning(cause error) {
	if c.running != nil {
		c.running.end(cause)
		c.interruptWrite()
		if c.copyWait {
			c.interruptRead()
		}
	}
}

// Terminate ends the connection, and what runs on it; cause, best an *Error, is
// what the client is told, as FATAL, and nil means ErrShutdown. Any goroutine may
// call it.
func (c *Conn) Terminate(cause error) {
	if cause == nil {
		cause = ErrShutdown
	}
	cause = toFatal(cause)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.terminated != nil {
		return
	}
	c.terminated = cause
	c.leaving.Store(true)
	c.end(cause)
	c.cancelRunning(cause)
	c.interruptWrite()
	c.wake()
}

// drain ends the connection when nothing runs.
func (c *Conn) drain() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.draining = true
	c.leaving.Store(true)
	c.wake()
}

// wake ends the wait for the client. c.mu is held.
func (c *Conn) wake() {
	if c.idle {
		c.interruptRead()
	}
}

// interruptRead ends a read that waits for the client. c.mu is held.
func (c *Conn) interruptRead() {
	c.readDeadline = true
	c.nc.SetReadDeadline(longAgo())
}
