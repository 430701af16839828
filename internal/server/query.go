package server

import (
	"context"
	"errors"
	"strconv"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// query is a statement for the engine.
type query struct {
	s        *session
	src      source
	declared []oid.OID
	alone    bool // the only statement of a simple Query: it commits by itself

	stmt engine.Statement
	plan *encoding.Plan // nil if the statement returns no rows
}

// Describe implements wire.Statement.
func (q *query) Describe(ctx context.Context) (wire.Description, error) {
	if err := q.s.handler.Data.Wait(ctx, q.src.Words); err != nil {
		return wire.Description{}, toWire(err, &q.src)
	}
	params := make([]arrow.DataType, len(q.declared))
	for i, o := range q.declared {
		t, err := encoding.ArrowType(o)
		if err != nil {
			return wire.Description{}, err
		}
		params[i] = t
	}
	stmt, err := q.s.engine.Prepare(ctx, q.src.SQL, params)
	if err != nil {
		return wire.Description{}, toWire(q.explain(err), &q.src)
	}
	q.stmt = stmt
	d := wire.Description{Params: q.paramTypes()}
	if schema := q.stmt.Schema(); schema != nil {
		q.plan = encoding.Compile(schema)
		d.Columns = q.plan.Columns()
	}
	return d, nil
}

// paramTypes are the declared types, and the engine's where there are none.
func (q *query) paramTypes() []oid.OID {
	types := make([]oid.OID, len(q.stmt.Params()))
	for i, t := range q.stmt.Params() {
		if i < len(q.declared) && q.declared[i] != oid.Unspecified {
			types[i] = q.declared[i]
		} else {
			types[i] = encoding.OIDOf(t)
		}
	}
	return types
}

// explain adds to a missing table why it is missing, if loading it failed.
func (q *query) explain(err error) error {
	var e *engine.Error
	if !errors.As(err, &e) || e.Code != "42P01" {
		return err
	}
	for _, word := range q.src.Words {
		if why := q.s.handler.Data.Failure(word); why != nil {
			e.Detail = "The table was not loaded: " + why.Error()
			break
		}
	}
	return e
}

// Execute implements wire.Statement.
func (q *query) Execute(ctx context.Context, b *wire.Bind) (wire.Result, error) {
	if err := q.s.beginWrite(ctx, q.stmt.Kind(), q.alone); err != nil {
		return nil, toWire(err, &q.src)
	}
	res, err := q.run(ctx, b)
	if err != nil {
		return nil, toWire(err, &q.src)
	}
	if q.plan == nil {
		return q.finish(res)
	}
	r := &rows{Rows: q.plan.Rows(res, &q.s.output, nil), s: q.s, src: &q.src}
	if err := r.SetFormats(b.Results); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

func (q *query) run(ctx context.Context, b *wire.Bind) (engine.Result, error) {
	var args arrow.RecordBatch
	if len(b.Params) > 0 {
		var err error
		if args, err = encoding.Args(b, q.stmt.Params(), &q.s.output, memory.DefaultAllocator); err != nil {
			return nil, err
		}
		defer args.Release()
	}
	return q.stmt.Execute(ctx, args)
}

// finish runs a statement without rows to its end.
func (q *query) finish(res engine.Result) (wire.Result, error) {
	defer res.Release()
	for res.Next() {
	}
	if err := res.Err(); err != nil {
		return nil, toWire(err, &q.src)
	}
	return wire.Tag(tag(q.src.Tag, res.Affected())), nil
}

// Close implements io.Closer.
func (q *query) Close() error {
	if q.stmt == nil {
		return nil
	}
	return q.stmt.Close(context.Background())
}

// tag completes a command tag: the verbs that take a count get it.
func tag(verb string, n int64) string {
	switch verb {
	case "SELECT", "INSERT 0", "UPDATE", "DELETE", "MERGE", "LOAD":
		return verb + " " + strconv.FormatInt(n, 10)
	}
	return verb
}

// rows are the rows of a query. Errors of the stream become the client's.
type rows struct {
	*encoding.Rows
	s      *session
	src    *source
	warned bool
}

func (r *rows) NextBatch(ctx context.Context) (int, error) {
	if !r.warned && r.Clamped() > 0 {
		r.warned = true
		r.s.notify(&wire.Error{Severity: "NOTICE", Code: "22008",
			Message: "dates or timestamps beyond PostgreSQL's range are sent as infinity"})
	}
	n, err := r.Rows.NextBatch(ctx)
	return n, toWire(err, r.src)
}

func (r *rows) Tag(n int64) string { return tag(r.src.Tag, n) }
