package wire

import (
	"context"
	"io"
	"math"
	"slices"
	"time"
)

// What SQL's PREPARE, DECLARE, FETCH, MOVE and CLOSE need: they share their names
// with the statements and portals of the protocol.

// Formatter is Rows whose formats can be changed between two rows: a cursor can
// be fetched as text, and then in binary. Rows that go by RowWriter, or by its
// Formats, for every row need not be one.
type Formatter interface{ SetFormats(formats []Format) error }

// SimpleFormatter is a Statement that chooses the formats of its rows in the simple
// protocol, in which the client cannot: FETCH from a binary cursor.
type SimpleFormatter interface {
	// SimpleFormats returns the format of each column, or nil if all are text. It
	// is called after Describe.
	SimpleFormats() []Format
}

// Holder is Rows that can outlive the transaction they were opened in.
type Holder interface {
	// Hold makes the rows that have not been pulled independent of the
	// transaction: it reads them to the end, to where they keep. The current
	// batch stays as it is. The context of Execute ends only with the portal.
	Hold(ctx context.Context) error
}

// Prepare describes s, whose text is sql, and keeps it under name, as Parse does.
// It is closed when the name is, or at once if Prepare fails.
func (c *Conn) Prepare(ctx context.Context, name, sql string, s Statement) error {
	p, err := c.prepare(ctx, sql, s)
	if err != nil {
		return err
	}
	p.FromSQL = true
	if err := c.putStatement(name, p); err != nil {
		c.releaseStatement(p)
		return err
	}
	return nil
}

// prepare describes s, and closes it if that fails.
func (c *Conn) prepare(ctx context.Context, sql string, s Statement) (*Prepared, error) {
	d, err := describe(ctx, s)
	if err != nil {
		c.closeStatement(s)
		return nil, err
	}
	return &Prepared{Statement: s, Description: d, SQL: sql, Created: time.Now(), refs: 1}, nil
}

// PortalOptions are the options of DECLARE.
type PortalOptions struct {
	Hold   bool // WITH HOLD: the portal outlives its transaction, if that commits
	Scroll bool // SCROLL: it goes backward as well, if its rows are a Scroller
}

// OpenPortal describes s, whose text is sql, and makes a portal of it, as Parse
// and Bind do. b has the parameters; nil means none, and text for all columns. It
// is executed when it is first fetched from, and s is closed with it, or at once
// if OpenPortal fails.
func (c *Conn) OpenPortal(ctx context.Context, name, sql string, s Statement, b *Bind, o PortalOptions) error {
	prepared, err := c.prepare(ctx, sql, s)
	if err != nil {
		return err
	}
	p := &Portal{conn: c, prepared: prepared, hold: o.Hold, scroll: o.Scroll}
	if b != nil {
		p.bind = *b
	}
	if b == nil || b.Results == nil {
		p.bind.Results = make([]Format, len(prepared.Description.Columns))
	}
	if err := c.putPortal(name, p); err != nil {
		c.releaseStatement(prepared)
		return err
	}
	c.holds = c.holds || o.Hold
	return nil
}

// ClosePortals closes all portals but the one that is being executed (CLOSE ALL).
func (c *Conn) ClosePortals() {
	for name, p := range c.store.Portals() {
		if p != c.current {
			c.takePortal(name)
			c.closePortal(p)
		}
	}
}

// ClosePortal closes the portal of that name. An unknown one is an error 34000.
func (c *Conn) ClosePortal(name string) error {
	p, ok := c.takePortal(name)
	if !ok {
		return Errorf("34000", "cursor \"%s\" does not exist", name)
	}
	c.closePortal(p)
	return nil
}

// FetchAll is the number of rows for FETCH ALL.
const FetchAll = math.MaxInt64

// Fetch returns the next n rows of the portal as a Result, that of the statement
// FETCH, which b is the Bind of; it takes them while it is pulled. n = 0 is the
// row that was fetched last, once more; n < 0 are the rows before that, the
// nearest first, or an error 55000 if the portal only goes forward. tag is
// Result.Tag. When the context of one of its NextBatch calls ends, so does the
// portal's.
func (p *Portal) Fetch(ctx context.Context, b *Bind, n int64, tag func(rows int64) string) (Rows, error) {
	if err := p.advance(ctx, n); err != nil {
		return nil, err
	}
	if f, ok := p.rows.(Formatter); ok && !slices.Equal(p.formats, b.Results) {
		if err := f.SetFormats(b.Results); err != nil {
			return nil, err
		}
		p.formats = slices.Clone(b.Results)
	}
	return p.fetch(n, tag), nil
}

func (p *Portal) fetch(n int64, tag func(rows int64) string) Rows {
	if n < 0 {
		return &backward{portal: p, left: -n, tag: tag}
	}
	f := &fetched{portal: p, left: n, tag: tag}
	if n == 0 && p.state == portalOpen && p.row > 0 && !p.atEnd {
		p.row--
		f.left = 1
	}
	return f
}

// Move skips the next n rows, and returns how many there were; n < 0 goes
// backward, as for Fetch. 0 moves nowhere.
func (p *Portal) Move(ctx context.Context, n int64) (moved int64, err error) {
	if err := p.advance(ctx, n); err != nil {
		return 0, err
	}
	if n == 0 {
		return 0, nil
	}
	f := p.fetch(n, nil)
	defer f.Close()
	for {
		rows, err := f.NextBatch(ctx)
		if err == io.EOF {
			return moved, nil
		} else if err != nil {
			return moved, err
		}
		moved += int64(rows)
	}
}

// advance checks that the portal can go forward by n, and executes it if that has
// not been done.
func (p *Portal) advance(ctx context.Context, n int64) error {
	switch {
	case n < 0 && !p.scroll:
		e := Errorf("55000", "cursor can only scan forward")
		e.Hint = "Declare it with SCROLL option to enable backward scan."
		return e
	case p.state == portalFailed:
		return Errorf("55000", "portal cannot be run")
	case p.state != portalNew:
		return nil
	}
	return p.run(ctx, func() error {
		err := p.start()
		switch {
		case err != nil:
			return err
		case p.rows == nil || p.copying:
			return Errorf("55000", "the statement of the portal returns no rows")
		case p.scroll && p.scroller == nil:
			return Errorf("0A000", "a cursor over this statement cannot scroll")
		}
		return nil
	})
}

// run calls f, and lets the end of ctx be the end of the portal meanwhile. An
// error, but for io.EOF, is the end of it.
func (p *Portal) run(ctx context.Context, f func() error) error {
	if p.ctx == nil {
		p.ctx = p.conn.newTask()
	}
	stop := context.AfterFunc(ctx, func() { p.ctx.end(context.Cause(ctx)) })
	defer stop()
	err := f()
	if err != nil && err != io.EOF {
		err = because(p.ctx, err)
		p.fail()
	}
	return err
}

// fetched is the Result of a FETCH: up to left more rows of a portal, which are
// the rows of its current batch from portal.row on.
type fetched struct {
	portal *Portal
	left   int64
	batch  int // rows that were given, and are not counted in portal.row yet
	tag    func(int64) string
}

func (f *fetched) NextBatch(ctx context.Context) (int, error) {
	p := f.portal
	f.take()
	if f.left == 0 || p.state != portalOpen {
		return 0, io.EOF
	}
	for p.row == p.batch {
		err := p.run(ctx, p.nextBatch)
		if err == io.EOF {
			return 0, p.finish()
		} else if err != nil {
			return 0, err
		}
	}
	f.batch = int(min(f.left, int64(p.batch-p.row)))
	f.left -= int64(f.batch)
	return f.batch, nil
}

// take counts the rows that were given last.
func (f *fetched) take() {
	f.portal.row += f.batch
	f.batch = 0
}

func (f *fetched) EncodeRow(w *RowWriter, row int) error {
	return f.portal.rows.EncodeRow(w, f.portal.row+row)
}

// EncodeRows implements BlockEncoder.
func (f *fetched) EncodeRows(w *RowWriter, from, to int) (int, error) {
	p := f.portal
	next, err := encodeRows(p.rows, p.blocks, w, p.row+from, p.row+to)
	return next - p.row, err
}

func (f *fetched) Tag(rows int64) string { return f.tag(rows) }

func (f *fetched) Close() error {
	f.take()
	return nil
}
