package client

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// Kind is what a Describe or Close message names.
type Kind byte

const (
	Statement Kind = 'S'
	Portal    Kind = 'P'
)

// The Send methods append one message each to the buffer
// (PostgreSQL documentation, 55.7 Message Formats). It is written when it is
// large, by [Conn.Flush], and before [Conn.Receive] reads. What cannot be sent,
// as a name with a NUL in it, makes the next Flush or Receive fail, and so does
// a failed write; the connection is of no use then.
//
// A client that sends without ever receiving can wait for a server that waits
// for it: their answers have to be read at some time.

// SendQuery asks for sql in the simple protocol.
func (c *Conn) SendQuery(sql string) {
	c.begin('Q')
	c.putString(sql)
	c.end()
}

// SendParse prepares sql as the statement name. types may be shorter than the
// list of parameters; a zero in it leaves a type to the server.
func (c *Conn) SendParse(name, sql string, types []oid.OID) {
	c.begin('P')
	c.putString(name)
	c.putString(sql)
	c.putCount(len(types))
	for _, t := range types {
		c.putInt32(int32(t))
	}
	c.end()
}

// SendBind makes a portal of a statement. A nil parameter is NULL. formats are
// those of params, results those of the columns: none means text, one holds for
// all.
func (c *Conn) SendBind(portal, statement string, params [][]byte, formats, results []wire.Format) {
	c.begin('B')
	c.putString(portal)
	c.putString(statement)
	c.putFormats(formats)
	c.putCount(len(params))
	for _, p := range params {
		if p == nil {
			c.putInt32(-1)
			continue
		}
		c.putInt32(int32(len(p)))
		c.out = append(c.out, p...)
	}
	c.putFormats(results)
	c.end()
}

// SendDescribe asks for the columns, and for a statement's parameters too.
func (c *Conn) SendDescribe(k Kind, name string) {
	c.begin('D')
	c.out = append(c.out, byte(k))
	c.putString(name)
	c.end()
}

// SendExecute asks for at most limit rows of a portal, or for all if it is 0.
func (c *Conn) SendExecute(portal string, limit int32) {
	c.begin('E')
	c.putString(portal)
	c.putInt32(limit)
	c.end()
}

// SendClose closes a statement or portal, which need not exist.
func (c *Conn) SendClose(k Kind, name string) {
	c.begin('C')
	c.out = append(c.out, byte(k))
	c.putString(name)
	c.end()
}

// SendSync ends the messages that fail together.
func (c *Conn) SendSync() {
	c.begin('S')
	c.end()
}

// SendFlush asks the server to send what it has. It is a message; [Conn.Flush]
// writes the buffer.
func (c *Conn) SendFlush() {
	c.begin('H')
	c.end()
}

// SendCopyData sends a piece of a COPY FROM STDIN, cut anywhere.
func (c *Conn) SendCopyData(data []byte) {
	c.begin('d')
	c.out = append(c.out, data...)
	c.end()
}

// SendCopyDone ends a COPY FROM STDIN.
func (c *Conn) SendCopyDone() {
	c.begin('c')
	c.end()
}

// SendCopyFail breaks a COPY FROM STDIN off.
func (c *Conn) SendCopyFail(reason string) {
	c.begin('f')
	c.putString(reason)
	c.end()
}

// SendBytes sends bytes as they are, a message or not.
func (c *Conn) SendBytes(b []byte) {
	c.out = append(c.out, b...)
	if len(c.out) >= outBuffer {
		c.Flush()
	}
}

// Flush writes what the Send methods have buffered.
func (c *Conn) Flush() error {
	if c.err != nil {
		return c.err
	}
	if len(c.out) == 0 {
		return nil
	}
	_, err := c.nc.Write(c.out)
	if cap(c.out) > 4*outBuffer {
		c.out = nil
	}
	c.out = c.out[:0]
	c.fail(err)
	return err
}

// fail keeps the first error.
func (c *Conn) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

// begin starts a message, end writes its length into it. start of the message is
// where the buffer ended, which end finds again by c.start.
func (c *Conn) begin(typ byte) {
	c.start = len(c.out)
	c.out = append(c.out, typ, 0, 0, 0, 0)
}

func (c *Conn) end() {
	length := len(c.out) - c.start - 1
	if length > math.MaxInt32 {
		c.fail(fmt.Errorf("client: message of %d bytes is too long", length))
		return
	}
	binary.BigEndian.PutUint32(c.out[c.start+1:], uint32(length))
	if len(c.out) >= outBuffer {
		c.Flush()
	}
}

func (c *Conn) putString(s string) {
	if strings.IndexByte(s, 0) >= 0 {
		c.fail(fmt.Errorf("client: %.40q has a NUL in it and cannot be sent", s))
	}
	c.out = append(append(c.out, s...), 0)
}

func (c *Conn) putInt32(v int32) { c.out = binary.BigEndian.AppendUint32(c.out, uint32(v)) }

func (c *Conn) putCount(n int) {
	if n > math.MaxUint16 {
		c.fail(fmt.Errorf("client: %d values are more than a message can hold", n))
	}
	c.out = binary.BigEndian.AppendUint16(c.out, uint16(n))
}

func (c *Conn) putFormats(formats []wire.Format) {
	c.putCount(len(formats))
	for _, f := range formats {
		c.out = binary.BigEndian.AppendUint16(c.out, uint16(f))
	}
}
