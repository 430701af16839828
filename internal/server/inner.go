package server

import (
	"context"
	"encoding/binary"
	"io"

	"github.com/csvsql/csvsql/engine/dialect"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// inner is a query that is part of the statement src: of DECLARE, PREPARE, or an
// argument. Its errors are told as src's. The caller closes it.
func (s *session) inner(src *source, statement dialect.Statement, params []oid.OID) *query {
	statement.Words = src.Words
	return &query{s: s, src: source{Statement: statement, text: src.text}, declared: params}
}

// collect runs a query that has been described, and returns its rows: the text of
// each value, nil for NULL. It is for the few rows that the server needs itself.
func collect(ctx context.Context, q *query, b *wire.Bind) (all [][][]byte, err error) {
	res, err := q.Execute(ctx, b)
	if err != nil {
		return nil, err
	}
	defer res.Close()
	rows, ok := res.(wire.Rows)
	if !ok {
		return nil, nil
	}
	var w wire.RowWriter
	for {
		n, err := rows.NextBatch(ctx)
		if err == io.EOF {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		for i := range n {
			w.SetBuf(nil)
			if err := rows.EncodeRow(&w, i); err != nil {
				return nil, err
			}
			all = append(all, fields(w.Buf()))
		}
	}
}

// ask runs a statement of the server's own.
func (s *session) ask(ctx context.Context, sql string) ([][][]byte, error) {
	src := source{text: sql}
	q := s.inner(&src, dialect.Statement{SQL: sql}, nil)
	defer q.Close()
	if _, err := q.Describe(ctx); err != nil {
		return nil, err
	}
	return collect(ctx, q, &wire.Bind{})
}

// fields cuts the fields of a DataRow, each behind its length.
func fields(row []byte) (values [][]byte) {
	for len(row) > 0 {
		n := int32(binary.BigEndian.Uint32(row))
		row = row[4:]
		if n < 0 {
			values = append(values, nil)
			continue
		}
		values = append(values, row[:n:n])
		row = row[n:]
	}
	return values
}
