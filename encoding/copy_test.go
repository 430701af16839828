package encoding_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/pgvalue"
)

func text(s string) *string { return &s }

// copyOptions are what copies of lineitem are tried with.
func copyOptions() map[string]wire.CopyOptions {
	return map[string]wire.CopyOptions{
		"text":         {},
		"text, odd":    {Delimiter: '-', Null: text("x1")},
		"csv":          {Format: wire.CopyCSV, Header: true},
		"csv, odd":     {Format: wire.CopyCSV, Delimiter: '1', Null: text("2"), Quote: '\'', Escape: '\\'},
		"csv, null NO": {Format: wire.CopyCSV, Null: text("NONE"), ForceQuote: []bool{true, false, true}},
		"binary":       {Format: wire.CopyBinary},
	}
}

// newCopyOut copies a batch out; the caller closes it.
func newCopyOut(tb testing.TB, batch arrow.RecordBatch, o wire.CopyOptions) *encoding.CopyOut {
	tb.Helper()
	plan, reader := encoding.Compile(batch.Schema()), newReader(tb, batch)
	out, err := plan.CopyOut(reader, plan.Columns(), nil, o, nil)
	if err != nil {
		tb.Fatal(err)
	}
	if n, err := out.NextBatch(context.Background()); err != nil || n != int(batch.NumRows()) {
		tb.Fatal(n, err)
	}
	return out
}

func newReader(tb testing.TB, batch arrow.RecordBatch) array.RecordReader {
	tb.Helper()
	reader, err := array.NewRecordReader(batch.Schema(), []arrow.RecordBatch{batch})
	if err != nil {
		tb.Fatal(err)
	}
	return reader
}

// copyData is all of a COPY, row by row.
func copyData(tb testing.TB, out wire.CopyOut, rows int) []byte {
	tb.Helper()
	data := out.AppendHeader(nil)
	for row := range rows {
		var w wire.RowWriter
		w.SetBuf(data)
		if err := out.EncodeRow(&w, row); err != nil {
			tb.Fatal(err)
		}
		data = w.Buf()
	}
	return out.AppendTrailer(data)
}

// TestCopyOutIsCopyTo: the encoder's own COPY is the one that package wire makes
// of DataRows.
func TestCopyOutIsCopyTo(t *testing.T) {
	t.Parallel()
	batch := lineitem(500)
	for name, o := range copyOptions() {
		out := newCopyOut(t, batch, o)
		plan := encoding.Compile(batch.Schema())
		rows := plan.Rows(newReader(t, batch), nil, nil)
		want, err := wire.CopyTo(rows, plan.Columns(), o)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := want.NextBatch(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got, want := copyData(t, out, 500), copyData(t, want, 500); !bytes.Equal(got, want) {
			t.Errorf("%s:\n got %.300q\nwant %.300q", name, got, want)
		}
		out.Close()
		want.Close()
	}
}

// TestCopyThereAndBack: what was copied out is copied in as it was.
func TestCopyThereAndBack(t *testing.T) {
	t.Parallel()
	const rows = 5000
	batch := lineitem(rows)
	for name, o := range copyOptions() {
		out := newCopyOut(t, batch, o)
		data := copyData(t, out, rows)
		out.Close()
		o.ForceQuote = nil
		in, err := encoding.NewCopyIn(bytes.NewReader(data), "lineitem", batch.Schema().Fields(), nil, o, memory.DefaultAllocator)
		if err != nil {
			t.Fatal(err)
		}
		at := int64(0)
		for in.Next() {
			b := in.RecordBatch()
			want := batch.NewSlice(at, at+b.NumRows())
			for i, c := range b.Columns() {
				if !array.Equal(c, want.Column(i)) {
					t.Errorf("%s: column %d of the rows from %d differs", name, i, at)
				}
			}
			at += b.NumRows()
		}
		if in.Err() != nil || at != rows {
			t.Errorf("%s: %d rows, %v", name, at, in.Err())
		}
		in.Release()
	}
}

// TestCopyDecimals: numerics are rounded and refused as PostgreSQL does.
func TestCopyDecimals(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		precision, scale int32
		value, want      string // "" is an error
	}{
		{6, 2, "1.005", "1.01"}, {6, 2, "-1.005", "-1.01"}, {6, 2, "1.0049999999999999999999", "1.00"},
		{6, 2, "9999.99", "9999.99"}, {6, 2, "9999.995", ""}, {6, 2, "-9999.995", ""}, {6, 2, "10000", ""},
		{6, 2, "1e3", "1000.00"}, {6, 2, "1e-3", "0.00"}, {6, 2, "-0.001", "0.00"}, {6, 2, " +1.5 ", "1.50"}, {6, 2, ".5", "0.50"}, {6, 2, "5.", "5.00"},
		{6, 2, "00000000000000000000001.5", "1.50"}, {6, 2, "", ""}, {6, 2, ".", ""}, {6, 2, "-", ""}, {6, 2, "NaN", ""}, {6, 2, "1,5", ""},
		{2, 2, "0.99", "0.99"}, {2, 2, "0.995", ""}, {2, 2, "1", ""}, {18, 0, "999999999999999999", "999999999999999999"}, {18, 0, "1000000000000000000", ""},
		{38, 10, "9999999999999999999999999999.9999999999", "9999999999999999999999999999.9999999999"},
		{38, 10, "-9999999999999999999999999999.9999999999", "-9999999999999999999999999999.9999999999"},
		{38, 0, "99999999999999999999999999999999999999.5", ""},
	} {
		typ := &arrow.Decimal128Type{Precision: tt.precision, Scale: tt.scale}
		if got, err := copyOne([]byte(tt.value+"\n"), typ, wire.CopyOptions{}); got != tt.want || got == "" && err == nil {
			t.Errorf("%q as numeric(%d,%d): %q, %v; want %q", tt.value, tt.precision, tt.scale, got, err, tt.want)
		}
		number, err := pgvalue.ParseNumeric([]byte(tt.value))
		if err != nil {
			continue
		}
		value := pgvalue.AppendDecimalBinary(nil, number)
		data := append([]byte("PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00"), byte(len(value)))
		data = append(append(data, value...), 0xff, 0xff)
		if got, err := copyOne(data, typ, wire.CopyOptions{Format: wire.CopyBinary}); got != tt.want || got == "" && err == nil {
			t.Errorf("%q as numeric(%d,%d) in binary: %q, %v; want %q", tt.value, tt.precision, tt.scale, got, err, tt.want)
		}
	}
}

// copyOne copies one decimal in and returns it as text.
func copyOne(data []byte, typ *arrow.Decimal128Type, o wire.CopyOptions) (string, error) {
	in, err := encoding.NewCopyIn(bytes.NewReader(data), "t", []arrow.Field{{Name: "n", Type: typ}}, nil, o, memory.DefaultAllocator)
	if err != nil {
		return "", err
	}
	defer in.Release()
	if !in.Next() {
		return "", in.Err()
	}
	return in.RecordBatch().Column(0).(*array.Decimal128).Value(0).ToString(typ.Scale), nil
}

// TestCopyOutAllocatesNothing holds the encode loop of COPY to no allocation, of
// every type that an engine sends.
func TestCopyOutAllocatesNothing(t *testing.T) {
	for what, batch := range map[string]arrow.RecordBatch{"lineitem": lineitem(2048), "every type": everyType(t, 1000)} {
		for name, o := range copyOptions() {
			out := newCopyOut(t, batch, o)
			var w wire.RowWriter
			buf := make([]byte, 0, 1<<20)
			rows := int(batch.NumRows())
			if n := testing.AllocsPerRun(5, func() { encodeBatch(t, &w, out, rows, buf) }); n > 0 {
				t.Errorf("%s, %s: %.0f allocations for %d rows", what, name, n, rows)
			}
			out.Close()
		}
		batch.Release()
	}
}

func BenchmarkCopy(b *testing.B) {
	const rows = 2048
	batch := lineitem(rows)
	for _, format := range []string{"text", "csv", "binary"} {
		o := copyOptions()[format]
		rate := func(b *testing.B) {
			b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mrows/s")
		}
		out := newCopyOut(b, batch, o)
		data := copyData(b, out, rows)
		b.Run(fmt.Sprintf("%s/out", format), func(b *testing.B) {
			var w wire.RowWriter
			buf := make([]byte, 0, 128<<10)
			b.ReportAllocs()
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				encodeBatch(b, &w, out, rows, buf)
			}
			rate(b)
		})
		out.Close()
		b.Run(fmt.Sprintf("%s/in", format), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				in, err := encoding.NewCopyIn(bytes.NewReader(data), "lineitem", batch.Schema().Fields(), nil, o, memory.DefaultAllocator)
				if err != nil {
					b.Fatal(err)
				}
				for in.Next() {
				}
				if in.Err() != nil {
					b.Fatal(in.Err())
				}
				in.Release()
			}
			rate(b)
		})
	}
}
