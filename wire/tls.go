package wire

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"slices"
	"sync/atomic"
)

// alpn is PostgreSQL's protocol in TLS's list of such (PostgreSQL documentation,
// 55.2.10 SSL Session Encryption).
const alpn = "postgresql"

// recordTypeHandshake is the first byte of a TLS handshake, and of no packet of
// PostgreSQL's start-up, whose lengths are shorter.
const recordTypeHandshake = 0x16

// TLS returns the state of the connection's encryption (its version, the name
// that the client asked for, the client's certificates), or nil if there is none.
func (c *Conn) TLS() *tls.ConnectionState {
	if c.tls == nil {
		return nil
	}
	state := c.tls.ConnectionState()
	return &state
}

// startTLS encrypts the connection. A client that has begun with it, without a
// request, must say in it which protocol it wants (ALPN), so that nothing that
// can make a browser connect can make it speak PostgreSQL.
func (c *Conn) startTLS(direct bool) error {
	under := &tlsTransport{Conn: c.nc, early: slices.Clone(c.in.buffered())}
	t := tls.Server(under, c.tlsConfig(direct))
	if err := t.Handshake(); err != nil { // the deadline is that of the start-up
		c.server.log().Info("wire: TLS handshake", "error", err, "client", c.nc.RemoteAddr())
		return errHangUp
	}
	c.in.r, c.in.w = 0, 0
	c.tls, c.transport, c.stream, c.in.stream = t, under, t, t
	return nil
}

var errNoALPN = errors.New("the client does not ask for the protocol " + alpn)

// tlsConfig is the configuration for one handshake: what the server's says, with
// what PostgreSQL adds to it. It keeps the certificate that the client gets, for
// channel binding.
func (c *Conn) tlsConfig(direct bool) *tls.Config {
	return &tls.Config{GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		if direct && !slices.Contains(hello.SupportedProtos, alpn) {
			return nil, errNoALPN
		}
		given := c.server.TLSConfig
		if given.GetConfigForClient != nil {
			other, err := given.GetConfigForClient(hello)
			if err != nil {
				return nil, err
			}
			if other != nil {
				given = other
			}
		}
		cfg := given.Clone()
		cfg.GetConfigForClient = nil
		cfg.NextProtos = []string{alpn}
		cfg.MinVersion = max(cfg.MinVersion, tls.VersionTLS12)
		// A resumed session would show no certificate to bind to. PostgreSQL has
		// none either.
		cfg.SessionTicketsDisabled = true
		cfg.Certificates = nil // so that GetCertificate is always asked
		cfg.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			cert, err := certificateFor(given, hello)
			c.endPoint = endPointHash(cert)
			return cert, err
		}
		return cfg, nil
	}}
}

// certificateFor chooses as crypto/tls does, which does not tell what it chose.
func certificateFor(cfg *tls.Config, hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	if cfg.GetCertificate != nil && (len(cfg.Certificates) == 0 || hello.ServerName != "") {
		if cert, err := cfg.GetCertificate(hello); cert != nil || err != nil {
			return cert, err
		}
	}
	for i := range cfg.Certificates {
		if hello.SupportsCertificate(&cfg.Certificates[i]) == nil {
			return &cfg.Certificates[i], nil
		}
	}
	if len(cfg.Certificates) == 0 {
		return nil, errors.New("the server has no certificate")
	}
	return &cfg.Certificates[0], nil
}

// tlsTransport is what TLS writes to and reads from.
//
// A write that is interrupted, as Cancel does with one that waits for the
// client, would be the end of a tls.Conn: half a record has been sent. So the
// rest is kept here, and goes out before what is written next; an error message
// always is.
type tlsTransport struct {
	net.Conn
	early []byte // read before TLS began
	rest  []byte // of writes that were interrupted
	late  atomic.Bool
}

func (t *tlsTransport) Read(b []byte) (int, error) {
	if len(t.early) > 0 {
		n := copy(b, t.early)
		t.early = t.early[n:]
		return n, nil
	}
	return t.Conn.Read(b)
}

// Write is called by one goroutine at a time: crypto/tls sees to it.
func (t *tlsTransport) Write(b []byte) (int, error) {
	if len(t.rest) > 0 {
		n, err := t.Conn.Write(t.rest)
		t.rest = t.rest[:copy(t.rest, t.rest[n:])]
		if err != nil {
			return t.keep(b, 0, err)
		}
		t.rest = nil
	}
	n, err := t.Conn.Write(b)
	if err != nil {
		return t.keep(b, n, err)
	}
	return n, nil
}

// keep keeps b[n:] if err is a deadline, and says that it was written.
func (t *tlsTransport) keep(b []byte, n int, err error) (int, error) {
	if !isTimeout(err) {
		return n, err
	}
	t.rest = append(t.rest, b[n:]...)
	t.late.Store(true)
	return len(b), nil
}

// wasLate says whether a deadline has passed in a Write since the last call.
func (t *tlsTransport) wasLate() bool { return t != nil && t.late.Swap(false) }

// stream is what the messages go over: the socket, or TLS on it.
type stream interface {
	io.Reader
	io.Writer
}
