package encoding_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/wire"
)

// oneByOne encodes rows as a server does that knows of no EncodeRows.
func oneByOne(tb testing.TB, rows wire.Rows, begin func(dst []byte) (_ []byte, at int), n int) []byte {
	tb.Helper()
	var out []byte
	for row := range n {
		dst, at := begin(out)
		var w wire.RowWriter
		w.SetBuf(dst)
		if err := rows.EncodeRow(&w, row); err != nil {
			tb.Fatal(err)
		}
		if err := wire.FinishRow(w.Buf(), at); err != nil {
			tb.Fatal(err)
		}
		out = w.Buf()
	}
	return out
}

// inBlocks encodes rows from EncodeRows, in pieces of random lengths, as row limits
// make them.
func inBlocks(tb testing.TB, rows wire.BlockEncoder, n int) []byte {
	tb.Helper()
	rnd := rand.New(rand.NewPCG(1, 2))
	var out []byte
	for row := 0; row < n; {
		to := min(n, row+1+rnd.IntN(n))
		var w wire.RowWriter
		next, err := rows.EncodeRows(&w, row, to)
		if err != nil || next <= row || next > to {
			tb.Fatalf("rows %d to %d: up to %d, %v", row, to, next, err)
		}
		out, row = append(out, w.Buf()...), next
	}
	return out
}

// TestBlocks: many rows at once are encoded as one by one, column by column of every
// type and all together.
func TestBlocks(t *testing.T) {
	t.Parallel()
	const n = 700
	every := everyType(t, n)
	batches := []arrow.RecordBatch{every, lineitem(n), oddTexts(n), holes(lineitem(n+3), 3)}
	for i, column := range every.Columns() {
		schema := arrow.NewSchema([]arrow.Field{every.Schema().Field(i)}, nil)
		batches = append(batches, array.NewRecordBatch(schema, []arrow.Array{column}, n))
	}
	for _, batch := range batches {
		for _, f := range []wire.Format{wire.Text, wire.Binary} {
			rows, _ := bound(t, batch, f)
			columns := int(batch.NumCols())
			want := oneByOne(t, rows, func(dst []byte) ([]byte, int) { return wire.AppendRowHeader(dst, columns) }, n)
			if got := inBlocks(t, rows, n); !bytes.Equal(got, want) {
				t.Errorf("%v in format %d differs", batch.Schema(), f)
			}
			rows.Close()
		}
		for name, o := range copyOptions() {
			out := newCopyOut(t, batch, o)
			want := oneByOne(t, out, wire.AppendCopyHeader, n)
			if got := inBlocks(t, out, n); !bytes.Equal(got, want) {
				t.Errorf("%v in COPY %s differs", batch.Schema(), name)
			}
			out.Close()
		}
	}
}

// oddTexts are texts that have to be escaped, or look like NULL, or are long.
func oddTexts(n int) arrow.RecordBatch {
	texts := []string{"", "a", `\N`, `\.`, "NONE", "2", "x1", "a,b", `say "no"`, "it's", "a\nb", "a\r", "tab\there", `back\slash`, "ünï", "1-1"}
	long := bytes.Repeat([]byte("long, "), 5000)
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema([]arrow.Field{
		{Name: "clean", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "odd", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "n", Type: arrow.PrimitiveTypes.Int32, Nullable: true},
		{Name: "last", Type: arrow.BinaryTypes.String, Nullable: true},
	}, nil))
	defer b.Release()
	for i := range n {
		b.Field(0).(*array.StringBuilder).Append([]string{"plain", "", "NONE", "2", "x1", "a text of more than thirty-two bytes"}[i%6])
		b.Field(1).(*array.StringBuilder).Append(texts[i%len(texts)])
		b.Field(2).(*array.Int32Builder).Append(int32(i) - 300)
		switch {
		case i%100 == 50:
			b.Field(3).(*array.StringBuilder).BinaryBuilder.Append(long)
		case i%7 == 0:
			b.Field(3).AppendNull()
		default:
			b.Field(3).(*array.StringBuilder).Append(texts[(i+5)%len(texts)])
		}
	}
	return b.NewRecordBatch()
}

// holes makes every third value NULL, and leaves the first rows out.
func holes(batch arrow.RecordBatch, from int64) arrow.RecordBatch {
	columns := make([]arrow.Array, batch.NumCols())
	for i, c := range batch.Columns() {
		bits := make([]byte, (c.Len()+7)/8)
		for row := range c.Len() {
			if (row+i)%3 != 0 {
				bits[row/8] |= 1 << (row % 8)
			}
		}
		d := c.Data()
		buffers := append([]*memory.Buffer{memory.NewBufferBytes(bits)}, d.Buffers()[1:]...)
		columns[i] = array.MakeFromData(array.NewData(d.DataType(), d.Len(), buffers, nil, array.UnknownNullCount, 0))
	}
	whole := array.NewRecordBatch(batch.Schema(), columns, batch.NumRows())
	return whole.NewSlice(from, whole.NumRows())
}

// TestBlocksOfGrowingValues: the words of a dictionary, and so how long a value can
// be, differ from batch to batch.
func TestBlocksOfGrowingValues(t *testing.T) {
	t.Parallel()
	const n = 300
	words := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Uint8, ValueType: arrow.BinaryTypes.String}
	schema := arrow.NewSchema([]arrow.Field{{Name: "word", Type: words, Nullable: true}, {Name: "n", Type: arrow.PrimitiveTypes.Int64}}, nil)
	var batches []arrow.RecordBatch
	for _, length := range []int{1, 500, 0, 70_000, 20} {
		b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
		defer b.Release()
		for i := range n {
			word := strings.Repeat("w", length*(i%3)/2)
			if err := b.Field(0).(*array.BinaryDictionaryBuilder).AppendString(word); err != nil {
				t.Fatal(err)
			}
			b.Field(1).(*array.Int64Builder).Append(int64(i))
		}
		batches = append(batches, b.NewRecordBatch())
	}
	encode := func(encode func(rows *encoding.Rows, n int) []byte) (out []byte) {
		reader, err := array.NewRecordReader(schema, batches)
		if err != nil {
			t.Fatal(err)
		}
		rows := encoding.Compile(schema).Rows(reader, nil, func(int64) string { return "" })
		defer rows.Close()
		for {
			n, err := rows.NextBatch(t.Context())
			if err == io.EOF {
				return out
			}
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, encode(rows, n)...)
		}
	}
	want := encode(func(rows *encoding.Rows, n int) []byte {
		return oneByOne(t, rows, func(dst []byte) ([]byte, int) { return wire.AppendRowHeader(dst, 2) }, n)
	})
	got := encode(func(rows *encoding.Rows, n int) []byte { return inBlocks(t, rows, n) })
	if !bytes.Equal(got, want) {
		t.Errorf("%d bytes differ from %d", len(got), len(want))
	}
}

// TestBlockOfLargeRows: a row that is larger than a block goes out alone.
func TestBlockOfLargeRows(t *testing.T) {
	t.Parallel()
	b := array.NewStringBuilder(memory.DefaultAllocator)
	defer b.Release()
	large := string(bytes.Repeat([]byte("x"), 200_000))
	for range 20 {
		b.Append(large)
	}
	schema := arrow.NewSchema([]arrow.Field{{Name: "v", Type: arrow.BinaryTypes.String}}, nil)
	rows, n := bound(t, array.NewRecordBatch(schema, []arrow.Array{b.NewArray()}, 20), wire.Text)
	defer rows.Close()
	var w wire.RowWriter
	if next, err := rows.EncodeRows(&w, 0, n); next != 1 || err != nil || len(w.Buf()) != 200_000+11 {
		t.Errorf("%d rows in %d bytes, %v", next, len(w.Buf()), err)
	}
}
