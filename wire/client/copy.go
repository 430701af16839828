package client

import (
	"context"
	"errors"
	"io"
)

// CopyOut runs a COPY TO STDOUT and writes what comes to w. When w fails, the
// statement is cancelled.
func (c *Conn) CopyOut(ctx context.Context, sql string, w io.Writer) (tag string, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r := c.Query(ctx, sql)
	for r.NextResult() {
		if !r.CopyOut() && r.Columns() != nil {
			err = errors.New("client: the statement is not a COPY TO STDOUT")
			cancel(err)
		}
		for r.NextRow() {
			if err != nil {
				continue
			}
			if _, err = w.Write(r.Row()); err != nil {
				cancel(err)
			}
		}
		tag = r.Tag()
	}
	if closed := r.Close(); err == nil {
		err = closed
	}
	return tag, err
}

// CopyIn runs a COPY FROM STDIN with the bytes of src. When src fails, the server
// is told to break off, and loads nothing.
func (c *Conn) CopyIn(ctx context.Context, sql string, src io.Reader) (tag string, err error) {
	c.SendQuery(sql)
	defer c.cancelOn(ctx)()
	for {
		m, received := c.Receive()
		if received != nil {
			return tag, received
		}
		var failure error
		switch m.Type {
		case 'G':
			failure = c.sendCopy(src)
		case 'C':
			tag, failure = m.Tag()
		case 'E':
			failure = m.failure()
		case 'Z':
			return tag, err
		}
		if err == nil {
			err = failure
		}
	}
}

// sendCopy answers a CopyInResponse. The error it returns is that of src; one of
// the connection is found by the next Receive.
func (c *Conn) sendCopy(src io.Reader) error {
	buf := make([]byte, outBuffer/2)
	for {
		n, err := src.Read(buf)
		if n > 0 {
			c.SendCopyData(buf[:n])
		}
		if err == io.EOF || c.err != nil {
			c.SendCopyDone()
			return nil
		}
		if err != nil {
			c.SendCopyFail(err.Error())
			return err
		}
	}
}
