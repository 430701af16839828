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
	query *query // of the engine's own EXPLAIN
}

// Describe implements wire.Statement.
func (e *explain) Describe(ctx context.Context) (wire.Description, error) {
	head := "EXPLAIN (FORMAT json) "
	if e.u.Analyze {
		head = "EXPLAIN (ANALYZE, FORMAT json) "
	}
	inner, tail := e.u.Statement, ""
	if strings.HasPrefix(inner.SQL, "(") { // which the engine would read as options
		head, tail = head+"SELECT * FROM (", ") AS explained"
	}
	e.query = e.s.inner(&e.src, dialect.Statement{SQL: head + inner.SQL + tail, Offset: inner.Offset - len(head), Tag: "EXPLAIN"}, e.src.params)
	d, err := e.query.Describe(ctx)
	return wire.Description{Params: d.Params, Columns: e.columns()}, err
}

func (e *explain) columns() []wire.Column {
	if e.u.JSON {
		return []wire.Column{wire.Col("QUERY PLAN", oid.JSON)}
	}
	return []wire.Column{wire.Col("QUERY PLAN", oid.Text)}
}

// Execute implements wire.Statement.
func (e *explain) Execute(ctx context.Context, b *wire.Bind) (wire.Result, error) {
	if e.u.Analyze && e.u.Statement.Tag != "SELECT" { // it is executed
		if err := e.s.beginWrite(ctx, engine.Other, false); err != nil {
			return nil, toWire(err, &e.src)
		}
	}
	rows, err := collect(ctx, e.query, &wire.Bind{Params: b.Params, Formats: b.Formats, Types: b.Types})
	if err != nil {
		return nil, err
	}
	if len(rows) != 1 || len(rows[0]) != 2 {
		return nil, wire.Errorf("XX000", "the engine has no plan of this statement")
	}
	p, err := readPlan(rows[0][1])
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
