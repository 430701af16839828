package wire

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
)

// errLostSync ends a connection whose client does not keep to the protocol: where
// its next message begins is anyone's guess.
var errLostSync = &Error{Severity: "FATAL", Code: "08P01", Message: "terminating connection because protocol synchronization was lost"}

// copyIn runs the COPY of a portal in which the client sends data. letter is that
// of the response which asks for it.
func (c *Conn) copyIn(p *Portal, letter byte, response CopyResponse, from func(context.Context, io.Reader) (int64, error)) error {
	c.send(appendCopyResponse(c.queue(), letter, response))
	r := &copyReader{conn: c, portal: p}
	rows, err := from(p.ctx, r)
	if err == nil {
		_, err = io.Copy(io.Discard, r) // up to CopyDone
	}
	c.takeInput()
	c.in.skip = r.left
	if r.err != nil && r.err != io.EOF && !errors.Is(err, r.err) {
		err = r.err
	}
	if err == nil {
		return c.complete(p, rows)
	}
	if r.unexpected {
		c.lost = errLostSync
	}
	return err
}

// copyReader is the data of a COPY FROM STDIN as a stream of bytes. It takes them
// from the input of the connection as they come: a CopyData is never in memory as
// a whole.
type copyReader struct {
	conn       *Conn
	portal     *Portal
	left       int   // bytes of the current CopyData that have not been read
	err        error // why there is nothing more to read
	unexpected bool  // it is a message that does not belong here
}

// Read implements io.Reader. It reads as many messages as have arrived and fit.
func (r *copyReader) Read(b []byte) (n int, err error) {
	if len(b) == 0 {
		return 0, nil
	}
	c := r.conn
	c.takeInput()
	defer c.lendInput()
	for r.err == nil && n < len(b) {
		switch {
		case r.left > 0 && len(c.in.buffered()) > 0:
			took := copy(b[n:min(len(b), n+r.left)], c.in.buffered())
			c.in.r += took
			n, r.left = n+took, r.left-took
		case r.left == 0 && r.message():
		case n > 0:
			return n, nil // rather than wait
		default:
			r.wait()
		}
	}
	if n > 0 {
		return n, nil
	}
	return 0, r.err
}

// message takes the next message, of a CopyData its beginning, if it is there, and
// reports whether it was. One that ends the data sets r.err
// (PostgreSQL documentation, 55.2.6 COPY Operations).
func (r *copyReader) message() bool {
	in := &r.conn.in
	have := in.buffered()
	if len(have) < 1 {
		return false
	}
	switch have[0] {
	case 'd', 'c', 'f', 'S', 'H':
	default:
		r.unexpected = true
		r.err = Errorf("08P01", "unexpected message type 0x%02X during COPY from stdin", have[0])
		return true
	}
	if have[0] == 'd' {
		return len(have) >= 5 && r.data(binary.BigEndian.Uint32(have[1:]))
	}
	letter, body, ok, err := in.message(maxSmallMessage)
	switch {
	case err == errHangUp:
		r.err = errLostSync
	case err != nil:
		r.err = err
	case ok && letter == 'c':
		r.err = io.EOF
	case ok && letter == 'f':
		d := decoder{body: body}
		reason := d.string()
		if r.err = d.end(); r.err == nil {
			r.err = Errorf("57014", "COPY from stdin failed: %s", reason)
		}
	}
	return ok || err != nil // Sync and Flush say nothing here
}

// data begins a CopyData of that length.
func (r *copyReader) data(n uint32) bool {
	if n < 4 || n > maxMessageOut {
		r.err = errLostSync
		return true
	}
	r.conn.in.r += 5
	r.left = int(n) - 4
	return true
}

// wait waits for the client to send more.
func (r *copyReader) wait() {
	c := r.conn
	c.flush()
	if r.err = c.startCopyWait(r.portal.ctx); r.err != nil {
		return
	}
	err := c.in.fill()
	c.stopWaiting()
	switch {
	case err == nil:
	case r.portal.ctx.Err() != nil:
		r.err = context.Cause(r.portal.ctx)
	case isTimeout(err): // whoever woke us has thought better of it
	default:
		c.Terminate(ErrClientGone)
		r.err = ErrClientGone
	}
}

// startCopyWait lets Cancel know that the running statement waits for the client.
func (c *Conn) startCopyWait(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	c.copyWait = true
	return nil
}
