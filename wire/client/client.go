// Package client is a small PostgreSQL client: enough to send a query and stream
// its results, to drive the extended protocol message by message, and to build a
// proxy or a benchmark on. It converts no values; database/sql drivers do that.
//
// There are two layers. [Conn.Query], [Conn.Prepare] and [Conn.Results] read
// whole results, row by row, without an allocation per row. Below them the Send
// methods fill a buffer with frontend messages, one method per message, and
// [Conn.Receive] returns backend messages as they come.
//
// A Conn belongs to one goroutine. Only [Conn.Cancel] and [Conn.Close] may be
// called from another.
package client

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/csvsql/csvsql/wire"
)

// Config says who connects, and to what.
type Config struct {
	User     string
	Database string // empty: the server takes User
	Password string // used if the server asks for one

	// Params are further parameters of the start-up message, as
	// application_name or options.
	Params map[string]string

	// TLS encrypts the connection; a server that refuses is an error. Nil means
	// plain text. ServerName is filled in by Dial if it is empty. On an encrypted
	// connection SCRAM is bound to the server's certificate, if the server offers that.
	TLS *tls.Config

	// Minor is that of the protocol version to ask for, 3.Minor. With 2 the server
	// may give a longer secret to cancel with. One that is older says so, which is no
	// error.
	Minor int

	// Redial opens another connection to the server, on which Conn.Cancel sends
	// its request. Nil means the address of the first one; where that has none, as
	// in memory, there is no cancelling without Redial.
	Redial func(ctx context.Context) (net.Conn, error)

	// OnNotice is called, on the goroutine of the Conn, for each NoticeResponse.
	OnNotice func(*wire.Error)
}

// Conn is a connection that has logged in.
type Conn struct {
	nc     net.Conn
	in     *bufio.Reader
	large  []byte // body of a message that does not fit into in
	skip   int    // bytes of in that the last message occupies
	out    []byte
	start  int   // in out, of the message being built
	err    error // the first failure of nc, or of a message that cannot be sent
	notice func(*wire.Error)
	redial func(ctx context.Context) (net.Conn, error)

	endPoint []byte // of the server's certificate, if SCRAM can be bound to it

	pid    int32
	secret []byte
	params map[string]string
	status byte
}

const (
	inBuffer  = 64 << 10
	outBuffer = 64 << 10 // written when it has grown to this
)

// Dial connects to addr and logs in. addr is host:port, or the path of a Unix
// socket if it begins with a slash. ctx governs the login only.
func Dial(ctx context.Context, addr string, cfg Config) (*Conn, error) {
	network := "tcp"
	if strings.HasPrefix(addr, "/") {
		network = "unix"
	}
	redial := func(ctx context.Context) (net.Conn, error) {
		return dial(ctx, network, addr, cfg.TLS)
	}
	nc, err := redial(ctx)
	if err != nil {
		return nil, err
	}
	if cfg.Redial == nil {
		cfg.Redial = redial
	}
	return login(ctx, nc, cfg)
}

// New logs in over nc, which the Conn then owns: it is closed if the login
// fails. cfg.TLS is not used: nc is taken as it is.
func New(ctx context.Context, nc net.Conn, cfg Config) (*Conn, error) {
	if cfg.Redial == nil {
		remote := nc.RemoteAddr()
		cfg.Redial = func(ctx context.Context) (net.Conn, error) {
			return dial(ctx, remote.Network(), remote.String(), nil)
		}
	}
	return login(ctx, nc, cfg)
}

func login(ctx context.Context, nc net.Conn, cfg Config) (*Conn, error) {
	c := &Conn{
		nc:     nc,
		in:     bufio.NewReaderSize(nc, inBuffer),
		notice: cfg.OnNotice,
		redial: cfg.Redial,
		params: make(map[string]string),
	}
	if t, ok := nc.(*tls.Conn); ok {
		if state := t.ConnectionState(); len(state.PeerCertificates) > 0 {
			c.endPoint = wire.EndPointHash(state.PeerCertificates[0])
		}
	}
	stop := abortOn(ctx, nc)
	err := c.startup(cfg)
	if !stop() {
		err = context.Cause(ctx)
	}
	if err != nil {
		nc.Close()
		return nil, err
	}
	return c, nil
}

// abortOn makes reads and writes of nc fail once ctx is done. The function it
// returns ends that, and reports false if ctx was done before.
func abortOn(ctx context.Context, nc net.Conn) (stop func() bool) {
	return context.AfterFunc(ctx, func() { nc.SetDeadline(time.Unix(1, 0)) })
}

// dial opens a connection and, with a TLS configuration, encrypts it
// (PostgreSQL documentation, 55.2.10 SSL Session Encryption).
func dial(ctx context.Context, network, addr string, t *tls.Config) (net.Conn, error) {
	var d net.Dialer
	nc, err := d.DialContext(ctx, network, addr)
	if err != nil || t == nil {
		return nc, err
	}
	if t.ServerName == "" && !t.InsecureSkipVerify {
		host, _, err := net.SplitHostPort(addr)
		if err != nil {
			host = addr
		}
		t = t.Clone()
		t.ServerName = host
	}
	secure, err := encrypt(ctx, nc, t)
	if err != nil {
		nc.Close()
		return nil, fmt.Errorf("client: TLS: %w", err)
	}
	return secure, nil
}

func encrypt(ctx context.Context, nc net.Conn, t *tls.Config) (net.Conn, error) {
	defer abortOn(ctx, nc)()
	if _, err := nc.Write(sslRequest); err != nil {
		return nil, err
	}
	// Exactly one byte is read: what follows a refusal, or was slipped in before
	// the handshake, must not be taken for the server's (CVE-2021-23222).
	var answer [1]byte
	if _, err := nc.Read(answer[:]); err != nil {
		return nil, err
	}
	if answer[0] != 'S' {
		return nil, errors.New("the server does not support it")
	}
	tc := tls.Client(nc, t)
	return tc, tc.HandshakeContext(ctx)
}

// Key is what a cancel request has to name (BackendKeyData).
func (c *Conn) Key() (pid int32, secret []byte) { return c.pid, c.secret }

// Parameter is the value the server has last reported for a parameter, as
// server_version or TimeZone; empty if it has not.
func (c *Conn) Parameter(name string) string { return c.params[name] }

// Parameters yields all parameters that the server has reported, and their values,
// in the order of their names.
func (c *Conn) Parameters() iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for _, name := range slices.Sorted(maps.Keys(c.params)) {
			if !yield(name, c.params[name]) {
				return
			}
		}
	}
}

// TxStatus is the letter of the last ReadyForQuery: I, T or E.
func (c *Conn) TxStatus() byte { return c.status }

// NetConn is the connection underneath, for its deadlines and addresses.
func (c *Conn) NetConn() net.Conn { return c.nc }

// Cancel asks the server, over a connection of its own, to cancel what c is
// running. It returns when the server has taken the request, which says nothing
// about what became of it: the answer, if there is one, arrives at c as an error
// 57014. It may be called from any goroutine.
func (c *Conn) Cancel(ctx context.Context) error {
	nc, err := c.redial(ctx)
	if err != nil {
		return err
	}
	defer nc.Close()
	defer abortOn(ctx, nc)()
	if _, err := nc.Write(appendCancelRequest(nil, c.pid, c.secret)); err != nil {
		return err
	}
	// The server closes without an answer once it has acted.
	var none [1]byte
	nc.Read(none[:])
	return ctx.Err()
}

// Close says goodbye, if it can be said at once, and closes the connection. It
// may be called from any goroutine; what it interrupts fails.
func (c *Conn) Close() error {
	c.nc.SetWriteDeadline(time.Now().Add(time.Second))
	c.nc.Write([]byte{'X', 0, 0, 0, 4})
	return c.nc.Close()
}
