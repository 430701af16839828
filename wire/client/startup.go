package client

import (
	"crypto/md5"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Codes that stand where a start-up message has its protocol version
// (PostgreSQL documentation, 55.7 Message Formats).
const (
	protocolVersion = 3 << 16
	cancelCode      = 1234<<16 | 5678
)

var sslRequest = []byte{0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f}

func appendCancelRequest(b []byte, pid int32, secret []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(12+len(secret)))
	b = binary.BigEndian.AppendUint32(b, cancelCode)
	b = binary.BigEndian.AppendUint32(b, uint32(pid))
	return append(b, secret...)
}

func appendStartup(b []byte, cfg Config) ([]byte, error) {
	start := len(b)
	b = append(b, 0, 0, 0, 0)
	b = binary.BigEndian.AppendUint32(b, protocolVersion+uint32(cfg.Minor))
	put := func(name, value string) error {
		if name == "" || strings.Contains(name+value, "\x00") {
			return fmt.Errorf("client: start-up parameter %q cannot be sent", name)
		}
		b = append(append(b, name...), 0)
		b = append(append(b, value...), 0)
		return nil
	}
	if err := put("user", cfg.User); err != nil {
		return nil, err
	}
	if cfg.Database != "" {
		if err := put("database", cfg.Database); err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(cfg.Params)) {
		if err := put(name, cfg.Params[name]); err != nil {
			return nil, err
		}
	}
	b = append(b, 0)
	binary.BigEndian.PutUint32(b[start:], uint32(len(b)-start))
	return b, nil
}

// startup logs in and reads up to the first ReadyForQuery
// (PostgreSQL documentation, 55.2.1 Start-up).
func (c *Conn) startup(cfg Config) error {
	var err error
	if c.out, err = appendStartup(c.out, cfg); err != nil {
		return err
	}
	var exchange *scram
	for {
		m, err := c.Receive()
		if err != nil {
			return fmt.Errorf("client: start-up: %w", err)
		}
		switch m.Type {
		case 'R':
			if err := c.authenticate(cfg, &exchange, m.Body); err != nil {
				return err
			}
		case 'K':
			r := fieldReader{b: m.Body}
			c.pid = r.int32()
			c.secret = slices.Clone(r.b)
			if r.bad {
				return errMalformed("BackendKeyData")
			}
		case 'E':
			e, err := m.Error()
			if err != nil {
				return err
			}
			return e
		case 'Z':
			if exchange != nil && !exchange.done {
				return errors.New("client: the server has not proved that it knows the password")
			}
			return nil
		case 'S', 'N', 'v': // noted by Receive; v: the server's version is older, which is fine
		default:
			return fmt.Errorf("client: start-up: unexpected message %q", m.Type)
		}
	}
}

// authenticate answers one Authentication message.
func (c *Conn) authenticate(cfg Config, exchange **scram, body []byte) error {
	r := fieldReader{b: body}
	code := r.int32()
	if r.bad {
		return errMalformed("Authentication")
	}
	switch code {
	case 0: // Ok
	case 3: // CleartextPassword
		c.sendPassword(cfg.Password)
	case 5: // MD5Password
		salt := r.bytes(4)
		if r.bad {
			return errMalformed("AuthenticationMD5Password")
		}
		c.sendPassword(md5Password(cfg.User, cfg.Password, salt))
	case 10: // SASL
		var offered []string
		for name := r.string(); name != "" && !r.bad; name = r.string() {
			offered = append(offered, name)
		}
		x := newScram(cfg.Password, c.endPoint)
		mechanism, err := x.choose(offered)
		if err != nil {
			return err
		}
		*exchange = x
		first := x.first()
		c.begin('p')
		c.putString(mechanism)
		c.putInt32(int32(len(first)))
		c.out = append(c.out, first...)
		c.end()
	case 11, 12: // SASLContinue, SASLFinal
		if *exchange == nil {
			return errors.New("client: SASL message outside an exchange")
		}
		if code == 12 {
			return (*exchange).final(string(r.b))
		}
		answer, err := (*exchange).next(string(r.b))
		if err != nil {
			return err
		}
		c.begin('p')
		c.out = append(c.out, answer...)
		c.end()
	default:
		return fmt.Errorf("client: the server asks for authentication method %d, which this client does not have", code)
	}
	return c.Flush()
}

func (c *Conn) sendPassword(p string) {
	c.begin('p')
	c.putString(p)
	c.end()
}

// md5Password is the answer to AuthenticationMD5Password
// (PostgreSQL documentation, 55.2.1).
func md5Password(user, password string, salt []byte) string {
	inner := md5.Sum([]byte(password + user))
	outer := md5.Sum(append([]byte(hex.EncodeToString(inner[:])), salt...))
	return "md5" + hex.EncodeToString(outer[:])
}
