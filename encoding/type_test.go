package encoding_test

import (
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// samples has a type for every arrow.Type, the last of which is DECIMAL64.
var samples = map[arrow.Type]arrow.DataType{
	arrow.NULL: arrow.Null, arrow.BOOL: arrow.FixedWidthTypes.Boolean,
	arrow.UINT8: arrow.PrimitiveTypes.Uint8, arrow.INT8: arrow.PrimitiveTypes.Int8,
	arrow.UINT16: arrow.PrimitiveTypes.Uint16, arrow.INT16: arrow.PrimitiveTypes.Int16,
	arrow.UINT32: arrow.PrimitiveTypes.Uint32, arrow.INT32: arrow.PrimitiveTypes.Int32,
	arrow.UINT64: arrow.PrimitiveTypes.Uint64, arrow.INT64: arrow.PrimitiveTypes.Int64,
	arrow.FLOAT16: arrow.FixedWidthTypes.Float16, arrow.FLOAT32: arrow.PrimitiveTypes.Float32,
	arrow.FLOAT64: arrow.PrimitiveTypes.Float64, arrow.STRING: arrow.BinaryTypes.String,
	arrow.BINARY: arrow.BinaryTypes.Binary, arrow.FIXED_SIZE_BINARY: &arrow.FixedSizeBinaryType{ByteWidth: 3},
	arrow.DATE32: arrow.FixedWidthTypes.Date32, arrow.DATE64: arrow.FixedWidthTypes.Date64,
	arrow.TIMESTAMP: arrow.FixedWidthTypes.Timestamp_us, arrow.TIME32: arrow.FixedWidthTypes.Time32s,
	arrow.TIME64: arrow.FixedWidthTypes.Time64us, arrow.INTERVAL_MONTHS: arrow.FixedWidthTypes.MonthInterval,
	arrow.INTERVAL_DAY_TIME: arrow.FixedWidthTypes.DayTimeInterval,
	arrow.DECIMAL128:        &arrow.Decimal128Type{Precision: 15, Scale: 2},
	arrow.DECIMAL256:        &arrow.Decimal256Type{Precision: 50, Scale: 2},
	arrow.LIST:              arrow.ListOf(int32Type), arrow.STRUCT: pairType,
	arrow.SPARSE_UNION: arrow.SparseUnionOf(pairType.Fields(), []arrow.UnionTypeCode{0, 1}),
	arrow.DENSE_UNION:  arrow.DenseUnionOf(pairType.Fields(), []arrow.UnionTypeCode{0, 1}),
	arrow.DICTIONARY:   &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int16, ValueType: textType},
	arrow.MAP:          arrow.MapOf(textType, int32Type), arrow.EXTENSION: nil, // TestEncodeLogical
	arrow.FIXED_SIZE_LIST: arrow.FixedSizeListOf(2, int32Type), arrow.DURATION: arrow.FixedWidthTypes.Duration_us,
	arrow.LARGE_STRING: arrow.BinaryTypes.LargeString, arrow.LARGE_BINARY: arrow.BinaryTypes.LargeBinary,
	arrow.LARGE_LIST:              arrow.LargeListOf(int32Type),
	arrow.INTERVAL_MONTH_DAY_NANO: arrow.FixedWidthTypes.MonthDayNanoInterval,
	arrow.RUN_END_ENCODED:         arrow.RunEndEncodedOf(int32Type, textType),
	arrow.STRING_VIEW:             arrow.BinaryTypes.StringView, arrow.BINARY_VIEW: arrow.BinaryTypes.BinaryView,
	arrow.LIST_VIEW: arrow.ListViewOf(int32Type), arrow.LARGE_LIST_VIEW: arrow.LargeListViewOf(int32Type),
	arrow.DECIMAL32: &arrow.Decimal32Type{Precision: 5, Scale: 2}, arrow.DECIMAL64: &arrow.Decimal64Type{Precision: 5, Scale: 2},
}

// TestEveryArrowType encodes every type there is, alone and as a part of others.
func TestEveryArrowType(t *testing.T) {
	t.Parallel()
	for id := arrow.NULL; id <= arrow.DECIMAL64; id++ {
		typ, ok := samples[id]
		if !ok {
			t.Errorf("no sample of %s", id)
		}
		if typ == nil {
			continue
		}
		t.Run(id.String(), func(t *testing.T) {
			encodeEmpty(t, typ)
			if id == arrow.RUN_END_ENCODED {
				return // its builder has no empty value within another
			}
			encodeEmpty(t, arrow.ListOf(typ))
			encodeEmpty(t, arrow.ListOf(arrow.ListOf(typ)))
			encodeEmpty(t, arrow.FixedSizeListOf(2, typ))
			encodeEmpty(t, arrow.StructOf(item(typ)))
			encodeEmpty(t, arrow.MapOf(textType, typ))
		})
	}
}

// encodeEmpty encodes a NULL and the empty value of a type in both formats.
func encodeEmpty(t *testing.T, typ arrow.DataType) {
	t.Helper()
	b := array.NewBuilder(memory.DefaultAllocator, typ)
	defer b.Release()
	b.AppendNull()
	b.AppendEmptyValue()
	a := b.NewArray()
	defer a.Release()
	field := arrow.Field{Name: "v", Type: typ, Nullable: true}
	if got := encoding.TypeOf(field); got.OID == 0 || got.OID != encoding.OIDOf(typ) {
		t.Errorf("%s: type %v, parameter %v", typ, got, encoding.OIDOf(typ))
	}
	for _, f := range []wire.Format{wire.Text, wire.Binary} {
		if bodies := encodeField(t, field, a, nil, f); bodies[0] != nil {
			t.Errorf("%s: NULL in format %d is %q", typ, f, bodies[0])
		}
	}
	empty := array.NewSlice(a, 2, 2)
	defer empty.Release()
	encodeField(t, field, empty, nil, wire.Text)
}

func TestTypeOf(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		typ  arrow.DataType
		want encoding.Type
	}{
		{arrow.FixedWidthTypes.Boolean, encoding.Type{OID: oid.Bool, Len: 1, Mod: -1}},
		{int32Type, encoding.Type{OID: oid.Int4, Len: 4, Mod: -1}},
		{textType, encoding.Type{OID: oid.Text, Len: -1, Mod: -1}},
		{&arrow.Decimal128Type{Precision: 10, Scale: 2}, encoding.Type{OID: oid.Numeric, Len: -1, Mod: 655366}},
		{&arrow.Decimal128Type{Precision: 38}, encoding.Type{OID: oid.Numeric, Len: -1, Mod: 2490372}},
		{&arrow.Decimal128Type{Precision: 5, Scale: -2}, encoding.Type{OID: oid.Numeric, Len: -1, Mod: -1}},
		{arrow.PrimitiveTypes.Uint64, encoding.Type{OID: oid.Numeric, Len: -1, Mod: 1310724}},
		{arrow.ListOf(&arrow.Decimal128Type{Precision: 10, Scale: 2}), encoding.Type{OID: oid.NumericArray, Len: -1, Mod: 655366}},
		{arrow.FixedWidthTypes.MonthDayNanoInterval, encoding.Type{OID: oid.Interval, Len: 16, Mod: -1}},
		{pairType, encoding.Type{OID: oid.JSONB, Len: -1, Mod: -1}},
	} {
		if got := encoding.TypeOf(arrow.Field{Type: tt.typ}); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.typ, got, tt.want)
		}
	}
}

// TestArrowType takes the declared types there and back.
func TestArrowType(t *testing.T) {
	t.Parallel()
	for _, o := range types {
		typ, err := encoding.ArrowType(o)
		if err != nil {
			t.Errorf("%d: %v", o, err)
		}
		same := map[oid.OID]oid.OID{oid.OIDType: oid.Int8, oid.JSONB: oid.JSON}
		if back := encoding.OIDOf(typ); typ != nil && back != o && back != same[o] {
			t.Errorf("%d becomes %s, which is %d", o, typ, back)
		}
	}
	for _, o := range []oid.OID{oid.Unspecified, oid.Unknown} {
		if typ, err := encoding.ArrowType(o); typ != nil || err != nil {
			t.Errorf("%d: %v, %v; want the engine to infer it", o, typ, err)
		}
	}
	const point = 600
	if typ, err := encoding.ArrowType(point); err == nil {
		t.Errorf("point becomes %s", typ)
	}
	if got := encoding.OIDOf(nil); got != oid.Text {
		t.Errorf("no type becomes %d", got)
	}
}
