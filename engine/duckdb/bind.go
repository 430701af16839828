package duckdb

import (
	"encoding/binary"
	"math"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/extensions"
	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
)

func unsupportedParam(t arrow.DataType) error {
	return engine.Errorf("0A000", "a parameter of type %s is not supported", t)
}

// bind gives the statement its arguments: the columns of args, which has one
// row.
func (st *statement) bind(args arrow.RecordBatch) error {
	given := 0
	if args != nil {
		given = int(args.NumCols())
	}
	if given != len(st.params) {
		return engine.Errorf("08P01", "bind message supplies %d parameters, but prepared statement requires %d", given, len(st.params))
	}
	if given == 0 {
		return nil
	}
	if args.NumRows() != 1 {
		return engine.Errorf("XX000", "arguments have %d rows instead of one", args.NumRows())
	}
	for i, column := range args.Columns() {
		if st.index[i] == 0 {
			continue // declared, but not used
		}
		index := duck.IdxT(st.index[i])
		want := duck.ParamLogicalType(st.native, index)
		var v duck.Value
		var err error
		if column.IsNull(0) {
			v = nullOf(want)
		} else {
			v, err = valueOf(column, 0, duck.GetTypeId(want))
		}
		duck.DestroyLogicalType(&want)
		if err != nil {
			return err
		}
		state := duck.BindValue(st.native, index, v)
		duck.DestroyValue(&v)
		if state == duck.StateError {
			return engine.Errorf("08P01", "parameter $%d cannot be bound", i+1)
		}
	}
	return nil
}

// nullOf is a NULL of a type, for which DuckDB need not plan the statement again,
// perhaps with other types of the result. Nothing makes one but a list.
func nullOf(t duck.LogicalType) duck.Value {
	switch duck.GetTypeId(t) {
	case duck.TypeInvalid, duck.TypeAny, duck.TypeSQLNull:
		return duck.CreateNullValue()
	}
	null := duck.CreateNullValue()
	list := duck.CreateListValue(t, []duck.Value{null})
	duck.DestroyValue(&null)
	if list.Ptr == nil {
		return duck.CreateNullValue()
	}
	defer duck.DestroyValue(&list)
	return duck.GetListChild(list, 0)
}

// valueOf makes a DuckDB value of row i of a column. want is the type that the
// statement was planned for: if the value fits it gets that type, since DuckDB
// plans the statement again for any other. The caller destroys the value.
func valueOf(a arrow.Array, i int, want duck.Type) (duck.Value, error) {
	if a.IsNull(i) {
		return duck.CreateNullValue(), nil
	}
	switch a := a.(type) {
	case *array.Boolean:
		return duck.CreateBool(a.Value(i)), nil
	case *array.Int8:
		return integerValue(int64(a.Value(i)), duck.TypeTinyInt, want), nil
	case *array.Int16:
		return integerValue(int64(a.Value(i)), duck.TypeSmallInt, want), nil
	case *array.Int32:
		return integerValue(int64(a.Value(i)), duck.TypeInteger, want), nil
	case *array.Int64:
		return integerValue(a.Value(i), duck.TypeBigInt, want), nil
	case *array.Uint8:
		return integerValue(int64(a.Value(i)), duck.TypeUTinyInt, want), nil
	case *array.Uint16:
		return integerValue(int64(a.Value(i)), duck.TypeUSmallInt, want), nil
	case *array.Uint32:
		return integerValue(int64(a.Value(i)), duck.TypeUInteger, want), nil
	case *array.Uint64:
		return duck.CreateUInt64(a.Value(i)), nil
	case *array.Float32:
		return duck.CreateFloat(a.Value(i)), nil
	case *array.Float64:
		return duck.CreateDouble(a.Value(i)), nil
	case *array.Decimal128:
		return decimalValue(a.Value(i), a.DataType().(*arrow.Decimal128Type), want), nil
	case *array.String:
		return duck.CreateVarchar(a.Value(i)), nil
	case *array.LargeString:
		return duck.CreateVarchar(a.Value(i)), nil
	case *array.Binary:
		return duck.CreateBlob(a.Value(i)), nil
	case *array.LargeBinary:
		return duck.CreateBlob(a.Value(i)), nil
	case *array.Date32:
		return duck.CreateDate(duck.NewDate(int32(a.Value(i)))), nil
	case *array.Time64:
		return timeValue(int64(a.Value(i)), a.DataType().(*arrow.Time64Type).Unit, want), nil
	case *array.Timestamp:
		return timestampValue(int64(a.Value(i)), a.DataType().(*arrow.TimestampType), want)
	case *array.MonthDayNanoInterval:
		v := a.Value(i)
		return duck.CreateInterval(duck.NewInterval(v.Months, v.Days, v.Nanoseconds/1000)), nil
	case *extensions.UUIDArray:
		return uuidValue(a.Storage().(*array.FixedSizeBinary).Value(i)), nil
	case array.ExtensionArray:
		return valueOf(a.Storage(), i, want)
	case *array.List:
		return listValue(a, i)
	}
	return duck.Value{}, unsupportedParam(a.DataType())
}

// integerValue is n as want if that is an integer type it fits, else as own.
func integerValue(n int64, own, want duck.Type) duck.Value {
	if v, ok := integerOf(n, want); ok {
		return v
	}
	v, _ := integerOf(n, own)
	return v
}

func integerOf(n int64, t duck.Type) (duck.Value, bool) {
	switch {
	case t == duck.TypeTinyInt && math.MinInt8 <= n && n <= math.MaxInt8:
		return duck.CreateInt8(int8(n)), true
	case t == duck.TypeSmallInt && math.MinInt16 <= n && n <= math.MaxInt16:
		return duck.CreateInt16(int16(n)), true
	case t == duck.TypeInteger && math.MinInt32 <= n && n <= math.MaxInt32:
		return duck.CreateInt32(int32(n)), true
	case t == duck.TypeBigInt:
		return duck.CreateInt64(n), true
	case t == duck.TypeUTinyInt && 0 <= n && n <= math.MaxUint8:
		return duck.CreateUInt8(uint8(n)), true
	case t == duck.TypeUSmallInt && 0 <= n && n <= math.MaxUint16:
		return duck.CreateUInt16(uint16(n)), true
	case t == duck.TypeUInteger && 0 <= n && n <= math.MaxUint32:
		return duck.CreateUInt32(uint32(n)), true
	case t == duck.TypeUBigInt && 0 <= n:
		return duck.CreateUInt64(uint64(n)), true
	case t == duck.TypeHugeInt:
		return duck.CreateHugeInt(duck.NewHugeInt(uint64(n), n>>63)), true
	}
	return duck.Value{}, false
}

// decimalValue is a decimal with its own precision and scale, or an integer if
// that is wanted and it is one.
func decimalValue(n decimal128.Num, t *arrow.Decimal128Type, want duck.Type) duck.Value {
	huge := duck.NewHugeInt(n.LowBits(), n.HighBits())
	if t.Scale == 0 {
		switch {
		case want == duck.TypeHugeInt:
			return duck.CreateHugeInt(huge)
		case want == duck.TypeUHugeInt && n.HighBits() >= 0:
			return duck.CreateUHugeInt(duck.NewUHugeInt(n.LowBits(), uint64(n.HighBits())))
		case want == duck.TypeUBigInt && n.HighBits() == 0:
			return duck.CreateUInt64(n.LowBits())
		}
	}
	return duck.CreateDecimal(duck.NewDecimal(uint8(t.Precision), uint8(t.Scale), huge))
}

func timeValue(n int64, unit arrow.TimeUnit, want duck.Type) duck.Value {
	if unit == arrow.Nanosecond {
		if want == duck.TypeTimeNS {
			return duck.CreateTimeNS(duck.NewTimeNS(n))
		}
		n /= 1000
	} else if want == duck.TypeTimeNS {
		return duck.CreateTimeNS(duck.NewTimeNS(n * 1000))
	}
	return duck.CreateTime(duck.NewTime(n))
}

// timestampValue takes microseconds. DuckDB's coarser and finer timestamps are
// made only if nothing is lost.
func timestampValue(n int64, t *arrow.TimestampType, want duck.Type) (duck.Value, error) {
	if t.Unit != arrow.Microsecond {
		return duck.Value{}, unsupportedParam(t)
	}
	const day = 24 * 60 * 60 * 1e6
	finite := math.MinInt64+day < n && n < math.MaxInt64-day
	switch {
	case t.TimeZone != "":
		return duck.CreateTimestampTZ(duck.NewTimestamp(n)), nil
	case finite && want == duck.TypeTimestampS && n%1e6 == 0:
		return duck.CreateTimestampS(duck.NewTimestampS(n / 1e6)), nil
	case finite && want == duck.TypeTimestampMS && n%1e3 == 0:
		return duck.CreateTimestampMS(duck.NewTimestampMS(n / 1e3)), nil
	case want == duck.TypeTimestampNS && math.MinInt64/1000 < n && n < math.MaxInt64/1000:
		return duck.CreateTimestampNS(duck.NewTimestampNS(n * 1000)), nil
	}
	return duck.CreateTimestamp(duck.NewTimestamp(n)), nil
}

// uuidValue makes a UUID of its 16 bytes.
func uuidValue(b []byte) duck.Value {
	return duck.CreateUUID(duck.NewUHugeInt(binary.BigEndian.Uint64(b[8:]), binary.BigEndian.Uint64(b)))
}

func listValue(a *array.List, i int) (duck.Value, error) {
	from, to := a.ValueOffsets(i)
	items := a.ListValues()
	itemType, err := logicalType(items.DataType())
	if err != nil {
		return duck.Value{}, err
	}
	defer duck.DestroyLogicalType(&itemType)
	values := make([]duck.Value, 0, to-from)
	defer func() {
		for j := range values {
			duck.DestroyValue(&values[j])
		}
	}()
	for j := from; j < to; j++ {
		v, err := valueOf(items, int(j), duck.GetTypeId(itemType))
		if err != nil {
			return duck.Value{}, err
		}
		values = append(values, v)
	}
	return duck.CreateListValue(itemType, values), nil
}

// logicalType is DuckDB's type for a parameter's Arrow type. The caller destroys
// it.
func logicalType(t arrow.DataType) (duck.LogicalType, error) {
	simple := func(id duck.Type) (duck.LogicalType, error) { return duck.CreateLogicalType(id), nil }
	switch t := t.(type) {
	case *arrow.BooleanType:
		return simple(duck.TypeBoolean)
	case *arrow.Int8Type:
		return simple(duck.TypeTinyInt)
	case *arrow.Int16Type:
		return simple(duck.TypeSmallInt)
	case *arrow.Int32Type:
		return simple(duck.TypeInteger)
	case *arrow.Int64Type:
		return simple(duck.TypeBigInt)
	case *arrow.Uint8Type:
		return simple(duck.TypeUTinyInt)
	case *arrow.Uint16Type:
		return simple(duck.TypeUSmallInt)
	case *arrow.Uint32Type:
		return simple(duck.TypeUInteger)
	case *arrow.Uint64Type:
		return simple(duck.TypeUBigInt)
	case *arrow.Float32Type:
		return simple(duck.TypeFloat)
	case *arrow.Float64Type:
		return simple(duck.TypeDouble)
	case *arrow.Decimal128Type:
		return duck.CreateDecimalType(uint8(t.Precision), uint8(t.Scale)), nil
	case *arrow.StringType, *arrow.LargeStringType:
		return simple(duck.TypeVarchar)
	case *extensions.JSONType:
		return aliasOfText("JSON"), nil
	case *extensions.OpaqueType:
		if arrow.TypeEqual(t, engine.TypeJSONB()) {
			return aliasOfText(jsonbAlias), nil
		}
		if arrow.TypeEqual(t, engine.TypeTID()) {
			return newTIDType(), nil
		}
	case *arrow.BinaryType, *arrow.LargeBinaryType:
		return simple(duck.TypeBlob)
	case *arrow.Date32Type:
		return simple(duck.TypeDate)
	case *arrow.Time64Type:
		return simple(duck.TypeTime)
	case *arrow.TimestampType:
		if t.TimeZone != "" {
			return simple(duck.TypeTimestampTZ)
		}
		return simple(duck.TypeTimestamp)
	case *arrow.MonthDayNanoIntervalType:
		return simple(duck.TypeInterval)
	case *extensions.UUIDType:
		return simple(duck.TypeUUID)
	case *arrow.ListType:
		item, err := logicalType(t.Elem())
		if err != nil {
			return duck.LogicalType{}, err
		}
		defer duck.DestroyLogicalType(&item)
		return duck.CreateListType(item), nil
	}
	return duck.LogicalType{}, unsupportedParam(t)
}
