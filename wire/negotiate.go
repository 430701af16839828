package wire

import (
	"encoding/binary"
	"errors"
)

// The codes that the first packet of a connection can begin with.
const (
	codeCancel   = 1234<<16 | 5678
	codeSSL      = 1234<<16 | 5679
	codeGSS      = 1234<<16 | 5680
	codeVersion3 = 3 << 16

	// newestMinor is that of the newest version there is, 3.2.
	newestMinor = 2

	// maxStartup is the longest first packet, which anyone may send.
	maxStartup = 10_000
)

// errHangUp ends a connection without a word: what came is not this protocol, or
// needs no answer.
var errHangUp = errors.New("wire: hang up")

// negotiate answers requests for encryption and returns the start-up packet
// behind them: the code of the version, and what follows. A CancelRequest is
// served, and ends the connection.
func (c *Conn) negotiate() (packet []byte, err error) {
	ssl, gss := false, false // each may be asked for once, and none inside TLS
	if direct, err := c.startsWithTLS(); err != nil {
		return nil, err
	} else if direct {
		if !c.offersTLS() {
			return nil, errHangUp
		}
		if err := c.startTLS(true); err != nil {
			return nil, err
		}
		ssl, gss = true, true
	}
	for {
		packet, err := c.readPacket()
		if err != nil {
			return nil, err
		}
		switch code := binary.BigEndian.Uint32(packet); {
		case code == codeCancel:
			d := decoder{body: packet[4:]}
			pid, secret := d.int32(), d.body
			if d.err == nil {
				c.cancelRequest(CancelKey{pid, secret})
			}
			return nil, errHangUp
		case code == codeSSL && !ssl:
			ssl = true
			if !c.offersTLS() {
				err = c.answer('N', "received unencrypted data after SSL request")
				break
			}
			gss = true
			if err = c.answer('S', "received unencrypted data after SSL request"); err == nil {
				err = c.startTLS(false)
			}
		case code == codeGSS && !gss:
			gss = true
			err = c.answer('N', "received unencrypted data after GSSAPI encryption request")
		default:
			return packet, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// offersTLS says whether the connection may be encrypted. One that leaves no
// machine need not be, and PostgreSQL does not.
func (c *Conn) offersTLS() bool {
	return c.server.TLSConfig != nil && onNetwork(c.nc.RemoteAddr())
}

// startsWithTLS looks at the client's first byte.
func (c *Conn) startsWithTLS() (bool, error) {
	if err := c.in.fill(); err != nil {
		return false, err
	}
	return c.in.buffered()[0] == recordTypeHandshake, nil
}

// answer is the answer to a request for encryption: a letter that is no message.
// What came with the request was sent before the client could know, and is
// nothing that may be believed, encrypted or not (CVE-2021-23214).
func (c *Conn) answer(letter byte, early string) error {
	if len(c.in.buffered()) > 0 {
		return &Error{Severity: "FATAL", Code: "08P01", Message: early,
			Detail: "This could be either a client-software bug or evidence of an attempted man-in-the-middle attack."}
	}
	_, err := c.nc.Write([]byte{letter})
	return err
}

// readPacket reads a packet of the start-up: a length and what it counts.
func (c *Conn) readPacket() ([]byte, error) {
	for {
		have := c.in.buffered()
		if len(have) >= 4 {
			n := binary.BigEndian.Uint32(have)
			if n < 8 || n > maxStartup {
				return nil, errHangUp
			}
			if len(have) >= int(n) {
				c.in.r += int(n)
				return have[4:n], nil
			}
		}
		if err := c.in.fill(); err != nil {
			return nil, err
		}
	}
}
