package wire

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/csvsql/csvsql/wire/oid"
)

// Col returns a Column of a built-in type, with that type's size and no
// modifier.
func Col(name string, t oid.OID) Column {
	return Column{Name: name, Type: t, Size: t.Size(), Mod: -1}
}

// Tag returns a Result without rows, such as that of CREATE TABLE.
func Tag(tag string) Result { return tagResult(tag) }

type tagResult string

func (t tagResult) Tag(int64) string { return string(t) }
func (t tagResult) Close() error     { return nil }

// Do returns a Statement without parameters and rows that does what f does.
func Do(f func(ctx context.Context) (Result, error)) Statement { return doStatement(f) }

type doStatement func(ctx context.Context) (Result, error)

func (f doStatement) Describe(context.Context) (Description, error) { return Description{}, nil }
func (f doStatement) Execute(ctx context.Context, _ *Bind) (Result, error) {
	return f(ctx)
}

// Table returns a Statement that returns the same rows each time. A value is
// nil, a bool, int, int32, int64, float64, string or []byte; one that is a string
// must be the text form of its column's type.
func Table(columns []Column, rows ...[]any) Statement {
	if columns == nil {
		columns = []Column{}
	}
	return &table{columns, rows}
}

type table struct {
	columns []Column
	rows    [][]any
}

func (t *table) Describe(context.Context) (Description, error) {
	return Description{Columns: t.columns}, nil
}

func (t *table) Execute(context.Context, *Bind) (Result, error) {
	return &tableRows{rows: t.rows}, nil
}

type tableRows struct {
	rows [][]any
	read bool
}

func (r *tableRows) Tag(rows int64) string { return "SELECT " + strconv.FormatInt(rows, 10) }
func (r *tableRows) Close() error          { return nil }

func (r *tableRows) NextBatch(context.Context) (int, error) {
	if r.read {
		return 0, io.EOF
	}
	r.read = true
	return len(r.rows), nil
}

func (r *tableRows) EncodeRow(w *RowWriter, row int) error {
	for _, v := range r.rows[row] {
		if err := appendAny(w, v); err != nil {
			return err
		}
	}
	return nil
}

func appendAny(w *RowWriter, v any) error {
	switch v := v.(type) {
	case nil:
		w.Null()
	case bool:
		w.Bool(v)
	case int:
		w.Int64(int64(v))
	case int32:
		w.Int64(int64(v))
	case int64:
		w.Int64(v)
	case float64:
		w.Float64(v)
	case string:
		w.Text(v)
	case []byte:
		w.Bytes(v)
	default:
		return fmt.Errorf("wire: a table cannot hold a %T", v)
	}
	return nil
}

// EachRow makes Rows of a source that has one row at a time. next steps to the
// first and every further row and returns io.EOF after the last one; encode
// writes the row it stands on; tag is Result.Tag, and nil means "SELECT n";
// closer, if not nil, is closed with the Rows.
func EachRow(next func(context.Context) error, encode func(*RowWriter) error, tag func(rows int64) string, closer io.Closer) Rows {
	return &eachRow{next, encode, tag, closer}
}

type eachRow struct {
	next   func(context.Context) error
	encode func(*RowWriter) error
	tag    func(int64) string
	closer io.Closer
}

func (r *eachRow) NextBatch(ctx context.Context) (int, error) {
	if err := r.next(ctx); err != nil {
		return 0, err
	}
	return 1, nil
}

func (r *eachRow) EncodeRow(w *RowWriter, _ int) error { return r.encode(w) }

func (r *eachRow) Tag(rows int64) string {
	if r.tag == nil {
		return "SELECT " + strconv.FormatInt(rows, 10)
	}
	return r.tag(rows)
}

func (r *eachRow) Close() error {
	if r.closer == nil {
		return nil
	}
	return r.closer.Close()
}
