package encoding

import (
	"crypto/rand"
	"math"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/extensions"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/wire/pgvalue"
)

// TestBounds: whatever bits a value has, it is not longer than its encoder says. A
// longer one would run into the next row.
func TestBounds(t *testing.T) {
	t.Parallel()
	const n = 3000
	sixteen := &arrow.FixedSizeBinaryType{ByteWidth: 16}
	opaque := func(name string) arrow.DataType { return extensions.NewOpaqueType(sixteen, name, engine.OpaqueVendor) }
	types := []arrow.DataType{
		arrow.FixedWidthTypes.Boolean, extensions.NewBool8Type(), extensions.NewUUIDType(), opaque("hugeint"), opaque("uhugeint"),
		arrow.PrimitiveTypes.Int8, arrow.PrimitiveTypes.Int16, arrow.PrimitiveTypes.Int32, arrow.PrimitiveTypes.Int64,
		arrow.PrimitiveTypes.Uint8, arrow.PrimitiveTypes.Uint16, arrow.PrimitiveTypes.Uint32, arrow.PrimitiveTypes.Uint64,
		arrow.FixedWidthTypes.Float16, arrow.PrimitiveTypes.Float32, arrow.PrimitiveTypes.Float64,
		arrow.FixedWidthTypes.Date32, arrow.FixedWidthTypes.Date64, arrow.FixedWidthTypes.Time32s, arrow.FixedWidthTypes.Time32ms,
		arrow.FixedWidthTypes.Time64us, arrow.FixedWidthTypes.Time64ns,
		arrow.FixedWidthTypes.Timestamp_s, arrow.FixedWidthTypes.Timestamp_ms, arrow.FixedWidthTypes.Timestamp_us, arrow.FixedWidthTypes.Timestamp_ns,
		&arrow.TimestampType{Unit: arrow.Second}, &arrow.TimestampType{Unit: arrow.Microsecond},
		arrow.FixedWidthTypes.Duration_s, arrow.FixedWidthTypes.Duration_ns, arrow.FixedWidthTypes.MonthInterval,
		arrow.FixedWidthTypes.DayTimeInterval, arrow.FixedWidthTypes.MonthDayNanoInterval,
	}
	for _, scale := range []int32{-40, -3, 0, 2, 9, 18, 19, 30, 38, 76} {
		types = append(types,
			&arrow.Decimal32Type{Precision: 9, Scale: scale}, &arrow.Decimal64Type{Precision: 18, Scale: scale},
			&arrow.Decimal128Type{Precision: 38, Scale: scale}, &arrow.Decimal256Type{Precision: 76, Scale: scale})
	}
	var settings []Settings
	for _, f := range []pgvalue.DateFormat{pgvalue.ISO, pgvalue.SQL, pgvalue.Postgres, pgvalue.German} {
		for i, style := range []pgvalue.IntervalStyle{pgvalue.IntervalPostgres, pgvalue.IntervalPostgresVerbose, pgvalue.IntervalISO8601, pgvalue.IntervalSQLStandard} {
			settings = append(settings, Settings{DateStyle: pgvalue.DateStyle{Format: f}, IntervalStyle: style, ExtraFloatDigits: i - 2})
		}
	}
	bits := make([]byte, 32*n)
	rand.Read(bits)
	copy(bits[len(bits)/2:], make([]byte, len(bits)/8)) // small numbers, too
	for _, typ := range types {
		data := array.NewData(typ, n, []*memory.Buffer{nil, memory.NewBufferBytes(bits)}, nil, 0, 0)
		a := array.MakeFromData(data)
		for _, set := range settings {
			c := shared{Settings: set, zone: pgvalue.NewZone(nil)}
			for _, f := range []form{textForm, binaryForm} {
				e, ok := newEncoder(mappingOf(arrow.Field{Type: typ}), f, &c).(bounded)
				if !ok {
					t.Fatalf("%s has no bounds", typ)
				}
				e.bind(storageArray(a))
				most, value := 0, []byte(nil)
				for row := range n {
					value = e.append(value[:0], row)
					most = max(most, len(value))
				}
				if most > e.size() || e.size() > math.MaxUint8 {
					t.Errorf("%s in form %d: a value of %d bytes, where %d are said to be most", typ, f, most, e.size())
				}
			}
		}
	}
}
