package wire

import (
	"crypto/tls"
	"errors"
	"iter"
	"log/slog"
	"net"
	"sync"
	"time"
)

// ErrServerClosed is what Serve and ListenAndServe return after Shutdown or
// Close.
var ErrServerClosed = errors.New("wire: server closed")

const (
	defaultStartupTimeout = 30 * time.Second
	defaultMaxMessage     = 64 << 20
	defaultMaxStatements  = 10_000
	defaultMaxPortals     = 1_000
)

// Server serves PostgreSQL's protocol, versions 3.0 to 3.2. Its zero value with a
// Handler is ready for use. The fields must not be changed once it serves.
type Server struct {
	// Addr is where ListenAndServe listens: "host:port", or the path of a Unix
	// socket, which is what an address with a slash is.
	Addr string

	// Handler opens a Session for every client.
	Handler Handler

	// Auth decides who may log in. Nil trusts clients on loopback addresses,
	// Unix sockets and in-memory connections, and refuses all others.
	Auth Authenticator

	// TLSConfig has the certificate with which connections are encrypted; nil means
	// that they are not. The client decides: see RequireTLS. Clients on Unix
	// sockets and in memory are never encrypted. NextProtos is set by the server, no
	// version is older than 1.2, and sessions are not resumed.
	//
	// To ask for certificates, set ClientCAs, and ClientAuth to
	// tls.VerifyClientCertIfGiven. See CertificateLoader for certificates that change.
	TLSConfig *tls.Config

	// RequireTLS refuses clients on a network that do not encrypt.
	RequireTLS bool

	// FailureDelay is how long a client waits to be told that its login has
	// failed. It slows down whoever guesses passwords.
	FailureDelay time.Duration

	// MaxFailures is the number of failed logins and wrong cancel keys within a
	// minute, from the first, after which nobody at their address (in IPv6, in its
	// /64 network) can log in until the minute is over; 0 means any number.
	MaxFailures int

	// MockSecret makes up the salts of users who do not exist. If it is kept from
	// one run of the server to the next, a restart does not show who they are. Nil
	// means a random one. See SCRAM.
	MockSecret []byte

	// Params are reported to the client at the start, in this order, followed
	// by those that clients expect of a PostgreSQL server and that are missing
	// here. Conn.Report changes them for one connection.
	Params []Param

	// Timeouts are what every connection starts with; see Conn.SetTimeouts.
	Timeouts Timeouts

	// NewStore makes the PortalStore of a connection. Nil means NewMapStore
	// with MaxStatements and MaxPortals.
	NewStore func(*Conn) PortalStore

	// Log takes what cannot be told to a client. Nil means slog.Default().
	Log *slog.Logger

	// StartupTimeout is the time from the first byte to the login, in all; 0
	// means 30 seconds.
	StartupTimeout time.Duration

	// WriteTimeout is how long one write may wait for the client to read; 0
	// means for ever. A client that exceeds it is gone.
	WriteTimeout time.Duration

	// MaxConns is the number of logged-in clients, beyond which others are told
	// 53300; 0 means any number. Cancel requests are not counted.
	MaxConns int

	// ReservedConns is how many of MaxConns only those clients get for whom
	// MayUseReserved returns true, once they have logged in; the others are told
	// 53300. So an administrator can come in when all else is taken. Without
	// MayUseReserved nobody gets them.
	ReservedConns  int
	MayUseReserved func(*Conn) bool

	// MaxConnsPerIP is MaxConns for each address (in IPv6, for each /64 network).
	MaxConnsPerIP int

	// MaxMessage is the longest message that a client may send, in bytes; 0
	// means 64 MiB.
	MaxMessage int

	// MaxStatements and MaxPortals limit what a client may have open; 0 means
	// 10,000 and 1,000.
	MaxStatements, MaxPortals int

	// KeepAlive are the keepalive options of TCP connections; the zero value leaves
	// them as the listener has set them, which in package net means probes after 15
	// seconds without traffic.
	KeepAlive net.KeepAliveConfig

	// UserTimeout is how long a client may leave what was sent to it unacknowledged
	// before its connection is broken (TCP_USER_TIMEOUT, which Linux has; elsewhere a
	// warning is logged); 0 leaves it to the system.
	UserTimeout time.Duration

	// CancelRouter finds the connection that a CancelRequest is for. Nil means that
	// it is one of this server.
	CancelRouter CancelRouter

	// ConnState is called when a connection changes its state, on its goroutine.
	// Nil means that nobody wants to know, as it does for the two below.
	ConnState func(*Conn, ConnState)

	// Executed is called after each run of a statement, on the goroutine of the
	// connection. See also Stats.
	Executed func(*Conn, Execution)

	// Trace returns where the conversation with a client that has just logged in is
	// written to, or nil. Each connection needs a Tracer of its own.
	Trace func(*Conn) *Tracer

	monitor monitor
	peers   peers

	mockOnce sync.Once
	mock     []byte // MockSecret, or a random one

	buffers sync.Pool // *[]byte of at least flushSize; see buffers.go
	queries sync.Pool // *simpleQuery; see query.go

	mu        sync.Mutex
	listeners map[*net.Listener]struct{}
	sockets   map[*Conn]struct{} // every connection
	conns     map[int32]*Conn    // those admitted, by process ID
	lastPID   int32
	closing   bool
	accepted  int64         // connections
	ended     Stats         // what connections that are no more have counted
	empty     chan struct{} // if not nil, closed when sockets becomes empty
}

// ServeConn serves one connection and returns when it has ended; nc is closed
// then. It serves a net.Pipe as well as a socket.
func (s *Server) ServeConn(nc net.Conn) {
	defer nc.Close()
	c := newConn(s, nc)
	if !s.addSocket(c) {
		return
	}
	s.tune(nc)
	c.setState(StateNew)
	defer c.setState(StateClosed)
	defer s.remove(c)
	c.serve()
}

// Conns yields the clients that are logged in, in no order.
func (s *Server) Conns() iter.Seq[*Conn] {
	return func(yield func(*Conn) bool) {
		s.mu.Lock()
		conns := make([]*Conn, 0, len(s.conns))
		for _, c := range s.conns {
			conns = append(conns, c)
		}
		s.mu.Unlock()
		for _, c := range conns {
			if c.isOpen() && !yield(c) {
				return
			}
		}
	}
}

// Conn returns the logged-in client of that process ID, or nil.
func (s *Server) Conn(pid int32) *Conn {
	s.mu.Lock()
	c := s.conns[pid]
	s.mu.Unlock()
	if c == nil || !c.isOpen() {
		return nil
	}
	return c
}

func (s *Server) log() *slog.Logger {
	if s.Log != nil {
		return s.Log
	}
	return slog.Default()
}

func (s *Server) maxMessage() int {
	if s.MaxMessage > 0 {
		return min(s.MaxMessage, maxMessageOut)
	}
	return defaultMaxMessage
}

func (s *Server) newStore(c *Conn) PortalStore {
	if s.NewStore != nil {
		return s.NewStore(c)
	}
	statements, portals := s.MaxStatements, s.MaxPortals
	if statements == 0 {
		statements = defaultMaxStatements
	}
	if portals == 0 {
		portals = defaultMaxPortals
	}
	return NewMapStore(statements, portals)
}

func (s *Server) startupTimeout() time.Duration {
	if s.StartupTimeout > 0 {
		return s.StartupTimeout
	}
	return defaultStartupTimeout
}

func (s *Server) isClosing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closing
}

func (s *Server) addListener(l *net.Listener) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return false
	}
	if s.listeners == nil {
		s.listeners = map[*net.Listener]struct{}{}
	}
	s.listeners[l] = struct{}{}
	return true
}

func (s *Server) removeListener(l *net.Listener) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.listeners, l)
}

func (s *Server) addSocket(c *Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return false
	}
	if s.sockets == nil {
		s.sockets, s.conns = map[*Conn]struct{}{}, map[int32]*Conn{}
	}
	s.sockets[c] = struct{}{}
	s.accepted++
	return true
}

func (s *Server) remove(c *Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sockets, c)
	s.ended.add(&c.counters)
	if s.conns[c.key.PID] == c {
		delete(s.conns, c.key.PID)
		s.peers.leave(c.peer)
	}
	if len(s.sockets) == 0 && s.empty != nil {
		close(s.empty)
		s.empty = nil
	}
}
