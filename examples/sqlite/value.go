package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// typeOf maps the type a SQLite column was declared with. Expressions have none,
// and are text.
func typeOf(declared string) oid.OID {
	switch {
	case strings.Contains(declared, "INT"):
		return oid.Int8
	case declared == "REAL" || declared == "DOUBLE" || declared == "FLOAT":
		return oid.Float8
	case declared == "BLOB":
		return oid.Bytea
	case declared == "BOOLEAN":
		return oid.Bool
	case declared == "DATETIME" || declared == "TIMESTAMP":
		return oid.Timestamp
	case declared == "DATE":
		return oid.Date
	}
	return oid.Text
}

// stream gives the client one row of SQLite at a time.
func stream(rows *sql.Rows, columns int) wire.Rows {
	values, targets := make([]any, columns), make([]any, columns)
	for i := range values {
		targets[i] = &values[i]
	}
	next := func(context.Context) error {
		if rows.Next() {
			return rows.Scan(targets...)
		}
		if err := rows.Err(); err != nil {
			return toError(err)
		}
		return io.EOF
	}
	encode := func(w *wire.RowWriter) error {
		for i, v := range values {
			appendValue(w, w.Columns()[i].Type, v)
		}
		return nil
	}
	return wire.EachRow(next, encode, nil, rows)
}

// appendValue appends what a cell holds, which need not be of the column's type:
// what the client's format cannot take is an error of the statement.
func appendValue(w *wire.RowWriter, t oid.OID, v any) {
	switch v := v.(type) {
	case nil:
		w.Null()
	case int64:
		if t == oid.Bool {
			w.Bool(v != 0)
			return
		}
		w.Int64(v)
	case float64:
		w.Float64(v)
	case bool:
		w.Bool(v)
	case []byte:
		w.Bytes(v)
	case time.Time:
		w.Time(v)
	default:
		w.Text(fmt.Sprint(v))
	}
}

// toError gives an error of SQLite the SQLSTATE of its kind.
func toError(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	code := "42000" // "syntax error or access rule violation", the widest
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_CONSTRAINT:
		code = "23000"
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		code = "55P03"
	case sqlite3.SQLITE_READONLY:
		code = "25006"
	case sqlite3.SQLITE_FULL:
		code = "53100"
	}
	return wire.Errorf(code, "%w", err)
}
