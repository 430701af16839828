package wire

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"time"
)

// Authenticator decides who may log in, and as whom.
//
// An error ends the connection. An *Error is told to the client, as FATAL; any
// other is logged, and the client learns only that it was refused. An
// Authenticator serves all connections at once and keeps nothing of any of them:
// what an exchange has to remember are the variables of one call.
type Authenticator interface {
	Authenticate(ctx context.Context, x *Exchange) (Identity, error)
}

// Identity is who has logged in.
type Identity struct {
	Role string // the user that the session runs as; empty means Startup.User

	// Method is how that was proved, in pg_hba.conf's words, but for
	// "scram-sha-256-plus", which is "scram-sha-256" bound to the encrypted channel.
	Method string

	// Name is what was proved, where that is not the role itself: the common name
	// of a certificate, the subject of a token.
	Name string
}

// authenticate runs the server's Authenticator. Whatever its error is, the
// result is FATAL, and it comes no sooner than FailureDelay.
func (c *Conn) authenticate(deadline time.Time) error {
	auth := c.server.Auth
	if auth == nil {
		auth = localOnly{}
	}
	ctx, cancel := context.WithDeadline(c.ctx, deadline)
	defer cancel()
	id, err := auth.Authenticate(ctx, &Exchange{c})
	if err != nil {
		return c.refuseLogin(err)
	}
	if id.Role == "" {
		id.Role = c.startup.User
	}
	c.identity = id
	return nil
}

// refuseLogin makes of an Authenticator's error what the client is told, counts
// it against the client's address, and lets the client wait.
func (c *Conn) refuseLogin(err error) error {
	switch {
	case errors.Is(err, errHangUp):
		return err // psql does so to ask for a password: no attempt
	case isTimeout(err), errors.Is(err, context.DeadlineExceeded):
		return &Error{Severity: "FATAL", Code: "57014", Message: "canceling authentication due to timeout"}
	}
	c.server.peers.fail(c.peer)
	if delay := c.server.FailureDelay; delay > 0 {
		timer := time.NewTimer(delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-c.ctx.Done():
		}
	}
	var refusal *Error
	if !errors.As(err, &refusal) {
		c.server.log().Error("wire: authentication", "error", err, "user", c.startup.User)
		refusal = Errorf("28000", "authentication failed for user \"%s\"", c.startup.User)
	}
	return toFatal(refusal)
}

// Trust lets everyone in as whom they please.
func Trust() Authenticator { return trust{} }

type trust struct{}

func (trust) Authenticate(_ context.Context, x *Exchange) (Identity, error) {
	return Identity{Role: x.Startup().User, Method: "trust"}, nil
}

// Reject lets nobody in.
func Reject() Authenticator { return reject{} }

type reject struct{}

func (reject) Authenticate(_ context.Context, x *Exchange) (Identity, error) {
	s := x.Startup()
	return Identity{}, Errorf("28000", "connection rejected for user \"%s\", database \"%s\"", s.User, s.Database)
}

// localOnly is the default: trust, but only for those who are on this machine.
type localOnly struct{}

func (localOnly) Authenticate(ctx context.Context, x *Exchange) (Identity, error) {
	if isLocal(x.RemoteAddr()) {
		return trust{}.Authenticate(ctx, x)
	}
	return reject{}.Authenticate(ctx, x)
}

// isLocal says whether the other end is on this machine.
func isLocal(addr net.Addr) bool {
	if a, ok := addr.(*net.TCPAddr); ok {
		return a.IP.IsLoopback()
	}
	return !onNetwork(addr)
}

// onNetwork says whether what goes to addr passes through a network stack, be
// it the loopback: Unix sockets and in-memory connections (net.Pipe) do not.
func onNetwork(addr net.Addr) bool {
	if _, ok := addr.(*net.UnixAddr); ok {
		return false
	}
	return addr == nil || addr.Network() != "pipe"
}

// The authentication requests that the server sends
// (PostgreSQL documentation, 55.7 Message Formats, Authentication...).
const (
	authOk           = 0
	authCleartext    = 3
	authMD5          = 5
	authSASL         = 10
	authSASLContinue = 11
	authSASLFinal    = 12
)

func appendAuthentication(dst []byte, code uint32, data []byte) []byte {
	dst, at := beginMessage(dst, 'R')
	dst = binary.BigEndian.AppendUint32(dst, code)
	return endMessage(append(dst, data...), at)
}
