// Package oid names the object identifiers of PostgreSQL's built-in types.
//
// They are constants of the protocol: PostgreSQL has never changed one
// (src/include/catalog/pg_type.dat).
package oid

// OID identifies a type. Zero means "not specified".
type OID uint32

const (
	Unspecified OID = 0

	Bool        OID = 16
	Bytea       OID = 17
	Char        OID = 18 // "char", one byte
	Name        OID = 19
	Int8        OID = 20
	Int2        OID = 21
	Int4        OID = 23
	Regproc     OID = 24
	Text        OID = 25
	OIDType     OID = 26
	TID         OID = 27 // the place of a row
	JSON        OID = 114
	Float4      OID = 700
	Float8      OID = 701
	Unknown     OID = 705
	Bpchar      OID = 1042
	Varchar     OID = 1043
	Date        OID = 1082
	Time        OID = 1083
	Timestamp   OID = 1114
	Timestamptz OID = 1184
	Interval    OID = 1186
	Timetz      OID = 1266
	Bit         OID = 1560
	Varbit      OID = 1562
	Numeric     OID = 1700
	Record      OID = 2249
	Void        OID = 2278 // of functions that return nothing
	UUID        OID = 2950
	JSONB       OID = 3802

	BoolArray        OID = 1000
	ByteaArray       OID = 1001
	Int2Array        OID = 1005
	Int4Array        OID = 1007
	TextArray        OID = 1009
	VarcharArray     OID = 1015
	Int8Array        OID = 1016
	CharArray        OID = 1002
	NameArray        OID = 1003
	TIDArray         OID = 1010
	OIDArray         OID = 1028
	Float4Array      OID = 1021
	Float8Array      OID = 1022
	TimestampArray   OID = 1115
	DateArray        OID = 1182
	TimeArray        OID = 1183
	TimestamptzArray OID = 1185
	IntervalArray    OID = 1187
	NumericArray     OID = 1231
	TimetzArray      OID = 1270
	VarbitArray      OID = 1563
	UUIDArray        OID = 2951
	JSONArray        OID = 199
	JSONBArray       OID = 3807
)

// Size is pg_type.typlen: the bytes of a value, -1 for variable width, -2 for a
// text that ends with a NUL. Types that are not named here are of variable width.
func (o OID) Size() int16 {
	switch o {
	case Bool, Char:
		return 1
	case Int2:
		return 2
	case Int4, Float4, Date, OIDType, Regproc, Void:
		return 4
	case TID:
		return 6
	case Int8, Float8, Time, Timestamp, Timestamptz:
		return 8
	case Timetz:
		return 12
	case Interval, UUID:
		return 16
	case Name:
		return 64
	case Unknown:
		return -2
	}
	return -1
}
