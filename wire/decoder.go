package wire

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf8"
)

// The errors of messages that are not well-formed, in PostgreSQL's words.
var (
	errNoData        = &Error{Severity: "ERROR", Code: "08P01", Message: "no data left in message"}
	errInsufficient  = &Error{Severity: "ERROR", Code: "08P01", Message: "insufficient data left in message"}
	errInvalidString = &Error{Severity: "ERROR", Code: "08P01", Message: "invalid string in message"}
	errInvalidFormat = &Error{Severity: "ERROR", Code: "08P01", Message: "invalid message format"}
)

// decoder reads the body of a message from front to back. Its error is sticky
// and every read after it returns a zero value, so that a message is decoded in
// a straight line and checked once, at its end. What it returns as a slice
// aliases the body.
type decoder struct {
	body []byte
	err  error
}

func (d *decoder) fail(err error) {
	if d.err == nil {
		d.err, d.body = err, nil
	}
}

// bytes takes the next n bytes; n may come from the client and be anything.
func (d *decoder) bytes(n int) []byte {
	if n < 0 || n > len(d.body) {
		d.fail(errInsufficient)
		return nil
	}
	v := d.body[:n:n]
	d.body = d.body[n:]
	return v
}

func (d *decoder) byte() byte {
	if len(d.body) == 0 {
		d.fail(errNoData)
		return 0
	}
	v := d.body[0]
	d.body = d.body[1:]
	return v
}

func (d *decoder) uint16() uint16 {
	if v := d.bytes(2); v != nil {
		return binary.BigEndian.Uint16(v)
	}
	return 0
}

func (d *decoder) int32() int32 {
	if v := d.bytes(4); v != nil {
		return int32(binary.BigEndian.Uint32(v))
	}
	return 0
}

// string takes a zero-terminated string, which has to be UTF-8.
func (d *decoder) string() string {
	i := bytes.IndexByte(d.body, 0)
	if i < 0 {
		d.fail(errInvalidString)
		return ""
	}
	v := d.body[:i]
	d.body = d.body[i+1:]
	if err := checkUTF8(v); err != nil {
		d.fail(err)
		return ""
	}
	return string(v)
}

// end says that the message should be over, and returns the error of it all.
func (d *decoder) end() error {
	if d.err == nil && len(d.body) != 0 {
		d.err = errInvalidFormat
	}
	return d.err
}

// room bounds what is allocated for a list that claims n entries of at least
// size bytes each: never more than the message can hold.
func (d *decoder) room(n uint16, size int) int {
	return min(int(n), len(d.body)/size)
}

// checkUTF8 returns PostgreSQL's error for the first bytes of v that are not
// UTF-8: as many as the first of them announces.
func checkUTF8(v []byte) error {
	if utf8.Valid(v) {
		return nil
	}
	for {
		r, n := utf8.DecodeRune(v)
		if r == utf8.RuneError && n == 1 {
			break
		}
		v = v[n:]
	}
	n := 1
	switch {
	case v[0]&0xe0 == 0xc0:
		n = 2
	case v[0]&0xf0 == 0xe0:
		n = 3
	case v[0]&0xf8 == 0xf0:
		n = 4
	}
	var list strings.Builder
	for _, b := range v[:min(n, len(v))] {
		fmt.Fprintf(&list, " 0x%02x", b)
	}
	return Errorf("22021", "invalid byte sequence for encoding \"UTF8\":%s", list.String())
}

// checkText is checkUTF8 for a value, which could have zeros in it, and must not.
func checkText(v []byte) error {
	if bytes.IndexByte(v, 0) >= 0 {
		return Errorf("22021", "invalid byte sequence for encoding \"UTF8\": 0x00")
	}
	return checkUTF8(v)
}
