package encoding_test

import (
	"errors"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/extensions"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// TestArgs decodes parameters in text; the binary format of the same values is
// TestGolden's.
func TestArgs(t *testing.T) {
	micros := &arrow.TimestampType{Unit: arrow.Microsecond}
	for _, tt := range []struct {
		text  string
		sent  oid.OID
		asked arrow.DataType // nil: unknown
		typ   string
		value string
	}{
		{"42", oid.Int4, arrow.PrimitiveTypes.Int32, "int32", "42"},
		{"42", oid.Int4, arrow.PrimitiveTypes.Int64, "int32", "42"},
		{"42", oid.Int8, nil, "int64", "42"},
		{"7", oid.Int2, arrow.PrimitiveTypes.Int8, "int8", "7"},
		{"42", oid.Unspecified, arrow.PrimitiveTypes.Float64, "float64", "42"},
		{"hello", oid.Unspecified, nil, "utf8", "hello"},
		{"hello", oid.Unknown, nil, "utf8", "hello"},
		{"12345678.90", oid.Numeric, nil, "decimal(10, 2)", "12345678.9"},
		{"0.00001", oid.Numeric, nil, "decimal(5, 5)", "1e-05"},
		{"1e3", oid.Numeric, nil, "decimal(4, 0)", "1000"},
		{"0", oid.Numeric, nil, "decimal(1, 0)", "0"},
		{"-5", oid.Numeric, &arrow.Decimal128Type{Precision: 15, Scale: 2}, "decimal(1, 0)", "-5"},
		{"123456789012345678901234567890123456789", oid.Numeric, nil, "utf8", "123456789012345678901234567890123456789"},
		{"NaN", oid.Numeric, nil, "float64", "NaN"},
		{"yes", oid.Bool, nil, "bool", "true"},
		{`\x00ff`, oid.Bytea, nil, "binary", "AP8="},
		{"2020-02-29", oid.Date, nil, "date32", "2020-02-29"},
		{"2020-01-01 00:00:00.5", oid.Timestamp, micros, "timestamp[us]", "2020-01-01T00:00:00.5"},
		{"2020-01-01 02:00:00+02", oid.Timestamptz, nil, "timestamp[us, tz=UTC]", "2020-01-01T00:00:00Z"},
		{"1 mon 2 days 00:00:03", oid.Interval, nil, "month_day_nano_interval", `{"months":1,"days":2,"nanoseconds":3000000000}`},
		{"A0EEBC99-9c0b-4ef8-bb6d-6bb9bd380a11", oid.UUID, nil, "extension<arrow.uuid>", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
		{"{1,NULL,3}", oid.Int4Array, nil, "list<item: int32, nullable>", "[1,null,3]"},
		{"{}", oid.TextArray, nil, "list<item: utf8, nullable>", "[]"},
		{`{a,"b,c",NULL,"NULL"}`, oid.TextArray, nil, "list<item: utf8, nullable>", `["a","b,c",null,"NULL"]`},
		{"{{1,2},{3,4}}", oid.Int8Array, nil, "list<item: list<item: int64, nullable>, nullable>", "[[1,2],[3,4]]"},
		{"{1.5,22,NULL}", oid.NumericArray, nil, "list<item: decimal(3, 1), nullable>", `["1.5","22",null]`},
	} {
		b := &wire.Bind{
			Params:  [][]byte{[]byte(tt.text)},
			Formats: []wire.Format{wire.Text},
			Types:   []oid.OID{tt.sent},
		}
		batch, err := encoding.Args(b, []arrow.DataType{tt.asked}, nil, memory.DefaultAllocator)
		if err != nil {
			t.Errorf("%q: %v", tt.text, err)
			continue
		}
		c := batch.Column(0)
		if got := c.DataType().String(); got != tt.typ {
			t.Errorf("%q: type %s, want %s", tt.text, got, tt.typ)
		}
		if got := c.ValueStr(0); got != tt.value {
			t.Errorf("%q: value %s, want %s", tt.text, got, tt.value)
		}
		batch.Release()
	}
}

func TestArgsNull(t *testing.T) {
	b := &wire.Bind{
		Params:  [][]byte{nil, nil, nil, []byte("x")},
		Formats: []wire.Format{wire.Text, wire.Binary, wire.Binary, wire.Text},
		Types:   []oid.OID{oid.Numeric, oid.UUID, oid.Int4Array, oid.Text},
	}
	types := []arrow.DataType{nil, extensions.NewUUIDType(), nil, nil}
	batch, err := encoding.Args(b, types, nil, memory.DefaultAllocator)
	if err != nil {
		t.Fatal(err)
	}
	defer batch.Release()
	for i := range 3 {
		if !batch.Column(i).IsNull(0) {
			t.Errorf("parameter %d is %s", i+1, batch.Column(i).ValueStr(0))
		}
	}
	if got := batch.Column(3).ValueStr(0); got != "x" {
		t.Errorf("parameter 4 is %q", got)
	}
}

func TestArgsErrors(t *testing.T) {
	for _, tt := range []struct {
		value  string
		format wire.Format
		sent   oid.OID
		asked  arrow.DataType
		code   string
	}{
		{"abc", wire.Text, oid.Int4, nil, "22P02"},
		{"", wire.Text, oid.Int8, nil, "22P02"},
		{"2147483648", wire.Text, oid.Int4, nil, "22003"},
		{"300", wire.Text, oid.Int2, arrow.PrimitiveTypes.Int8, "22003"},
		{"1e400", wire.Text, oid.Float8, nil, "22003"},
		{"1.2.3", wire.Text, oid.Numeric, nil, "22P02"},
		{"2020-13-01", wire.Text, oid.Date, nil, "22008"},
		{"tomorrowish", wire.Text, oid.Date, nil, "22007"},
		{"2020-02-30 00:00:00", wire.Text, oid.Timestamp, nil, "22008"},
		{"2020-01-01 00:00+99", wire.Text, oid.Timestamptz, nil, "22009"},
		{"maybe", wire.Text, oid.Bool, nil, "22P02"},
		{"{1,2", wire.Text, oid.Int4Array, nil, "22P02"},
		{"{{1},2}", wire.Text, oid.Int4Array, nil, "22P02"},
		{"a\x00b", wire.Text, oid.Text, nil, "22021"},
		{"a\xff", wire.Text, oid.Text, nil, "22021"},
		{"\x00\x01", wire.Binary, oid.Int4, nil, "08P01"},
		{"\x00\x01\x00\x00\x12\x34\x00\x00\x00\x01", wire.Binary, oid.Numeric, nil, "22P03"},
		{"\x02{}", wire.Binary, oid.JSONB, nil, "22P03"},
	} {
		b := &wire.Bind{
			Params:  [][]byte{[]byte(tt.value)},
			Formats: []wire.Format{tt.format},
			Types:   []oid.OID{tt.sent},
		}
		_, err := encoding.Args(b, []arrow.DataType{tt.asked}, nil, memory.DefaultAllocator)
		var e *wire.Error
		if !errors.As(err, &e) || e.Code != tt.code || e.Where == "" {
			t.Errorf("%q as %d: %v, want SQLSTATE %s", tt.value, tt.sent, err, tt.code)
		}
	}
}
