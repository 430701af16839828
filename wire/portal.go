package wire

import (
	"context"
	"io"
)

// Portal is a statement that is being executed: its parameters, and the rows
// that have not been sent yet.
type Portal struct {
	prepared *Prepared
	bind     Bind
	ctx      context.Context // from the first Execute to the end
	cancel   context.CancelCauseFunc

	state  portalState
	result Result
	rows   Rows         // result, if it has rows
	blocks BlockEncoder // result, if it can
	batch  int          // rows in the current batch
	row    int          // the next of them
	again  string       // the tag if a finished portal is executed again

	hold bool // outlives its transaction
	held bool // has outlived it
}

type portalState uint8

const (
	portalNew portalState = iota
	portalOpen
	portalDone
	portalFailed
)

// Prepared returns the statement that the portal executes.
func (p *Portal) Prepared() *Prepared { return p.prepared }

// Bind returns what the portal was bound to. It must not be changed.
func (p *Portal) Bind() *Bind { return &p.bind }

// runPortal executes p for up to limit rows, 0 for all, and queues the rows and
// what ends them: CommandComplete or PortalSuspended
// (PostgreSQL documentation, 55.2.3 Extended Query).
func (c *Conn) runPortal(name string, p *Portal, limit int64) error {
	switch {
	case p.state == portalDone && p.rows != nil:
		c.send(appendCommandComplete(c.queue(), p.again))
		return nil
	case p.state == portalDone || p.state == portalFailed:
		return Errorf("55000", "portal \"%s\" cannot be run", name)
	case p.state == portalNew:
		p.bind.Limit = limit
		p.ctx, p.cancel = context.WithCancelCause(c.ctx)
	}
	c.current = p
	c.beginStatement(p.prepared.SQL, p.cancel)
	err := c.pull(p, limit)
	c.finish()
	c.current = nil
	if err != nil {
		p.state = portalFailed
		c.closeResult(p)
	}
	return err
}

// pull is the leg of a portal, from one Execute to the end of its rows or limit.
func (c *Conn) pull(p *Portal, limit int64) error {
	if p.state == portalNew {
		if err := c.execute(p); err != nil {
			return err
		}
	}
	if p.rows == nil {
		return c.complete(p, 0)
	}
	for sent := int64(0); ; {
		for p.row < p.batch {
			to := p.batch
			if limit > 0 && limit-sent < int64(to-p.row) {
				to = p.row + int(limit-sent)
			}
			next, err := c.encode(p, to)
			if err != nil {
				return because(p.ctx, err)
			}
			sent += int64(next - p.row)
			p.row = next
			if sent == limit {
				c.send(appendEmpty(c.queue(), 's')) // PortalSuspended
				return nil
			}
			if p.ctx.Err() != nil {
				return context.Cause(p.ctx)
			}
		}
		n, err := p.rows.NextBatch(p.ctx)
		switch {
		case err == io.EOF:
			return c.complete(p, sent)
		case err != nil:
			return because(p.ctx, err)
		case p.ctx.Err() != nil:
			return context.Cause(p.ctx)
		}
		p.batch, p.row = n, 0
	}
}

// execute starts the statement.
func (c *Conn) execute(p *Portal) error {
	if err := checkFormats(p.bind.Results); err != nil {
		return err
	}
	result, err := p.prepared.Statement.Execute(p.ctx, &p.bind)
	if err != nil {
		return because(p.ctx, err)
	}
	p.state, p.result = portalOpen, result
	p.rows, _ = result.(Rows)
	p.blocks, _ = result.(BlockEncoder)
	if p.rows != nil && p.prepared.Description.Columns == nil {
		return Errorf("XX000", "rows of a statement that was described without")
	}
	return nil
}

// complete ends a portal that has given all it has.
func (c *Conn) complete(p *Portal, sent int64) error {
	tag := p.result.Tag(sent)
	if p.rows != nil {
		p.again = p.result.Tag(0)
	}
	p.state = portalDone
	result := p.result
	p.result = nil
	if err := result.Close(); err != nil {
		return because(p.ctx, err)
	}
	c.send(appendCommandComplete(c.queue(), tag))
	return nil
}

// encode queues rows of the current batch from p.row on: up to row to, or until
// the queue is full, which it then sends.
func (c *Conn) encode(p *Portal, to int) (next int, err error) {
	o := &c.out
	o.mu.Lock()
	o.encoding, o.start = true, len(o.w.buf)
	o.w.columns, o.w.formats = p.prepared.Description.Columns, p.bind.Results
	if p.blocks != nil {
		next, err = p.blocks.EncodeRows(&o.w, p.row, to)
	} else {
		next, err = encodeRows(&o.w, p.rows, p.row, to)
	}
	if failed := o.w.takeError(); err == nil {
		err = failed
	}
	if err == nil && (next <= p.row || next > to) {
		err = Errorf("XX000", "encoder went from row %d to row %d of %d", p.row, next, to)
	}
	if err != nil {
		o.w.buf = o.w.buf[:o.start]
	}
	o.encoding = false
	c.flushIfFull()
	o.mu.Unlock()
	return next, err
}

// encodeRows is EncodeRows for Rows that have none.
func encodeRows(w *RowWriter, rows Rows, from, to int) (next int, err error) {
	for next = from; next < to; {
		w.BeginRow()
		if err := rows.EncodeRow(w, next); err != nil {
			return next, err
		}
		w.EndRow()
		next++
		if w.Full() || w.err != nil {
			break
		}
	}
	return next, nil
}

// closeResult cancels what p still runs, and closes its result.
func (c *Conn) closeResult(p *Portal) {
	if p.cancel != nil {
		p.cancel(nil)
	}
	if p.result == nil {
		return
	}
	result := p.result
	p.result = nil
	if err := result.Close(); err != nil {
		c.server.log().Warn("wire: close result", "error", err, "pid", c.key.pid)
	}
}

// closePortal ends a portal that has been taken out of the store.
func (c *Conn) closePortal(p *Portal) {
	c.closeResult(p)
	c.releaseStatement(p.prepared)
}

// closePortals ends all portals but the one that is being executed, and those
// that are held.
func (c *Conn) closePortals() {
	for name, p := range c.store.Portals() {
		if p == c.current || p.held {
			continue
		}
		c.store.TakePortal(name)
		c.closePortal(p)
	}
}

// dropPortal ends the portal of that name, if there is one.
func (c *Conn) dropPortal(name string) {
	if p, ok := c.store.TakePortal(name); ok {
		c.closePortal(p)
	}
}

// because returns the reason for which ctx is done, if it is, else err: a
// handler whose context ends may make of it what it likes.
func because(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}
