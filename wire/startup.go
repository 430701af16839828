package wire

import (
	"context"
	"encoding/binary"
	"errors"
	"strings"
	"time"
)

// Startup is what a client asks for when it connects
// (PostgreSQL documentation, 55.2.1 Start-up).
type Startup struct {
	User     string
	Database string // the user's name if the client named none

	// Params are the run-time parameters, in the client's order: those of the
	// message, and those in its "options" (-c name=value, --name=value) where
	// that stands.
	Params []Param

	Minor int // of the protocol version, 3.Minor, that is spoken: 2 at most
}

// Param is the name and the value of a run-time parameter.
type Param struct{ Name, Value string }

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

// login takes a connection from its first byte to its session. Until it returns
// nil there is no way to a handler but through the Authenticator.
func (c *Conn) login() error {
	deadline := time.Now().Add(c.server.startupTimeout())
	c.setStartupDeadline(deadline)
	packet, err := c.negotiate()
	if err != nil {
		return err
	}
	startup, unknown, err := decodeStartup(packet)
	if err != nil {
		return err
	}
	asked := startup.Minor
	startup.Minor = min(asked, newestMinor)
	c.startup = startup
	if err := c.server.admit(c); err != nil {
		return err
	}
	if asked > newestMinor || len(unknown) > 0 {
		c.send(appendNegotiateProtocolVersion(c.queue(), codeVersion3+uint32(startup.Minor), unknown))
	}
	if err := c.authenticate(deadline); err != nil {
		return err
	}
	if err := c.server.checkReserved(c); err != nil {
		return err
	}
	if err := c.issueKey(); err != nil {
		return err
	}
	c.send(appendAuthentication(c.queue(), authOk, nil))
	if err := c.leaveStartup(); err != nil {
		return err
	}
	if err := c.openSession(); err != nil {
		return err
	}
	c.startTrace()
	return nil
}

// setStartupDeadline limits the whole of the start-up, unless the connection
// has been told to end already.
func (c *Conn) setStartupDeadline(deadline time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.terminated == nil && !c.draining {
		c.nc.SetDeadline(deadline)
	}
}

func (c *Conn) leaveStartup() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.terminated != nil {
		return c.terminated
	}
	c.nc.SetDeadline(time.Time{})
	c.idle, c.readDeadline = false, false
	return nil
}

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

// decodeStartup decodes a StartupMessage. unknown are the protocol options
// (_pq_.) it asks for, of which there are none.
func decodeStartup(packet []byte) (s Startup, unknown []string, err error) {
	version := binary.BigEndian.Uint32(packet)
	major, minor := version>>16, version&0xffff
	switch {
	case major < 3:
		return s, nil, errHangUp // it would not understand the error
	case major > 3:
		return s, nil, Errorf("0A000", "unsupported frontend protocol %d.%d: server supports 3.0 to 3.2", major, minor)
	}
	s.Minor = int(minor)
	if packet[len(packet)-1] != 0 {
		return s, nil, Errorf("08P01", "invalid startup packet layout: expected terminator as last byte")
	}
	d := decoder{body: packet[4:]}
	for d.err == nil && len(d.body) > 0 && d.body[0] != 0 {
		name, value := d.string(), d.string()
		switch {
		case name == "user":
			s.User = value
		case name == "database":
			s.Database = value
		case name == "options":
			s.Params, err = appendOptions(s.Params, value)
		case name == "replication":
			err = checkReplication(value)
		case strings.HasPrefix(name, "_pq_."):
			unknown = append(unknown, name)
		default:
			s.Params = append(s.Params, Param{name, value})
		}
		if err != nil {
			return s, nil, err
		}
	}
	if d.byte(); d.err == nil && len(d.body) > 0 {
		return s, nil, Errorf("08P01", "invalid startup packet layout: expected terminator as last byte")
	}
	if d.err != nil {
		return s, nil, d.err
	}
	if s.User == "" {
		return s, nil, Errorf("28000", "no PostgreSQL user name specified in startup packet")
	}
	if s.Database == "" {
		s.Database = s.User
	}
	return s, unknown, nil
}

func checkReplication(value string) error {
	switch strings.ToLower(value) {
	case "false", "off", "no", "0", "f", "n":
		return nil
	case "true", "on", "yes", "1", "t", "y", "database":
		return Errorf("0A000", "replication is not supported")
	}
	return Errorf("22023", "invalid value for parameter \"replication\": \"%s\"", value)
}

// appendOptions appends the parameters of an "options" string: words of a
// command line, in which a backslash keeps the next character.
func appendOptions(dst []Param, options string) ([]Param, error) {
	words := splitOptions(options)
	for i := 0; i < len(words); i++ {
		word := words[i]
		switch {
		case strings.HasPrefix(word, "--"):
			word = word[2:]
		case word == "-c" && i+1 < len(words):
			i++
			word = words[i]
		case strings.HasPrefix(word, "-c") && len(word) > 2:
			word = word[2:]
		default:
			return nil, Errorf("42601", "invalid command-line argument for server process: %s", word)
		}
		name, value, ok := strings.Cut(word, "=")
		if !ok || name == "" {
			return nil, Errorf("42601", "invalid command-line argument for server process: %s", word)
		}
		dst = append(dst, Param{strings.ReplaceAll(name, "-", "_"), value})
	}
	return dst, nil
}

func splitOptions(s string) (words []string) {
	var word []byte
	inside := false
	for i := 0; i < len(s); i++ {
		switch b := s[i]; {
		case b == ' ' || b >= '\t' && b <= '\r':
			if inside {
				words = append(words, string(word))
			}
			word, inside = word[:0], false
		case b == '\\' && i+1 < len(s):
			i++
			word, inside = append(word, s[i]), true
		default:
			word, inside = append(word, b), true
		}
	}
	if inside {
		words = append(words, string(word))
	}
	return words
}

// openSession opens the handler's session and tells the client that it has one.
func (c *Conn) openSession() error {
	c.params = startParams(c.server.Params, c.startup, c.identity)
	c.store = c.server.newStore(c)
	err := c.task(func(ctx context.Context) (err error) {
		c.session, err = c.server.Handler.Open(ctx, c)
		return err
	})
	if c.hijacked {
		c.session = nil
		return errHangUp
	}
	if err != nil {
		c.session = nil // nothing to close
		if e := toError(err); e.Code == "XX000" {
			c.server.log().Error("wire: open session", "error", err, "pid", c.key.PID)
		}
		return toFatal(err)
	}
	c.mu.Lock()
	c.open = true
	c.mu.Unlock()

	buf := c.queue()
	for _, p := range c.params {
		buf = appendParameterStatus(buf, p.Name, p.Value)
	}
	c.greeted = true
	buf = append(buf, c.out.late...)
	c.out.late = c.out.late[:0]
	c.send(appendBackendKeyData(buf, c.key))
	c.sendReady()
	return nil
}
