package server

import (
	"context"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/csvsql/csvsql/engine/dialect"
	"github.com/csvsql/csvsql/wire"
)

// copyTo is COPY table TO STDOUT and COPY (query) TO STDOUT.
func (s *session) copyTo(ctx context.Context, u dialect.Copy, src *source) (wire.Result, error) {
	q, columns, table, err := s.copied(ctx, u, src)
	if err != nil {
		return nil, err
	}
	options, err := copyOptions(u, src, table)
	var out wire.Result
	if err == nil {
		out, err = s.startCopyTo(ctx, src, q, columns, table, options)
	}
	if err != nil {
		q.Close()
		return nil, err
	}
	return out, nil
}

// copied is the query whose rows are copied, described.
func (s *session) copied(ctx context.Context, u dialect.Copy, src *source) (*query, []wire.Column, copyTable, error) {
	if u.Query.Empty() {
		table, err := s.copyTable(ctx, u, src)
		if err != nil {
			return nil, nil, table, err
		}
		q, err := s.selectFrom(ctx, u.Table, fieldNames(table.fields), src.Words)
		if err != nil {
			return nil, nil, table, err
		}
		return q, q.plan.Columns(), table, nil
	}
	q := &query{s: s, src: *src}
	q.src.SQL, q.src.Offset = u.Query.Of(src.SQL), src.Offset+u.Query.Start
	d, err := q.Describe(ctx)
	if err == nil && q.plan == nil {
		err = wire.Errorf("0A000", "COPY query must have a RETURNING clause")
	}
	if err != nil {
		q.Close()
		return nil, nil, copyTable{}, err
	}
	fields := make([]arrow.Field, len(d.Columns))
	for i, c := range d.Columns {
		fields[i].Name = c.Name
	}
	return q, d.Columns, copyTable{all: fields, fields: fields}, nil
}

func (s *session) startCopyTo(ctx context.Context, src *source, q *query, columns []wire.Column, table copyTable, options wire.CopyOptions) (wire.Result, error) {
	if err := s.beginWrite(ctx, q.stmt.Kind(), false); err != nil {
		return nil, toWire(err, src)
	}
	res, err := q.run(ctx, &wire.Bind{})
	if err != nil {
		return nil, q.explain(err)
	}
	out, err := q.plan.CopyOut(res, columns, &s.output, options, nil)
	if err != nil {
		return nil, err
	}
	progress := &copying{command: "COPY TO", source: "PIPE", table: table.oid}
	s.copying.Store(progress)
	return &copyOut{countedOut: countedOut{out, progress}, rows: rows{Rows: out.Rows, s: s, src: &q.src}, query: q}, nil
}

// copyOut is the data of a COPY TO STDOUT.
type copyOut struct {
	countedOut
	rows  rows
	query *query
}

func (c *copyOut) NextBatch(ctx context.Context) (int, error) { return c.rows.NextBatch(ctx) }

func (c *copyOut) Tag(n int64) string { return tag("COPY", n) }

func (c *copyOut) Close() error {
	c.rows.s.copying.Store(nil)
	c.CopyOut.Close()
	return c.query.Close()
}
