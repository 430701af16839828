package encoding

import (
	"github.com/apache/arrow-go/v18/arrow"

	"github.com/csvsql/csvsql/wire/oid"
)

// Type is a PostgreSQL type as RowDescription and pg_attribute show it
// (PostgreSQL documentation, 53.64 pg_type and 53.7 pg_attribute).
type Type struct {
	OID oid.OID
	Len int16 // typlen: bytes of a value, negative for variable width
	Mod int32 // atttypmod: -1 for none
}

// TypeOf maps a field to the type that clients see. It is total: what
// PostgreSQL has no type for is jsonb.
//
// It is the one type function: RowDescription, pg_attribute and
// information_schema all say what it says.
func TypeOf(f arrow.Field) Type { return mappingOf(f).typ }

// OIDOf maps the type of a parameter, as the engine resolved it, to the type in
// which clients are to send it. Nil, a type not known, is text.
func OIDOf(t arrow.DataType) oid.OID {
	if t == nil {
		return oid.Text
	}
	return TypeOf(arrow.Field{Type: t}).OID
}

// typeOf completes an OID to a Type without a modifier.
func typeOf(o oid.OID) Type { return Type{OID: o, Len: o.Size(), Mod: -1} }

// numericType is numeric(precision, scale), or plain numeric where PostgreSQL
// has no such declaration.
func numericType(precision, scale int32) Type {
	t := typeOf(oid.Numeric)
	if precision > 0 && scale >= 0 && scale <= precision {
		t.Mod = precision<<16 | scale + 4
	}
	return t
}

// arrayOf is pg_type.typarray, or 0 for a type whose arrays go out as jsonb.
func arrayOf(o oid.OID) oid.OID {
	switch o {
	case oid.Bool:
		return oid.BoolArray
	case oid.Bytea:
		return oid.ByteaArray
	case oid.Int2:
		return oid.Int2Array
	case oid.Int4:
		return oid.Int4Array
	case oid.Int8:
		return oid.Int8Array
	case oid.Text:
		return oid.TextArray
	case oid.Float4:
		return oid.Float4Array
	case oid.Float8:
		return oid.Float8Array
	case oid.Numeric:
		return oid.NumericArray
	case oid.Date:
		return oid.DateArray
	case oid.Time:
		return oid.TimeArray
	case oid.Timetz:
		return oid.TimetzArray
	case oid.Timestamp:
		return oid.TimestampArray
	case oid.Timestamptz:
		return oid.TimestamptzArray
	case oid.Interval:
		return oid.IntervalArray
	case oid.Varbit:
		return oid.VarbitArray
	case oid.UUID:
		return oid.UUIDArray
	case oid.JSON:
		return oid.JSONArray
	case oid.OIDType:
		return oid.OIDArray
	case oid.TID:
		return oid.TIDArray
	case oid.Name:
		return oid.NameArray
	case oid.Char:
		return oid.CharArray
	}
	return 0
}

// elementOf is pg_type.typelem of an array type, or 0.
func elementOf(o oid.OID) oid.OID {
	switch o {
	case oid.BoolArray:
		return oid.Bool
	case oid.ByteaArray:
		return oid.Bytea
	case oid.Int2Array:
		return oid.Int2
	case oid.Int4Array:
		return oid.Int4
	case oid.Int8Array:
		return oid.Int8
	case oid.TextArray, oid.VarcharArray:
		return oid.Text
	case oid.Float4Array:
		return oid.Float4
	case oid.Float8Array:
		return oid.Float8
	case oid.NumericArray:
		return oid.Numeric
	case oid.DateArray:
		return oid.Date
	case oid.TimeArray:
		return oid.Time
	case oid.TimetzArray:
		return oid.Timetz
	case oid.TimestampArray:
		return oid.Timestamp
	case oid.TimestamptzArray:
		return oid.Timestamptz
	case oid.IntervalArray:
		return oid.Interval
	case oid.VarbitArray:
		return oid.Varbit
	case oid.UUIDArray:
		return oid.UUID
	case oid.JSONArray:
		return oid.JSON
	case oid.JSONBArray:
		return oid.JSONB
	case oid.OIDArray:
		return oid.OIDType
	case oid.TIDArray:
		return oid.TID
	case oid.NameArray:
		return oid.Name
	case oid.CharArray:
		return oid.Char
	}
	return 0
}
