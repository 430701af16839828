package wire

import (
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"net"
)

// Exchange is a connection that has not logged in yet, as its Authenticator
// sees it. It ends with the call of Authenticate.
type Exchange struct{ conn *Conn }

// Startup returns what the client asks for.
func (x *Exchange) Startup() Startup { return x.conn.startup }

// RemoteAddr returns the address of the client.
func (x *Exchange) RemoteAddr() net.Addr { return x.conn.nc.RemoteAddr() }

// LocalAddr returns the address that the client has connected to.
func (x *Exchange) LocalAddr() net.Addr { return x.conn.nc.LocalAddr() }

// TLS returns the state of the encryption, nil if there is none.
func (x *Exchange) TLS() *tls.ConnectionState { return x.conn.TLS() }

// The longest answers, in bytes, that a client may give before it has logged in;
// PostgreSQL's limits for SCRAM and for all else.
const (
	maxSCRAMMessage = 1024
	maxAuthMessage  = 65_535
)

// Password asks for the password in clear text and returns it. Whether the
// connection is one to ask it on is the caller's business: see TLS.
func (x *Exchange) Password() (string, error) {
	body, err := x.ask(authCleartext, nil, maxAuthMessage)
	if err != nil {
		return "", err
	}
	d := decoder{body: body}
	password := d.string()
	if err := d.end(); err != nil {
		return "", err
	}
	if password == "" {
		return "", Errorf("28P01", "empty password returned by client")
	}
	return password, nil
}

// ask sends an authentication request and returns the client's answer, which is
// valid until the next call. limit bounds it.
func (x *Exchange) ask(code uint32, data []byte, limit int) ([]byte, error) {
	c := x.conn
	x.tell(code, data)
	c.flush()
	if c.ctx.Err() != nil {
		return nil, errHangUp
	}
	return c.readPassword(limit)
}

// tell queues an authentication request that needs no answer.
func (x *Exchange) tell(code uint32, data []byte) {
	x.conn.send(appendAuthentication(x.conn.queue(), code, data))
}

// readPassword reads the message of the letter p, the only one that a client may
// send before it has logged in.
func (c *Conn) readPassword(limit int) ([]byte, error) {
	for {
		have := c.in.buffered()
		if len(have) > 0 && have[0] != 'p' {
			if have[0] == 'X' {
				return nil, errHangUp
			}
			return nil, Errorf("08P01", "expected password response, got message type %d", have[0])
		}
		if len(have) >= 5 {
			n := binary.BigEndian.Uint32(have[1:])
			if n < 4 || n > uint32(limit)+4 {
				return nil, Errorf("08P01", "invalid password packet size")
			}
			if len(have) > int(n) {
				c.in.r += int(n) + 1
				return have[5 : n+1], nil
			}
		}
		if err := c.in.fill(); isTimeout(err) {
			return nil, err
		} else if err != nil {
			return nil, errHangUp
		}
	}
}

// sasl offers mechanisms and returns the one that the client takes, with its
// first message (PostgreSQL documentation, 55.3 SASL Authentication).
func (x *Exchange) sasl(mechanisms []string, limit int) (mechanism string, first []byte, err error) {
	var offer []byte
	for _, m := range mechanisms {
		offer = appendString(offer, m)
	}
	body, err := x.ask(authSASL, append(offer, 0), limit)
	if err != nil {
		return "", nil, err
	}
	d := decoder{body: body}
	mechanism = d.string()
	if n := d.int32(); n >= 0 { // else there is no first message
		first = d.bytes(int(n))
	}
	if err := d.end(); err != nil {
		return "", nil, err
	}
	for _, m := range mechanisms {
		if m == mechanism {
			return mechanism, first, nil
		}
	}
	return "", nil, Errorf("08P01", "client selected an invalid SASL authentication mechanism")
}

// WrongPassword is what the client learns of a login by password that failed,
// whatever the reason was: no such user, no password, another password.
func (x *Exchange) WrongPassword() error {
	return Errorf("28P01", "password authentication failed for user \"%s\"", x.Startup().User)
}

// checkProtected refuses to have a secret sent over a network in clear text.
func (x *Exchange) checkProtected(secret string) error {
	if x.TLS() != nil || isLocal(x.RemoteAddr()) {
		return nil
	}
	return &Error{Code: "28000", Message: fmt.Sprintf("a %s is accepted on encrypted connections only", secret),
		Hint: "Connect with sslmode=require, or better, verify-full."}
}
