package duckdb

import (
	"bytes"
	"context"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
)

// flatRows has every flat type, with and without NULLs, short and long text, and
// more rows than whole bytes of a bitmap.
const flatRows = `SELECT i % 3 = 0 AS b, i::TINYINT AS i1, i::SMALLINT AS i2, i::INTEGER AS i4, i AS i8,
	i::UTINYINT AS u1, i::UINTEGER AS u4, i::UBIGINT AS u8, i::HUGEINT AS i16,
	i::FLOAT AS f4, i / 3.0::DOUBLE AS f8, i::DECIMAL(4,1) AS d4, i::DECIMAL(38,10) AS d38,
	repeat('long', i::INTEGER) AS s, ''::VARCHAR AS e, i::VARCHAR::BLOB AS x, i::VARCHAR::JSON AS j,
	'00000000-0000-0000-0000-000000000001'::UUID AS g,
	DATE '2000-01-01' + i::INTEGER AS d, TIME '01:02:03' AS t, TIMESTAMP '2000-01-01 00:00:00' AS ts,
	TIMESTAMPTZ '2000-01-01 00:00:00+00' AS tz, TIMESTAMP_NS '2000-01-01 00:00:00' AS ns, i * INTERVAL 1 DAY AS v,
	CASE WHEN i % 2 = 0 THEN i END AS n8, CASE WHEN i % 5 > 0 THEN i::VARCHAR END AS nv, NULL::BOOLEAN AS nb
	FROM range(21) AS r(i)`

// longText is the place of column s.
const longText = 13

// flatChunk is the only chunk of flatRows.
type flatChunk struct {
	session *session
	schema  *schema
	chunk   duck.DataChunk
}

// openFlat executes flatRows. All of it ends with the test.
func openFlat(t *testing.T) *flatChunk {
	t.Helper()
	e, err := Open(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(context.Background()) })
	opened, err := e.Open(t.Context(), engine.SessionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	st, err := opened.Prepare(t.Context(), flatRows, nil)
	if err != nil {
		t.Fatal(err)
	}
	f := &flatChunk{session: opened.(*session), schema: st.(*statement).schema}
	if f.schema.flat == nil {
		t.Fatal("the columns are not flat")
	}
	var r duck.Result
	defer duck.DestroyResult(&r)
	if duck.ExecutePrepared(st.(*statement).native, &r) == duck.StateError {
		t.Fatal(duck.ResultError(&r))
	}
	f.chunk = duck.FetchChunk(r)
	t.Cleanup(func() { duck.DestroyDataChunk(&f.chunk) })
	return f
}

func (f *flatChunk) batch(t *testing.T) arrow.RecordBatch {
	t.Helper()
	b, err := f.schema.batch(f.session.arrow, f.chunk)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// lease is the child that all columns of a batch share and whose end gives the
// memory back.
type lease struct{ owner arrow.ArrayData }

func leaseOf(b arrow.RecordBatch) lease { return lease{b.Column(0).Data().Children()[0]} }

func (l lease) expect(t *testing.T, held bool) {
	t.Helper()
	if got := l.owner.Buffers() != nil; got != held {
		t.Fatalf("the memory is held: %v, want %v", got, held)
	}
}

// TestFlat compares a batch with DuckDB's own export, as package cdata imports it.
func TestFlat(t *testing.T) {
	t.Parallel()
	f := openFlat(t)
	got := f.batch(t)
	defer got.Release()
	storage := f.schema.out.Fields()
	for i := range storage {
		if ext, ok := storage[i].Type.(arrow.ExtensionType); ok {
			storage[i].Type = ext.StorageType()
		}
	}
	plain := arrow.NewSchema(storage, nil)
	want, err := (&schema{out: plain, exported: plain}).batch(f.session.arrow, f.chunk)
	if err != nil {
		t.Fatal(err)
	}
	defer want.Release()
	for i, w := range want.Columns() {
		g := got.Column(i)
		if ext, ok := g.(array.ExtensionArray); ok {
			g = ext.Storage()
		}
		if !array.Equal(g, w) || g.NullN() != w.NullN() {
			t.Errorf("%s: %v, want %v", storage[i].Name, g, w)
		}
	}
}

// TestFlatColumns keeps columns, and slices of them, beyond their batch.
func TestFlatColumns(t *testing.T) {
	t.Parallel()
	b := openFlat(t).batch(t)
	memory := leaseOf(b)
	want := b.Column(longText).ValueStr(20)
	columns := append([]arrow.Array(nil), b.Columns()...)
	for _, c := range columns {
		c.Retain()
	}
	b.Release()
	memory.expect(t, true)
	slices := make([]arrow.Array, len(columns))
	for i, c := range columns {
		slices[i] = array.NewSlice(c, 18, 21)
		c.Release()
	}
	memory.expect(t, true)
	last := array.NewSlice(slices[longText], 2, 3)
	for _, s := range slices {
		s.Release()
	}
	memory.expect(t, true)
	if got := last.ValueStr(0); got != want {
		t.Errorf("a slice of a slice is %q, want %q", got, want)
	}
	last.Release()
	memory.expect(t, false)
}

// TestFlatColumnsElsewhere releases each column on a goroutine of its own.
func TestFlatColumnsElsewhere(t *testing.T) {
	t.Parallel()
	b := openFlat(t).batch(t)
	memory := leaseOf(b)
	columns := append([]arrow.Array(nil), b.Columns()...)
	done := make(chan struct{})
	for _, c := range columns {
		c.Retain()
		go func() {
			c.Release()
			done <- struct{}{}
		}()
	}
	b.Release()
	for range columns {
		<-done
	}
	memory.expect(t, false)
}

// TestFlatWritten sends a part of a batch through a stream, as a spool does.
func TestFlatWritten(t *testing.T) {
	t.Parallel()
	b := openFlat(t).batch(t)
	memory := leaseOf(b)
	part := b.NewSlice(3, 20)
	b.Release()
	var file bytes.Buffer
	w := ipc.NewWriter(&file, ipc.WithSchema(part.Schema()))
	if err := w.Write(part); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := ipc.NewReader(&file)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Release()
	if !r.Next() {
		t.Fatalf("nothing was written: %v", r.Err())
	}
	if !array.RecordEqual(r.RecordBatch(), part) {
		t.Errorf("read back %v, want %v", r.RecordBatch(), part)
	}
	memory.expect(t, true)
	part.Release()
	memory.expect(t, false)
}

// TestFlatAllocations bounds what a batch allocates: a few objects, and for
// each column its array. Extension types take a second one, and reflection.
func TestFlatAllocations(t *testing.T) {
	f := openFlat(t)
	n := testing.AllocsPerRun(100, func() { f.batch(t).Release() })
	columns, extensions := float64(f.schema.out.NumFields()), 0.0
	for _, field := range f.schema.out.Fields() {
		if _, ok := field.Type.(arrow.ExtensionType); ok {
			extensions++
		}
	}
	if most := 12 + columns + 8*extensions; n > most {
		t.Errorf("%v allocations for %v columns, %v of them extensions; want at most %v", n, columns, extensions, most)
	}
}

// TestKnownSchema compares the schemas that are made without DuckDB with those
// of its export.
func TestKnownSchema(t *testing.T) {
	t.Parallel()
	f := openFlat(t)
	opened, err := f.session.Prepare(t.Context(), flatRows, nil)
	if err != nil {
		t.Fatal(err)
	}
	types, names := opened.(*statement).columnTypes()
	defer destroyTypes(types)
	compared := 0
	for i := range types {
		got := knownSchema(types[i:i+1], names[i:i+1])
		if got == nil {
			continue
		}
		compared++
		want, err := exportedSchema(f.session.arrow, types[i:i+1], names[i:i+1])
		if err != nil {
			t.Fatal(err)
		}
		if g, w := got.out.Field(0), want.out.Field(0); !g.Equal(w) {
			t.Errorf("%v, but DuckDB exports %v", g, w)
		}
		if got.keys[0] != want.keys[0] || got.flat.columns[0] != want.flat.columns[0] {
			t.Errorf("%s: %v and %v, want %v and %v", names[i], got.keys, got.flat.columns, want.keys, want.flat.columns)
		}
	}
	if compared < 18 {
		t.Errorf("%d types are known", compared)
	}
}
