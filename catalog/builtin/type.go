package builtin

import (
	"github.com/apache/arrow-go/v18/arrow"

	"github.com/csvsql/csvsql/wire/oid"
)

// Type is a type of a catalog column: what clients are told, and how the values
// lie in Arrow.
type Type struct {
	OID   oid.OID
	Arrow arrow.DataType
}

// typeNamed knows the types that the catalog has, by what format_type says.
// Types that nobody computes with lie there as their text.
func typeNamed(name string) (Type, bool) {
	text, number := arrow.BinaryTypes.String, arrow.PrimitiveTypes.Uint32
	switch name {
	case "boolean":
		return Type{oid.Bool, arrow.FixedWidthTypes.Boolean}, true
	case "bigint":
		return Type{oid.Int8, arrow.PrimitiveTypes.Int64}, true
	case "integer":
		return Type{oid.Int4, arrow.PrimitiveTypes.Int32}, true
	case "smallint":
		return Type{oid.Int2, arrow.PrimitiveTypes.Int16}, true
	case "real":
		return Type{oid.Float4, arrow.PrimitiveTypes.Float32}, true
	case "double precision":
		return Type{oid.Float8, arrow.PrimitiveTypes.Float64}, true
	case "timestamp with time zone":
		return Type{oid.Timestamptz, &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}}, true
	case "oid":
		return Type{oid.OIDType, number}, true
	case "regproc":
		return Type{oid.Regproc, number}, true
	case "regtype":
		return Type{2206, number}, true
	case "xid":
		return Type{28, number}, true
	case "name":
		return Type{oid.Name, text}, true
	case "text":
		return Type{oid.Text, text}, true
	case "character varying":
		return Type{oid.Varchar, text}, true
	case `"char"`:
		return Type{oid.Char, text}, true
	case "pg_node_tree":
		return Type{194, text}, true
	case "int2vector":
		return Type{22, arrow.ListOf(arrow.PrimitiveTypes.Int16)}, true
	case "oidvector":
		return Type{30, arrow.ListOf(number)}, true
	case "smallint[]":
		return Type{oid.Int2Array, arrow.ListOf(arrow.PrimitiveTypes.Int16)}, true
	case "oid[]":
		return Type{1028, arrow.ListOf(number)}, true
	case "text[]":
		return Type{oid.TextArray, arrow.ListOf(text)}, true
	case "name[]":
		return Type{1003, arrow.ListOf(text)}, true
	case `"char"[]`:
		return Type{1002, arrow.ListOf(text)}, true
	case "aclitem[]":
		return Type{1034, arrow.ListOf(text)}, true
	case "inet":
		return Type{869, text}, true
	case "interval":
		return Type{oid.Interval, text}, true
	case "numeric":
		return Type{oid.Numeric, text}, true
	case "bytea":
		return Type{oid.Bytea, text}, true
	case "pg_lsn":
		return Type{3220, text}, true
	case "anyarray", "real[]", "double precision[]", "boolean[]", "regtype[]",
		"pg_dependencies", "pg_mcv_list", "pg_ndistinct", "pg_statistic[]":
		return Type{oid.Text, text}, true
	}
	return Type{}, false
}
