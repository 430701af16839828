//go:build linux

package worker_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/duckdb"
	"github.com/csvsql/csvsql/engine/enginetest"
	"github.com/csvsql/csvsql/engine/spool"
	"github.com/csvsql/csvsql/engine/worker"
	"github.com/csvsql/csvsql/engine/worker/sandbox"
)

// program is this test as one that can be a worker.
var program *worker.Program

func TestMain(m *testing.M) {
	program = worker.Main(openDuckDB)
	os.Exit(m.Run())
}

func openDuckDB(ctx context.Context, config []byte) (engine.Engine, error) {
	var o duckdb.Options
	if err := json.Unmarshal(config, &o); err != nil {
		return nil, err
	}
	e, err := duckdb.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	return &poisonable{Engine: e}, nil
}

// start starts a worker that is closed with the test.
func start(t testing.TB, db duckdb.Options, o worker.Options) engine.Engine {
	t.Helper()
	if db.Threads == 0 {
		db.Threads = 2
	}
	config, err := json.Marshal(db)
	if err != nil {
		t.Fatal(err)
	}
	o.Config = config
	o.Sandbox = boxFor(db)
	if o.Log == nil {
		o.Log = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	}
	e, err := worker.Start(t.Context(), program, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := e.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return e
}

// boxFor is a sandbox in which an engine can do what its options say.
func boxFor(db duckdb.Options) sandbox.Spec {
	s := sandbox.Spec{ReadOnly: append(db.DataDirs, db.DataFiles...)}
	for _, dir := range []string{db.TempDir, db.Spool.Dir} {
		if dir != "" {
			s.ReadWrite = append(s.ReadWrite, dir)
		}
	}
	if db.Path != "" {
		s.ReadWrite = append(s.ReadWrite, filepath.Dir(db.Path))
	}
	return s
}

// TestConformance: an engine in a worker does what it does without.
func TestConformance(t *testing.T) {
	t.Parallel()
	t.Run("memory", func(t *testing.T) {
		enginetest.Run(t, func(t *testing.T, dir string) engine.Engine {
			return start(t, duckdb.Options{DataDirs: []string{dir}}, worker.Options{})
		})
	})
	t.Run("file", func(t *testing.T) {
		enginetest.Run(t, func(t *testing.T, dir string) engine.Engine {
			return start(t, duckdb.Options{
				Path:     t.TempDir() + "/test.duckdb",
				DataDirs: []string{dir},
				TempDir:  t.TempDir(),
				Spool:    spool.Options{Dir: t.TempDir(), Memory: 1},
			}, worker.Options{})
		})
	})
}
