package encoding_test

import (
	"context"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/wire"
)

var noTag = func(int64) string { return "" }

// readerOf yields batches made of JSON.
func readerOf(t *testing.T, mem memory.Allocator, s *arrow.Schema, batches ...string) array.RecordReader {
	t.Helper()
	var records []arrow.RecordBatch
	for _, json := range batches {
		r, _, err := array.RecordFromJSON(mem, s, strings.NewReader(json))
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, r)
	}
	reader, err := array.NewRecordReader(s, records)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		r.Release()
	}
	return reader
}

// next encodes the rows from..to of the current batch, or all of the next one.
func next(t *testing.T, rows *encoding.Rows) string {
	t.Helper()
	n, err := rows.NextBatch(context.Background())
	if err == io.EOF {
		return "EOF"
	}
	if err != nil {
		t.Fatal(err)
	}
	return part(t, rows, 0, n)
}

func part(t *testing.T, rows *encoding.Rows, from, to int) string {
	t.Helper()
	var w wire.RowWriter
	for from < to {
		n, err := rows.EncodeRows(&w, from, to)
		if err != nil {
			t.Fatal(err)
		}
		from = n
	}
	return string(w.Buf())
}

const row = "D\x00\x00\x00" // the beginning of a short DataRow

func TestRows(t *testing.T) {
	t.Parallel()
	mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
	defer mem.AssertSize(t, 0)
	s := arrow.NewSchema([]arrow.Field{{Name: "a", Type: int32Type, Nullable: true}, {Name: "b", Type: textType, Nullable: true}}, nil)
	plan := encoding.Compile(s)
	if got := plan.Columns(); len(got) != 2 || got[0].Name != "a" || got[0].Size != 4 || got[1].Mod != -1 {
		t.Errorf("columns %+v", got)
	}
	tag := func(n int64) string { return strings.Repeat("x", int(n)) }
	rows := plan.Rows(readerOf(t, mem, s, `[{"a":1,"b":"x"},{"a":null,"b":null}]`, `[]`, `[{"a":3,"b":""}]`), nil, tag)
	if got, want := next(t, rows), row+"\x10\x00\x02\x00\x00\x00\x011\x00\x00\x00\x01x"+row+"\x0e\x00\x02\xff\xff\xff\xff\xff\xff\xff\xff"; got != want {
		t.Errorf("first batch %q, want %q", got, want)
	}
	if got := next(t, rows); got != "" {
		t.Errorf("empty batch %q", got)
	}
	if got, want := next(t, rows), row+"\x0f\x00\x02\x00\x00\x00\x013\x00\x00\x00\x00"; got != want {
		t.Errorf("last batch %q, want %q", got, want)
	}
	if got := next(t, rows); got != "EOF" {
		t.Errorf("after the end %q", got)
	}
	if got := rows.Tag(3); got != "xxx" {
		t.Errorf("tag %q", got)
	}
	for range 2 { // closing twice is allowed
		if err := rows.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestLegs changes formats and settings within a batch, as FETCH does.
func TestLegs(t *testing.T) {
	t.Parallel()
	s := arrow.NewSchema([]arrow.Field{{Name: "t", Type: arrow.FixedWidthTypes.Timestamp_us}}, nil)
	settings := encoding.DefaultSettings()
	rows := encoding.Compile(s).Rows(readerOf(t, memory.DefaultAllocator, s, `[{"t":"2000-01-01T00:00:00Z"},{"t":"2000-01-01T00:00:01Z"}]`), settings, noTag)
	defer rows.Close()
	n, err := rows.NextBatch(context.Background())
	if n != 2 || err != nil {
		t.Fatal(n, err)
	}
	if got := part(t, rows, 0, 1); !strings.HasSuffix(got, "2000-01-01 00:00:00+00") {
		t.Errorf("text %q", got)
	}
	settings.Location = time.FixedZone("", 19800)
	if got := part(t, rows, 1, 2); !strings.HasSuffix(got, "2000-01-01 00:00:01+00") {
		t.Errorf("within the leg %q", got)
	}
	if err := rows.SetFormats(nil); err != nil {
		t.Fatal(err)
	}
	if got := part(t, rows, 1, 2); !strings.HasSuffix(got, "2000-01-01 05:30:01+05:30") {
		t.Errorf("in the next leg %q", got)
	}
	if err := rows.SetFormats([]wire.Format{wire.Binary}); err != nil {
		t.Fatal(err)
	}
	if got := part(t, rows, 1, 2); !strings.HasSuffix(got, "\x00\x00\x00\x08\x00\x00\x00\x00\x00\x0f\x42\x40") {
		t.Errorf("binary %q", got)
	}
}

func TestSetFormatsErrors(t *testing.T) {
	t.Parallel()
	s := arrow.NewSchema([]arrow.Field{{Name: "a", Type: int32Type}, {Name: "b", Type: int32Type}, {Name: "c", Type: int32Type}}, nil)
	rows := encoding.Compile(s).Rows(readerOf(t, memory.DefaultAllocator, s), nil, noTag)
	defer rows.Close()
	for _, tt := range []struct {
		formats []wire.Format
		code    string
	}{
		{[]wire.Format{0, 1}, "08P01"},
		{[]wire.Format{0, 1, 2}, "22023"},
		{[]wire.Format{-1}, "22023"},
	} {
		var e *wire.Error
		if err := rows.SetFormats(tt.formats); !errors.As(err, &e) || e.Code != tt.code {
			t.Errorf("%v: %v, want %s", tt.formats, err, tt.code)
		}
	}
}

// TestSwap replaces the reader under a batch that is not yet sent.
func TestSwap(t *testing.T) {
	t.Parallel()
	mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
	defer mem.AssertSize(t, 0)
	s := arrow.NewSchema([]arrow.Field{{Name: "a", Type: textType}}, nil)
	rows := encoding.Compile(s).Rows(readerOf(t, mem, s, `[{"a":"1"},{"a":"2"}]`, `[{"a":"lost"}]`), nil, noTag)
	if _, err := rows.NextBatch(context.Background()); err != nil {
		t.Fatal(err)
	}
	rows.Swap(readerOf(t, mem, s, `[{"a":"3"}]`)).Release()
	if got := part(t, rows, 1, 2); !strings.HasSuffix(got, "2") {
		t.Errorf("the current batch: %q", got)
	}
	if got := next(t, rows); !strings.HasSuffix(got, "3") {
		t.Errorf("the next batch: %q", got)
	}
	rows.Close()
}

// TestSchemaChanges compares the reader's schema with the plan's.
func TestSchemaChanges(t *testing.T) {
	t.Parallel()
	schema := func(types ...arrow.DataType) *arrow.Schema {
		fields := make([]arrow.Field, len(types))
		for i, typ := range types {
			fields[i] = arrow.Field{Name: "a", Type: typ}
		}
		return arrow.NewSchema(fields, nil)
	}
	kolkata := &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "Asia/Kolkata"}
	for _, tt := range []struct {
		name           string
		described, got *arrow.Schema
		ok             bool
	}{
		{"the same", schema(int32Type), schema(int32Type), true},
		{"another zone", schema(arrow.FixedWidthTypes.Timestamp_us), schema(kolkata), true},
		{"the same for the client", schema(arrow.PrimitiveTypes.Int64), schema(arrow.PrimitiveTypes.Uint32), true},
		{"another type", schema(int32Type), schema(textType), false},
		{"one more column", schema(int32Type), schema(int32Type, int32Type), false},
	} {
		rows := encoding.Compile(tt.described).Rows(readerOf(t, memory.DefaultAllocator, tt.got, `[]`), nil, noTag)
		_, err := rows.NextBatch(context.Background())
		var e *wire.Error
		if tt.ok && err != nil || !tt.ok && (!errors.As(err, &e) || e.Code != "0A000") {
			t.Errorf("%s: %v", tt.name, err)
		}
		rows.Close()
	}
}

func TestNextBatchCanceled(t *testing.T) {
	t.Parallel()
	s := arrow.NewSchema([]arrow.Field{{Name: "a", Type: int32Type}}, nil)
	rows := encoding.Compile(s).Rows(readerOf(t, memory.DefaultAllocator, s, `[]`), nil, noTag)
	defer rows.Close()
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(wire.ErrTimeout)
	if _, err := rows.NextBatch(ctx); err != wire.ErrTimeout {
		t.Errorf("%v, want the cause", err)
	}
}

// TestFull stops when the buffer wants to be sent, but not before one row.
func TestFull(t *testing.T) {
	t.Parallel()
	batch := lineitem(5000)
	defer batch.Release()
	reader, err := array.NewRecordReader(batch.Schema(), []arrow.RecordBatch{batch})
	if err != nil {
		t.Fatal(err)
	}
	rows := encoding.Compile(batch.Schema()).Rows(reader, nil, noTag)
	defer rows.Close()
	if _, err := rows.NextBatch(context.Background()); err != nil {
		t.Fatal(err)
	}
	var w wire.RowWriter
	first, err := rows.EncodeRows(&w, 0, 5000)
	if err != nil || !w.Full() || first == 5000 {
		t.Errorf("stopped at %d, full %v, %v", first, w.Full(), err)
	}
	second, err := rows.EncodeRows(&w, first, 5000)
	if err != nil || second != first+1 {
		t.Errorf("a full buffer took rows %d to %d, %v", first, second, err)
	}
}

// TestBeyondPostgres sends dates and timestamps that PostgreSQL does not have,
// and DuckDB's infinities.
func TestBeyondPostgres(t *testing.T) {
	t.Parallel()
	dates := array.NewDate32Builder(memory.DefaultAllocator)
	defer dates.Release()
	dates.AppendValues([]arrow.Date32{-2147483646, 2147483646, math.MaxInt32, -math.MaxInt32, math.MinInt32, -2440588, -2440589}, nil)
	date := dates.NewArray()
	defer date.Release()
	checkEncoding(t, date, 1082, "5877642-06-25 BC|5881580-07-10|infinity|-infinity|-infinity|4714-11-24 BC|4714-11-23 BC",
		"80000000|7fffffff|7fffffff|80000000|80000000|ffda97a7|80000000")

	micros := &arrow.TimestampType{Unit: arrow.Microsecond}
	stamps := array.NewTimestampBuilder(memory.DefaultAllocator, micros)
	defer stamps.Release()
	stamps.AppendValues([]arrow.Timestamp{-9223372022400000000, math.MaxInt64, -math.MaxInt64, math.MinInt64, math.MaxInt64 - 1, math.MinInt64 + 2}, nil)
	stamp := stamps.NewArray()
	defer stamp.Release()
	checkEncoding(t, stamp, 1114, "290309-12-22 00:00:00 BC|infinity|-infinity|-infinity|294247-01-10 04:00:54.775806|290309-12-21 19:59:05.224194 BC",
		"8000000000000000|7fffffffffffffff|8000000000000000|8000000000000000|7ffca2fec4c81ffe|8000000000000000")

	seconds := array.NewTimestampBuilder(memory.DefaultAllocator, &arrow.TimestampType{Unit: arrow.Second})
	defer seconds.Release()
	seconds.AppendValues([]arrow.Timestamp{math.MaxInt64, -math.MaxInt64, math.MaxInt64 / 1000, 0}, nil)
	second := seconds.NewArray()
	defer second.Release()
	checkEncoding(t, second, 1114, "infinity|-infinity|infinity|1970-01-01 00:00:00", "")
	if got := clamped(t, second, wire.Text); got != 1 {
		t.Errorf("%d seconds were clamped, want 1", got)
	}
	if got := clamped(t, date, wire.Text); got != 0 {
		t.Errorf("%d dates were clamped in text, want 0", got)
	}
	if got := clamped(t, date, wire.Binary); got != 3 {
		t.Errorf("%d dates were clamped in binary, want 3", got)
	}
	if got := clamped(t, stamp, wire.Binary); got != 2 {
		t.Errorf("%d timestamps were clamped in binary, want 2", got)
	}
}

// clamped encodes an array and returns how many values became infinities.
func clamped(t *testing.T, a arrow.Array, f wire.Format) int64 {
	t.Helper()
	s := arrow.NewSchema([]arrow.Field{{Name: "v", Type: a.DataType()}}, nil)
	batch := array.NewRecordBatch(s, []arrow.Array{a}, int64(a.Len()))
	defer batch.Release()
	reader, err := array.NewRecordReader(s, []arrow.RecordBatch{batch})
	if err != nil {
		t.Fatal(err)
	}
	rows := encoding.Compile(s).Rows(reader, nil, noTag)
	defer rows.Close()
	if err := rows.SetFormats([]wire.Format{f}); err != nil {
		t.Fatal(err)
	}
	next(t, rows)
	return rows.Clamped()
}

// TestAllocations encodes whole batches without an allocation, of every type
// that an engine sends.
func TestAllocations(t *testing.T) {
	for _, f := range []wire.Format{wire.Text, wire.Binary} {
		for name, batch := range map[string]arrow.RecordBatch{"lineitem": lineitem(2048), "every type": everyType(t, 1000)} {
			rows, n := bound(t, batch, f)
			buf := make([]byte, 0, 1<<20)
			var w wire.RowWriter
			if got := testing.AllocsPerRun(5, func() { encodeBatch(t, &w, rows, n, buf) }); got != 0 {
				t.Errorf("%s in format %d: %v allocations in %d rows", name, f, got, n)
			}
			rows.Close()
			batch.Release()
		}
	}
}

// everyType is a batch with a column of each type of TestEncode, of its values
// over and over.
func everyType(tb testing.TB, n int) arrow.RecordBatch {
	tb.Helper()
	var fields []arrow.Field
	var columns []arrow.Array
	for _, e := range encodings {
		json := "[" + strings.TrimSuffix(strings.Repeat(e.json[1:len(e.json)-1]+",", n), ",") + "]"
		a, _, err := array.FromJSON(memory.DefaultAllocator, e.typ, strings.NewReader(json))
		if err != nil {
			tb.Fatal(err)
		}
		fields = append(fields, arrow.Field{Name: "v", Type: e.typ, Nullable: true})
		columns = append(columns, array.NewSlice(a, 0, int64(n)))
		a.Release()
	}
	defer func() {
		for _, c := range columns {
			c.Release()
		}
	}()
	return array.NewRecordBatch(arrow.NewSchema(fields, nil), columns, int64(n))
}

// bound returns Rows with the batch as the current one.
func bound(tb testing.TB, batch arrow.RecordBatch, f wire.Format) (*encoding.Rows, int) {
	tb.Helper()
	reader, err := array.NewRecordReader(batch.Schema(), []arrow.RecordBatch{batch})
	if err != nil {
		tb.Fatal(err)
	}
	rows := encoding.Compile(batch.Schema()).Rows(reader, nil, noTag)
	if err := rows.SetFormats([]wire.Format{f}); err != nil {
		tb.Fatal(err)
	}
	n, err := rows.NextBatch(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	return rows, n
}
