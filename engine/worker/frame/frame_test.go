package frame

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/extensions"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/wire"
)

// example is a type and values of it.
type example struct {
	t    arrow.DataType
	json string
}

func examples(t testing.TB) []example {
	t.Helper()
	dense := arrow.DenseUnionOf([]arrow.Field{{Name: "i", Type: arrow.PrimitiveTypes.Int32, Nullable: true}, {Name: "s", Type: arrow.BinaryTypes.String, Nullable: true}}, []arrow.UnionTypeCode{3, 7})
	sparse := arrow.SparseUnionOf(dense.Fields(), dense.TypeCodes())
	opaque := extensions.NewOpaqueType(&arrow.FixedSizeBinaryType{ByteWidth: 16}, "hugeint", "DuckDB")
	json, err := extensions.NewJSONType(arrow.BinaryTypes.String)
	if err != nil {
		t.Fatal(err)
	}
	long := `"` + strings.Repeat("long ", 10) + `"`
	all := []example{
		{arrow.Null, `[null, null, null]`},
		{arrow.FixedWidthTypes.Boolean, `[true, null, false, true, true, false, true, false, true, null, true]`},
		{arrow.BinaryTypes.String, `["a", null, "", "grüße", ` + long + `]`},
		{arrow.BinaryTypes.LargeString, `["a", null, "", "bcd"]`},
		{arrow.BinaryTypes.Binary, `["AP9c", null, ""]`},
		{arrow.BinaryTypes.LargeBinary, `["AP9c", null, "YQ=="]`},
		{arrow.BinaryTypes.StringView, `["short", null, ` + long + `, "x", ` + long + `]`},
		{arrow.BinaryTypes.BinaryView, `["AP9c", null, "` + strings.Repeat("AP9c", 10) + `"]`},
		{&arrow.FixedSizeBinaryType{ByteWidth: 3}, `["AP9c", null, "AAAA"]`},
		{&arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "Asia/Tokyo"}, `[1577836800000000, null, -500000]`},
		{&arrow.TimestampType{Unit: arrow.Nanosecond}, `[1577836800000000000, null]`},
		{arrow.FixedWidthTypes.Date32, `["2020-01-01", null]`},
		{arrow.FixedWidthTypes.Time64us, `["12:34:56.789", null]`},
		{arrow.FixedWidthTypes.Time32s, `["12:34:56", null]`},
		{arrow.FixedWidthTypes.Duration_ms, `[1, null, -2]`},
		{arrow.FixedWidthTypes.MonthDayNanoInterval, `[{"months": 1, "days": 2, "nanoseconds": 3}, null]`},
		{&arrow.Decimal128Type{Precision: 38, Scale: 3}, `["123456789012345678901234567890.125", null, "-1.000"]`},
		{&arrow.Decimal256Type{Precision: 60, Scale: 1}, `["1.5", null]`},
		{arrow.ListOf(arrow.PrimitiveTypes.Int32), `[[1, null, 3], null, [], [4, 5]]`},
		{arrow.LargeListOf(arrow.BinaryTypes.String), `[["a", null], null, [], ["bc"]]`},
		{arrow.ListViewOf(arrow.PrimitiveTypes.Int16), `[[1, null, 3], null, [], [4, 5]]`},
		{arrow.LargeListViewOf(arrow.PrimitiveTypes.Int16), `[[1, 2], null, [3]]`},
		{arrow.FixedSizeListOf(2, arrow.BinaryTypes.String), `[["a", "b"], null, ["c", null]]`},
		{arrow.ListOf(arrow.ListOf(arrow.FixedWidthTypes.Boolean)), `[[[true, false], null], null, [], [[true], [], [null, false, true]]]`},
		{arrow.StructOf(
			arrow.Field{Name: "a", Type: arrow.PrimitiveTypes.Int32, Nullable: true},
			arrow.Field{Name: "b", Type: arrow.ListOf(arrow.BinaryTypes.String), Nullable: true},
			arrow.Field{Name: "c", Type: arrow.FixedWidthTypes.Boolean, Nullable: true},
		), `[{"a": 1, "b": ["x"], "c": true}, null, {"a": null, "b": null, "c": false}, {"a": 4, "b": [], "c": null}]`},
		{arrow.StructOf(), `[{}, {}]`},
		{arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int32), `[[{"key": "a", "value": 1}, {"key": "b", "value": null}], null, []]`},
		{&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Uint8, ValueType: arrow.BinaryTypes.String}, `["red", null, "green", "red"]`},
		{&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.PrimitiveTypes.Int64, Ordered: true}, `[7, 7, null, 8]`},
		{arrow.ListOf(&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int16, ValueType: arrow.BinaryTypes.String}), `[["a"], ["b", "a"], null]`},
		{dense, `[[3, 1], [7, "x"], [3, null], [7, "y"]]`},
		{sparse, `[[3, 1], [7, "x"], [3, null], [7, "y"]]`},
		{arrow.RunEndEncodedOf(arrow.PrimitiveTypes.Int32, arrow.BinaryTypes.String), `["a", "a", "b", null, null, "c"]`},
		{extensions.NewUUIDType(), `["00112233-4455-6677-8899-aabbccddeeff", null]`},
		{json, `["{}", null]`},
		{extensions.NewBool8Type(), `[true, null, false]`},
		{opaque, `["AAAAAAAAAAAAAAAAAAAAAA==", null]`},
	}
	for _, n := range []arrow.DataType{
		arrow.PrimitiveTypes.Int8, arrow.PrimitiveTypes.Int16, arrow.PrimitiveTypes.Int32, arrow.PrimitiveTypes.Int64,
		arrow.PrimitiveTypes.Uint8, arrow.PrimitiveTypes.Uint16, arrow.PrimitiveTypes.Uint32, arrow.PrimitiveTypes.Uint64,
		arrow.PrimitiveTypes.Float32, arrow.PrimitiveTypes.Float64, arrow.FixedWidthTypes.Float16,
	} {
		all = append(all, example{n, `[1, null, 3, 127]`})
	}
	return all
}

// fromJSON makes an array of an example.
func (e example) array(t testing.TB) arrow.Array {
	t.Helper()
	if storage, ok := e.t.(*extensions.OpaqueType); ok {
		a := example{storage.StorageType(), e.json}.array(t)
		defer a.Release()
		return array.NewExtensionArrayWithStorage(storage, a)
	}
	a, _, err := array.FromJSON(memory.DefaultAllocator, e.t, strings.NewReader(e.json))
	if err != nil {
		t.Fatalf("%s: %v", e.t, err)
	}
	return a
}

// batchOf makes a batch of one column, twice.
func batchOf(a arrow.Array) arrow.RecordBatch {
	f := arrow.Field{Name: "c", Type: a.DataType(), Nullable: true, Metadata: arrow.NewMetadata([]string{"k"}, []string{"v"})}
	return array.NewRecordBatch(arrow.NewSchema([]arrow.Field{f, f}, nil), []arrow.Array{a, a}, int64(a.Len()))
}

// carry takes b through a frame.
func carry(t testing.TB, w *Writer, b arrow.RecordBatch) arrow.RecordBatch {
	t.Helper()
	n, err := w.Plan(b)
	if err != nil {
		t.Fatal(err)
	}
	raw := make([]byte, n+64)
	for i := range raw {
		raw[i] = 0xAA // what is not written shows
	}
	w.Write(raw)
	schema, rest, err := ReadSchema(AppendSchema(nil, b.Schema()))
	if err != nil || len(rest) != 0 || !schema.Equal(b.Schema()) {
		t.Fatalf("the schema %v arrives as %v, %v", b.Schema(), schema, err)
	}
	got, size, err := Read(schema, memory.NewBufferBytes(raw))
	if err != nil || size != n {
		t.Fatalf("%v: %v, size %d of %d", b.Schema(), err, size, n)
	}
	return got
}

// TestEveryType: what arrives is what was sent, for the whole and every part.
func TestEveryType(t *testing.T) {
	t.Parallel()
	var w Writer
	for _, e := range examples(t) {
		a := e.array(t)
		for i := range a.Len() + 1 {
			for j := i; j <= a.Len(); j++ {
				part := array.NewSlice(a, int64(i), int64(j))
				want := batchOf(part)
				got := carry(t, &w, want)
				// Not array.RecordEqual: slices of unions it compares wrongly.
				for k := range part.Len() {
					g, s := valueStr(got.Column(1), k), valueStr(part, k)
					if g != s || got.Column(0).IsNull(k) != part.IsNull(k) {
						t.Errorf("%s [%d:%d], row %d: got %s, want %s", e.t, i, j, k, g, s)
					}
				}
				if got.Column(0).NullN() != part.NullN() {
					t.Errorf("%s [%d:%d]: %d nulls, want %d", e.t, i, j, got.Column(0).NullN(), part.NullN())
				}
				got.Release()
				want.Release()
				part.Release()
			}
		}
		a.Release()
	}
}

// TestNoCopy: the values of a batch lie in the frame, and keep it until they are
// released.
func TestNoCopy(t *testing.T) {
	t.Parallel()
	a := example{arrow.PrimitiveTypes.Int64, `[1, 2, 3]`}.array(t)
	b := batchOf(a)
	var w Writer
	n, err := w.Plan(b)
	if err != nil {
		t.Fatal(err)
	}
	raw := make([]byte, n)
	w.Write(raw)
	freed := &countFree{}
	owner := memory.NewBufferWithAllocator(raw, freed)
	got, _, err := Read(b.Schema(), owner)
	if err != nil {
		t.Fatal(err)
	}
	owner.Release()
	i := strings.Index(string(raw), "\x02\x00\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x00\x00\x00\x00")
	raw[i] = 42
	if v := got.Column(0).(*array.Int64).Value(1); v != 42 {
		t.Errorf("the value was copied: %d", v)
	}
	if freed.n != 0 {
		t.Error("freed while in use")
	}
	got.Release()
	if freed.n != 1 {
		t.Error("not freed")
	}
}

type countFree struct {
	memory.GoAllocator
	n int
}

func (c *countFree) Free([]byte) { c.n++ }

// TestChangedAfterRead: what memory safety rests on was copied.
func TestChangedAfterRead(t *testing.T) {
	t.Parallel()
	for _, e := range examples(t) {
		a := e.array(t)
		b := batchOf(a)
		var w Writer
		n, err := w.Plan(b)
		if err != nil {
			t.Fatal(err)
		}
		raw := make([]byte, n)
		w.Write(raw)
		got, _, err := Read(b.Schema(), memory.NewBufferBytes(raw))
		if err != nil {
			t.Fatal(err)
		}
		for i := range raw {
			raw[i] = 0xFF
		}
		touch(got) // must not panic
		got.Release()
	}
}

// valueStr is a value as text, also where arrow-go has none.
func valueStr(a arrow.Array, i int) string {
	if o, ok := a.(*extensions.OpaqueArray); ok {
		a = o.Storage()
	}
	return a.ValueStr(i)
}

// touch reads every value as a server does: in each format. Errors are fine.
func touch(b arrow.RecordBatch) {
	plan := encoding.Compile(b.Schema())
	var w wire.RowWriter
	read := func(rows interface {
		wire.Rows
		wire.BlockEncoder
	}) {
		n, _ := rows.NextBatch(context.Background())
		for row := 0; row < n; {
			w.SetBuf(w.Buf()[:0])
			next, err := rows.EncodeRows(&w, row, n)
			if err != nil {
				next++ // it is that row's
			}
			row = max(next, row+1)
		}
		rows.Close()
	}
	tag := func(int64) string { return "" }
	for _, f := range []wire.Format{wire.Text, wire.Binary} {
		rows := plan.Rows(readerOf(b), nil, tag)
		if rows.SetFormats([]wire.Format{f}) == nil {
			read(rows)
		} else {
			rows.Close()
		}
	}
	for _, f := range []wire.CopyFormat{wire.CopyText, wire.CopyCSV, wire.CopyBinary} {
		if out, err := plan.CopyOut(readerOf(b), plan.Columns(), nil, wire.CopyOptions{Format: f}, tag); err == nil {
			read(out)
		}
	}
}

func readerOf(b arrow.RecordBatch) array.RecordReader {
	r, err := array.NewRecordReader(b.Schema(), []arrow.RecordBatch{b})
	if err != nil {
		panic(err)
	}
	return r
}

// TestMutations: a frame with wrong bytes is refused, or can be read to its end.
func TestMutations(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for _, e := range examples(t) {
		b := batchOf(e.array(t))
		var w Writer
		n, err := w.Plan(b)
		if err != nil {
			t.Fatal(err)
		}
		good := make([]byte, n)
		w.Write(good)
		for range 2000 {
			raw := append([]byte(nil), good...)
			for range 1 + random.IntN(3) {
				at := random.IntN(len(raw))
				if random.IntN(2) == 0 && at+4 <= len(raw) {
					binary.LittleEndian.PutUint32(raw[at&^3:], random.Uint32()>>random.IntN(32))
				} else {
					raw[at] = byte(random.Uint32())
				}
			}
			readAll(b.Schema(), raw)
		}
	}
}

func readAll(s *arrow.Schema, raw []byte) {
	b, size, err := Read(s, memory.NewBufferBytes(raw))
	if err != nil {
		return
	}
	if size > len(raw) {
		panic("a size beyond the frame")
	}
	touch(b)
	b.Release()
}

func TestTooDeep(t *testing.T) {
	t.Parallel()
	deep := arrow.DataType(arrow.PrimitiveTypes.Int8)
	for range maxDepth + 1 {
		deep = arrow.ListOf(deep)
	}
	if _, _, err := ReadType(AppendType(nil, deep)); err == nil {
		t.Error("a type nested too deep is read")
	}
}

// TestSteadyState: a writer that has seen a batch plans and writes another like
// it without allocating.
func TestSteadyState(t *testing.T) {
	b := batchOf(example{arrow.BinaryTypes.String, `["a", null, "", "grüße"]`}.array(t))
	var w Writer
	raw := make([]byte, 4096)
	if n := testing.AllocsPerRun(100, func() {
		w.Plan(b)
		w.Write(raw)
	}); n > 4 { // Buffers() and Children() copy their lists
		t.Errorf("%v allocations", n)
	}
}

// FuzzRead reads schema and frame of anybody's making.
func FuzzRead(f *testing.F) {
	var w Writer
	for _, e := range examples(f) {
		b := batchOf(e.array(f))
		n, err := w.Plan(b)
		if err != nil {
			f.Fatal(err)
		}
		raw := make([]byte, n)
		w.Write(raw)
		f.Add(AppendSchema(nil, b.Schema()), raw)
	}
	f.Fuzz(func(t *testing.T, schema, raw []byte) {
		s, _, err := ReadSchema(schema)
		if err != nil {
			return
		}
		readAll(s, raw)
	})
}
