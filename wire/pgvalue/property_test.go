package pgvalue_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/csvsql/csvsql/wire/pgvalue"
)

// The tests here take random values through both formats and back. The golden
// values say what the formats are; these, that no value falls out of them.

const rounds = 20_000

func random() *rand.Rand { return rand.New(rand.NewPCG(20, 26)) }

// bits returns a number of up to 64 bits, small ones as often as large ones.
func bits(r *rand.Rand) uint64 { return r.Uint64() >> r.IntN(64) }

func roundTrip[T comparable](t *testing.T, x T, parse, decode func([]byte) (T, error), text, binary func([]byte, T) []byte) {
	t.Helper()
	asText := text(nil, x)
	if back, err := parse(asText); err != nil || back != x {
		t.Fatalf("%v is %q, which is %v, %v", x, asText, back, err)
	}
	asBinary := binary(nil, x)
	if back, err := decode(asBinary); err != nil || back != x {
		t.Fatalf("%v is %x, which is %v, %v", x, asBinary, back, err)
	}
}

func TestIntRoundTrip(t *testing.T) {
	t.Parallel()
	r := random()
	for range rounds {
		n := int64(bits(r))
		roundTrip(t, n, pgvalue.ParseInt8, pgvalue.DecodeInt8, pgvalue.AppendInt8, pgvalue.AppendInt8Binary)
		roundTrip(t, -n, pgvalue.ParseInt8, pgvalue.DecodeInt8, pgvalue.AppendInt8, pgvalue.AppendInt8Binary)
		roundTrip(t, int32(n), pgvalue.ParseInt4, pgvalue.DecodeInt4, pgvalue.AppendInt4, pgvalue.AppendInt4Binary)
		roundTrip(t, uint32(n), pgvalue.ParseOID, pgvalue.DecodeOID, pgvalue.AppendOID, pgvalue.AppendOIDBinary)
	}
	for n := math.MinInt16; n <= math.MaxInt16; n++ {
		roundTrip(t, int16(n), pgvalue.ParseInt2, pgvalue.DecodeInt2, pgvalue.AppendInt2, pgvalue.AppendInt2Binary)
	}
}

func TestFloatRoundTrip(t *testing.T) {
	t.Parallel()
	r := random()
	for range rounds {
		for _, v := range []float64{math.Float64frombits(r.Uint64()), float64(bits(r)), math.Round(r.NormFloat64()*1e4) / 100, math.Ldexp(1, r.IntN(2000)-1000)} {
			if math.IsNaN(v) {
				continue
			}
			roundTrip(t, v, pgvalue.ParseFloat8, pgvalue.DecodeFloat8, pgvalue.AppendFloat8, pgvalue.AppendFloat8Binary)
		}
		if v := math.Float32frombits(r.Uint32()); v == v {
			roundTrip(t, v, pgvalue.ParseFloat4, pgvalue.DecodeFloat4, pgvalue.AppendFloat4, pgvalue.AppendFloat4Binary)
		}
	}
}

func TestNumericRoundTrip(t *testing.T) {
	t.Parallel()
	r := random()
	numeric := func(d pgvalue.Decimal, err error) (pgvalue.Numeric, error) {
		n, _ := d.Numeric()
		return n, err
	}
	parse := func(src []byte) (pgvalue.Numeric, error) { return numeric(pgvalue.ParseNumeric(src)) }
	decode := func(src []byte) (pgvalue.Numeric, error) { return numeric(pgvalue.DecodeNumeric(src)) }
	for range rounds {
		n := pgvalue.Numeric{Low: bits(r), Scale: r.IntN(45)}
		if r.IntN(2) == 0 {
			n.High = bits(r)
		}
		if n.Low|n.High != 0 {
			n.Neg = r.IntN(2) == 0
		}
		roundTrip(t, n, parse, decode, pgvalue.AppendNumeric, pgvalue.AppendNumericBinary)

		// The way by the digits is the same as that by the integer.
		d, err := pgvalue.ParseNumeric(pgvalue.AppendNumeric(nil, n))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := pgvalue.AppendDecimal(nil, d), pgvalue.AppendNumeric(nil, n); !bytes.Equal(got, want) {
			t.Fatalf("%+v: digits %s, integer %s", n, got, want)
		}
		if got, want := pgvalue.AppendDecimalBinary(nil, d), pgvalue.AppendNumericBinary(nil, n); !bytes.Equal(got, want) {
			t.Fatalf("%+v: digits %x, integer %x", n, got, want)
		}

		// A negative scale is a multiple of a power of ten.
		n.Scale = -r.IntN(20)
		text := pgvalue.AppendNumeric(nil, n)
		if back, err := pgvalue.DecodeNumeric(pgvalue.AppendNumericBinary(nil, n)); err != nil || string(pgvalue.AppendDecimal(nil, back)) != string(text) {
			t.Fatalf("%+v is %s in text and %+v, %v in binary", n, text, back, err)
		}
	}
}

func TestDateRoundTrip(t *testing.T) {
	t.Parallel()
	r := random()
	for _, style := range styles() {
		parse := func(src []byte) (int32, error) { return pgvalue.ParseDate(src, style.Order) }
		text := func(dst []byte, x int32) []byte { return pgvalue.AppendDate(dst, x, style) }
		for range rounds {
			if days := int32(bits(r)); pgvalue.DateFits(days) && days >= pgvalue.DateNegInfinity {
				roundTrip(t, days, parse, pgvalue.DecodeDate, text, pgvalue.AppendDateBinary)
			}
		}
	}
	// Every day of 1600 years, by the calendar of the standard library.
	for day := time.Date(900, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2500; day = day.AddDate(0, 0, 1) {
		days := int32(day.Unix() / 86400)
		if day.Unix()%86400 < 0 {
			days--
		}
		if got, want := string(pgvalue.AppendDate(nil, days, pgvalue.DateStyle{})), day.Format(time.DateOnly); got != want {
			t.Fatalf("%d is %s, want %s", days, got, want)
		}
	}
}

// styles are those that PostgreSQL reads again as it has written them.
func styles() []pgvalue.DateStyle {
	return []pgvalue.DateStyle{
		{Format: pgvalue.ISO, Order: pgvalue.MDY},
		{Format: pgvalue.ISO, Order: pgvalue.DMY},
		{Format: pgvalue.SQL, Order: pgvalue.MDY},
		{Format: pgvalue.SQL, Order: pgvalue.DMY},
		{Format: pgvalue.Postgres, Order: pgvalue.MDY},
		{Format: pgvalue.Postgres, Order: pgvalue.DMY},
		{Format: pgvalue.German, Order: pgvalue.DMY},
	}
}

func TestTimestampRoundTrip(t *testing.T) {
	t.Parallel()
	r := random()
	for _, style := range styles() {
		parse := func(src []byte) (int64, error) { return pgvalue.ParseTimestamp(src, style.Order) }
		text := func(dst []byte, x int64) []byte { return pgvalue.AppendTimestamp(dst, x, style) }
		for range rounds {
			us := int64(bits(r))
			if r.IntN(2) == 0 {
				us = -us
			}
			if pgvalue.TimestampFits(us) {
				roundTrip(t, us, parse, pgvalue.DecodeTimestamp, text, pgvalue.AppendTimestampBinary)
			}
		}
	}
}

func TestTimestamptzRoundTrip(t *testing.T) {
	t.Parallel()
	r := random()
	for _, name := range []string{"UTC", "Asia/Kolkata", "Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"} {
		loc, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		zone := pgvalue.NewZone(loc)
		parse := func(src []byte) (int64, error) { return pgvalue.ParseTimestamptz(src, pgvalue.MDY, zone) }
		text := func(dst []byte, x int64) []byte { return pgvalue.AppendTimestamptz(dst, x, pgvalue.DateStyle{}, zone) }
		for range rounds {
			us := int64(bits(r)>>8) - 1<<54
			roundTrip(t, us, parse, pgvalue.DecodeTimestamp, text, pgvalue.AppendTimestampBinary)

			// The standard library agrees on what time it is there.
			at := time.UnixMicro(us).In(loc)
			if at.Year() < 1 {
				continue
			}
			got := string(text(nil, us))
			if want := at.Format("2006-01-02 15:04:05.999999"); len(got) < len(want) || got[:len(want)] != want {
				t.Fatalf("%s: %d is %s, want %s", name, us, got, want)
			}
		}
	}
}

func TestTimeRoundTrip(t *testing.T) {
	t.Parallel()
	r := random()
	type timetz struct {
		us   int64
		zone int32
	}
	for range rounds {
		us := r.Int64N(86_400_000_001)
		roundTrip(t, us, pgvalue.ParseTime, pgvalue.DecodeTime, pgvalue.AppendTime, pgvalue.AppendTimeBinary)
		roundTrip(t, timetz{us, r.Int32N(2*pgvalue.MaxZone+1) - pgvalue.MaxZone},
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
}

func TestIntervalRoundTrip(t *testing.T) {
	t.Parallel()
	r := random()
	signed := func(n uint64) int64 {
		if r.IntN(2) == 0 {
			return -int64(n)
		}
		return int64(n)
	}
	for style := pgvalue.IntervalPostgres; style <= pgvalue.IntervalISO8601; style++ {
		parse := func(src []byte) (pgvalue.Interval, error) { return pgvalue.ParseInterval(src, style) }
		text := func(dst []byte, x pgvalue.Interval) []byte { return pgvalue.AppendInterval(dst, x, style) }
		for range rounds {
			var v pgvalue.Interval
			if r.IntN(3) > 0 {
				v.Months = int32(signed(bits(r) >> 33))
			}
			if r.IntN(3) > 0 {
				v.Days = int32(signed(bits(r) >> 33))
			}
			if r.IntN(3) > 0 {
				v.Micros = signed(bits(r) >> 1)
			}
			roundTrip(t, v, parse, pgvalue.DecodeInterval, text, pgvalue.AppendIntervalBinary)
		}
	}
}

func TestBytesRoundTrip(t *testing.T) {
	t.Parallel()
	r := random()
	for range rounds / 10 {
		v := make([]byte, r.IntN(40))
		for i := range v {
			v[i] = byte(r.Uint32())
		}
		for _, out := range []pgvalue.ByteaOutput{pgvalue.ByteaHex, pgvalue.ByteaEscape} {
			text := pgvalue.AppendBytea(nil, v, out)
			if back, err := pgvalue.ParseBytea(nil, text); err != nil || !bytes.Equal(back, v) {
				t.Fatalf("%x is %s, which is %x, %v", v, text, back, err)
			}
		}
		bit := make([]byte, len(v))
		for i, c := range v {
			bit[i] = '0' + c&1
		}
		if back, err := pgvalue.DecodeVarbit(nil, pgvalue.AppendVarbitBinary(nil, bit)); err != nil || !bytes.Equal(back, bit) {
			t.Fatalf("%s becomes %s, %v", bit, back, err)
		}
		uuid := [16]byte(append(v, make([]byte, 16)...))
		roundTrip(t, uuid, pgvalue.ParseUUID, pgvalue.DecodeUUID, pgvalue.AppendUUID, pgvalue.AppendUUIDBinary)
	}
}

func TestArrayRoundTrip(t *testing.T) {
	t.Parallel()
	r := random()
	const alphabet = "ab \t\"\\{},NULnul\x00é"
	for range rounds / 10 {
		n := 1 + r.IntN(5)
		elements := make([][]byte, n)
		text := []byte("{")
		for i := range elements {
			if i > 0 {
				text = append(text, ',')
			}
			if r.IntN(5) == 0 {
				text = append(text, "NULL"...)
				continue
			}
			elements[i] = []byte{}
			for range r.IntN(6) {
				elements[i] = append(elements[i], alphabet[r.IntN(len(alphabet))])
			}
			start := len(text)
			text = pgvalue.QuoteElement(append(text, elements[i]...), start)
		}
		text = append(text, '}')
		a, err := pgvalue.ParseArray(text)
		if err != nil || len(a.Dims) != 1 || a.Dims[0] != n {
			t.Fatalf("%q: %+v, %v", text, a, err)
		}
		for i, e := range elements {
			if (e == nil) != (a.Elements[i] == nil) || !bytes.Equal(a.Elements[i], e) {
				t.Fatalf("%q: element %d is %q, want %q", text, i, a.Elements[i], e)
			}
		}
	}
}
