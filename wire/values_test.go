package wire

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/csvsql/csvsql/wire/oid"
)

// row encodes one row of the columns and returns its fields.
func row(columns []Column, formats []Format, encode func(w *RowWriter)) (fields []byte, err error) {
	w := RowWriter{columns: columns, formats: formats}
	w.BeginRow()
	encode(&w)
	w.EndRow()
	return w.buf[rowHeader:], w.takeError()
}

func TestRowWriter(t *testing.T) {
	t.Parallel()
	int64s := func(v int64) func(*RowWriter) { return func(w *RowWriter) { w.Int64(v) } }
	floats := func(v float64) func(*RowWriter) { return func(w *RowWriter) { w.Float64(v) } }
	bools := func(v bool) func(*RowWriter) { return func(w *RowWriter) { w.Bool(v) } }
	texts := func(v string) func(*RowWriter) { return func(w *RowWriter) { w.Text(v) } }
	bytea := func(v string) func(*RowWriter) { return func(w *RowWriter) { w.Bytes([]byte(v)) } }
	// A moment that is on the next day in UTC.
	west := time.Date(1999, 12, 31, 23, 0, 0, 500_000_999, time.FixedZone("", -2*3600))
	late := func(w *RowWriter) { w.Time(west) }
	for _, test := range []struct {
		typ    oid.OID
		format Format
		encode func(*RowWriter)
		want   string // the field, or the SQLSTATE of the error
	}{
		{oid.Int4, Text, (*RowWriter).Null, "\xff\xff\xff\xff"},
		{oid.Int8, Text, int64s(math.MinInt64), "\x00\x00\x00\x14-9223372036854775808"},
		{oid.Int8, Binary, int64s(-2), "\x00\x00\x00\x08\xff\xff\xff\xff\xff\xff\xff\xfe"},
		{oid.Int4, Binary, int64s(1), "\x00\x00\x00\x04\x00\x00\x00\x01"},
		{oid.Int4, Binary, int64s(1 << 31), "22003"},
		{oid.Int2, Binary, int64s(-1), "\x00\x00\x00\x02\xff\xff"},
		{oid.Int2, Binary, int64s(1 << 15), "22003"},
		{oid.OIDType, Binary, int64s(math.MaxUint32), "\x00\x00\x00\x04\xff\xff\xff\xff"},
		{oid.OIDType, Binary, int64s(-1), "22003"},
		{oid.Text, Binary, int64s(7), "\x00\x00\x00\x017"},
		{oid.Float8, Binary, int64s(1), "\x00\x00\x00\x08\x3f\xf0\x00\x00\x00\x00\x00\x00"},
		{oid.Numeric, Text, int64s(12), "\x00\x00\x00\x0212"},
		{oid.Numeric, Binary, int64s(12), "0A000"},
		{oid.Float8, Text, floats(1e300), "\x00\x00\x00\x061e+300"},
		{oid.Float8, Text, floats(math.Inf(-1)), "\x00\x00\x00\x09-Infinity"},
		{oid.Float4, Text, floats(0.1), "\x00\x00\x00\x030.1"},
		{oid.Float4, Binary, floats(1), "\x00\x00\x00\x04\x3f\x80\x00\x00"},
		{oid.Int4, Binary, floats(1), "0A000"},
		{oid.Bool, Text, bools(true), "\x00\x00\x00\x01t"},
		{oid.Bool, Binary, bools(true), "\x00\x00\x00\x01\x01"},
		{oid.Bool, Binary, bools(false), "\x00\x00\x00\x01\x00"},
		{oid.Int4, Binary, bools(false), "0A000"},
		{oid.Text, Binary, texts("ü"), "\x00\x00\x00\x02ü"},
		{oid.Date, Text, texts("2026-01-02"), "\x00\x00\x00\x0a2026-01-02"},
		{oid.Date, Binary, texts("2026-01-02"), "0A000"},
		{oid.Bytea, Text, bytea("\x00\xff"), "\x00\x00\x00\x06\\x00ff"},
		{oid.Bytea, Binary, bytea("\x00\xff"), "\x00\x00\x00\x02\x00\xff"},
		{oid.Int4, Binary, bytea("\x00"), "0A000"},
		{oid.Timestamptz, Text, late, "\x00\x00\x00\x182000-01-01 01:00:00.5+00"},
		{oid.Timestamptz, Binary, late, "\x00\x00\x00\x08\x00\x00\x00\x00\xd6\x9b\x45\x20"},
		{oid.Timestamp, Text, late, "\x00\x00\x00\x151999-12-31 23:00:00.5"},
		{oid.Timestamp, Binary, late, "\x00\x00\x00\x08\xff\xff\xff\xff\x29\x73\xfd\x20"},
		{oid.Date, Text, late, "\x00\x00\x00\x0a1999-12-31"},
		{oid.Date, Binary, late, "\x00\x00\x00\x04\xff\xff\xff\xff"},
		{oid.Text, Binary, late, "\x00\x00\x00\x182000-01-01 01:00:00.5+00"},
		{oid.Int8, Binary, late, "0A000"},
		{oid.Int4, Binary, func(w *RowWriter) { w.Field([]byte("abc")) }, "\x00\x00\x00\x03abc"},
		{oid.Int4, Text, func(w *RowWriter) { w.Int64(1); w.Int64(2) }, "XX000"},
		{oid.Int4, Text, func(w *RowWriter) { w.SetBuf(append(w.Buf(), 0, 0, 0, 1, '1')) }, "\x00\x00\x00\x011"},
	} {
		got, err := row([]Column{Col("a", test.typ)}, []Format{test.format}, test.encode)
		if err != nil {
			got = []byte(toError(err).Code)
		}
		if string(got) != test.want {
			t.Errorf("type %d, format %d: %q, want %q (%v)", test.typ, test.format, got, test.want, err)
		}
	}
}

// TestRowHeader: the length counts itself, and no row can be longer than one.
func TestRowHeader(t *testing.T) {
	t.Parallel()
	b, at := AppendRowHeader([]byte("before"), 258)
	b = append(b, "fields"...)
	if err := FinishRow(b, at); err != nil || string(b) != "beforeD\x00\x00\x00\x0c\x01\x02fields" {
		t.Errorf("%q, %v", b, err)
	}
	if testing.Short() {
		t.Skip("takes a gigabyte of address space")
	}
	huge := make([]byte, maxMessageOut+2) // never touched but at its ends
	if err := FinishRow(huge, 0); toError(err).Code != "54000" {
		t.Errorf("a row of %d bytes: %v", len(huge), err)
	}
	if err := FinishRow(huge[:maxMessageOut+1], 0); err != nil {
		t.Errorf("the longest row: %v", err)
	}
}

func TestBindValues(t *testing.T) {
	t.Parallel()
	one := func(typ oid.OID, f Format, v string) *Bind {
		return &Bind{Params: [][]byte{[]byte(v)}, Formats: []Format{f}, Types: []oid.OID{typ}}
	}
	for _, test := range []struct {
		typ    oid.OID
		format Format
		value  string
		kind   string
		want   any // or the SQLSTATE of the error
	}{
		{oid.Int4, Text, " 12 ", "int", int64(12)},
		{oid.Int4, Text, "2147483648", "int", "22003"},
		{oid.Int2, Text, "x", "int", "22P02"},
		{oid.Int8, Binary, "\xff\xff\xff\xff\xff\xff\xff\xff", "int", int64(-1)},
		{oid.Int4, Binary, "\xff\xff\xff\xff", "int", int64(-1)},
		{oid.Int4, Binary, "\xff\xff\xff", "int", "08P01"},
		{oid.Int4, Binary, "\xff\xff\xff\xff\xff", "int", "22P03"},
		{oid.OIDType, Binary, "\xff\xff\xff\xff", "int", int64(math.MaxUint32)},
		{oid.Text, Binary, "9", "int", int64(9)},
		{oid.Numeric, Binary, "9", "int", "0A000"},
		{oid.Float8, Text, "1e3", "float", 1000.0},
		{oid.Float8, Text, "1_0", "float", "22P02"},
		{oid.Float8, Binary, "\x3f\xf0\x00\x00\x00\x00\x00\x00", "float", 1.0},
		{oid.Float4, Binary, "\x3f\x80\x00\x00", "float", 1.0},
		{oid.Int2, Binary, "\x00\x02", "float", 2.0},
		{oid.Bool, Text, "yes", "bool", true},
		{oid.Bool, Binary, "\x00", "bool", false},
		{oid.Bool, Text, "maybe", "bool", "22P02"},
		{oid.Int4, Binary, "\x00\x00\x00\x01", "bool", "0A000"},
		{oid.Text, Binary, "ü", "text", "ü"},
		{oid.Date, Text, "2026-01-02", "text", "2026-01-02"},
		{oid.Date, Binary, "\x00\x00\x00\x01", "text", "0A000"},
		{oid.Bytea, Text, `\x00fF`, "bytes", "\x00\xff"},
		{oid.Bytea, Binary, `\x00`, "bytes", `\x00`},
		{oid.Bytea, Text, `\x0`, "bytes", "22P02"},
		{oid.Timestamptz, Text, "2000-01-01 01:00:00.5+02", "time", "1999-12-31T23:00:00.5Z"},
		{oid.Timestamptz, Binary, "\x00\x00\x00\x00\x00\x0f\x42\x40", "time", "2000-01-01T00:00:01Z"},
		{oid.Timestamp, Text, "1969-12-31 23:59:59", "time", "1969-12-31T23:59:59Z"},
		{oid.Date, Text, "2026-02-03", "time", "2026-02-03T00:00:00Z"},
		{oid.Date, Binary, "\xff\xff\xff\xff", "time", "1999-12-31T00:00:00Z"},
		{oid.Text, Binary, "2026-02-03 04:05", "time", "2026-02-03T04:05:00Z"},
		{oid.Timestamptz, Binary, "\x00", "time", "08P01"},
		{oid.Timestamp, Text, "infinity", "time", "22008"},
		{oid.Date, Text, "-infinity", "time", "22008"},
		{oid.Date, Text, "yesterday's", "time", "22007"},
		{oid.Int8, Binary, "\x00\x00\x00\x00\x00\x00\x00\x00", "time", "0A000"},
	} {
		b := one(test.typ, test.format, test.value)
		var got any
		var err error
		switch test.kind {
		case "int":
			got, err = b.Int64(0)
		case "float":
			got, err = b.Float64(0)
		case "bool":
			got, err = b.Bool(0)
		case "text":
			got, err = b.Text(0)
		case "time":
			var v time.Time
			v, err = b.Time(0)
			got = v.Format(time.RFC3339Nano)
		case "bytes":
			var v []byte
			v, err = b.Bytes(0)
			got = string(v)
		}
		if err != nil {
			// Bytes reports hexadecimal digits as 22023, as PostgreSQL does.
			if got = toError(err).Code; got == "22023" {
				got = "22P02"
			}
		}
		if got != test.want {
			t.Errorf("%q of type %d, format %d, as %s: %v, want %v (%v)", test.value, test.typ, test.format, test.kind, got, test.want, err)
		}
	}
	null := &Bind{Params: [][]byte{nil}, Formats: []Format{Text}, Types: []oid.OID{oid.Int4}}
	if v, err := null.Bytes(0); v != nil || err != nil || !null.Null(0) {
		t.Errorf("NULL as bytes: %v, %v", v, err)
	}
	if _, err := null.Int64(0); toError(err).Code != "22004" {
		t.Errorf("NULL as a number: %v", err)
	}
}

func TestMapStore(t *testing.T) {
	t.Parallel()
	m := NewMapStore(1, 1)
	a, b := new(Prepared), new(Prepared)
	check := func(err error, code string) {
		t.Helper()
		var e *Error
		if code == "" && err != nil || code != "" && (!errors.As(err, &e) || e.Code != code) {
			t.Errorf("got %v, want %q", err, code)
		}
	}
	check(m.PutStatement("", a), "")
	check(m.PutStatement("", b), "42P05")
	check(m.PutStatement("a", a), "")
	check(m.PutStatement("a", b), "42P05")
	check(m.PutStatement("b", b), "54000")
	check(m.PutPortal("p", new(Portal)), "")
	check(m.PutPortal("p", new(Portal)), "42P03")
	check(m.PutPortal("q", new(Portal)), "54000")
	var names []string
	for name := range m.Statements() {
		names = append(names, name)
		m.TakeStatement(name)
	}
	if len(names) != 2 || names[0] != "" || names[1] != "a" {
		t.Errorf("%q", names)
	}
	if s, ok := m.Statement("a"); ok {
		t.Errorf("%v is still there", s)
	}
	check(m.PutStatement("b", b), "")
}
