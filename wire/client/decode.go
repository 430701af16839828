package client

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strconv"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

func errMalformed(message string) error {
	return fmt.Errorf("client: malformed %s", message)
}

// fieldReader takes the fields off the front of a message body. After the first
// one that is not there it is bad and returns zeros, so that a decoder reads as a
// straight line and checks once.
type fieldReader struct {
	b   []byte
	bad bool
}

func (r *fieldReader) bytes(n int) []byte {
	if r.bad || n < 0 || n > len(r.b) {
		r.bad, r.b = true, nil
		return nil
	}
	field := r.b[:n:n]
	r.b = r.b[n:]
	return field
}

func (r *fieldReader) byte() byte {
	if f := r.bytes(1); f != nil {
		return f[0]
	}
	return 0
}

func (r *fieldReader) int16() int16 {
	if f := r.bytes(2); f != nil {
		return int16(binary.BigEndian.Uint16(f))
	}
	return 0
}

func (r *fieldReader) int32() int32 {
	if f := r.bytes(4); f != nil {
		return int32(binary.BigEndian.Uint32(f))
	}
	return 0
}

// string takes a string that ends with a NUL.
func (r *fieldReader) string() string {
	n := bytes.IndexByte(r.b, 0)
	s := r.bytes(n)
	r.bytes(1)
	return string(s)
}

// column takes one field of a RowDescription.
func (r *fieldReader) column() (wire.Column, wire.Format) {
	c := wire.Column{Name: r.string()}
	c.Table = oid.OID(r.int32())
	c.Attr = r.int16()
	c.Type = oid.OID(r.int32())
	c.Size = r.int16()
	c.Mod = r.int32()
	return c, wire.Format(r.int16())
}

// set puts one field of an ErrorResponse into e
// (PostgreSQL documentation, 55.8 Error and Notice Message Fields). Unknown ones
// are passed over, as the documentation asks.
func set(e *wire.Error, code byte, value string) {
	switch code {
	case 'S':
		if e.Severity == "" { // V, which is never translated, is better
			e.Severity = value
		}
	case 'V':
		e.Severity = value
	case 'C':
		e.Code = value
	case 'M':
		e.Message = value
	case 'D':
		e.Detail = value
	case 'H':
		e.Hint = value
	case 'P':
		e.Position, _ = strconv.Atoi(value)
	case 'p':
		e.InternalPosition, _ = strconv.Atoi(value)
	case 'q':
		e.InternalQuery = value
	case 'W':
		e.Where = value
	case 's':
		e.Schema = value
	case 't':
		e.Table = value
	case 'c':
		e.Column = value
	case 'd':
		e.Type = value
	case 'n':
		e.Constraint = value
	case 'F':
		e.File = value
	case 'L':
		e.Line, _ = strconv.Atoi(value)
	case 'R':
		e.Routine = value
	}
}
