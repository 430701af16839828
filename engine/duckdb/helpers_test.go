package duckdb

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/csvsql/csvsql/engine"
)

// TestHelpers has a statement wait until all threads work on it, which is longer
// than a call has to be for help, and sees that the helpers go when it has ended.
func TestHelpers(t *testing.T) {
	t.Parallel()
	const threads = 3
	var met sync.WaitGroup
	met.Add(threads)
	first := make(chan struct{}, threads)
	for range threads {
		first <- struct{}{}
	}
	meet := engine.Function{
		Name: "meet", Args: []arrow.DataType{arrow.PrimitiveTypes.Int64}, Return: arrow.PrimitiveTypes.Int64, Volatile: true,
		Eval: func(_ engine.Values, args arrow.RecordBatch, out array.Builder) error {
			select {
			case <-first:
				met.Done()
				met.Wait() // no thread comes twice before the others have come
			default:
			}
			for range args.NumRows() {
				out.(*array.Int64Builder).Append(1)
			}
			return nil
		},
	}
	e, err := Open(t.Context(), Options{Threads: threads, Builtins: engine.Builtins{Functions: []engine.Function{meet}}})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close(context.Background())
	s, err := e.Open(t.Context(), engine.SessionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	execute := func(sql string) int64 {
		st, err := s.Prepare(t.Context(), sql, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer st.Close(t.Context())
		r, err := st.Execute(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Release()
		if !r.Next() {
			return 0
		}
		return r.RecordBatch().Column(0).(*array.Int64).Value(0)
	}
	execute("CREATE TABLE numbers AS SELECT range AS n FROM range(1000000)") // nine groups of rows, of which each is a thread's
	if n := execute("SELECT count(*) FROM numbers WHERE meet(n) = 1"); n != 1_000_000 {
		t.Errorf("%d rows", n)
	}
	for e.helpers.working.Load() > 0 || !e.helpers.asleep.Load() {
		time.Sleep(tick)
	}
}

// TestWorkFails: what DuckDB says of a statement that fails while it runs.
func TestWorkFails(t *testing.T) {
	t.Parallel()
	e, err := Open(t.Context(), Options{Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close(context.Background())
	s, err := e.Open(t.Context(), engine.SessionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	st, err := s.Prepare(t.Context(), "SELECT sum(CAST(CASE WHEN range < 500000 THEN '1' ELSE 'x' END AS integer)) FROM range(1000000)", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close(t.Context())
	_, err = st.Execute(t.Context(), nil)
	var failed *engine.Error
	if !errors.As(err, &failed) || failed.Code != "22P02" {
		t.Errorf("it failed with %v", err)
	}
}
