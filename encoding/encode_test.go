package encoding_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/decimal256"
	"github.com/apache/arrow-go/v18/arrow/extensions"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// item makes fields of lists short.
func item(t arrow.DataType) arrow.Field {
	return arrow.Field{Name: "item", Type: t, Nullable: true}
}

var (
	int32Type = arrow.PrimitiveTypes.Int32
	textType  = arrow.BinaryTypes.String
	pairType  = arrow.StructOf(arrow.Field{Name: "bb", Type: int32Type, Nullable: true}, arrow.Field{Name: "a", Type: textType, Nullable: true})
)

// encodings are arrays, as JSON, and how their values go out: text, and binary in
// hex or, after a colon, as it is. A bar separates values.
var encodings = []struct {
	typ    arrow.DataType
	json   string
	oid    oid.OID
	text   string
	binary string
}{
	{arrow.FixedWidthTypes.Boolean, `[true,null,false]`, oid.Bool, "t|NULL|f", "01|NULL|00"},
	{arrow.PrimitiveTypes.Int8, `[-128,127]`, oid.Int2, "-128|127", "ff80|007f"},
	{arrow.PrimitiveTypes.Uint8, `[0,255]`, oid.Int2, "0|255", "0000|00ff"},
	{arrow.PrimitiveTypes.Int16, `[-32768,null]`, oid.Int2, "-32768|NULL", "8000|NULL"},
	{arrow.PrimitiveTypes.Uint16, `[65535]`, oid.Int4, "65535", "0000ffff"},
	{arrow.PrimitiveTypes.Int32, `[-2147483648]`, oid.Int4, "-2147483648", "80000000"},
	{arrow.PrimitiveTypes.Uint32, `[4294967295]`, oid.Int8, "4294967295", "00000000ffffffff"},
	{arrow.PrimitiveTypes.Int64, `[1]`, oid.Int8, "1", "0000000000000001"},
	{arrow.PrimitiveTypes.Uint64, `[18446744073709551615]`, oid.Numeric, "18446744073709551615", "000500040000000007341a5802e103bb064f"},
	{arrow.FixedWidthTypes.Float16, `[1.5]`, oid.Float4, "1.5", "3fc00000"},
	{arrow.PrimitiveTypes.Float32, `[0.1]`, oid.Float4, "0.1", "3dcccccd"},
	{arrow.PrimitiveTypes.Float64, `[0.1]`, oid.Float8, "0.1", "3fb999999999999a"},
	{&arrow.Decimal32Type{Precision: 7, Scale: 2}, `["-12345.67"]`, oid.Numeric, "-12345.67", "0003" + "0001" + "4000" + "0002" + "0001" + "0929" + "1a2c"},
	{&arrow.Decimal64Type{Precision: 15, Scale: 2}, `["0.05",null]`, oid.Numeric, "0.05|NULL", "0001ffff0000000201f4|NULL"},
	{&arrow.Decimal128Type{Precision: 10, Scale: -2}, `["12300"]`, oid.Numeric, "12300", "0002000100000000000108fc"},
	{textType, `["a",null,""]`, oid.Text, "a|NULL|", ":a|NULL|:"},
	{arrow.BinaryTypes.LargeString, `["a",null,"b"]`, oid.Text, "a|NULL|b", ":a|NULL|:b"},
	{arrow.BinaryTypes.StringView, `["short",null,"longer than twelve bytes"]`, oid.Text, "short|NULL|longer than twelve bytes", ":short|NULL|:longer than twelve bytes"},
	{arrow.BinaryTypes.Binary, `["AP8="]`, oid.Bytea, `\x00ff`, "00ff"},
	{arrow.BinaryTypes.LargeBinary, `["AP8="]`, oid.Bytea, `\x00ff`, "00ff"},
	{arrow.BinaryTypes.BinaryView, `["AP8="]`, oid.Bytea, `\x00ff`, "00ff"},
	{&arrow.FixedSizeBinaryType{ByteWidth: 2}, `["AP8=",null]`, oid.Bytea, `\x00ff|NULL`, "00ff|NULL"},
	{arrow.FixedWidthTypes.Date32, `["2000-01-02"]`, oid.Date, "2000-01-02", "00000001"},
	{arrow.FixedWidthTypes.Date64, `["1999-12-31"]`, oid.Date, "1999-12-31", "ffffffff"},
	{arrow.FixedWidthTypes.Time32s, `["12:34:56"]`, oid.Time, "12:34:56", "0000000a8bda1c00"},
	{arrow.FixedWidthTypes.Time32ms, `["00:00:00.001"]`, oid.Time, "00:00:00.001", "00000000000003e8"},
	{arrow.FixedWidthTypes.Time64us, `["00:00:00.000001"]`, oid.Time, "00:00:00.000001", "0000000000000001"},
	{arrow.FixedWidthTypes.Time64ns, `["00:00:00.000000500","00:00:00.000001500","00:00:00.000000501"]`, oid.Time,
		"00:00:00|00:00:00.000002|00:00:00.000001", "0000000000000000|0000000000000002|0000000000000001"},
	{arrow.FixedWidthTypes.Timestamp_s, `["2000-01-01T00:00:01Z"]`, oid.Timestamptz, "2000-01-01 00:00:01+00", "00000000000f4240"},
	{&arrow.TimestampType{Unit: arrow.Second}, `["2000-01-01 00:00:01"]`, oid.Timestamp, "2000-01-01 00:00:01", "00000000000f4240"},
	{&arrow.TimestampType{Unit: arrow.Millisecond}, `["2000-01-01 00:00:00.001"]`, oid.Timestamp, "2000-01-01 00:00:00.001", "00000000000003e8"},
	{&arrow.TimestampType{Unit: arrow.Nanosecond}, `["1999-12-31 23:59:59.9999995"]`, oid.Timestamp, "2000-01-01 00:00:00", "0000000000000000"},
	{arrow.FixedWidthTypes.MonthInterval, `[{"months":14}]`, oid.Interval, "1 year 2 mons", "0000000000000000000000000000000e"},
	{arrow.FixedWidthTypes.DayTimeInterval, `[{"days":3,"milliseconds":1500}]`, oid.Interval, "3 days 00:00:01.5", "000000000016e3600000000300000000"},
	{arrow.FixedWidthTypes.MonthDayNanoInterval, `[{"months":1,"days":-1,"nanoseconds":1500},null]`, oid.Interval,
		"1 mon -1 days +00:00:00.000002|NULL", "0000000000000002ffffffff00000001|NULL"},
	{arrow.FixedWidthTypes.Duration_s, `["90s"]`, oid.Interval, "00:01:30", "00000000055d4a800000000000000000"},
	{arrow.FixedWidthTypes.Duration_ns, `["1us"]`, oid.Interval, "00:00:00.000001", "00000000000000010000000000000000"},
	{arrow.StructOf(arrow.Field{Type: textType, Nullable: true}), `[{"":"a b"},{"":null},null,{"":""}]`, oid.Record, `("a b")|()|NULL|("")`,
		"0000000100000019" + "00000003612062|0000000100000019ffffffff|NULL|000000010000001900000000"},
	{arrow.Null, `[null,null]`, oid.Text, "NULL|NULL", "NULL|NULL"},
	{&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Uint8, ValueType: textType}, `["x",null,"y","x"]`, oid.Text, "x|NULL|y|x", ":x|NULL|:y|:x"},
	{arrow.RunEndEncodedOf(int32Type, textType), `["x","x",null,"y"]`, oid.Text, "x|x|NULL|y", ":x|:x|NULL|:y"},

	// Arrays.
	{arrow.ListOf(int32Type), `[[1,null,3],[],null]`, oid.Int4Array, "{1,NULL,3}|{}|NULL",
		"0000000100000001000000170000000300000001" + "0000000400000001" + "ffffffff" + "0000000400000003|000000000000000000000017|NULL"},
	{arrow.LargeListOf(textType), `[["a b",null]]`, oid.TextArray, `{"a b",NULL}`,
		"0000000100000001000000190000000200000001" + "00000003612062" + "ffffffff"},
	{arrow.ListViewOf(int32Type), `[[1],null,[2,3]]`, oid.Int4Array, "{1}|NULL|{2,3}", ""},
	{arrow.FixedSizeListOf(2, arrow.PrimitiveTypes.Float32), `[[1.5,2],null,[null,3]]`, oid.Float4Array, "{1.5,2}|NULL|{NULL,3}", ""},
	{arrow.FixedSizeListOf(2, arrow.FixedSizeListOf(2, arrow.PrimitiveTypes.Int16)), `[[[1,2],[3,4]],[[5,6],null]]`, oid.Int2Array,
		"{{1,2},{3,4}}|{{5,6},{NULL,NULL}}",
		"000000020000000000000015" + "0000000200000001" + "0000000200000001" + "000000020001" + "000000020002" + "000000020003" + "000000020004|" +
			"000000020000000100000015" + "0000000200000001" + "0000000200000001" + "000000020005" + "000000020006" + "ffffffffffffffff"},
	{arrow.ListOf(&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: textType}), `[["x","y"]]`, oid.TextArray, "{x,y}", ""},
	{arrow.ListOf(arrow.Null), `[[null]]`, oid.TextArray, "{NULL}", ""},

	// What PostgreSQL has no type for.
	{arrow.ListOf(arrow.ListOf(int32Type)), `[[[1,2],null,[]]]`, oid.JSONB, "[[1, 2], null, []]", ":\x01[[1, 2], null, []]"},
	{arrow.FixedSizeListOf(1, arrow.ListOf(int32Type)), `[[[1,2]],[null]]`, oid.JSONB, "[[1, 2]]|[null]", ""},
	{pairType, `[{"bb":1,"a":"x\"y"},null,{"bb":null,"a":null}]`, oid.JSONB, `{"a": "x\"y", "bb": 1}|NULL|{"a": null, "bb": null}`, ""},
	{arrow.ListOf(pairType), `[[{"bb":1,"a":"x"}]]`, oid.JSONB, `[{"a": "x", "bb": 1}]`, ":\x01" + `[{"a": "x", "bb": 1}]`},
	{arrow.StructOf(item(arrow.FixedSizeListOf(2, arrow.FixedSizeListOf(1, int32Type)))), `[{"item":[[1],null]}]`, oid.JSONB, `{"item": [[1], null]}`, ""},
	{arrow.StructOf(item(arrow.ListOf(textType))), `[{"item":["a",null]}]`, oid.JSONB, `{"item": ["a", null]}`, ""},
	{arrow.MapOf(textType, int32Type), `[[{"key":"k","value":1},{"key":"a\"","value":null}],[],null]`, oid.JSONB, `{"k": 1, "a\"": null}|{}|NULL`, ""},
	{arrow.MapOf(int32Type, pairType), `[[{"key":5,"value":{"bb":1,"a":null}}]]`, oid.JSONB, `{"5": {"a": null, "bb": 1}}`, ""},
	{arrow.SparseUnionOf([]arrow.Field{{Name: "n", Type: int32Type, Nullable: true}, {Name: "s", Type: textType, Nullable: true}}, []arrow.UnionTypeCode{0, 1}),
		`[[0,1],[1,"x"],[0,null]]`, oid.JSONB, `{"n": 1}|{"s": "x"}|NULL`, ""},
	{arrow.DenseUnionOf([]arrow.Field{{Name: "n", Type: int32Type, Nullable: true}, {Name: "s", Type: textType, Nullable: true}}, []arrow.UnionTypeCode{3, 7}),
		`[[3,1],[7,"x"],[3,2]]`, oid.JSONB, `{"n": 1}|{"s": "x"}|{"n": 2}`, ":\x01{\"n\": 1}|:\x01{\"s\": \"x\"}|:\x01{\"n\": 2}"},
	{&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.Binary}, `["AP8="]`, oid.Bytea, `\x00ff`, "00ff"},
}

func TestEncode(t *testing.T) {
	t.Parallel()
	for _, tt := range encodings {
		t.Run(tt.typ.String(), func(t *testing.T) {
			a, _, err := array.FromJSON(memory.DefaultAllocator, tt.typ, strings.NewReader(tt.json))
			if err != nil {
				t.Fatal(err)
			}
			defer a.Release()
			checkEncoding(t, a, tt.oid, tt.text, tt.binary)
			checkSliced(t, tt.typ, tt.json, tt.text)
		})
	}
}

func checkEncoding(t *testing.T, a arrow.Array, o oid.OID, text, binary string) {
	t.Helper()
	field := arrow.Field{Name: "v", Type: a.DataType(), Nullable: true}
	if got := encoding.TypeOf(field).OID; got != o {
		t.Errorf("type %d, want %d", got, o)
	}
	if got := join(encodeField(t, field, a, nil, wire.Text), "%s"); got != text {
		t.Errorf("text %s, want %s", got, text)
	}
	got := encodeField(t, field, a, nil, wire.Binary)
	if binary != "" && join(got, "%x") != binary && join(got, ":%s") != binary {
		t.Errorf("binary %s, want %s", join(got, "%x"), binary)
	}
}

// checkSliced encodes the array as the end of a longer one, where all offsets
// are other than 0.
func checkSliced(t *testing.T, typ arrow.DataType, json, text string) {
	t.Helper()
	values := json[1 : len(json)-1]
	longer, _, err := array.FromJSON(memory.DefaultAllocator, typ, strings.NewReader("["+values+","+values+","+values+"]"))
	if err != nil {
		t.Fatal(err)
	}
	defer longer.Release()
	n := int64(longer.Len() / 3)
	slice := array.NewSlice(longer, 2*n, 3*n)
	defer slice.Release()
	field := arrow.Field{Name: "v", Type: typ, Nullable: true}
	if got := join(encodeField(t, field, slice, nil, wire.Text), "%s"); got != text {
		t.Errorf("of a slice: text %s, want %s", got, text)
	}
}

func join(bodies [][]byte, format string) string {
	s := make([]string, len(bodies))
	for i, b := range bodies {
		if s[i] = fmt.Sprintf(format, b); b == nil {
			s[i] = "NULL"
		}
	}
	return strings.Join(s, "|")
}

// TestEncodeLogical encodes what the storage type alone does not tell.
func TestEncodeLogical(t *testing.T) {
	t.Parallel()
	sixteen := &arrow.FixedSizeBinaryType{ByteWidth: 16}
	opaque := func(storage arrow.DataType, name string) arrow.DataType {
		return extensions.NewOpaqueType(storage, name, "DuckDB")
	}
	jsonType, err := extensions.NewJSONType(textType)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		typ          arrow.DataType
		storage      string
		oid          oid.OID
		text, binary string
	}{
		{extensions.NewUUIDType(), `["oO68mZwLTvi7bWu5vTgKEQ=="]`, oid.UUID, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "a0eebc999c0b4ef8bb6d6bb9bd380a11"},
		{extensions.NewBool8Type(), `[1,0,null,2]`, oid.Bool, "t|f|NULL|t", "01|00|NULL|01"},
		{jsonType, `["{\"a\" : 1}"]`, oid.JSON, `{"a" : 1}`, `:{"a" : 1}`},
		{opaque(sixteen, "hugeint"), `["AAAAAAAAAAAAAAAAAAAAgA==","/////////////////////w==",null]`, oid.Numeric,
			"-170141183460469231731687303715884105728|-1|NULL",
			"000a00094000000000aa0583209a01d5090d0c601c871bf620da1660|00010000400000000001|NULL"},
		{opaque(sixteen, "uhugeint"), `["/////////////////////w=="]`, oid.Numeric, "340282366920938463463374607431768211455", ""},
		{opaque(textType, "bignum"), `["-1234567890123456789012345678901234567890","0"]`, oid.Numeric,
			"-1234567890123456789012345678901234567890|0", "000a00094000000004d2162e23340d801ed204d2162e23340d801ed2|0000000000000000"},
		{opaque(textType, "time_tz"), `["10:00:00+05:30","24:00:00-15:59:59"]`, oid.Timetz, "10:00:00+05:30|24:00:00-15:59:59",
			"0000000861c46800ffffb2a8|000000141dd760000000e0ff"},
		{opaque(textType, "bit"), `["0101010",""]`, oid.Varbit, "0101010|", "0000000754|00000000"},
		{opaque(textType, "geometry"), `["x"]`, oid.Text, "x", ":x"},
		{extensions.NewOpaqueType(textType, "bit", "somebody"), `["01"]`, oid.Text, "01", ":01"},
	} {
		t.Run(tt.typ.String(), func(t *testing.T) {
			ext := tt.typ.(arrow.ExtensionType)
			storage, _, err := array.FromJSON(memory.DefaultAllocator, ext.StorageType(), strings.NewReader(tt.storage))
			if err != nil {
				t.Fatal(err)
			}
			defer storage.Release()
			a := array.NewExtensionArrayWithStorage(ext, storage)
			defer a.Release()
			checkEncoding(t, a, tt.oid, tt.text, tt.binary)
			checkUnregistered(t, ext, storage, tt.oid, tt.text)
		})
	}
}

// checkUnregistered encodes an extension type as it arrives where it is not
// registered: as its storage, with its name in the metadata.
func checkUnregistered(t *testing.T, ext arrow.ExtensionType, storage arrow.Array, o oid.OID, text string) {
	t.Helper()
	field := arrow.Field{Name: "v", Type: storage.DataType(), Nullable: true, Metadata: arrow.NewMetadata(
		[]string{"ARROW:extension:name", "ARROW:extension:metadata"}, []string{ext.ExtensionName(), ext.Serialize()})}
	if got := encoding.TypeOf(field).OID; got != o {
		t.Errorf("from metadata: type %d, want %d", got, o)
	}
	if got := join(encodeField(t, field, storage, nil, wire.Text), "%s"); got != text {
		t.Errorf("from metadata: text %s, want %s", got, text)
	}
}

// TestDeclaredTypes encodes what only the engine's name for the type tells.
func TestDeclaredTypes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		declared     string
		typ          arrow.DataType
		json         string
		oid          oid.OID
		text, binary string
	}{
		{"UUID", textType, `["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"]`, oid.UUID, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "a0eebc999c0b4ef8bb6d6bb9bd380a11"},
		{"UUID", textType, `["no uuid"]`, oid.UUID, "no uuid", "00000000000000000000000000000000"},
		{"UUID", int32Type, `[1]`, oid.Int4, "1", "00000001"},
		{"JSON", textType, `["[1]"]`, oid.JSON, "[1]", "5b315d"},
		{"oid", arrow.PrimitiveTypes.Int64, `[16384]`, oid.OIDType, "16384", "00004000"},
		{"oid", arrow.PrimitiveTypes.Uint64, `[16384]`, oid.OIDType, "16384", "00004000"},
		{"name", textType, `["pg_class"]`, oid.Name, "pg_class", "70675f636c617373"},
		{`"char"`, textType, `["r"]`, oid.Char, "r", "72"},
		{"HUGEINT", &arrow.Decimal128Type{Precision: 38}, `["12"]`, oid.Numeric, "12", "0001000000000000000c"},
		{"ENUM('a')", textType, `["a"]`, oid.Text, "a", "61"},
	} {
		field := arrow.Field{Name: "v", Type: tt.typ, Nullable: true, Metadata: arrow.NewMetadata([]string{"csvsql.type"}, []string{tt.declared})}
		a, _, err := array.FromJSON(memory.DefaultAllocator, tt.typ, strings.NewReader(tt.json))
		if err != nil {
			t.Fatal(err)
		}
		if got := encoding.TypeOf(field).OID; got != tt.oid {
			t.Errorf("%s: type %d, want %d", tt.declared, got, tt.oid)
		}
		if got := join(encodeField(t, field, a, nil, wire.Text), "%s"); got != tt.text {
			t.Errorf("%s: text %s, want %s", tt.declared, got, tt.text)
		}
		if got := join(encodeField(t, field, a, nil, wire.Binary), "%x"); got != tt.binary {
			t.Errorf("%s: binary %s, want %s", tt.declared, got, tt.binary)
		}
		a.Release()
	}
}

// TestWideDecimals encodes integers beyond 64 and 128 bits.
func TestWideDecimals(t *testing.T) {
	t.Parallel()
	b := array.NewDecimal128Builder(memory.DefaultAllocator, &arrow.Decimal128Type{Precision: 38})
	defer b.Release()
	b.Append(decimal128.New(math.MinInt64, 0))
	b.Append(decimal128.New(math.MaxInt64, math.MaxUint64))
	b.Append(decimal128.New(-1, math.MaxUint64))
	a := b.NewArray()
	defer a.Release()
	checkEncoding(t, a, oid.Numeric,
		"-170141183460469231731687303715884105728|170141183460469231731687303715884105727|-1", "")

	wide := array.NewDecimal256Builder(memory.DefaultAllocator, &arrow.Decimal256Type{Precision: 76, Scale: 4})
	defer wide.Release()
	for _, s := range []string{"0", "-0.0001", "10000000000000000000.0000", "20000000000000000000000000000000000000000.5",
		"-999999999999999999999999999999999999999999999999999999999999999999999999.9999"} {
		n, err := decimal256.FromString(s, 76, 4)
		if err != nil {
			t.Fatal(err)
		}
		wide.Append(n)
	}
	w := wide.NewArray()
	defer w.Release()
	checkEncoding(t, w, oid.Numeric, "0.0000|-0.0001|10000000000000000000.0000|20000000000000000000000000000000000000000.5000|"+
		"-999999999999999999999999999999999999999999999999999999999999999999999999.9999", "")
}
