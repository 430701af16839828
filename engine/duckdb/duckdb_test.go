package duckdb_test

import (
	"context"
	"testing"

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
