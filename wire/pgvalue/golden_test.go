package pgvalue_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/csvsql/csvsql/internal/golden"
	"github.com/csvsql/csvsql/wire/pgvalue"
)

// check holds the four functions of a type to a golden value.
func check[T any](t *testing.T, v golden.Value,
	parse, decode func([]byte) (T, error), text, binary func([]byte, T) []byte,
) {
	t.Helper()
	if v.Code != "" {
		checkError(t, v, func() error { _, err := parse([]byte(v.Literal)); return err })
		return
	}
	sources := []struct {
		name string
		read func([]byte) (T, error)
		from []byte
	}{
		{"the literal", parse, []byte(v.Literal)},
		{"the text", parse, []byte(v.Text)},
		{"the binary", decode, v.Binary},
	}
	if v.Settings["extra_float_digits"] != "" {
		sources = sources[:1] // the others are rounded
	}
	for _, s := range sources {
		x, err := s.read(s.from)
		if err != nil {
			t.Errorf("%s: %s %q: %v", v.Where, s.name, s.from, err)
			continue
		}
		const before = "before"
		if got := text([]byte(before), x); string(got) != before+v.Text {
			t.Errorf("%s: %q from %s: text %q, want %q", v.Where, v.Literal, s.name, got[len(before):], v.Text)
		}
		if got := binary([]byte(before), x); string(got) != before+string(v.Binary) {
			t.Errorf("%s: %q from %s: binary %x, want %x", v.Where, v.Literal, s.name, got[len(before):], v.Binary)
		}
	}
}

// checkError holds a reader to the SQLSTATE of what PostgreSQL refuses.
func checkError(t *testing.T, v golden.Value, read func() error) {
	t.Helper()
	var e *pgvalue.Error
	if err := read(); !errors.As(err, &e) || e.Code != v.Code {
		t.Errorf("%s: %q: %v, want SQLSTATE %s", v.Where, v.Literal, err, v.Code)
	}
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for typ, values := range golden.Types(t) {
		t.Run(typ, func(t *testing.T) {
			for _, v := range values {
				checkType(t, typ, v, v.Formats(t))
			}
		})
	}
}

func checkType(t *testing.T, typ string, v golden.Value, s golden.Formats) {
	t.Helper()
	zone := pgvalue.NewZone(s.Location)
	switch typ {
	case "bool":
		check(t, v, pgvalue.ParseBool, pgvalue.DecodeBool, pgvalue.AppendBool, pgvalue.AppendBoolBinary)
	case "int2":
		check(t, v, pgvalue.ParseInt2, pgvalue.DecodeInt2, pgvalue.AppendInt2, pgvalue.AppendInt2Binary)
	case "int4":
		check(t, v, pgvalue.ParseInt4, pgvalue.DecodeInt4, pgvalue.AppendInt4, pgvalue.AppendInt4Binary)
	case "int8":
		check(t, v, pgvalue.ParseInt8, pgvalue.DecodeInt8, pgvalue.AppendInt8, pgvalue.AppendInt8Binary)
	case "oid":
		check(t, v, pgvalue.ParseOID, pgvalue.DecodeOID, pgvalue.AppendOID, pgvalue.AppendOIDBinary)
	case "float4":
		check(t, v, pgvalue.ParseFloat4, pgvalue.DecodeFloat4, func(dst []byte, x float32) []byte {
			return pgvalue.AppendFloat4Digits(dst, x, s.Digits)
		}, pgvalue.AppendFloat4Binary)
	case "float8":
		check(t, v, pgvalue.ParseFloat8, pgvalue.DecodeFloat8, func(dst []byte, x float64) []byte {
			return pgvalue.AppendFloat8Digits(dst, x, s.Digits)
		}, pgvalue.AppendFloat8Binary)
	case "numeric":
		check(t, v, pgvalue.ParseNumeric, pgvalue.DecodeNumeric, pgvalue.AppendDecimal, pgvalue.AppendDecimalBinary)
		if d, err := pgvalue.ParseNumeric([]byte(v.Text)); err == nil {
			if n, ok := d.Numeric(); ok {
				same := func([]byte) (pgvalue.Numeric, error) { return n, nil }
				check(t, v, same, same, pgvalue.AppendNumeric, pgvalue.AppendNumericBinary)
			}
		}
	case "bytea":
		same := func(src []byte) ([]byte, error) { return src, nil }
		appendTo := func(dst, x []byte) []byte { return append(dst, x...) }
		check(t, v, func(src []byte) ([]byte, error) { return pgvalue.ParseBytea(nil, src) }, same,
			func(dst, x []byte) []byte { return pgvalue.AppendBytea(dst, x, s.Bytea) }, appendTo)
	case "uuid":
		check(t, v, pgvalue.ParseUUID, pgvalue.DecodeUUID, pgvalue.AppendUUID, pgvalue.AppendUUIDBinary)
	case "varbit":
		check(t, v, func(src []byte) ([]byte, error) { return pgvalue.ParseVarbit(nil, src) },
			func(src []byte) ([]byte, error) { return pgvalue.DecodeVarbit(nil, src) },
			func(dst, x []byte) []byte { return append(dst, x...) }, pgvalue.AppendVarbitBinary)
	case "date":
		check(t, v, func(src []byte) (int32, error) { return pgvalue.ParseDate(src, s.Date.Order) }, pgvalue.DecodeDate,
			func(dst []byte, x int32) []byte { return pgvalue.AppendDate(dst, x, s.Date) }, pgvalue.AppendDateBinary)
	case "time":
		check(t, v, pgvalue.ParseTime, pgvalue.DecodeTime, pgvalue.AppendTime, pgvalue.AppendTimeBinary)
	case "timetz":
		checkTimetz(t, v)
	case "timestamp":
		if beyond64Bits(v.Literal) {
			return
		}
		check(t, v, func(src []byte) (int64, error) { return pgvalue.ParseTimestamp(src, s.Date.Order) }, pgvalue.DecodeTimestamp,
			func(dst []byte, x int64) []byte { return pgvalue.AppendTimestamp(dst, x, s.Date) }, pgvalue.AppendTimestampBinary)
	case "timestamptz":
		check(t, v, func(src []byte) (int64, error) { return pgvalue.ParseTimestamptz(src, s.Date.Order, zone) }, pgvalue.DecodeTimestamp,
			func(dst []byte, x int64) []byte { return pgvalue.AppendTimestamptz(dst, x, s.Date, zone) }, pgvalue.AppendTimestampBinary)
	case "interval":
		check(t, v, func(src []byte) (pgvalue.Interval, error) { return pgvalue.ParseInterval(src, s.Interval) }, pgvalue.DecodeInterval,
			func(dst []byte, x pgvalue.Interval) []byte { return pgvalue.AppendInterval(dst, x, s.Interval) }, pgvalue.AppendIntervalBinary)
	case "text", "json", "jsonb": // nothing is done to them
	default:
		checkArray(t, v)
	}
}

// beyond64Bits reports the timestamp that PostgreSQL has and 64 bits of
// microseconds from 1970 have not.
func beyond64Bits(literal string) bool { return literal == "294276-12-31 23:59:59.999999" }

func checkTimetz(t *testing.T, v golden.Value) {
	t.Helper()
	type timetz struct {
		us   int64
		zone int32
	}
	check(t, v,
		func(src []byte) (timetz, error) {
			us, zone, err := pgvalue.ParseTimetz(src, 0)
			return timetz{us, zone}, err
		},
		func(src []byte) (timetz, error) {
			us, zone, err := pgvalue.DecodeTimetz(src)
			return timetz{us, zone}, err
		},
		func(dst []byte, x timetz) []byte { return pgvalue.AppendTimetz(dst, x.us, x.zone) },
		func(dst []byte, x timetz) []byte { return pgvalue.AppendTimetzBinary(dst, x.us, x.zone) })
}

// checkArray compares the shape of an array from its text with that from its
// binary format, and writes its elements again.
func checkArray(t *testing.T, v golden.Value) {
	t.Helper()
	if v.Code != "" {
		checkError(t, v, func() error { _, err := pgvalue.ParseArray([]byte(v.Literal)); return err })
		return
	}
	text, err := pgvalue.ParseArray([]byte(v.Text))
	if err != nil {
		t.Errorf("%s: %v", v.Where, err)
		return
	}
	literal, err := pgvalue.ParseArray([]byte(v.Literal))
	if err != nil || len(literal.Elements) != len(text.Elements) {
		t.Errorf("%s: the literal has %d elements, the text %d: %v", v.Where, len(literal.Elements), len(text.Elements), err)
	}
	binary, elem, err := pgvalue.DecodeArray(v.Binary)
	if err != nil {
		t.Errorf("%s: %v", v.Where, err)
		return
	}
	dims := make([]int32, len(binary.Dims))
	hasNull := false
	for i, n := range binary.Dims {
		dims[i] = int32(n)
		if text.Dims[i] != n {
			t.Errorf("%s: text has dimensions %v, binary %v", v.Where, text.Dims, binary.Dims)
		}
	}
	for i, e := range binary.Elements {
		if (e == nil) != (text.Elements[i] == nil) {
			t.Errorf("%s: element %d is NULL in one format only", v.Where, i)
		}
		hasNull = hasNull || e == nil
	}
	header := pgvalue.AppendArrayHeaderBinary(nil, hasNull, elem, dims...)
	if !bytes.HasPrefix(v.Binary, header) {
		t.Errorf("%s: header %x of %x", v.Where, header, v.Binary)
	}
	if len(dims) != 1 {
		return
	}
	again := []byte("{")
	for i, e := range text.Elements {
		if i > 0 {
			again = append(again, ',')
		}
		if e == nil {
			again = append(again, "NULL"...)
			continue
		}
		start := len(again)
		again = pgvalue.QuoteElement(append(again, e...), start)
	}
	if again = append(again, '}'); string(again) != v.Text {
		t.Errorf("%s: written again it is %s, want %s", v.Where, again, v.Text)
	}
}
