package server

import (
	"context"
	"strings"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/dialect"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// explain is EXPLAIN: the engine's plan in the form of PostgreSQL's.
type explain struct {
	s     *session
	src   source
	u     dialect.Explain
	query *query     // of the engine's own EXPLAIN
	bind  *wire.Bind // of EXPLAIN EXECUTE: its arguments
	inner source     // what is explained
}

// Describe implements wire.Statement. A prepared statement may be prepared until
// it is explained.
func (e *explain) Describe(ctx context.Context) (wire.Description, error) {
	if e.u.Execute != nil && !e.src.simple {
		return wire.Description{Columns: e.columns()}, nil
	}
	d, err := e.prepare(ctx)
	if e.u.Execute != nil {
		d.Params = nil
	}
	return wire.Description{Params: d.Params, Columns: e.columns()}, err
}

// prepare prepares the engine's EXPLAIN.
func (e *explain) prepare(ctx context.Context) (wire.Description, error) {
	inner, src, params := e.u.Statement, &e.src, e.src.params
	if e.u.Execute != nil {
		x := &execute{s: e.s, src: e.src, u: *e.u.Execute}
		explained, err := x.statement(ctx)
		if err != nil {
			return wire.Description{}, err
		}
		inner, src, params = explained.src.Statement, &explained.src, explained.description.Params
		e.bind = x.bound(params)
	}
	e.inner = *src
	e.inner.Statement, e.inner.Words = inner, src.Words
	head := "EXPLAIN (FORMAT json) "
	if e.u.Analyze {
		head = "EXPLAIN (ANALYZE, FORMAT json) "
	}
	tail := ""
	if strings.HasPrefix(inner.SQL, "(") { // which the engine would read as options
		head, tail = head+"SELECT * FROM (", ") AS explained"
	}
	e.query = e.s.inner(src, dialect.Statement{SQL: head + inner.SQL + tail, Offset: inner.Offset - len(head), Tag: "EXPLAIN"}, params)
	return e.query.Describe(ctx)
}

func (e *explain) columns() []wire.Column {
	if e.u.JSON {
		return []wire.Column{wire.Col("QUERY PLAN", oid.JSON)}
	}
	return []wire.Column{wire.Col("QUERY PLAN", oid.Text)}
}

// Execute implements wire.Statement.
func (e *explain) Execute(ctx context.Context, b *wire.Bind) (wire.Result, error) {
	if e.query == nil {
		if _, err := e.prepare(ctx); err != nil {
			return nil, err
		}
	}
	if e.u.Analyze {
		if err := e.s.checkPopulated(ctx, &e.inner); err != nil {
			return nil, err
		}
	}
	if e.u.Analyze && e.inner.Tag != "SELECT" { // it is executed
		if err := e.s.beginWrite(ctx, engine.Other, false); err != nil {
			return nil, toWire(err, &e.src)
		}
	}
	bind := e.bind
	if bind == nil {
		bind = &wire.Bind{Params: b.Params, Formats: b.Formats, Types: b.Types}
	}
	rows, err := collect(ctx, e.query, bind)
	if err != nil {
		return nil, err
	}
	if len(rows) != 1 || len(rows[0]) != 2 {
		return nil, wire.Errorf("XX000", "the engine has no plan of this statement")
	}
	p, err := readPlan(rows[0][1], e.inner.Tag)
	if err != nil {
		return nil, err
	}
	lines := []string{p.json(e.u)}
	if !e.u.JSON {
		lines = strings.Split(strings.TrimSuffix(p.text(e.u), "\n"), "\n")
	}
	var table [][]any
	for _, line := range lines {
		table = append(table, []any{line})
	}
	res, err := wire.Table(e.columns(), table...).Execute(ctx, b)
	if err != nil {
		return nil, err
	}
	return tagged{res.(wire.Rows), "EXPLAIN"}, nil
}

// Close implements io.Closer.
func (e *explain) Close() error {
	if e.query == nil {
		return nil
	}
	return e.query.Close()
}
