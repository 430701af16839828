package duckdb_test

import (
	"context"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/extensions"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/duckdb"
	"github.com/csvsql/csvsql/engine/enginetest"
	"github.com/csvsql/csvsql/engine/spool"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	t.Run("memory", func(t *testing.T) {
		enginetest.Run(t, func(t *testing.T, dir string) engine.Engine { return open(t, duckdb.Options{DataDirs: []string{dir}}) })
	})
	// Every stream that gives way goes through a file.
	t.Run("file", func(t *testing.T) {
		enginetest.Run(t, func(t *testing.T, dir string) engine.Engine {
			private := t.TempDir()
			return open(t, duckdb.Options{
				Path:     private + "/test.duckdb",
				DataDirs: []string{dir},
				TempDir:  t.TempDir(),
				Spool:    spool.Options{Dir: t.TempDir(), Memory: 1},
			})
		})
	})
}

// open opens an engine that is closed with the test.
func open(t testing.TB, o duckdb.Options) *duckdb.Engine {
	t.Helper()
	if o.Threads == 0 {
		o.Threads = 2
	}
	e, err := duckdb.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return e
}

// result executes a statement.
func result(t testing.TB, ctx context.Context, s engine.Session, sql string) engine.Result {
	t.Helper()
	st, err := s.Prepare(ctx, sql, nil)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	t.Cleanup(func() { st.Close(context.Background()) })
	r, err := st.Execute(ctx, nil)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return r
}

// try executes a statement and returns its rows as text, and its error.
func try(ctx context.Context, s engine.Session, sql string) ([]string, error) {
	st, err := s.Prepare(ctx, sql, nil)
	if err != nil {
		return nil, err
	}
	defer st.Close(ctx)
	r, err := st.Execute(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer r.Release()
	var rows []string
	for r.Next() {
		b := r.RecordBatch()
		for i := range int(b.NumRows()) {
			cells := make([]string, b.NumCols())
			for j, c := range b.Columns() {
				if o, ok := c.(*extensions.OpaqueArray); ok {
					c = o.Storage()
				}
				cells[j] = strings.Clone(c.ValueStr(i))
			}
			rows = append(rows, strings.Join(cells, ","))
		}
	}
	return rows, r.Err()
}

// run is try for a statement that does not fail.
func run(t testing.TB, s engine.Session, sql string) []string {
	t.Helper()
	rows, err := try(context.Background(), s, sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return rows
}
