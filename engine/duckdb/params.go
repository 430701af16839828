package duckdb

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/extensions"
	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
)

// paramType is the Arrow type in which a parameter of type t is taken: the
// simplest one that holds every value a client can send for it. It is nil if
// DuckDB could not tell the type.
func paramType(t duck.LogicalType) arrow.DataType {
	if isNumericType(t) {
		return someNumeric()
	}
	switch duck.GetTypeId(t) {
	case duck.TypeInvalid, duck.TypeAny, duck.TypeSQLNull:
		return nil
	case duck.TypeBoolean:
		return arrow.FixedWidthTypes.Boolean
	case duck.TypeTinyInt:
		return arrow.PrimitiveTypes.Int8
	case duck.TypeSmallInt, duck.TypeUTinyInt:
		return arrow.PrimitiveTypes.Int16
	case duck.TypeInteger, duck.TypeUSmallInt:
		return arrow.PrimitiveTypes.Int32
	case duck.TypeBigInt, duck.TypeUInteger:
		if isTIDType(t) {
			return engine.TypeTID()
		}
		return arrow.PrimitiveTypes.Int64
	case duck.TypeUBigInt:
		return &arrow.Decimal128Type{Precision: 20}
	case duck.TypeHugeInt, duck.TypeUHugeInt:
		return &arrow.Decimal128Type{Precision: 38}
	case duck.TypeDecimal:
		return &arrow.Decimal128Type{Precision: int32(duck.DecimalWidth(t)), Scale: int32(duck.DecimalScale(t))}
	case duck.TypeFloat:
		return arrow.PrimitiveTypes.Float32
	case duck.TypeDouble:
		return arrow.PrimitiveTypes.Float64
	case duck.TypeBlob:
		return arrow.BinaryTypes.Binary
	case duck.TypeDate:
		return arrow.FixedWidthTypes.Date32
	case duck.TypeTime, duck.TypeTimeNS:
		return arrow.FixedWidthTypes.Time64us
	case duck.TypeTimestamp, duck.TypeTimestampS, duck.TypeTimestampMS, duck.TypeTimestampNS:
		return &arrow.TimestampType{Unit: arrow.Microsecond}
	case duck.TypeTimestampTZ:
		return &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}
	case duck.TypeInterval:
		return arrow.FixedWidthTypes.MonthDayNanoInterval
	case duck.TypeUUID:
		return extensions.NewUUIDType()
	case duck.TypeList:
		child := duck.ListTypeChildType(t)
		defer duck.DestroyLogicalType(&child)
		if item := paramType(child); item != nil {
			return arrow.ListOf(item)
		}
		return nil
	}
	if ext := extensionOf(t); ext != nil { // JSON
		return ext
	}
	// The rest is taken as text, which DuckDB casts.
	return arrow.BinaryTypes.String
}

// someNumeric is what a numeric is described as before there is a value.
func someNumeric() arrow.DataType { return &arrow.Decimal128Type{Precision: 18, Scale: 3} }

// sqlType is the type, in SQL, of a parameter that the client declared.
func sqlType(t arrow.DataType) (string, error) {
	switch t := t.(type) {
	case *arrow.BooleanType:
		return "BOOLEAN", nil
	case *arrow.Int8Type:
		return "TINYINT", nil
	case *arrow.Int16Type:
		return "SMALLINT", nil
	case *arrow.Int32Type:
		return "INTEGER", nil
	case *arrow.Int64Type:
		return "BIGINT", nil
	case *arrow.Uint8Type:
		return "UTINYINT", nil
	case *arrow.Uint16Type:
		return "USMALLINT", nil
	case *arrow.Uint32Type:
		return "UINTEGER", nil
	case *arrow.Uint64Type:
		return "UBIGINT", nil
	case *arrow.Float32Type:
		return "FLOAT", nil
	case *arrow.Float64Type:
		return "DOUBLE", nil
	case *arrow.Decimal128Type:
		return fmt.Sprintf("DECIMAL(%d,%d)", t.Precision, t.Scale), nil
	case *arrow.StringType, *arrow.LargeStringType:
		return "VARCHAR", nil
	case *arrow.BinaryType, *arrow.LargeBinaryType:
		return "BLOB", nil
	case *arrow.Date32Type:
		return "DATE", nil
	case *arrow.Time64Type:
		return "TIME", nil
	case *arrow.TimestampType:
		if t.TimeZone != "" {
			return "TIMESTAMPTZ", nil
		}
		return "TIMESTAMP", nil
	case *arrow.MonthDayNanoIntervalType:
		return "INTERVAL", nil
	case *extensions.UUIDType:
		return "UUID", nil
	case *extensions.JSONType:
		return "JSON", nil
	case *extensions.OpaqueType:
		if t.VendorName == engine.OpaqueVendor {
			switch t.TypeName {
			case "time_tz":
				return "TIMETZ", nil
			case "bit":
				return "BIT", nil
			case "jsonb":
				return jsonbAlias, nil
			case tidName:
				return tidName, nil
			}
		}
	case *arrow.ListType:
		item, err := sqlType(t.Elem())
		return item + "[]", err
	}
	return "", unsupportedParam(t)
}
