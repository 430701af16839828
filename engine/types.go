package engine

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/extensions"
)

// DeclaredTypeKey is the key of field metadata that holds the type as the
// engine names it ("HUGEINT", "ENUM('a', 'b')"), where the Arrow type does not
// say it all.
const DeclaredTypeKey = "csvsql.type"

// DeclaredType is the engine's own name for the type of a field, or "".
func DeclaredType(f arrow.Field) string {
	v, _ := f.Metadata.GetValue(DeclaredTypeKey)
	return v
}

// OpaqueVendor is the vendor name of the arrow.opaque types that DuckDB's own
// types travel as. Their type names and storage are
//
//	hugeint   fixed_size_binary[16], little endian two's complement
//	uhugeint  fixed_size_binary[16], little endian unsigned
//	bignum    utf8, decimal digits
//	numeric   utf8, as PostgreSQL writes one: -1.50, NaN
//	time_tz   utf8, as in 10:00:00+05:30
//	bit       utf8, as in 0101
//	jsonb     utf8, as PostgreSQL writes a jsonb
//	tid       int64, the place of a row: its block times 65536, and its number there
const OpaqueVendor = "DuckDB"

// TypeJSONB is the type of a jsonb.
func TypeJSONB() arrow.DataType {
	return extensions.NewOpaqueType(arrow.BinaryTypes.String, "jsonb", OpaqueVendor)
}

// TypeTID is the type of a tid.
func TypeTID() arrow.DataType {
	return extensions.NewOpaqueType(arrow.PrimitiveTypes.Int64, "tid", OpaqueVendor)
}

// TypeJSON is the type of a json.
func TypeJSON() arrow.DataType {
	t, _ := extensions.NewJSONType(arrow.BinaryTypes.String) // text is its storage
	return t
}
