package wire

import (
	"context"
	"encoding/binary"
	"io"
	"slices"
)

// COPY (PostgreSQL documentation, 55.2.6 COPY Operations). A statement that
// copies is described without columns; what it does shows in the Result of
// Execute, which is a CopyOut, a CopyIn or a CopyBoth.

// CopyResponse is what CopyInResponse, CopyOutResponse and CopyBothResponse
// tell the client. Text covers both the text and the CSV format of COPY.
type CopyResponse struct {
	Format  Format // of the whole, and of every column
	Columns int
}

// CopyOut is the Result of COPY TO STDOUT: rows that go out as CopyData, one
// message each. The server pulls it like all Rows; EncodeRow appends the bytes
// of a row to w.Buf, line end included, in place of the fields of a DataRow.
// There is no row limit: a COPY is not suspended.
//
// CopyTo makes one of any Rows.
type CopyOut interface {
	Rows
	CopyResponse() CopyResponse
	// AppendHeader and AppendTrailer append what stands before the first and
	// after the last row, which may be nothing.
	AppendHeader(dst []byte) []byte
	AppendTrailer(dst []byte) []byte
}

// CopyIn is the Result of COPY FROM STDIN. NewCopyReader reads its rows.
type CopyIn interface {
	Result
	CopyResponse() CopyResponse
	// CopyFrom reads the data of the client from r, whose messages it does not
	// see: CopyData may cut the data anywhere. r reads only as fast as it is
	// asked, and that is as fast as the client can send.
	//
	// r ends with io.EOF when the client has sent all; no other end is a
	// success. When the client breaks off, r fails with SQLSTATE 57014, and so it
	// does when the statement is canceled; the client is told that, whatever
	// CopyFrom returns. So nothing may be made permanent before io.EOF. When
	// CopyFrom fails, what the client still sends is dropped.
	//
	// Only one goroutine at a time may read from r, and none after CopyFrom has
	// returned. The rows it returns are Tag's.
	CopyFrom(ctx context.Context, r io.Reader) (rows int64, err error)
}

// CopyBoth is a Result that copies both ways at once, as replication does.
type CopyBoth interface {
	Result
	CopyResponse() CopyResponse
	// CopyBoth reads what the client sends from r, as CopyIn.CopyFrom does. Each
	// Write to w is sent as one CopyData, at once. r and w may be used by one
	// goroutine each, and by none after CopyBoth has returned.
	CopyBoth(ctx context.Context, r io.Reader, w io.Writer) (rows int64, err error)
}

// copying reports whether r is a COPY, which has no columns and no row limit.
func copying(r Result) bool {
	switch r.(type) {
	case CopyOut, CopyIn, CopyBoth:
		return true
	}
	return false
}

// copy runs the COPY of a portal that has been started.
func (c *Conn) copy(p *Portal) error {
	switch r := p.result.(type) {
	case CopyOut:
		return c.copyOut(p, r)
	case CopyIn:
		return c.copyIn(p, 'G', r.CopyResponse(), r.CopyFrom)
	case CopyBoth:
		return c.copyIn(p, 'W', r.CopyResponse(), func(ctx context.Context, in io.Reader) (int64, error) {
			rows, err := r.CopyBoth(ctx, in, copyWriter{c, p})
			if err == nil {
				c.send(appendEmpty(c.queue(), 'c')) // CopyDone
			}
			return rows, err
		})
	}
	return nil
}

// copyOut sends a COPY TO STDOUT.
func (c *Conn) copyOut(p *Portal, r CopyOut) error {
	response := r.CopyResponse()
	buf := appendCopyResponse(c.queue(), 'H', response)
	header := r.AppendHeader(nil)
	if response.Format == Binary {
		// The header of the binary format is no message of its own.
		p.header, header = header, nil
	}
	c.send(appendCopyData(buf, header))
	sent, err := c.sendRows(p, 0)
	if err != io.EOF {
		return err
	}
	buf = appendCopyData(c.queue(), r.AppendTrailer(p.header))
	p.header = nil
	c.send(appendEmpty(buf, 'c')) // CopyDone
	return c.complete(p, sent)
}

// copyWriter is where CopyBoth writes.
type copyWriter struct {
	conn   *Conn
	portal *Portal
}

func (w copyWriter) Write(b []byte) (int, error) {
	if len(b) > maxMessageOut-4 {
		return 0, errMessageTooLong
	}
	w.conn.send(appendCopyData(w.conn.queue(), b))
	w.conn.flush()
	if err := context.Cause(w.portal.ctx); err != nil {
		return 0, err
	}
	return len(b), nil
}

// appendCopyResponse appends CopyInResponse, CopyOutResponse or CopyBothResponse.
func appendCopyResponse(dst []byte, letter byte, r CopyResponse) []byte {
	dst, at := beginMessage(dst, letter)
	dst = append(dst, byte(r.Format))
	dst = binary.BigEndian.AppendUint16(dst, uint16(r.Columns))
	for range r.Columns {
		dst = binary.BigEndian.AppendUint16(dst, uint16(r.Format))
	}
	return endMessage(dst, at)
}

// prependCopyData puts data before that of the CopyData at at.
func prependCopyData(buf []byte, at int, data []byte) []byte {
	n := binary.BigEndian.Uint32(buf[at+1:])
	binary.BigEndian.PutUint32(buf[at+1:], n+uint32(len(data)))
	return slices.Insert(buf, at+5, data...)
}

// appendCopyData appends data as one CopyData, if there is any.
func appendCopyData(dst, data []byte) []byte {
	if len(data) == 0 {
		return dst
	}
	dst, at := beginMessage(dst, 'd')
	return endMessage(append(dst, data...), at)
}
