package wire

import (
	"context"
	"crypto/tls"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// Conn is the connection of one client.
//
// Cancel, Terminate, Notify and Activity may be called from any goroutine, and, once the
// client has logged in, so may Startup, Identity, PID, RemoteAddr, TLS and Server,
// which never change. All other methods belong to the goroutine of the
// connection: they may be called while a method of its Handler, Session,
// Statement or Result runs, by that method.
type Conn struct {
	server *Server
	nc     net.Conn // the socket; only its addresses, deadlines and Close are used
	stream stream   // nc, or TLS on it
	in     input
	out    output
	watch  watch

	counters  counters  // of this connection; see Server.Stats
	tls       *tls.Conn // nil without encryption
	transport *tlsTransport
	endPoint  []byte // of the certificate sent, for channel binding; see endPointHash

	startup  Startup
	peer     netip.Prefix // whom the connection counts for; see peers.go
	identity Identity
	key      CancelKey
	params   []Param  // as the client knows them
	greeted  bool     // params have been sent
	changed  []string // names of params to send before the next ReadyForQuery

	ctx      context.Context // ends with the connection, with the reason as cause
	end      context.CancelCauseFunc
	session  Session
	hijacked bool // by Handler.Open; others look at it under mu
	store    PortalStore
	portals  int  // in the store
	holds    bool // there was one that outlives its transaction
	unnamed  bool // there may be something without a name in the store

	status    TxStatus
	current   *Portal // being executed
	failed    bool    // a statement since the last Sync
	skipping  bool    // everything up to Sync, after an error
	atRest    bool    // ReadyForQuery was the last message
	flushSoon bool    // before waiting for the client
	state     ConnState
	lost      error // if not nil, ends the connection once the current error is told

	leaving   atomic.Bool // terminated or draining
	disturbed atomic.Bool // writes were told to stop

	// mu guards what other goroutines look at. It is never held while waiting.
	mu           sync.Mutex
	terminated   error        // why the connection has to end
	draining     bool         // end when nothing runs
	open         bool         // logged in
	idle         bool         // waiting for the client
	copyWait     bool         // waiting for it within a statement
	listening    bool         // it would take notifications
	pending      []byte       // notifications that have not been sent
	lastWords    bool         // the next Write is the last
	readDeadline bool         // one is set
	running      *taskContext // or nil
	timeouts     Timeouts
	timeout      statementTimeout
	activity     activity
}

func newConn(s *Server, nc net.Conn) *Conn {
	c := &Conn{
		server:   s,
		nc:       nc,
		stream:   nc,
		peer:     peerOf(nc.RemoteAddr()),
		status:   Idle,
		idle:     true,
		timeouts: s.Timeouts,
	}
	c.in = input{server: s, stream: nc, counters: &c.counters}
	c.activity.connected = time.Now()
	c.ctx, c.end = context.WithCancelCause(context.Background())
	return c
}

// Startup returns what the client asked for when it connected.
func (c *Conn) Startup() Startup { return c.startup }

// Identity returns who has logged in.
func (c *Conn) Identity() Identity { return c.identity }

// PID returns the process ID that the client knows the connection by. No other
// connection of the server has it at the same time.
func (c *Conn) PID() int32 { return c.key.PID }

// RemoteAddr returns the address of the client.
func (c *Conn) RemoteAddr() net.Addr { return c.nc.RemoteAddr() }

// Server returns the server that the client is connected to.
func (c *Conn) Server() *Server { return c.server }

// Store returns the prepared statements and portals of the connection, to look
// at: what is in it changes through the client's messages, Prepare, OpenPortal and
// their opposites.
func (c *Conn) Store() PortalStore { return c.store }

// Notice queues a NoticeResponse. Inside EncodeRow or EncodeRows it is queued to
// follow the rows, before the next ReadyForQuery.
func (c *Conn) Notice(n *Error) {
	if c.out.encoding {
		c.out.late = appendError(c.out.late, 'N', n)
		return
	}
	c.send(appendError(c.queue(), 'N', n))
}

// Flush sends what is queued. Inside EncodeRow or EncodeRows, where a message is
// not complete, it does nothing.
func (c *Conn) Flush() error {
	if c.out.encoding {
		return nil
	}
	c.flush()
	return context.Cause(c.ctx)
}

// Activity is what a connection is doing.
type Activity struct {
	SQL       string    // of the last statement; of a long one, the beginning
	Running   bool      // it still runs
	Status    TxStatus  // at the last ReadyForQuery
	Connected time.Time // when the client connected
	Started   time.Time // when the last statement began
	Changed   time.Time // when Running or Status did
}

// Activity returns what the connection is doing. Any goroutine may ask.
func (c *Conn) Activity() Activity {
	c.mu.Lock()
	defer c.mu.Unlock()
	a := &c.activity
	return Activity{SQL: a.sql, Running: a.running, Status: a.status,
		Connected: a.connected, Started: a.at(a.started), Changed: a.at(a.changed)}
}

// activity is what Activity is made of. Times are counted from connected, which
// costs half as much as to ask for the time of day; 0 is never.
type activity struct {
	sql              string
	running          bool
	status           TxStatus
	connected        time.Time
	started, changed time.Duration
}

func (a *activity) now() time.Duration { return time.Since(a.connected) }

func (a *activity) at(d time.Duration) (t time.Time) {
	if d > 0 {
		t = a.connected.Add(d)
	}
	return t
}

func (c *Conn) isOpen() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.open
}
