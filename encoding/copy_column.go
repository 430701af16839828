package encoding

import (
	"bytes"
	"encoding/json"
	"math"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/extensions"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
	"github.com/csvsql/csvsql/wire/pgvalue"
)

// copyColumn builds the arrays of a column that is copied in. append is made for
// its type and format once: it reads a value that is not NULL.
type copyColumn struct {
	typ     arrow.DataType
	builder copyBuilder // of typ, or of what is under it
	append  func(v []byte) error
}

// copyBuilder is what a copyColumn needs of an array.Builder.
type copyBuilder interface {
	Reserve(n int)
	AppendNull()
	NewArray() arrow.Array // and begins the next
	Release()
}

// newArray makes an array of what was appended.
func (c *copyColumn) newArray() arrow.Array {
	a := c.builder.NewArray()
	ext, ok := c.typ.(arrow.ExtensionType)
	if !ok {
		return a
	}
	defer a.Release()
	return array.NewExtensionArrayWithStorage(ext, a)
}

// newCopyColumn makes the column for the values of a mapping.
func newCopyColumn(m *mapping, d *argDecoder, binary bool) copyColumn {
	for m.elem != nil && !isList(m) { // a dictionary
		m = m.elem
	}
	switch {
	case m.typ.OID == oid.JSONB || m.typ.OID == oid.JSON:
		return jsonColumn(m.typ.OID, d, binary)
	case m.elem != nil:
		return listColumn(m, d, binary)
	case m.logical == bool8:
		m = &mapping{typ: m.typ, storage: arrow.FixedWidthTypes.Boolean}
	}
	if binary {
		if c, ok := binaryColumn(m, d); ok {
			return c
		}
		// The rest is turned into text, which is read as such.
		c := textColumn(m, d)
		parse := c.append
		c.append = func(v []byte) error {
			text, err := d.textOf(v, m.typ.OID)
			if err != nil {
				return err
			}
			return parse(text)
		}
		return c
	}
	return textColumn(m, d)
}

func isList(m *mapping) bool {
	_, ok := m.storage.(arrow.ListLikeType)
	return ok
}

// parsedColumn makes a column of a builder and what reads a value for it.
func parsedColumn[T any, B interface {
	array.Builder
	Append(T)
}](b B, parse func([]byte) (T, error)) copyColumn {
	return copyColumn{typ: b.Type(), builder: b, append: func(v []byte) error {
		x, err := parse(v)
		if err == nil {
			b.Append(x)
		}
		return err
	}}
}

// textColumn reads the text format.
func textColumn(m *mapping, d *argDecoder) copyColumn {
	switch m.logical {
	case hugeint, uhugeint, bignum:
		return textOfColumn(d, wholeNumber)
	case numericText:
		return textOfColumn(d, func(dst, v []byte) ([]byte, error) {
			n, err := pgvalue.ParseNumeric(v)
			return pgvalue.AppendDecimal(dst, n), err
		})
	case timetz:
		return textOfColumn(d, func(dst, v []byte) ([]byte, error) {
			us, zone, err := pgvalue.ParseTimetz(v, 0)
			return pgvalue.AppendTimetz(dst, us, zone), err
		})
	case bit:
		return textOfColumn(d, pgvalue.ParseVarbit)
	case uuid:
		return uuidColumn(d, pgvalue.ParseUUID)
	}
	switch t := m.storage; t.ID() {
	case arrow.BOOL:
		return parsedColumn(array.NewBooleanBuilder(d.mem), pgvalue.ParseBool)
	case arrow.INT8:
		return parsedColumn(array.NewInt8Builder(d.mem), narrow[int8](pgvalue.ParseInt2))
	case arrow.UINT8:
		return parsedColumn(array.NewUint8Builder(d.mem), narrow[uint8](pgvalue.ParseInt2))
	case arrow.INT16:
		return parsedColumn(array.NewInt16Builder(d.mem), pgvalue.ParseInt2)
	case arrow.UINT16:
		return parsedColumn(array.NewUint16Builder(d.mem), narrow[uint16](pgvalue.ParseInt4))
	case arrow.INT32:
		return parsedColumn(array.NewInt32Builder(d.mem), pgvalue.ParseInt4)
	case arrow.UINT32:
		return parsedColumn(array.NewUint32Builder(d.mem), narrow[uint32](pgvalue.ParseInt8))
	case arrow.INT64:
		return parsedColumn(array.NewInt64Builder(d.mem), pgvalue.ParseInt8)
	case arrow.UINT64:
		return parsedColumn(array.NewUint64Builder(d.mem), parseUint64)
	case arrow.FLOAT16, arrow.FLOAT32:
		return parsedColumn(array.NewFloat32Builder(d.mem), pgvalue.ParseFloat4)
	case arrow.FLOAT64:
		return parsedColumn(array.NewFloat64Builder(d.mem), pgvalue.ParseFloat8)
	case arrow.DECIMAL32, arrow.DECIMAL64, arrow.DECIMAL128:
		return decimalColumn(t.(arrow.DecimalType), d)
	case arrow.DECIMAL256:
		return textOfColumn(d, func(dst, v []byte) ([]byte, error) {
			n, err := pgvalue.ParseNumeric(v)
			return pgvalue.AppendDecimal(dst, n), err
		})
	case arrow.BINARY, arrow.LARGE_BINARY, arrow.BINARY_VIEW, arrow.FIXED_SIZE_BINARY:
		return bytesColumn(d, pgvalue.ParseBytea)
	case arrow.DATE32, arrow.DATE64:
		return parsedColumn(array.NewDate32Builder(d.mem), func(v []byte) (arrow.Date32, error) {
			days, err := pgvalue.ParseDate(v, d.DateStyle.Order)
			return arrow.Date32(days), err
		})
	case arrow.TIME32, arrow.TIME64:
		return parsedColumn(timeBuilder(d), func(v []byte) (arrow.Time64, error) {
			us, err := pgvalue.ParseTime(v)
			return arrow.Time64(us), err
		})
	case arrow.TIMESTAMP:
		zone := t.(*arrow.TimestampType).TimeZone
		return parsedColumn(timestampBuilder(zone, d), func(v []byte) (us arrow.Timestamp, err error) {
			var n int64
			if zone == "" {
				n, err = pgvalue.ParseTimestamp(v, d.DateStyle.Order)
			} else {
				n, err = pgvalue.ParseTimestamptz(v, d.DateStyle.Order, d.session())
			}
			return arrow.Timestamp(n), err
		})
	case arrow.INTERVAL_MONTHS, arrow.INTERVAL_DAY_TIME, arrow.INTERVAL_MONTH_DAY_NANO, arrow.DURATION:
		return intervalColumn(d, func(v []byte) (pgvalue.Interval, error) { return pgvalue.ParseInterval(v, d.IntervalStyle) })
	}
	// The reader of the text formats has checked that it is UTF-8.
	return textOfColumn(d, func(dst, v []byte) ([]byte, error) { return append(dst, v...), nil })
}

// binaryColumn reads the binary format of the common types; the others are not
// ok.
func binaryColumn(m *mapping, d *argDecoder) (_ copyColumn, ok bool) {
	switch m.logical {
	case plain, nameType, charType:
	case uuid:
		return uuidColumn(d, pgvalue.DecodeUUID), true
	default:
		return copyColumn{}, false
	}
	switch t := m.storage; t.ID() {
	case arrow.BOOL:
		return parsedColumn(array.NewBooleanBuilder(d.mem), pgvalue.DecodeBool), true
	case arrow.INT8:
		return parsedColumn(array.NewInt8Builder(d.mem), narrow[int8](pgvalue.DecodeInt2)), true
	case arrow.UINT8:
		return parsedColumn(array.NewUint8Builder(d.mem), narrow[uint8](pgvalue.DecodeInt2)), true
	case arrow.INT16:
		return parsedColumn(array.NewInt16Builder(d.mem), pgvalue.DecodeInt2), true
	case arrow.UINT16:
		return parsedColumn(array.NewUint16Builder(d.mem), narrow[uint16](pgvalue.DecodeInt4)), true
	case arrow.INT32:
		return parsedColumn(array.NewInt32Builder(d.mem), pgvalue.DecodeInt4), true
	case arrow.UINT32:
		return parsedColumn(array.NewUint32Builder(d.mem), narrow[uint32](pgvalue.DecodeInt8)), true
	case arrow.INT64:
		return parsedColumn(array.NewInt64Builder(d.mem), pgvalue.DecodeInt8), true
	case arrow.FLOAT32:
		return parsedColumn(array.NewFloat32Builder(d.mem), pgvalue.DecodeFloat4), true
	case arrow.FLOAT64:
		return parsedColumn(array.NewFloat64Builder(d.mem), pgvalue.DecodeFloat8), true
	case arrow.DECIMAL32, arrow.DECIMAL64, arrow.DECIMAL128:
		return binaryDecimalColumn(t.(arrow.DecimalType), d), true
	case arrow.BINARY, arrow.LARGE_BINARY, arrow.BINARY_VIEW:
		return bytesColumn(d, func(dst, v []byte) ([]byte, error) { return append(dst, v...), nil }), true
	case arrow.STRING, arrow.LARGE_STRING, arrow.STRING_VIEW:
		return textOfColumn(d, func(dst, v []byte) ([]byte, error) { return append(dst, v...), checkUTF8(v) }), true
	case arrow.DATE32, arrow.DATE64:
		return parsedColumn(array.NewDate32Builder(d.mem), func(v []byte) (arrow.Date32, error) {
			days, err := pgvalue.DecodeDate(v)
			return arrow.Date32(days), err
		}), true
	case arrow.TIME32, arrow.TIME64:
		return parsedColumn(timeBuilder(d), func(v []byte) (arrow.Time64, error) {
			us, err := pgvalue.DecodeTime(v)
			return arrow.Time64(us), err
		}), true
	case arrow.TIMESTAMP:
		return parsedColumn(timestampBuilder(t.(*arrow.TimestampType).TimeZone, d), func(v []byte) (arrow.Timestamp, error) {
			us, err := pgvalue.DecodeTimestamp(v)
			return arrow.Timestamp(us), err
		}), true
	case arrow.INTERVAL_MONTHS, arrow.INTERVAL_DAY_TIME, arrow.INTERVAL_MONTH_DAY_NANO, arrow.DURATION:
		return intervalColumn(d, pgvalue.DecodeInterval), true
	}
	return copyColumn{}, false
}

func timeBuilder(d *argDecoder) *array.Time64Builder {
	return array.NewTime64Builder(d.mem, &arrow.Time64Type{Unit: arrow.Microsecond})
}

func timestampBuilder(zone string, d *argDecoder) *array.TimestampBuilder {
	return array.NewTimestampBuilder(d.mem, &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: zone})
}

// narrow reads an integer that PostgreSQL has no type of its own for.
func narrow[T int8 | uint8 | uint16 | uint32, W int16 | int32 | int64](parse func([]byte) (W, error)) func([]byte) (T, error) {
	return func(v []byte) (T, error) {
		n, err := parse(v)
		if err == nil && int64(T(n)) != int64(n) {
			err = wire.Errorf("22003", "value %d is out of range for the column", n)
		}
		return T(n), err
	}
}

// bytesColumn is a column of bytea, textOfColumn one of text. read appends what
// is to be stored.
func bytesColumn(d *argDecoder, read func(dst, v []byte) ([]byte, error)) copyColumn {
	b := array.NewBinaryBuilder(d.mem, arrow.BinaryTypes.Binary)
	return copyColumn{typ: b.Type(), builder: b, append: appendRead(b, read)}
}

func textOfColumn(d *argDecoder, read func(dst, v []byte) ([]byte, error)) copyColumn {
	b := array.NewStringBuilder(d.mem)
	return copyColumn{typ: b.Type(), builder: b, append: appendRead(b.BinaryBuilder, read)}
}

func appendRead(b *array.BinaryBuilder, read func(dst, v []byte) ([]byte, error)) func([]byte) error {
	var scratch []byte
	return func(v []byte) (err error) {
		if scratch, err = read(scratch[:0], v); err == nil {
			b.Append(scratch)
		}
		return err
	}
}

func uuidColumn(d *argDecoder, parse func([]byte) ([16]byte, error)) copyColumn {
	t := extensions.NewUUIDType()
	b := array.NewFixedSizeBinaryBuilder(d.mem, t.StorageType().(*arrow.FixedSizeBinaryType))
	return copyColumn{typ: t, builder: b, append: func(v []byte) error {
		u, err := parse(v)
		if err == nil {
			b.Append(u[:])
		}
		return err
	}}
}

// intervalColumn keeps microseconds as the nanoseconds that Arrow has.
func intervalColumn(d *argDecoder, parse func([]byte) (pgvalue.Interval, error)) copyColumn {
	return parsedColumn(array.NewMonthDayNanoIntervalBuilder(d.mem), func(v []byte) (arrow.MonthDayNanoInterval, error) {
		iv, err := parse(v)
		if err == nil && (iv.Micros > math.MaxInt64/1000 || iv.Micros < math.MinInt64/1000) {
			err = wire.Errorf("22008", "interval out of range")
		}
		return arrow.MonthDayNanoInterval{Months: iv.Months, Days: iv.Days, Nanoseconds: iv.Micros * 1000}, err
	})
}

// jsonColumn is for json, and for what goes out as jsonb.
func jsonColumn(o oid.OID, d *argDecoder, binary bool) copyColumn {
	typ, _ := extensions.NewJSONType(arrow.BinaryTypes.String) // text is its storage
	c := textOfColumn(d, func(dst, v []byte) ([]byte, error) {
		if binary && o == oid.JSONB {
			text, ok := bytes.CutPrefix(v, []byte{jsonbVersion})
			if !ok {
				return dst, wire.Errorf("22P03", "unsupported jsonb version number")
			}
			v = text
		}
		if !json.Valid(v) {
			return dst, wire.Errorf("22P02", "invalid input syntax for type json")
		}
		return append(dst, v...), checkUTF8(v)
	})
	c.typ = typ
	return c
}
