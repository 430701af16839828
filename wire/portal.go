package wire

import (
	"context"
	"io"
	"slices"
)

// Portal is a statement that is being executed: its parameters, and the rows
// that have not been sent yet.
type Portal struct {
	conn     *Conn
	prepared *Prepared
	bind     Bind
	ctx      *taskContext // from the first Execute to the end

	state   portalState
	result  Result       // not closed yet
	rows    Rows         // result, if it has rows
	blocks  BlockEncoder // result, if it can
	copying bool         // result is a COPY
	header  []byte       // of a COPY in binary, that goes with the first row
	first   int64        // rows before the current batch
	batch   int          // rows in the current batch
	row     int          // the next of them
	atEnd   bool         // it was asked for a row behind the last
	sent    int64        // rows of the last leg
	formats []Format     // that rows encodes in
	again   string       // the tag if a finished portal is executed again

	once bool // of a Query: there is no second Execute
	hold bool // outlives its transaction
	held bool // has outlived it

	scroll   bool     // goes backward as well
	scroller Scroller // result, if scroll is set
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

// Hold reports whether the portal was opened to outlive its transaction.
func (p *Portal) Hold() bool { return p.hold }

// Scroll reports whether the portal was opened to go backward as well.
func (p *Portal) Scroll() bool { return p.scroll }

// runPortal executes p for up to limit rows, 0 for all, and queues the rows and
// what ends them: CommandComplete or PortalSuspended
// (PostgreSQL documentation, 55.2.3 Extended Query).
func (c *Conn) runPortal(name string, p *Portal, limit int64) error {
	switch {
	case p.state == portalDone && p.rows != nil && !p.copying:
		c.send(appendCommandComplete(c.queue(), p.again))
		return nil
	case p.state == portalDone || p.state == portalFailed:
		return Errorf("55000", "portal \"%s\" cannot be run", name)
	case p.ctx == nil:
		p.ctx = c.newTask()
	}
	c.beginStatement(p.ctx, p.prepared.SQL)
	err := c.execute(p, limit)
	c.finish()
	return err
}

// execute is runPortal within a task.
func (c *Conn) execute(p *Portal, limit int64) error {
	if p.state == portalNew {
		p.bind.Limit = limit
	}
	began := c.executionBegins()
	c.current, p.sent = p, 0
	err := c.pull(p, limit)
	c.current = nil
	if err != nil {
		err = because(p.ctx, err)
		p.fail()
	}
	c.executed(p, began, err)
	return err
}

// pull is the leg of a portal, from one Execute to the end of its rows or limit.
func (c *Conn) pull(p *Portal, limit int64) error {
	if p.state == portalNew {
		if err := p.start(); err != nil {
			return err
		}
	}
	switch {
	case p.copying:
		return c.copy(p)
	case p.rows == nil:
		return c.complete(p, 0)
	}
	if err := p.setFormats(); err != nil {
		return err
	}
	sent, err := c.sendRows(p, limit)
	switch err {
	case nil:
		p.sent = sent
		c.send(appendEmpty(c.queue(), 's')) // PortalSuspended
		return nil
	case io.EOF:
		return c.complete(p, sent)
	}
	return err
}

// sendRows queues up to limit rows, 0 for all. It returns how many there were,
// and io.EOF after the last.
func (c *Conn) sendRows(p *Portal, limit int64) (sent int64, err error) {
	for {
		for p.row < p.batch {
			to := p.batch
			if limit > 0 && limit-sent < int64(to-p.row) {
				to = p.row + int(limit-sent)
			}
			next, err := c.encode(p, to)
			if err != nil {
				return sent, err
			}
			sent += int64(next - p.row)
			p.row = next
			if sent == limit {
				return sent, nil
			}
			if p.ctx.ended.Load() {
				return sent, context.Cause(p.ctx)
			}
		}
		if err := p.nextBatch(); err != nil {
			return sent, err
		}
	}
}

// complete ends a portal that has given all it has.
func (c *Conn) complete(p *Portal, sent int64) error {
	p.sent = sent
	tag := p.result.Tag(sent)
	if err := p.finish(); err != io.EOF {
		return err
	}
	c.send(appendCommandComplete(c.queue(), tag))
	return nil
}

// encode queues rows of the current batch from p.row on: up to row to, or until
// the queue is full, which it then sends.
func (c *Conn) encode(p *Portal, to int) (next int, err error) {
	o := &c.out
	o.mu.Lock()
	c.takeOutput()
	o.encoding, o.start = true, len(o.w.buf)
	o.w.columns, o.w.formats, o.w.copying = p.prepared.Description.Columns, p.bind.Results, p.copying
	next, err = encodeRows(p.rows, p.blocks, &o.w, p.row, to)
	if failed := o.w.takeError(); err == nil {
		err = failed
	}
	if err == nil && (next <= p.row || next > to) {
		err = Errorf("XX000", "encoder went from row %d to row %d of %d", p.row, next, to)
	}
	switch {
	case err != nil:
		o.w.buf = o.w.buf[:o.start] // the rows of this call, and what is half written
	case len(p.header) > 0:
		o.w.buf = prependCopyData(o.w.buf, o.start, p.header)
		p.header = nil
	}
	o.encoding = false
	c.flushIfFull()
	o.mu.Unlock()
	return next, err
}

// encodeRows is EncodeRows for all Rows.
func encodeRows(rows Rows, blocks BlockEncoder, w *RowWriter, from, to int) (next int, err error) {
	if blocks != nil {
		return blocks.EncodeRows(w, from, to)
	}
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

// start executes the statement.
func (p *Portal) start() error {
	if err := checkFormats(p.bind.Results); err != nil {
		return err
	}
	result, err := p.prepared.Statement.Execute(p.ctx, &p.bind)
	if err != nil {
		return err
	}
	p.state, p.result, p.formats = portalOpen, result, p.bind.Results
	p.rows, _ = result.(Rows)
	p.blocks, _ = result.(BlockEncoder)
	p.copying = copying(result)
	if p.scroll {
		p.scroller, _ = result.(Scroller)
	}
	switch described := p.prepared.Description.Columns != nil; {
	case p.copying && described:
		return Errorf("XX000", "a COPY that was described with columns")
	case p.rows != nil && !p.copying && !described:
		return Errorf("XX000", "rows of a statement that was described without")
	}
	return nil
}

// setFormats goes back to the formats of Bind, after a FETCH in others.
func (p *Portal) setFormats() error {
	f, ok := p.rows.(Formatter)
	if !ok || slices.Equal(p.formats, p.bind.Results) {
		return nil
	}
	p.formats = p.bind.Results
	return f.SetFormats(p.formats)
}

// nextBatch makes the next batch current, or returns io.EOF.
func (p *Portal) nextBatch() error {
	if p.scroller != nil {
		return p.seek(p.first + int64(p.row))
	}
	n, err := p.rows.NextBatch(p.ctx)
	switch {
	case err != nil:
		return err
	case p.ctx.ended.Load():
		return context.Cause(p.ctx)
	}
	p.first += int64(p.row)
	p.batch, p.row = n, 0
	return nil
}

// finish closes the result of a portal that has given all it has. It returns
// io.EOF, or why it cannot be closed.
func (p *Portal) finish() error {
	p.first += int64(p.row)
	p.batch, p.row, p.atEnd = 0, 0, true
	if p.scroller != nil {
		return io.EOF // it can go back
	}
	if p.rows != nil && !p.once {
		p.again = p.rows.Tag(0)
	}
	p.state = portalDone
	result := p.result
	p.result = nil
	if err := result.Close(); err != nil {
		return err
	}
	return io.EOF
}

// fail ends a portal that cannot go on.
func (p *Portal) fail() {
	p.state = portalFailed
	p.closeResult()
}

// closeResult cancels what p still runs, and closes its result.
func (p *Portal) closeResult() {
	if p.ctx != nil {
		p.ctx.end(nil)
	}
	if p.result == nil {
		return
	}
	result := p.result
	p.result = nil
	if err := result.Close(); err != nil {
		p.conn.server.log().Warn("wire: close result", "error", err, "pid", p.conn.key.PID)
	}
}

// putPortal and takePortal are the store's, and count: most statements find no
// portals to close at their end.
func (c *Conn) putPortal(name string, p *Portal) error {
	err := c.store.PutPortal(name, p)
	if err == nil {
		c.portals++
		c.unnamed = c.unnamed || name == ""
	}
	return err
}

func (c *Conn) takePortal(name string) (*Portal, bool) {
	p, ok := c.store.TakePortal(name)
	if ok {
		c.portals--
	}
	return p, ok
}

// closePortal ends a portal that has been taken out of the store.
func (c *Conn) closePortal(p *Portal) {
	p.closeResult()
	c.releaseStatement(p.prepared)
}

// closePortals ends all portals but the one that is being executed, and those
// that are held.
func (c *Conn) closePortals() {
	for name, p := range c.store.Portals() {
		if p == c.current || p.held {
			continue
		}
		c.takePortal(name)
		c.closePortal(p)
	}
}

// dropPortal ends the portal of that name, if there is one.
func (c *Conn) dropPortal(name string) {
	if p, ok := c.takePortal(name); ok {
		c.closePortal(p)
	}
}
