package engine

import "github.com/apache/arrow-go/v18/arrow"

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
//	time_tz   utf8, as in 10:00:00+05:30
//	bit       utf8, as in 0101
const OpaqueVendor = "DuckDB"
