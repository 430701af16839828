package wire

import (
	"sync/atomic"
	"time"
)

// ConnState is what a connection is doing, as Server.ConnState is told.
type ConnState int

const (
	// StateNew is a connection that has not logged in. It goes on to StateIdle or
	// StateClosed.
	StateNew ConnState = iota
	// StateActive is a connection with a request that is not answered.
	StateActive
	// StateIdle is a connection that waits for its client's next request, in a
	// transaction block or outside one.
	StateIdle
	// StateClosed is the end. The connection is no longer among Server.Conns.
	StateClosed
)

func (s ConnState) String() string {
	switch s {
	case StateNew:
		return "new"
	case StateActive:
		return "active"
	case StateIdle:
		return "idle"
	}
	return "closed"
}

// setState tells Server.ConnState, if it is news.
func (c *Conn) setState(s ConnState) {
	if f := c.server.ConnState; f != nil && (s != c.state || s == StateNew) {
		c.state = s
		f(c, s)
	}
}

// Execution is one run of a statement: a statement of a Query, or one Execute.
type Execution struct {
	SQL      string // the text of the Query or Parse that it comes from
	Rows     int64  // sent, or copied in
	Duration time.Duration
	Err      error // nil unless it has failed
}

// Stats are counts of a server, from its beginning unless they say "now".
type Stats struct {
	Conns      int   // logged in now, or logging in
	Active     int   // of them, those that run a statement now
	Accepted   int64 // connections, cancel requests among them
	Executions int64
	Errors     int64 // sent for statements
	BytesIn    int64 // of the protocol, TLS taken off
	BytesOut   int64
}

// counters are what Stats is made of. Each connection counts for itself, so that
// those on different processors are not in each other's way.
type counters struct{ executions, errors, in, out atomic.Int64 }

// add adds what other has counted.
func (s *Stats) add(c *counters) {
	s.Executions += c.executions.Load()
	s.Errors += c.errors.Load()
	s.BytesIn += c.in.Load()
	s.BytesOut += c.out.Load()
}

// Stats returns the counts of the server as they are now.
func (s *Server) Stats() Stats {
	s.mu.Lock()
	st := s.ended
	st.Accepted, st.Conns = s.accepted, len(s.conns)
	for c := range s.sockets {
		st.add(&c.counters)
	}
	s.mu.Unlock()
	for c := range s.Conns() {
		if c.Activity().Running {
			st.Active++
		}
	}
	return st
}

// executionBegins returns the time, if somebody wants to know.
func (c *Conn) executionBegins() (now time.Time) {
	if c.server.Executed != nil {
		now = time.Now()
	}
	return now
}

// executed counts a run of a portal that began at began, and tells
// Server.Executed.
func (c *Conn) executed(p *Portal, began time.Time, err error) {
	c.counters.executions.Add(1)
	if f := c.server.Executed; f != nil {
		f(c, Execution{SQL: p.prepared.SQL, Rows: p.sent, Duration: time.Since(began), Err: err})
	}
}

// startTrace begins to trace the connection, from here on.
func (c *Conn) startTrace() {
	if c.server.Trace == nil {
		return
	}
	t := c.server.Trace(c)
	if t == nil {
		return
	}
	c.flush() // what belongs to the login
	t.Frontend(c.in.buffered())
	c.in.trace, c.out.trace = t, t
}
