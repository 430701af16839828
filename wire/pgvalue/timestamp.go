package pgvalue

import (
	"encoding/binary"
	"math"
)

// The timestamps that are later or earlier than all others. math.MinInt64
// counts as the latter.
const (
	TimestampInfinity    int64 = math.MaxInt64
	TimestampNegInfinity int64 = -math.MaxInt64
)

// PostgreSQL's binary format counts from 2000-01-01, and its timestamps begin
// with 4714-11-24 BC. Their end, in year 294276, is after the last moment that
// 64 bits can count from 1970.
const (
	epochMicros        = epochDays * microsPerDay
	minTimestampMicros = -211813488000000000 + epochMicros
)

// TimestampFits reports whether PostgreSQL has the timestamp, given in
// microseconds since 1970-01-01. If not, the binary format has no form for it.
func TimestampFits(us int64) bool {
	return us >= minTimestampMicros || us <= TimestampNegInfinity
}

// AppendTimestampBinary appends a timestamp or timestamptz of microseconds since
// 1970-01-01, UTC for the latter, as 8 bytes. One for which TimestampFits is
// false becomes -infinity.
func AppendTimestampBinary(dst []byte, us int64) []byte {
	pg := us - epochMicros
	switch {
	case us < minTimestampMicros:
		pg = math.MinInt64
	case us == TimestampInfinity:
		pg = math.MaxInt64
	}
	return binary.BigEndian.AppendUint64(dst, uint64(pg))
}

// DecodeTimestamp reads a timestamp or timestamptz of 8 bytes, as microseconds
// since 1970-01-01.
func DecodeTimestamp(src []byte) (int64, error) {
	if len(src) != 8 {
		return 0, errLength(len(src), 8)
	}
	pg := int64(binary.BigEndian.Uint64(src))
	switch {
	case pg == math.MinInt64:
		return TimestampNegInfinity, nil
	case pg == math.MaxInt64:
		return TimestampInfinity, nil
	case pg < minTimestampMicros-epochMicros || pg >= math.MaxInt64-epochMicros:
		return 0, &Error{DatetimeOverflow, "timestamp out of range"}
	}
	return pg + epochMicros, nil
}

// AppendTimestamp appends a timestamp of microseconds since 1970-01-01 as text.
func AppendTimestamp(dst []byte, us int64, style DateStyle) []byte {
	if us == TimestampInfinity {
		return append(dst, "infinity"...)
	}
	if us <= TimestampNegInfinity {
		return append(dst, "-infinity"...)
	}
	days, rest := splitMicros(us)
	if c := civilOf(days); style.Format == ISO && c.year >= 1 && c.year <= 9999 {
		return appendISOTimestamp(dst, c, rest)
	}
	return appendStyled(dst, days, rest, style, nil)
}

// AppendTimestamptz appends a timestamptz of microseconds since 1970-01-01 UTC
// as text, in local time of the zone.
func AppendTimestamptz(dst []byte, us int64, style DateStyle, zone *Zone) []byte {
	if us == TimestampInfinity {
		return append(dst, "infinity"...)
	}
	if us <= TimestampNegInfinity {
		return append(dst, "-infinity"...)
	}
	days, rest := splitMicros(us)
	in := zone.at(int64(days)*secondsPerDay + rest/microsPerSecond)
	rest += int64(in.offset) * microsPerSecond
	for rest < 0 {
		days--
		rest += microsPerDay
	}
	for rest >= microsPerDay {
		days++
		rest -= microsPerDay
	}
	if c := civilOf(days); style.Format == ISO && c.year >= 1 && c.year <= 9999 {
		dst = appendISOTimestamp(dst, c, rest)
		return append(dst, in.suffix[:in.suffixLen]...)
	}
	return appendStyled(dst, days, rest, style, in)
}

// appendISOTimestamp appends the usual case: ISO, a year of four digits.
func appendISOTimestamp(dst []byte, c civil, rest int64) []byte {
	n := len(dst)
	dst = extend(dst, 26)
	b := dst[n:]
	putISODate(b, c)
	b[10] = ' '
	return dst[:n+11+putTime(b[11:], rest)]
}

// appendStyled appends a finite timestamp in any style and of any year. in is
// the zone that it is local to, or nil.
func appendStyled(dst []byte, days int, rest int64, style DateStyle, in *span) []byte {
	c := civilOf(days)
	year, bc := c.displayYear()
	switch style.Format {
	case ISO:
		dst = append(appendISODate(dst, c), ' ')
		dst = AppendTime(dst, rest)
		if in != nil {
			dst = append(dst, in.suffix[:in.suffixLen]...)
		}
	case XSD:
		dst = append(appendISODate(dst, c), 'T')
		dst = AppendTime(dst, rest)
		if in != nil {
			dst = appendOffset(dst, in.offset, true)
		}
	case SQL:
		if style.Order == DMY {
			dst = appendNumericDate(dst, c.day, '/', c.month, '/', year)
		} else {
			dst = appendNumericDate(dst, c.month, '/', c.day, '/', year)
		}
		dst = AppendTime(append(dst, ' '), rest)
		dst = appendZoneName(dst, in)
	case German:
		dst = appendNumericDate(dst, c.day, '.', c.month, '.', year)
		dst = AppendTime(append(dst, ' '), rest)
		dst = appendZoneName(dst, in)
	case Postgres:
		day := 3 * weekday(days)
		dst = append(append(dst, weekdayNames[day:day+3]...), ' ')
		month := 3 * int(c.month-1)
		if style.Order == DMY {
			dst = append(appendPadded(dst, uint64(c.day), 2), ' ')
			dst = append(dst, monthNames[month:month+3]...)
		} else {
			dst = append(append(dst, monthNames[month:month+3]...), ' ')
			dst = appendPadded(dst, uint64(c.day), 2)
		}
		dst = AppendTime(append(dst, ' '), rest)
		dst = appendPadded(append(dst, ' '), year, 4)
		dst = appendZoneName(dst, in)
	}
	return appendBC(dst, bc)
}

// appendZoneName appends the abbreviation of the zone, cut at 10 bytes as
// PostgreSQL cuts it.
func appendZoneName(dst []byte, in *span) []byte {
	const maxName = 10
	if in == nil {
		return dst
	}
	dst = append(dst, ' ')
	return append(dst, in.name[:min(len(in.name), maxName)]...)
}
