package duckdb_test

import (
	"testing"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/duckdb"
)

// BenchmarkOpenSession is the cost of a client's connection.
func BenchmarkOpenSession(b *testing.B) {
	e := open(b, duckdb.Options{})
	for b.Loop() {
		s, err := e.Open(b.Context(), engine.SessionOptions{User: "alice", Database: "sales"})
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPrepare is the cost of a statement that is not kept.
func BenchmarkPrepare(b *testing.B) {
	s := session(b, open(b, duckdb.Options{}))
	for _, sql := range []string{"SELECT 1", "SELECT $1"} {
		b.Run(sql, func(b *testing.B) {
			for b.Loop() {
				st, err := s.Prepare(b.Context(), sql, nil)
				if err != nil {
					b.Fatal(err)
				}
				st.Close(b.Context())
			}
		})
	}
}

// BenchmarkExecute is the cost of a prepared statement with one row.
func BenchmarkExecute(b *testing.B) {
	s := session(b, open(b, duckdb.Options{}))
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

// BenchmarkStream is the cost of a batch of two columns, 2048 rows each.
func BenchmarkStream(b *testing.B) {
	s := session(b, open(b, duckdb.Options{}))
	b.ReportAllocs()
	r := result(b, b.Context(), s, "SELECT range AS a, range * 2 AS b FROM range(1000000000000)")
	defer r.Release()
	for b.Loop() {
		if !r.Next() {
			b.Fatal(r.Err())
		}
	}
	b.SetBytes(2048 * 16)
}
