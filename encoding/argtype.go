package encoding

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/extensions"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// ArrowType maps the type that a client declares for a parameter to the one that
// the engine is told. It is nil where the engine should find out for itself: the
// declaration says nothing (unknown). numeric is a decimal of some precision and
// scale: each argument has its own. A type that this server does not have is an
// error 0A000.
func ArrowType(o oid.OID) (arrow.DataType, error) {
	switch o {
	case oid.Unspecified, oid.Unknown:
		return nil, nil
	case oid.Numeric:
		return someNumeric(), nil
	case oid.NumericArray:
		return arrow.ListOf(someNumeric()), nil
	case oid.Timetz:
		return extensions.NewOpaqueType(arrow.BinaryTypes.String, "time_tz", opaqueVendor), nil
	case oid.Bit, oid.Varbit:
		return extensions.NewOpaqueType(arrow.BinaryTypes.String, "bit", opaqueVendor), nil
	case oid.TimetzArray, oid.VarbitArray:
		return nil, nil // the engine has no parameters of these
	}
	if t := naturalType(o); t != nil {
		return t, nil
	}
	return nil, wire.Errorf("0A000", "parameters of the type with OID %d are not supported", o)
}

// someNumeric is what a numeric is described as before there is a value.
func someNumeric() arrow.DataType { return &arrow.Decimal128Type{Precision: 18, Scale: 3} }

// naturalType is the Arrow type of values of a PostgreSQL type, nil for types
// that have none.
func naturalType(o oid.OID) arrow.DataType {
	switch o {
	case oid.Bool:
		return arrow.FixedWidthTypes.Boolean
	case oid.Int2:
		return arrow.PrimitiveTypes.Int16
	case oid.Int4:
		return arrow.PrimitiveTypes.Int32
	case oid.Int8, oid.OIDType, oid.Regproc:
		return arrow.PrimitiveTypes.Int64
	case oid.Float4:
		return arrow.PrimitiveTypes.Float32
	case oid.Float8:
		return arrow.PrimitiveTypes.Float64
	case oid.Numeric:
		return &arrow.Decimal128Type{Precision: maxPrecision}
	case oid.Text, oid.Varchar, oid.Bpchar, oid.Name, oid.Char, oid.Unknown,
		oid.Timetz, oid.Bit, oid.Varbit:
		return arrow.BinaryTypes.String
	case oid.JSON, oid.JSONB:
		t, _ := extensions.NewJSONType(arrow.BinaryTypes.String) // text is its storage
		return t
	case oid.Bytea:
		return arrow.BinaryTypes.Binary
	case oid.Date:
		return arrow.FixedWidthTypes.Date32
	case oid.Time:
		return arrow.FixedWidthTypes.Time64us
	case oid.Timestamp:
		return &arrow.TimestampType{Unit: arrow.Microsecond}
	case oid.Timestamptz:
		return &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}
	case oid.Interval:
		return arrow.FixedWidthTypes.MonthDayNanoInterval
	case oid.UUID:
		return extensions.NewUUIDType()
	}
	if elem := elementOf(o); elem != 0 {
		return arrow.ListOf(naturalType(elem))
	}
	return nil
}

// valueType is the Arrow type that a parameter is decoded to: the one that the
// engine asks for, if the client sends that, else the client's own, which the
// engine converts.
func valueType(sent oid.OID, asked arrow.DataType) arrow.DataType {
	if asked == nil {
		asked = arrow.BinaryTypes.String
		if t := naturalType(sent); t != nil {
			asked = t
		}
	}
	switch {
	case sent == oid.Unspecified || sent == oid.Unknown || sent == OIDOf(asked):
		return asked
	case naturalType(sent) != nil:
		return naturalType(sent)
	}
	return asked
}
