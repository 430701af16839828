package encoding

import (
	"bytes"
	"math"
	"time"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/float16"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
	"github.com/csvsql/csvsql/wire/pgvalue"
)

// textOf turns a binary value into text, in forms that appendText reads whatever
// the settings.
func (d *argDecoder) textOf(v []byte, sent oid.OID) ([]byte, error) {
	switch sent {
	case oid.Bool:
		b, err := pgvalue.DecodeBool(v)
		return pgvalue.AppendBool(nil, b), err
	case oid.Int2:
		n, err := pgvalue.DecodeInt2(v)
		return pgvalue.AppendInt2(nil, n), err
	case oid.Int4:
		n, err := pgvalue.DecodeInt4(v)
		return pgvalue.AppendInt4(nil, n), err
	case oid.Int8:
		n, err := pgvalue.DecodeInt8(v)
		return pgvalue.AppendInt8(nil, n), err
	case oid.OIDType, oid.Regproc:
		n, err := pgvalue.DecodeOID(v)
		return pgvalue.AppendOID(nil, n), err
	case oid.TID:
		v, err := pgvalue.DecodeTID(v)
		return pgvalue.AppendTID(nil, v), err
	case oid.Float4:
		n, err := pgvalue.DecodeFloat4(v)
		return pgvalue.AppendFloat4(nil, n), err
	case oid.Float8:
		n, err := pgvalue.DecodeFloat8(v)
		return pgvalue.AppendFloat8(nil, n), err
	case oid.Numeric:
		n, err := pgvalue.DecodeNumeric(v)
		return pgvalue.AppendDecimal(nil, n), err
	case oid.Bytea:
		return pgvalue.AppendByteaHex(nil, v), nil
	case oid.UUID:
		u, err := pgvalue.DecodeUUID(v)
		return pgvalue.AppendUUID(nil, u), err
	case oid.Date:
		days, err := pgvalue.DecodeDate(v)
		return pgvalue.AppendDate(nil, days, pgvalue.DateStyle{}), err
	case oid.Time:
		us, err := pgvalue.DecodeTime(v)
		return pgvalue.AppendTime(nil, us), err
	case oid.Timetz:
		us, zone, err := pgvalue.DecodeTimetz(v)
		return pgvalue.AppendTimetz(nil, us, zone), err
	case oid.Timestamp:
		us, err := pgvalue.DecodeTimestamp(v)
		return pgvalue.AppendTimestamp(nil, us, pgvalue.DateStyle{}), err
	case oid.Timestamptz:
		us, err := pgvalue.DecodeTimestamp(v)
		return pgvalue.AppendTimestamptz(nil, us, pgvalue.DateStyle{}, pgvalue.NewZone(nil)), err
	case oid.Interval:
		iv, err := pgvalue.DecodeInterval(v)
		return pgvalue.AppendInterval(nil, iv, pgvalue.IntervalPostgres), err
	case oid.Bit, oid.Varbit:
		return pgvalue.DecodeVarbit([]byte{}, v) // nil would be NULL
	case oid.JSONB:
		text, ok := bytes.CutPrefix(v, []byte{jsonbVersion})
		if !ok {
			return nil, wire.Errorf("22P03", "unsupported jsonb version number")
		}
		return text, nil
	}
	return v, nil // the binary form is the text
}

// appendText reads a value in text for any builder but those of decimals, lists
// and extensions.
func (d *argDecoder) appendText(b array.Builder, v []byte) error {
	switch b := b.(type) {
	case *array.BooleanBuilder:
		return appendParsed(b, v, pgvalue.ParseBool)
	case *array.Int8Builder:
		return appendParsed(b, v, narrow[int8](pgvalue.ParseInt2))
	case *array.Int16Builder:
		return appendParsed(b, v, pgvalue.ParseInt2)
	case *array.Int32Builder:
		return appendParsed(b, v, pgvalue.ParseInt4)
	case *array.Int64Builder:
		return appendParsed(b, v, pgvalue.ParseInt8)
	case *array.Uint8Builder:
		return appendParsed(b, v, narrow[uint8](pgvalue.ParseInt2))
	case *array.Uint16Builder:
		return appendParsed(b, v, narrow[uint16](pgvalue.ParseInt4))
	case *array.Uint32Builder:
		return appendParsed(b, v, narrow[uint32](pgvalue.ParseInt8))
	case *array.Uint64Builder:
		return appendParsed(b, v, parseUint64)
	case *array.Float16Builder:
		return appendParsed(b, v, func(v []byte) (float16.Num, error) {
			f, err := pgvalue.ParseFloat4(v)
			return float16.New(f), err
		})
	case *array.Float32Builder:
		return appendParsed(b, v, pgvalue.ParseFloat4)
	case *array.Float64Builder:
		return appendParsed(b, v, pgvalue.ParseFloat8)
	case *array.StringBuilder:
		return appendString(b, v)
	case *array.LargeStringBuilder:
		return appendString(b, v)
	case *array.StringViewBuilder:
		return appendString(b, v)
	case *array.BinaryBuilder: // also of large_binary
		return appendParsed(b, v, parseBytea)
	case *array.Date32Builder:
		days, err := pgvalue.ParseDate(v, d.DateStyle.Order)
		if err == nil {
			b.Append(arrow.Date32(days))
		}
		return err
	case *array.Time32Builder:
		us, err := pgvalue.ParseTime(v)
		if err == nil {
			b.Append(arrow.Time32(us / microsIn(b.Type())))
		}
		return err
	case *array.Time64Builder:
		us, err := pgvalue.ParseTime(v)
		if err == nil && b.Type().(*arrow.Time64Type).Unit == arrow.Nanosecond {
			us *= 1000
		}
		if err == nil {
			b.Append(arrow.Time64(us))
		}
		return err
	case *array.TimestampBuilder:
		return d.appendTimestamp(b, v)
	case *array.MonthDayNanoIntervalBuilder:
		return d.appendInterval(b, v)
	case *array.NullBuilder:
		b.AppendNull()
		return nil
	}
	return wire.Errorf("0A000", "parameters of the type %s are not supported", b.Type())
}

func appendParsed[T any](b interface{ Append(T) }, v []byte, parse func([]byte) (T, error)) error {
	parsed, err := parse(v)
	if err == nil {
		b.Append(parsed)
	}
	return err
}

func parseUint64(v []byte) (uint64, error) {
	d, err := pgvalue.ParseNumeric(v)
	if err != nil {
		return 0, err
	}
	n, ok := d.Numeric()
	if !ok || n.High != 0 || n.Scale != 0 || n.Neg {
		return 0, wire.Errorf("22003", "value \"%s\" is out of range", v)
	}
	return n.Low, nil
}

func parseBytea(v []byte) ([]byte, error) { return pgvalue.ParseBytea(nil, v) }

// appendString takes text as it is, which has to be valid in the encoding that
// all clients have, UTF-8.
func appendString(b interface{ Append(string) }, v []byte) error {
	if err := checkUTF8(v); err != nil {
		return err
	}
	b.Append(string(v))
	return nil
}

func checkUTF8(v []byte) error {
	if !utf8.Valid(v) || bytes.IndexByte(v, 0) >= 0 {
		return wire.Errorf("22021", "invalid byte sequence for encoding \"UTF8\"")
	}
	return nil
}

func appendUUID(b array.Builder, v []byte) error {
	u, err := pgvalue.ParseUUID(v)
	if err != nil {
		return err
	}
	switch b := b.(type) {
	case *array.FixedSizeBinaryBuilder:
		b.Append(u[:])
	case *array.StringBuilder:
		b.Append(string(pgvalue.AppendUUID(nil, u)))
	}
	return nil
}

// appendTimetz and appendBits check what the engine takes as text.
func appendTimetz(b array.Builder, v []byte) error {
	us, zone, err := pgvalue.ParseTimetz(v, 0)
	if err != nil {
		return err
	}
	b.(*array.StringBuilder).Append(string(pgvalue.AppendTimetz(nil, us, zone)))
	return nil
}

func appendBits(b array.Builder, v []byte) error {
	bits, err := pgvalue.ParseVarbit([]byte{}, v)
	if err != nil {
		return err
	}
	b.(*array.StringBuilder).Append(string(bits))
	return nil
}

func appendTID(b array.Builder, v []byte) error {
	place, err := pgvalue.ParseTID(v)
	if err == nil {
		b.(*array.Int64Builder).Append(int64(place))
	}
	return err
}

func (d *argDecoder) appendTimestamp(b *array.TimestampBuilder, v []byte) error {
	t := b.Type().(*arrow.TimestampType)
	var us int64
	var err error
	if t.TimeZone == "" {
		us, err = pgvalue.ParseTimestamp(v, d.DateStyle.Order)
	} else {
		us, err = pgvalue.ParseTimestamptz(v, d.DateStyle.Order, d.session())
	}
	switch {
	case err != nil:
		return err
	case us == pgvalue.TimestampInfinity || us == pgvalue.TimestampNegInfinity:
		b.Append(arrow.Timestamp(us)) // the same in every unit
	case t.Unit != arrow.Nanosecond:
		b.Append(arrow.Timestamp(floorDiv(us, microsIn(t))))
	case us > math.MaxInt64/1000 || us < math.MinInt64/1000:
		return wire.Errorf("22008", "timestamp out of range: \"%s\"", v)
	default:
		b.Append(arrow.Timestamp(us * 1000))
	}
	return nil
}

// microsIn is the number of microseconds in the unit of a type, which is not
// smaller than one.
func microsIn(t arrow.DataType) int64 {
	return int64(t.(arrow.TemporalWithUnit).TimeUnit().Multiplier() / time.Microsecond)
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func (d *argDecoder) appendInterval(b *array.MonthDayNanoIntervalBuilder, v []byte) error {
	iv, err := pgvalue.ParseInterval(v, d.IntervalStyle)
	if err != nil {
		return err
	}
	if iv.Micros > math.MaxInt64/1000 || iv.Micros < math.MinInt64/1000 {
		return wire.Errorf("22008", "interval out of range: \"%s\"", v)
	}
	b.Append(arrow.MonthDayNanoInterval{Months: iv.Months, Days: iv.Days, Nanoseconds: iv.Micros * 1000})
	return nil
}
