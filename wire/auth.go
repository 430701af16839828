package wire

import (
	"context"
	"errors"
	"net"
	"time"
)

// Authenticator decides who may log in, and as whom.
//
// An error ends the connection. An *Error is told to the client, as FATAL; any
// other is logged, and the client learns only that it was refused. An
// Authenticator serves all connections at once and keeps nothing of any of them.
type Authenticator interface {
	Authenticate(ctx context.Context, x *Exchange) (Identity, error)
}

// Identity is who has logged in.
type Identity struct {
	Role   string // the user that the session runs as; empty means Startup.User
	Method string // how that was proved: "trust"
}

// Exchange is a connection that has not logged in yet, as its Authenticator
// sees it. It ends with the call of Authenticate.
type Exchange struct{ conn *Conn }

// Startup returns what the client asks for.
func (x *Exchange) Startup() Startup { return x.conn.startup }

// RemoteAddr returns the address of the client.
func (x *Exchange) RemoteAddr() net.Addr { return x.conn.nc.RemoteAddr() }

// authenticate runs the server's Authenticator. Whatever its error is, the
// result is FATAL.
func (c *Conn) authenticate(deadline time.Time) error {
	auth := c.server.Auth
	if auth == nil {
		auth = localOnly{}
	}
	ctx, cancel := context.WithDeadline(c.ctx, deadline)
	defer cancel()
	id, err := auth.Authenticate(ctx, &Exchange{c})
	if err != nil {
		var refusal *Error
		if !errors.As(err, &refusal) {
			c.server.log().Error("wire: authentication", "error", err, "user", c.startup.User)
			return &Error{Severity: "FATAL", Code: "28000", Message: "authentication failed for user \"" + c.startup.User + "\""}
		}
		return toFatal(refusal)
	}
	if id.Role == "" {
		id.Role = c.startup.User
	}
	c.identity = id
	return nil
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

func isLocal(addr net.Addr) bool {
	switch a := addr.(type) {
	case *net.TCPAddr:
		return a.IP.IsLoopback()
	case *net.UnixAddr:
		return true
	}
	return addr != nil && addr.Network() == "pipe" // net.Pipe
}
