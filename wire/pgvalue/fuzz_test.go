package pgvalue_test

import (
	"bytes"
	"testing"

	"github.com/csvsql/csvsql/internal/golden"
	"github.com/csvsql/csvsql/wire/pgvalue"
)

// fuzz reads whatever comes, in both formats. What is accepted has to be read
// again as it is written; what is not is an error with a SQLSTATE, not a panic.
func fuzz[T any](f *testing.F, parse, decode func([]byte) (T, error), text, binary func([]byte, T) []byte, types ...string) {
	all := golden.Types(f)
	for _, typ := range types {
		for _, v := range all[typ] {
			f.Add([]byte(v.Literal))
			f.Add([]byte(v.Text))
			f.Add(v.Binary)
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		again(t, src, parse, text)
		again(t, src, decode, binary)
	})
}

func again[T any](t *testing.T, src []byte, read func([]byte) (T, error), write func([]byte, T) []byte) {
	t.Helper()
	before := bytes.Clone(src)
	x, err := read(src)
	if !bytes.Equal(src, before) {
		t.Fatalf("%q was changed to %q", before, src)
	}
	if err != nil {
		if e, ok := err.(*pgvalue.Error); !ok || len(e.Code) != 5 || e.Message == "" {
			t.Fatalf("%q: error %#v", src, err)
		}
		return
	}
	first := write(nil, x)
	y, err := read(first)
	if err != nil {
		t.Fatalf("%q is written as %q, which is not read: %v", src, first, err)
	}
	if second := write(nil, y); !bytes.Equal(first, second) {
		t.Fatalf("%q is written as %q, and that as %q", src, first, second)
	}
}

func FuzzBool(f *testing.F) {
	fuzz(f, pgvalue.ParseBool, pgvalue.DecodeBool, pgvalue.AppendBool, pgvalue.AppendBoolBinary, "bool")
}

func FuzzInt2(f *testing.F) {
	fuzz(f, pgvalue.ParseInt2, pgvalue.DecodeInt2, pgvalue.AppendInt2, pgvalue.AppendInt2Binary, "int2")
}

func FuzzInt4(f *testing.F) {
	fuzz(f, pgvalue.ParseInt4, pgvalue.DecodeInt4, pgvalue.AppendInt4, pgvalue.AppendInt4Binary, "int4")
}

func FuzzInt8(f *testing.F) {
	fuzz(f, pgvalue.ParseInt8, pgvalue.DecodeInt8, pgvalue.AppendInt8, pgvalue.AppendInt8Binary, "int8")
}

func FuzzOID(f *testing.F) {
	fuzz(f, pgvalue.ParseOID, pgvalue.DecodeOID, pgvalue.AppendOID, pgvalue.AppendOIDBinary, "oid")
}

func FuzzFloat4(f *testing.F) {
	fuzz(f, pgvalue.ParseFloat4, pgvalue.DecodeFloat4, pgvalue.AppendFloat4, pgvalue.AppendFloat4Binary, "float4")
}

func FuzzFloat8(f *testing.F) {
	fuzz(f, pgvalue.ParseFloat8, pgvalue.DecodeFloat8, pgvalue.AppendFloat8, pgvalue.AppendFloat8Binary, "float8")
}

func FuzzNumeric(f *testing.F) {
	fuzz(f, pgvalue.ParseNumeric, pgvalue.DecodeNumeric, pgvalue.AppendDecimal, pgvalue.AppendDecimalBinary, "numeric")
}

func FuzzUUID(f *testing.F) {
	fuzz(f, pgvalue.ParseUUID, pgvalue.DecodeUUID, pgvalue.AppendUUID, pgvalue.AppendUUIDBinary, "uuid")
}

func FuzzBytea(f *testing.F) {
	parse := func(src []byte) ([]byte, error) { return pgvalue.ParseBytea(nil, src) }
	fuzz(f, parse, parse, pgvalue.AppendByteaHex, func(dst, x []byte) []byte {
		return pgvalue.AppendBytea(dst, x, pgvalue.ByteaEscape)
	}, "bytea")
}

func FuzzVarbit(f *testing.F) {
	fuzz(f, func(src []byte) ([]byte, error) { return pgvalue.ParseVarbit(nil, src) },
		func(src []byte) ([]byte, error) { return pgvalue.DecodeVarbit(nil, src) },
		func(dst, x []byte) []byte { return append(dst, x...) }, pgvalue.AppendVarbitBinary, "varbit")
}

func FuzzDate(f *testing.F) {
	fuzz(f, func(src []byte) (int32, error) { return pgvalue.ParseDate(src, pgvalue.MDY) }, pgvalue.DecodeDate,
		func(dst []byte, x int32) []byte { return pgvalue.AppendDate(dst, x, pgvalue.DateStyle{}) },
		pgvalue.AppendDateBinary, "date")
}

func FuzzTime(f *testing.F) {
	fuzz(f, pgvalue.ParseTime, pgvalue.DecodeTime, pgvalue.AppendTime, pgvalue.AppendTimeBinary, "time")
}

func FuzzTimetz(f *testing.F) {
	type timetz struct {
		us   int64
		zone int32
	}
	fuzz(f, func(src []byte) (timetz, error) {
		us, zone, err := pgvalue.ParseTimetz(src, 0)
		return timetz{us, zone}, err
	}, func(src []byte) (timetz, error) {
		us, zone, err := pgvalue.DecodeTimetz(src)
		return timetz{us, zone}, err
	}, func(dst []byte, x timetz) []byte { return pgvalue.AppendTimetz(dst, x.us, x.zone) },
		func(dst []byte, x timetz) []byte { return pgvalue.AppendTimetzBinary(dst, x.us, x.zone) }, "timetz")
}

func FuzzTimestamp(f *testing.F) {
	style := pgvalue.DateStyle{Format: pgvalue.Postgres}
	fuzz(f, func(src []byte) (int64, error) { return pgvalue.ParseTimestamp(src, pgvalue.MDY) }, pgvalue.DecodeTimestamp,
		func(dst []byte, x int64) []byte { return pgvalue.AppendTimestamp(dst, x, style) },
		pgvalue.AppendTimestampBinary, "timestamp")
}

func FuzzTimestamptz(f *testing.F) {
	zone := pgvalue.NewZone(nil)
	fuzz(f, func(src []byte) (int64, error) { return pgvalue.ParseTimestamptz(src, pgvalue.DMY, zone) }, pgvalue.DecodeTimestamp,
		func(dst []byte, x int64) []byte { return pgvalue.AppendTimestamptz(dst, x, pgvalue.DateStyle{}, zone) },
		pgvalue.AppendTimestampBinary, "timestamptz", "timestamp")
}

func FuzzInterval(f *testing.F) {
	for style := pgvalue.IntervalPostgres; style <= pgvalue.IntervalISO8601; style++ {
		f.Add([]byte(pgvalue.AppendInterval(nil, pgvalue.Interval{Months: -13, Days: 4, Micros: -5_000_001}, style)))
	}
	fuzz(f, func(src []byte) (pgvalue.Interval, error) {
		return pgvalue.ParseInterval(src, pgvalue.IntervalSQLStandard)
	},
		pgvalue.DecodeInterval,
		func(dst []byte, x pgvalue.Interval) []byte {
			return pgvalue.AppendInterval(dst, x, pgvalue.IntervalSQLStandard)
		}, pgvalue.AppendIntervalBinary, "interval")
}

// FuzzArray reads arrays of any shape. Those of one dimension are written again.
func FuzzArray(f *testing.F) {
	for typ, values := range golden.Types(f) {
		for _, v := range values {
			if bytes.HasSuffix([]byte(typ), []byte("[]")) {
				f.Add([]byte(v.Text))
				f.Add(v.Binary)
			}
		}
	}
	f.Add([]byte("[2:3][0:0]={{1},{NULL}}"))
	f.Fuzz(func(t *testing.T, src []byte) {
		again(t, src, pgvalue.ParseArray, appendArray)
		_, _, _ = pgvalue.DecodeArray(src)
	})
}

func appendArray(dst []byte, a pgvalue.Array) []byte {
	n := 1
	for _, d := range a.Dims {
		n *= d
	}
	if len(a.Dims) == 0 {
		return append(dst, "{}"...)
	}
	if n != len(a.Elements) {
		return append(dst, "dimensions and elements differ"...)
	}
	rest := a.Elements
	return appendDimension(dst, a.Dims, &rest)
}

func appendDimension(dst []byte, dims []int, rest *[][]byte) []byte {
	dst = append(dst, '{')
	for i := range dims[0] {
		if i > 0 {
			dst = append(dst, ',')
		}
		if len(dims) > 1 {
			dst = appendDimension(dst, dims[1:], rest)
			continue
		}
		elem := (*rest)[0]
		*rest = (*rest)[1:]
		if elem == nil {
			dst = append(dst, "NULL"...)
			continue
		}
		start := len(dst)
		dst = pgvalue.QuoteElement(append(dst, elem...), start)
	}
	return append(dst, '}')
}
