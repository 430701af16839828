package encoding_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/extensions"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/internal/golden"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// types are the names of the golden types.
var types = map[string]oid.OID{
	"bool": oid.Bool, "int2": oid.Int2, "int4": oid.Int4, "int8": oid.Int8, "oid": oid.OIDType,
	"float4": oid.Float4, "float8": oid.Float8, "numeric": oid.Numeric, "text": oid.Text,
	"bytea": oid.Bytea, "uuid": oid.UUID, "varbit": oid.Varbit, "json": oid.JSON, "jsonb": oid.JSONB,
	"date": oid.Date, "time": oid.Time, "timetz": oid.Timetz, "timestamp": oid.Timestamp,
	"timestamptz": oid.Timestamptz, "interval": oid.Interval,
	"int2[]": oid.Int2Array, "int4[]": oid.Int4Array, "int8[]": oid.Int8Array, "bool[]": oid.BoolArray,
	"float4[]": oid.Float4Array, "float8[]": oid.Float8Array, "numeric[]": oid.NumericArray,
	"text[]": oid.TextArray, "bytea[]": oid.ByteaArray, "date[]": oid.DateArray, "time[]": oid.TimeArray,
	"timetz[]": oid.TimetzArray, "timestamp[]": oid.TimestampArray, "timestamptz[]": oid.TimestamptzArray,
	"interval[]": oid.IntervalArray, "uuid[]": oid.UUIDArray, "varbit[]": oid.VarbitArray, "json[]": oid.JSONArray,
}

func settingsOf(t *testing.T, v golden.Value) *encoding.Settings {
	t.Helper()
	f := v.Formats(t)
	s := encoding.DefaultSettings()
	s.DateStyle, s.IntervalStyle, s.ByteaOutput = f.Date, f.Interval, f.Bytea
	s.ExtraFloatDigits, s.Location = f.Digits, f.Location
	return s
}

// TestGolden takes every value through Arrow: as a parameter in text and in
// binary, and from there to a row in both formats.
func TestGolden(t *testing.T) {
	t.Parallel()
	for name, values := range golden.Types(t) {
		t.Run(name, func(t *testing.T) {
			for _, v := range values {
				switch v.Literal {
				case "294276-12-31 23:59:59.999999", "2562047788:00:54.775807":
					continue // beyond Arrow's microseconds from 1970 and its nanoseconds
				}
				s := settingsOf(t, v)
				if v.Code != "" {
					checkRefused(t, v, types[name], s)
					continue
				}
				sources := []struct {
					format wire.Format
					value  []byte
				}{{wire.Text, []byte(v.Literal)}, {wire.Binary, v.Binary}}
				if v.Settings["extra_float_digits"] != "" {
					sources = sources[:1] // the binary format is rounded like the text
				}
				for _, src := range sources {
					a := parameter(t, v.Where, src.value, src.format, types[name], s)
					checkArray(t, v, a, s)
					a.Release()
				}
			}
		})
	}
}

// parameter decodes a value and gives it the type as which an engine sends it.
func parameter(t *testing.T, where string, value []byte, f wire.Format, o oid.OID, s *encoding.Settings) arrow.Array {
	t.Helper()
	b := &wire.Bind{Params: [][]byte{value}, Formats: []wire.Format{f}, Types: []oid.OID{o}}
	batch, err := encoding.Args(b, []arrow.DataType{nil}, s, memory.DefaultAllocator)
	if err != nil {
		t.Fatalf("%s: parameter %q: %v", where, value, err)
	}
	defer batch.Release()
	return retype(batch.Column(0), o)
}

// checkRefused sends what is no value, which has to be PostgreSQL's error.
func checkRefused(t *testing.T, v golden.Value, o oid.OID, s *encoding.Settings) {
	t.Helper()
	asked, err := encoding.ArrowType(o)
	if err != nil {
		t.Fatal(err)
	}
	if asked == nil && o != oid.Numeric || o == oid.OIDType {
		return // goes to the engine as text, or a bigint
	}
	b := &wire.Bind{Params: [][]byte{[]byte(v.Literal)}, Formats: []wire.Format{wire.Text}, Types: []oid.OID{o}}
	_, err = encoding.Args(b, []arrow.DataType{asked}, s, memory.DefaultAllocator)
	var e *wire.Error
	if !errors.As(err, &e) || e.Code != v.Code || e.Where == "" {
		t.Errorf("%s: %q: %v, want SQLSTATE %s", v.Where, v.Literal, err, v.Code)
	}
}

// retype gives text the extension type that an engine would have sent.
func retype(a arrow.Array, o oid.OID) arrow.Array {
	name := ""
	switch o {
	case oid.Timetz, oid.TimetzArray:
		name = "time_tz"
	case oid.Varbit, oid.VarbitArray:
		name = "bit"
	case oid.Numeric:
		if a.DataType().ID() == arrow.STRING {
			name = "bignum"
		}
	}
	list, isList := a.(*array.List)
	switch {
	case name == "":
		a.Retain()
		return a
	case isList:
		items := retype(list.ListValues(), o)
		defer items.Release()
		data := array.NewData(arrow.ListOf(items.DataType()), a.Len(), a.Data().Buffers(),
			[]arrow.ArrayData{items.Data()}, a.NullN(), 0)
		defer data.Release()
		return array.MakeFromData(data)
	}
	return array.NewExtensionArrayWithStorage(extensions.NewOpaqueType(arrow.BinaryTypes.String, name, "DuckDB"), a)
}

// checkArray compares the value of an array of one with a golden one.
func checkArray(t *testing.T, v golden.Value, a arrow.Array, s *encoding.Settings) {
	t.Helper()
	text, binary := encode(t, a, s, wire.Text), encode(t, a, s, wire.Binary)
	isJSONB := strings.Contains(v.Type, "jsonb") || isNested(a)
	switch {
	case isJSONB && v.Of == "": // json in Arrow, or a list of lists; not what PostgreSQL has
	case v.Type == "numeric" && a.DataType().ID() == arrow.FLOAT64: // NaN and the infinities
		if string(text) != v.Text {
			t.Errorf("%s: text %q, want %q", v.Where, text, v.Text)
		}
	case v.Type == "numeric" && isBignum(a) && strings.ContainsAny(v.Text, "."): // no engine has it
	case v.Type == "oid": // bigint in Arrow
		if string(text) != v.Text {
			t.Errorf("%s: text %q, want %q", v.Where, text, v.Text)
		}
	default:
		if string(text) != v.Text {
			t.Errorf("%s: text %q, want %q", v.Where, text, v.Text)
		}
		if !bytes.Equal(binary, v.Binary) {
			t.Errorf("%s: binary %x, want %x", v.Where, binary, v.Binary)
		}
	}
}

func isNested(a arrow.Array) bool {
	list, ok := a.(*array.List)
	return ok && list.ListValues().DataType().ID() == arrow.LIST
}

func isBignum(a arrow.Array) bool { return a.DataType().ID() == arrow.EXTENSION }

// encode returns the body of the value in the first row of an array, nil for
// NULL.
func encode(t *testing.T, a arrow.Array, s *encoding.Settings, f wire.Format) []byte {
	t.Helper()
	return encodeField(t, arrow.Field{Name: "v", Type: a.DataType(), Nullable: true}, a, s, f)[0]
}

// encodeField returns the bodies of all values of an array.
func encodeField(t *testing.T, field arrow.Field, a arrow.Array, s *encoding.Settings, f wire.Format) [][]byte {
	t.Helper()
	schema := arrow.NewSchema([]arrow.Field{field}, nil)
	batch := array.NewRecordBatch(schema, []arrow.Array{a}, int64(a.Len()))
	defer batch.Release()
	reader, err := array.NewRecordReader(schema, []arrow.RecordBatch{batch})
	if err != nil {
		t.Fatal(err)
	}
	rows := encoding.Compile(schema).Rows(reader, s, func(int64) string { return "SELECT" })
	defer rows.Close()
	if err := rows.SetFormats([]wire.Format{f}); err != nil {
		t.Fatal(err)
	}
	n, err := rows.NextBatch(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var w wire.RowWriter
	for row := 0; row < n; {
		if row, err = rows.EncodeRows(&w, row, n); err != nil {
			t.Fatal(err)
		}
	}
	return fields(t, w.Buf(), n)
}

// fields takes DataRows of one field each apart.
func fields(t *testing.T, data []byte, rows int) [][]byte {
	t.Helper()
	var bodies [][]byte
	for len(data) > 0 {
		n := int(binary.BigEndian.Uint32(data[1:]))
		row := data[1 : 1+n]
		data = data[1+n:]
		length := int32(binary.BigEndian.Uint32(row[6:]))
		switch {
		case binary.BigEndian.Uint16(row[4:]) != 1:
			t.Fatalf("row %x has not one field", row)
		case length == -1 && len(row) == 10:
			bodies = append(bodies, nil)
		case int(length) != len(row)-10:
			t.Fatalf("row %x: the length of the field is %d", row, length)
		default:
			bodies = append(bodies, row[10:])
		}
	}
	if len(bodies) != rows {
		t.Fatalf("%d rows, want %d", len(bodies), rows)
	}
	return bodies
}

// TestGoldenJSONB makes a member of a struct of every value.
func TestGoldenJSONB(t *testing.T) {
	t.Parallel()
	for _, v := range golden.Values(t, "to_jsonb.txt") {
		if v.Of == "jsonb" { // stays as the engine wrote it
			continue
		}
		s := settingsOf(t, v)
		a := parameter(t, v.Where, []byte(v.Literal), wire.Text, types[v.Of], s)
		st, err := array.NewStructArray([]arrow.Array{a}, []string{"a"})
		if err != nil {
			t.Fatal(err)
		}
		want := `{"a": ` + v.Text + `}`
		if got := encode(t, st, s, wire.Text); string(got) != want {
			t.Errorf("%s: %s, want %s", v.Where, got, want)
		}
		if got := encode(t, st, s, wire.Binary); string(got) != "\x01"+want {
			t.Errorf("%s: binary %q, want \\x01%s", v.Where, got, want)
		}
		st.Release()
		a.Release()
	}
}
