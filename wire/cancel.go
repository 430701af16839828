package wire

import (
	"crypto/rand"
	"crypto/subtle"
	"net/netip"
)

// cancelKey is BackendKeyData: who knows it may cancel the connection's
// statements (PostgreSQL documentation, 55.2.8 Canceling Requests in Progress).
type cancelKey struct {
	pid    int32
	secret []byte
}

// The lengths of secrets, in bytes. Clients of protocol 3.0 know only one.
const (
	secretLength30 = 4
	secretLength32 = 32
)

func newCancelKey(pid int32, minor int) cancelKey {
	n := secretLength30
	if minor >= 2 {
		n = secretLength32
	}
	k := cancelKey{pid: pid, secret: make([]byte, n)}
	rand.Read(k.secret) // never fails
	return k
}

// cancelRequest cancels what the owner of the key runs. Whether there is one
// the sender must not learn. Who guesses keys is soon no longer listened to.
func (s *Server) cancelRequest(peer netip.Prefix, pid int32, secret []byte) {
	if s.peers.banned(peer, s.MaxFailures) {
		return
	}
	s.mu.Lock()
	c := s.conns[pid]
	var key cancelKey
	if c != nil {
		key = c.key
	}
	s.mu.Unlock()
	same := subtle.ConstantTimeCompare(key.secret, secret) == 1
	switch {
	case c == nil: // it may have been there when the request was sent
	case same:
		c.Cancel(ErrCanceled)
	default:
		s.peers.fail(peer)
	}
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

// cancelLeg cancels only what was running when leg was counted.
func (c *Conn) cancelLeg(leg uint64, cause error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.leg == leg {
		c.cancelRunning(cause)
	}
}

// cancelRunning is Cancel with c.mu held. A read or write that waits for the
// client ends as well, or the statement could not.
func (c *Conn) cancelRunning(cause error) {
	if c.cancel != nil {
		c.cancel(cause)
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
