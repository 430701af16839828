package server

import (
	"context"
	"slices"
	"strconv"

	"github.com/csvsql/csvsql/engine/dialect"
	"github.com/csvsql/csvsql/engine/spool"
	"github.com/csvsql/csvsql/wire"
)

// A cursor of SQL is a portal of the protocol, and FETCH and MOVE work on any
// portal (PostgreSQL documentation, DECLARE, FETCH, MOVE, CLOSE).

// declare is DECLARE name CURSOR FOR query.
type declare struct {
	s     *session
	src   source
	u     dialect.Declare
	query *query // described, for its parameters
}

// Describe implements wire.Statement. The query is looked at as early as any
// other, and may have parameters.
func (d *declare) Describe(ctx context.Context) (wire.Description, error) {
	d.query = d.s.inner(&d.src, d.u.Query, d.src.params)
	description, err := d.query.Describe(ctx)
	return wire.Description{Params: description.Params}, err
}

// Close implements io.Closer.
func (d *declare) Close() error {
	if d.query == nil {
		return nil
	}
	return d.query.Close()
}

// Execute implements wire.Statement.
func (d *declare) Execute(ctx context.Context, b *wire.Bind) (wire.Result, error) {
	s := d.s
	if !d.u.Hold && !d.src.inBlock(s) {
		return nil, wire.Errorf("25P01", "DECLARE CURSOR can only be used in transaction blocks")
	}
	query := s.inner(&d.src, d.u.Query, b.Types)
	var statement wire.Statement = query
	if d.u.Scroll || d.u.Hold {
		statement = &keptQuery{query}
	}
	bind := copyParams(b)
	if d.u.Binary {
		bind.Results = binaryFormats(d.query)
	}
	o := wire.PortalOptions{Hold: d.u.Hold, Scroll: d.u.Scroll}
	if err := s.conn.OpenPortal(ctx, d.u.Name, d.src.text, statement, bind, o); err != nil {
		return nil, err
	}
	s.unstarted = append(s.unstarted, d.u.Name)
	return wire.Tag("DECLARE CURSOR"), nil
}

// copyParams is a Bind with the parameters of b, which lives as long as its portal
// only.
func copyParams(b *wire.Bind) *wire.Bind {
	c := &wire.Bind{Formats: slices.Clone(b.Formats), Types: slices.Clone(b.Types)}
	for _, p := range b.Params {
		c.Params = append(c.Params, slices.Clone(p)) // nil stays NULL
	}
	return c
}

func binaryFormats(q *query) []wire.Format {
	if q.plan == nil {
		return nil
	}
	formats := make([]wire.Format, len(q.plan.Columns()))
	for i := range formats {
		formats[i] = wire.Binary
	}
	return formats
}

// startCursors executes the cursors that have not been fetched from. They do not
// see what is written after their DECLARE, so it is done before every write.
// What fails here is told by FETCH.
func (s *session) startCursors(ctx context.Context) {
	for _, name := range s.unstarted {
		if p, ok := s.conn.Store().Portal(name); ok {
			_, _ = p.Move(ctx, 0)
		}
	}
	s.unstarted = s.unstarted[:0]
}

// cursor finds a portal.
func (s *session) cursor(name string) (*wire.Portal, error) {
	p, ok := s.conn.Store().Portal(name)
	if !ok {
		return nil, wire.Errorf("34000", "cursor \"%s\" does not exist", name)
	}
	return p, nil
}

// fetch is FETCH.
type fetch struct {
	s *session
	u dialect.Fetch
}

// Describe implements wire.Statement. A cursor that does not exist is Execute's to
// refuse: it may be declared until then.
func (f *fetch) Describe(ctx context.Context) (wire.Description, error) {
	p, ok := f.s.conn.Store().Portal(f.u.Name)
	if !ok {
		return wire.Description{}, nil
	}
	if goesBack(p, f.u) && !p.Scroll() { // before the columns are sent
		_, err := p.Move(ctx, -1)
		return wire.Description{}, err
	}
	return wire.Description{Columns: p.Prepared().Description.Columns}, nil
}

// goesBack says whether a FETCH goes backward.
func goesBack(p *wire.Portal, f dialect.Fetch) bool {
	if f.Direction == dialect.Absolute && f.Count >= 0 {
		return f.Count < p.Position()
	}
	return f.Count < 0
}

// SimpleFormats implements wire.SimpleFormatter.
func (f *fetch) SimpleFormats() []wire.Format {
	p, ok := f.s.conn.Store().Portal(f.u.Name)
	if !ok {
		return nil
	}
	return p.Bind().Results
}

// Execute implements wire.Statement.
func (f *fetch) Execute(ctx context.Context, b *wire.Bind) (wire.Result, error) {
	p, err := f.s.cursor(f.u.Name)
	if err != nil {
		return nil, err
	}
	rows, err := approach(ctx, p, f.u)
	if err != nil {
		return nil, err
	}
	return p.Fetch(ctx, b, rows, func(n int64) string { return "FETCH " + strconv.FormatInt(n, 10) })
}

// move is MOVE.
func (s *session) move(ctx context.Context, u dialect.Fetch) (wire.Result, error) {
	p, err := s.cursor(u.Name)
	if err != nil {
		return nil, err
	}
	rows, err := approach(ctx, p, u)
	if err != nil {
		return nil, err
	}
	n, err := p.Move(ctx, rows)
	if rows == 0 && err == nil && p.OnRow() {
		n = 1
	}
	return wire.Tag("MOVE " + strconv.FormatInt(n, 10)), err
}

// approach moves the cursor to where the rows of a FETCH begin, and returns how
// many those are: for ABSOLUTE and RELATIVE the row before or behind the one that
// is meant, and one.
func approach(ctx context.Context, p *wire.Portal, f dialect.Fetch) (rows int64, err error) {
	distance := f.Count
	switch f.Direction {
	case dialect.Forward:
		return f.Count, nil
	case dialect.Absolute:
		switch {
		case f.Count < 0:
			if _, err := p.Move(ctx, wire.FetchAll); err != nil {
				return 0, err
			}
		case f.Count == 0:
			_, err := p.Move(ctx, -wire.FetchAll)
			return 0, err
		default:
			distance = f.Count - p.Position()
		}
	}
	switch {
	case distance > 0:
		_, err = p.Move(ctx, distance-1)
		return 1, err
	case distance < 0:
		_, err = p.Move(ctx, distance+1)
		return -1, err
	}
	return 0, nil
}

// close is CLOSE name and CLOSE ALL.
func (s *session) close(name string) (wire.Result, error) {
	if name == "" {
		s.conn.ClosePortals()
		return wire.Tag("CLOSE CURSOR ALL"), nil
	}
	return wire.Tag("CLOSE CURSOR"), s.conn.ClosePortal(name)
}

// keptQuery is the query of a cursor that goes backward or outlives its
// transaction: its rows are kept.
type keptQuery struct{ *query }

// Execute implements wire.Statement.
func (q *keptQuery) Execute(ctx context.Context, b *wire.Bind) (wire.Result, error) {
	res, err := q.query.Execute(ctx, b)
	r, ok := res.(*rows)
	if err != nil || !ok {
		return res, err
	}
	tape := spool.NewTape(r.Swap(nil), q.s.handler.Spool)
	r.Swap(tape)
	return &keptRows{r, tape}, nil
}

// keptRows are its rows.
type keptRows struct {
	*rows
	tape *spool.Tape // what rows reads
}

// Seek implements wire.Scroller.
func (r *keptRows) Seek(ctx context.Context, row int64) (first int64, n int, err error) {
	first, ok, err := r.tape.Seek(ctx, row)
	if err != nil || !ok {
		return 0, 0, toWire(err, r.src)
	}
	n, err = r.NextBatch(ctx)
	return first, n, err
}

// Hold implements wire.Holder.
func (r *keptRows) Hold(ctx context.Context) error { return toWire(r.tape.ReadAll(ctx), r.src) }

var (
	_ wire.Scroller        = (*keptRows)(nil)
	_ wire.Holder          = (*keptRows)(nil)
	_ wire.SimpleFormatter = (*fetch)(nil)
)
