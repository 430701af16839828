package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"

	"github.com/jackc/pgx/v5/pgtype"
	psqlwire "github.com/jeroenrinzema/psql-wire"
)

func servePsqlWire(l net.Listener) error {
	all := data()
	oneColumn := psqlwire.Columns{{Name: "?column?", Oid: pgtype.Int4OID, Width: 4}}
	countColumn := psqlwire.Columns{{Name: "mallocs", Oid: pgtype.Int8OID, Width: 8}}
	rowColumns := psqlwire.Columns{
		{Name: "a", Oid: pgtype.Int4OID, Width: 4}, {Name: "b", Oid: pgtype.Int4OID, Width: 4},
		{Name: "c", Oid: pgtype.Int4OID, Width: 4}, {Name: "at", Oid: pgtype.TimestampOID, Width: 8},
		{Name: "f", Oid: pgtype.Float8OID, Width: 8}, {Name: "text", Oid: pgtype.TextOID, Width: -1},
	}
	answer := func(columns psqlwire.Columns, f func(psqlwire.DataWriter) error) (psqlwire.PreparedStatements, error) {
		run := func(_ context.Context, w psqlwire.DataWriter, _ []psqlwire.Parameter) error { return f(w) }
		return psqlwire.Prepared(psqlwire.NewStatement(run, psqlwire.WithColumns(columns))), nil
	}
	parse := func(_ context.Context, q psqlwire.Query) (psqlwire.PreparedStatements, error) {
		switch q.Query {
		case one:
			return answer(oneColumn, func(w psqlwire.DataWriter) error {
				if err := w.Row([]any{int32(1)}); err != nil {
					return err
				}
				return w.Complete("SELECT 1")
			})
		case mallocs:
			return answer(countColumn, func(w psqlwire.DataWriter) error {
				if err := w.Row([]any{countMallocs()}); err != nil {
					return err
				}
				return w.Complete("SELECT 1")
			})
		}
		return answer(rowColumns, func(w psqlwire.DataWriter) error {
			for i := range all {
				r := &all[i]
				if err := w.Row([]any{r.a, r.b, r.c, r.at, r.f, r.text}); err != nil {
					return err
				}
			}
			return w.Complete(fmt.Sprint("SELECT ", len(all)))
		})
	}
	s, err := psqlwire.NewServer(parse, psqlwire.Logger(slog.New(slog.NewTextHandler(io.Discard, nil))))
	if err != nil {
		return err
	}
	return s.Serve(l)
}
