package encoding_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/wire"
)

// lineitem is a batch with the columns of TPC-H's largest table.
func lineitem(rows int) arrow.RecordBatch {
	money := &arrow.Decimal128Type{Precision: 15, Scale: 2}
	fields := []arrow.Field{
		{Name: "l_orderkey", Type: arrow.PrimitiveTypes.Int64},
		{Name: "l_partkey", Type: arrow.PrimitiveTypes.Int64},
		{Name: "l_suppkey", Type: arrow.PrimitiveTypes.Int64},
		{Name: "l_linenumber", Type: arrow.PrimitiveTypes.Int32},
		{Name: "l_quantity", Type: money},
		{Name: "l_extendedprice", Type: money},
		{Name: "l_discount", Type: money},
		{Name: "l_tax", Type: money},
		{Name: "l_returnflag", Type: arrow.BinaryTypes.String},
		{Name: "l_linestatus", Type: arrow.BinaryTypes.String},
		{Name: "l_shipdate", Type: arrow.FixedWidthTypes.Date32},
		{Name: "l_commitdate", Type: arrow.FixedWidthTypes.Date32},
		{Name: "l_receiptdate", Type: arrow.FixedWidthTypes.Date32},
		{Name: "l_shipinstruct", Type: arrow.BinaryTypes.String},
		{Name: "l_shipmode", Type: arrow.BinaryTypes.String},
		{Name: "l_comment", Type: arrow.BinaryTypes.String},
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(fields, nil))
	defer b.Release()
	rnd := rand.New(rand.NewPCG(1, 2))
	instructions := []string{"DELIVER IN PERSON", "COLLECT COD", "NONE", "TAKE BACK RETURN"}
	modes := []string{"AIR", "FOB", "MAIL", "RAIL", "REG AIR", "SHIP", "TRUCK"}
	const words = "carefully final deposits sleep furiously across the ironic requests"
	for i := range rows {
		b.Field(0).(*array.Int64Builder).Append(int64(i / 4))
		b.Field(1).(*array.Int64Builder).Append(rnd.Int64N(200_000))
		b.Field(2).(*array.Int64Builder).Append(rnd.Int64N(10_000))
		b.Field(3).(*array.Int32Builder).Append(int32(i%7 + 1))
		for c, limit := range []int64{5000, 10_000_000, 10, 8} {
			b.Field(4 + c).(*array.Decimal128Builder).Append(decimal128.FromI64(rnd.Int64N(limit)))
		}
		b.Field(8).(*array.StringBuilder).Append("ANR"[i%3 : i%3+1])
		b.Field(9).(*array.StringBuilder).Append("OF"[i%2 : i%2+1])
		for c := range 3 {
			b.Field(10 + c).(*array.Date32Builder).Append(arrow.Date32(8000 + rnd.IntN(2500)))
		}
		b.Field(13).(*array.StringBuilder).Append(instructions[rnd.IntN(len(instructions))])
		b.Field(14).(*array.StringBuilder).Append(modes[rnd.IntN(len(modes))])
		from := rnd.IntN(20)
		b.Field(15).(*array.StringBuilder).Append(words[from : from+10+rnd.IntN(34)])
	}
	return b.NewRecordBatch()
}

func encodeBatch(tb testing.TB, w *wire.RowWriter, rows wire.BlockEncoder, n int, buf []byte) (bytes int64) {
	for row := 0; row < n; {
		w.SetBuf(buf[:0])
		next, err := rows.EncodeRows(w, row, n)
		if err != nil || next <= row {
			tb.Fatalf("EncodeRows from %d: next %d, %v", row, next, err)
		}
		row = next
		bytes += int64(len(w.Buf()))
	}
	return bytes
}

func benchmark(b *testing.B, batch arrow.RecordBatch, f wire.Format) {
	reader, err := array.NewRecordReader(batch.Schema(), []arrow.RecordBatch{batch})
	if err != nil {
		b.Fatal(err)
	}
	rows := encoding.Compile(batch.Schema()).Rows(reader, nil, func(int64) string { return "" })
	defer rows.Close()
	if err := rows.SetFormats([]wire.Format{f}); err != nil {
		b.Fatal(err)
	}
	n, err := rows.NextBatch(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	var w wire.RowWriter
	buf := make([]byte, 0, 128<<10)
	b.SetBytes(encodeBatch(b, &w, rows, n, buf))
	b.ReportAllocs()
	for b.Loop() {
		encodeBatch(b, &w, rows, n, buf)
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mrows/s")
}

var formatNames = map[wire.Format]string{wire.Text: "text", wire.Binary: "binary"}

func BenchmarkLineitem(b *testing.B) {
	for _, f := range []wire.Format{wire.Text, wire.Binary} {
		b.Run(formatNames[f], func(b *testing.B) { benchmark(b, lineitem(2048), f) })
	}
}

// withEnum is lineitem with one column more.
func withEnum(rows int) arrow.RecordBatch {
	whole := lineitem(rows)
	b := array.NewBuilder(memory.DefaultAllocator, &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Uint8, ValueType: textType})
	defer b.Release()
	for i := range rows {
		if err := b.(*array.BinaryDictionaryBuilder).AppendString([]string{"sad", "ok", "happy"}[i%3]); err != nil {
			panic(err)
		}
	}
	fields := append(whole.Schema().Fields(), arrow.Field{Name: "mood", Type: b.Type()})
	return array.NewRecordBatch(arrow.NewSchema(fields, nil), append(whole.Columns(), b.NewArray()), int64(rows))
}

// BenchmarkEnum encodes rows of which one field is an enum.
func BenchmarkEnum(b *testing.B) {
	for _, f := range []wire.Format{wire.Text, wire.Binary} {
		b.Run(formatNames[f], func(b *testing.B) { benchmark(b, withEnum(2048), f) })
	}
}

// BenchmarkTypes encodes columns of one type each.
func BenchmarkTypes(b *testing.B) {
	const n = 2048
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, bb := range []struct {
		name   string
		typ    arrow.DataType
		append func(array.Builder)
	}{
		{"int8", arrow.PrimitiveTypes.Int64, func(b array.Builder) { b.(*array.Int64Builder).Append(rnd.Int64() >> rnd.IntN(64)) }},
		{"float8", arrow.PrimitiveTypes.Float64, func(b array.Builder) { b.(*array.Float64Builder).Append(rnd.NormFloat64()) }},
		{"float8 prices", arrow.PrimitiveTypes.Float64, func(b array.Builder) { b.(*array.Float64Builder).Append(float64(rnd.IntN(1e6)) / 100) }},
		{"numeric", &arrow.Decimal128Type{Precision: 38, Scale: 10}, func(b array.Builder) {
			b.(*array.Decimal128Builder).Append(decimal128.New(rnd.Int64()>>10, rnd.Uint64()))
		}},
		{"date", arrow.FixedWidthTypes.Date32, func(b array.Builder) { b.(*array.Date32Builder).Append(arrow.Date32(rnd.IntN(20000))) }},
		{"timestamp", &arrow.TimestampType{Unit: arrow.Microsecond}, func(b array.Builder) { b.(*array.TimestampBuilder).Append(arrow.Timestamp(rnd.Int64N(1e15))) }},
		{"timestamptz", arrow.FixedWidthTypes.Timestamp_us, func(b array.Builder) { b.(*array.TimestampBuilder).Append(arrow.Timestamp(rnd.Int64N(1e15))) }},
		{"interval", arrow.FixedWidthTypes.MonthDayNanoInterval, func(b array.Builder) {
			b.(*array.MonthDayNanoIntervalBuilder).Append(arrow.MonthDayNanoInterval{Months: 14, Days: rnd.Int32N(30), Nanoseconds: rnd.Int64N(1e15)})
		}},
		{"text", textType, func(b array.Builder) { b.(*array.StringBuilder).Append("a text of some length") }},
		{"int4[]", arrow.ListOf(int32Type), func(b array.Builder) {
			b.(*array.ListBuilder).Append(true)
			for i := range 4 {
				b.(*array.ListBuilder).ValueBuilder().(*array.Int32Builder).Append(int32(i * 1000))
			}
		}},
		{"jsonb", pairType, func(b array.Builder) {
			b.(*array.StructBuilder).Append(true)
			b.(*array.StructBuilder).FieldBuilder(0).(*array.Int32Builder).Append(rnd.Int32())
			b.(*array.StructBuilder).FieldBuilder(1).(*array.StringBuilder).Append("some text")
		}},
	} {
		builder := array.NewBuilder(memory.DefaultAllocator, bb.typ)
		for range n {
			bb.append(builder)
		}
		a := builder.NewArray()
		schema := arrow.NewSchema([]arrow.Field{{Name: "v", Type: bb.typ}}, nil)
		batch := array.NewRecordBatch(schema, []arrow.Array{a}, n)
		for _, f := range []wire.Format{wire.Text, wire.Binary} {
			b.Run(fmt.Sprintf("%s/%s", bb.name, formatNames[f]), func(b *testing.B) { benchmark(b, batch, f) })
		}
	}
}
