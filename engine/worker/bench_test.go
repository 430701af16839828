//go:build linux

package worker_test

import (
	"testing"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/duckdb"
	"github.com/csvsql/csvsql/engine/worker"
)

// BenchmarkExecute is what the boundary adds to a prepared statement of one row,
// without a server and a client around it.
func BenchmarkExecute(b *testing.B) {
	b.Run("none", func(b *testing.B) {
		e, err := duckdb.Open(b.Context(), duckdb.Options{Threads: 2})
		if err != nil {
			b.Fatal(err)
		}
		defer e.Close(b.Context())
		execute(b, e)
	})
	b.Run("process", func(b *testing.B) {
		execute(b, start(b, duckdb.Options{}, worker.Options{}))
	})
}

func execute(b *testing.B, e engine.Engine) {
	s, err := e.Open(b.Context(), engine.SessionOptions{User: "alice", Database: "csvsql"})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close(b.Context())
	st, err := s.Prepare(b.Context(), "SELECT 1", nil)
	if err != nil {
		b.Fatal(err)
	}
	defer st.Close(b.Context())
	for b.Loop() {
		r, err := st.Execute(b.Context(), nil)
		if err != nil {
			b.Fatal(err)
		}
		for r.Next() {
		}
		r.Release()
	}
}
