//go:build linux

package worker_test

import (
	"context"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/duckdb"
	"github.com/csvsql/csvsql/engine/worker"
)

// late is a statement that has one row at once, and then none for ever.
const late = "LATE"

type lateStatement struct{}

func (lateStatement) Params() []arrow.DataType { return nil }
func (lateStatement) Schema() *arrow.Schema    { return lateSchema() }
func (lateStatement) Kind() engine.Kind        { return engine.Select }
func (lateStatement) Reusable() bool           { return true }

func (lateStatement) Close(context.Context) error { return nil }

func (lateStatement) Execute(ctx context.Context, _ arrow.RecordBatch) (engine.Result, error) {
	return &lateResult{ctx: ctx}, nil
}

func lateSchema() *arrow.Schema {
	return arrow.NewSchema([]arrow.Field{{Name: "a", Type: arrow.PrimitiveTypes.Int32, Nullable: true}}, nil)
}

type lateResult struct {
	engine.Result // nil
	ctx           context.Context
	batch         arrow.RecordBatch
	err           error
}

func (r *lateResult) Schema() *arrow.Schema          { return lateSchema() }
func (r *lateResult) RecordBatch() arrow.RecordBatch { return r.batch }
func (r *lateResult) Err() error                     { return r.err }
func (r *lateResult) Release()                       { r.batch.Release() }

func (r *lateResult) Next() bool {
	if r.batch != nil {
		<-r.ctx.Done()
		r.err = engine.Errorf("57014", "canceling statement")
		return false
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, lateSchema())
	defer b.Release()
	b.Field(0).(*array.Int32Builder).Append(1)
	r.batch = b.NewRecordBatch()
	return true
}

// TestLateRows: a row that is there is not kept back until the next one is.
func TestLateRows(t *testing.T) {
	t.Parallel()
	s, err := start(t, duckdb.Options{}, worker.Options{}).Open(t.Context(), engine.SessionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close(context.Background())
	st, err := s.Prepare(t.Context(), late, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, err := st.Execute(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Release()
	if !r.Next() {
		t.Fatal("no row:", r.Err())
	}
	cancel()
	if r.Next() {
		t.Fatal("a second row")
	}
}
