package client

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// Message is a message from the server. Body is valid until the next Receive.
type Message struct {
	Type byte // 'D' is DataRow, and so on: PostgreSQL documentation, 55.7
	Body []byte
}

// maxBody is PostgreSQL's own limit, 1 GB, which no server exceeds.
const maxBody = 1 << 30

// Receive writes what is buffered and returns the next message. Besides, it
// notes what ParameterStatus and ReadyForQuery say, and passes notices on. The
// server's errors are messages like others, see [Message.Error].
func (c *Conn) Receive() (Message, error) {
	if len(c.out) > 0 || c.err != nil {
		if err := c.Flush(); err != nil {
			return Message{}, err
		}
	}
	m, err := c.read()
	if err != nil {
		c.fail(err)
		return Message{}, err
	}
	switch m.Type {
	case 'D': // most of them by far
	case 'S':
		r := fieldReader{b: m.Body}
		name, value := r.string(), r.string()
		c.params[name] = value
	case 'Z':
		if len(m.Body) == 1 {
			c.status = m.Body[0]
		}
	case 'N':
		if c.notice != nil {
			if n, err := m.Error(); err == nil {
				c.notice(n)
			}
		}
	}
	return m, nil
}

// read returns a message, in the buffer where it fits and else in c.large.
func (c *Conn) read() (Message, error) {
	c.in.Discard(c.skip)
	c.skip = 0
	head, err := c.in.Peek(5)
	if err != nil {
		if err == io.EOF && len(head) > 0 {
			err = io.ErrUnexpectedEOF
		}
		return Message{}, err
	}
	typ, length := head[0], int(int32(binary.BigEndian.Uint32(head[1:])))-4
	if length < 0 || length > maxBody {
		return Message{}, fmt.Errorf("client: message %q claims a length of %d", typ, length)
	}
	if 5+length <= c.in.Size() {
		b, err := c.in.Peek(5 + length)
		if err != nil {
			return Message{}, unexpected(err)
		}
		c.skip = 5 + length
		return Message{typ, b[5:]}, nil
	}
	c.in.Discard(5)
	if c.large, err = readLarge(c.in, c.large[:0], length); err != nil {
		return Message{}, unexpected(err)
	}
	return Message{typ, c.large}, nil
}

// readLarge reads n bytes into b. It grows with the bytes that have arrived, not
// with the length that is claimed.
func readLarge(r io.Reader, b []byte, n int) ([]byte, error) {
	for len(b) < n {
		if len(b) == cap(b) {
			b = append(b, make([]byte, max(inBuffer, len(b)))...)[:len(b)]
		}
		part := b[len(b):min(cap(b), n)]
		got, err := io.ReadFull(r, part)
		b = b[:len(b)+got]
		if err != nil {
			return b, err
		}
	}
	return b, nil
}

func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// Error decodes an ErrorResponse or NoticeResponse, with all its fields.
func (m Message) Error() (*wire.Error, error) {
	r := fieldReader{b: m.Body}
	e := new(wire.Error)
	for {
		code := r.byte()
		if code == 0 || r.bad {
			break
		}
		set(e, code, r.string())
	}
	if r.bad || (m.Type != 'E' && m.Type != 'N') {
		return nil, errMalformed("ErrorResponse")
	}
	return e, nil
}

// Columns decodes a RowDescription. The formats are text in the answer to
// Describe of a statement, for they are not known then.
func (m Message) Columns() ([]wire.Column, []wire.Format, error) {
	r := fieldReader{b: m.Body}
	n := int(uint16(r.int16()))
	// A column takes 19 bytes at least, so a count cannot make us allocate more
	// than the message is long.
	if m.Type != 'T' || r.bad || n > len(r.b)/19 {
		return nil, nil, errMalformed("RowDescription")
	}
	columns := make([]wire.Column, n)
	formats := make([]wire.Format, n)
	for i := range columns {
		columns[i], formats[i] = r.column()
	}
	if r.bad || len(r.b) != 0 {
		return nil, nil, errMalformed("RowDescription")
	}
	return columns, formats, nil
}

// Tag is the text of a CommandComplete.
func (m Message) Tag() (string, error) {
	r := fieldReader{b: m.Body}
	tag := r.string()
	if m.Type != 'C' || r.bad || len(r.b) != 0 {
		return "", errMalformed("CommandComplete")
	}
	return tag, nil
}

// failure is the error of an ErrorResponse.
func (m Message) failure() error {
	e, err := m.Error()
	if err != nil {
		return err
	}
	return e
}

// Params decodes a ParameterDescription.
func (m Message) Params() ([]oid.OID, error) {
	r := fieldReader{b: m.Body}
	n := int(uint16(r.int16()))
	if r.bad || n*4 != len(r.b) {
		return nil, errMalformed("ParameterDescription")
	}
	params := make([]oid.OID, n)
	for i := range params {
		params[i] = oid.OID(r.int32())
	}
	return params, nil
}
