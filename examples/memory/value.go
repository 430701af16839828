package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"modernc.org/ql"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// typeOf is the PostgreSQL type of a column. The numbers that it has no type for
// are text.
func typeOf(t ql.Type) oid.OID {
	switch t {
	case ql.Bool:
		return oid.Bool
	case ql.Int8, ql.Int16, ql.Uint8:
		return oid.Int2
	case ql.Int32, ql.Uint16:
		return oid.Int4
	case ql.Int64, ql.Uint32:
		return oid.Int8
	case ql.Float32:
		return oid.Float4
	case ql.Float64:
		return oid.Float8
	case ql.Blob:
		return oid.Bytea
	case ql.Time:
		return oid.Timestamptz
	}
	return oid.Text
}

// rows are the answer of QL, which gives it as a whole.
type rows struct {
	all  [][]any
	read bool
}

func (r *rows) NextBatch(context.Context) (int, error) {
	if r.read {
		return 0, io.EOF
	}
	r.read = true
	return len(r.all), nil
}

func (r *rows) EncodeRow(w *wire.RowWriter, row int) error {
	for _, v := range r.all[row] {
		switch v := v.(type) {
		case nil:
			w.Null()
		case bool:
			w.Bool(v)
		case int64:
			w.Int64(v)
		case float32:
			w.Float64(float64(v))
		case float64:
			w.Float64(v)
		case []byte:
			w.Bytes(v)
		case time.Time:
			w.Time(v)
		case int8, int16, int32, uint8, uint16, uint32:
			n, err := strconv.ParseInt(fmt.Sprint(v), 10, 64)
			if err != nil {
				return err
			}
			w.Int64(n)
		default:
			w.Text(fmt.Sprint(v))
		}
	}
	return nil
}

func (r *rows) Tag(n int64) string { return fmt.Sprint("SELECT ", n) }
func (r *rows) Close() error       { return nil }

// arguments are the parameters for QL, which converts nothing: 1 is no string and
// "1" no number. Where the client declares no type, what looks like a number is
// one; QL refuses it where a string has to be.
func arguments(b *wire.Bind) ([]any, error) {
	args := make([]any, len(b.Params))
	for i := range args {
		var err error
		switch t := b.Types[i]; {
		case b.Null(i):
		case t == oid.Bool:
			args[i], err = b.Bool(i)
		case t == oid.Int2 || t == oid.Int4 || t == oid.Int8:
			args[i], err = b.Int64(i)
		case t == oid.Float4 || t == oid.Float8:
			args[i], err = b.Float64(i)
		case t == oid.Bytea:
			args[i], err = b.Bytes(i)
		case t == oid.Timestamptz || t == oid.Timestamp || t == oid.Date:
			args[i], err = b.Time(i)
		case t == oid.Unspecified:
			args[i] = guess(string(b.Params[i]))
		default:
			args[i], err = b.Text(i)
		}
		if err != nil {
			return nil, err
		}
	}
	return args, nil
}

func guess(text string) any {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil {
		return f
	}
	return text
}
