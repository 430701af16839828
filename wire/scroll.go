package wire

import (
	"context"
	"io"
)

// Scroller is Rows that can be read again, in any order: the rows of a portal
// that was opened with PortalOptions.Scroll.
type Scroller interface {
	// Seek makes the batch current that has the given row, which counts from 0
	// over all rows, and returns the number of the batch's first row and how many
	// rows it has: none if there are fewer rows than that.
	Seek(ctx context.Context, row int64) (first int64, rows int, err error)
}

// Position is the number of the row that the portal stands on, from 1; 0 before
// the first row, and one more than there are rows behind the last.
func (p *Portal) Position() int64 {
	position := p.first + int64(p.row)
	if p.atEnd {
		position++
	}
	return position
}

// OnRow reports whether the portal stands on a row, which FETCH 0 would give.
func (p *Portal) OnRow() bool { return p.Position() > 0 && !p.atEnd }

// seek makes the batch of a row current, or returns io.EOF behind the last row.
// The portal then stands in front of the row, or behind all.
func (p *Portal) seek(row int64) error {
	first, n, err := p.scroller.Seek(p.ctx, row)
	switch {
	case err != nil:
		return err
	case p.ctx.Err() != nil:
		return context.Cause(p.ctx)
	case n == 0:
		p.first, p.batch, p.row = row, 0, 0
		p.atEnd = true
		return io.EOF
	}
	p.first, p.batch, p.row = first, n, int(row-first)
	p.atEnd = false
	return nil
}

// backward is the Result of a FETCH of the rows before the current one, the
// nearest first.
type backward struct {
	portal *Portal
	left   int64
	batch  int // rows that were given, and that the portal does not know of yet
	tag    func(int64) string
}

func (f *backward) NextBatch(ctx context.Context) (int, error) {
	p := f.portal
	f.take()
	if f.left == 0 || p.state != portalOpen {
		return 0, io.EOF
	}
	row := p.Position() - 2 // counts from 0
	if row < 0 {
		p.first, p.batch, p.row, p.atEnd = 0, 0, 0, false
		return 0, io.EOF
	}
	if err := p.run(ctx, func() error { return p.seek(row) }); err != nil {
		return 0, err
	}
	f.batch = int(min(f.left, int64(p.row)+1))
	f.left -= int64(f.batch)
	return f.batch, nil
}

// take makes the row that was given last the current one.
func (f *backward) take() {
	if f.batch > 0 {
		f.portal.row -= f.batch - 2
		f.batch = 0
	}
}

func (f *backward) EncodeRow(w *RowWriter, row int) error {
	return f.portal.rows.EncodeRow(w, f.portal.row-row)
}

func (f *backward) Tag(rows int64) string { return f.tag(rows) }

func (f *backward) Close() error {
	f.take()
	return nil
}
