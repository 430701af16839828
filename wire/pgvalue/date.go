package pgvalue

import (
	"encoding/binary"
	"math"
)

// The dates that are later or earlier than all others. A day before
// DateNegInfinity counts as it.
const (
	DateInfinity    int32 = math.MaxInt32
	DateNegInfinity int32 = -math.MaxInt32
)

// PostgreSQL's binary format counts from 2000-01-01, and its dates reach from
// 4714-11-24 BC, where Julian days begin, to the end of year 5874897
// (PostgreSQL documentation, 8.5 Date/Time Types).
const (
	epochDays   = 10957 // 2000-01-01 since 1970-01-01
	minDateDays = -2451545 + epochDays
	maxDateDays = 2145031948 + epochDays
)

// DateFits reports whether PostgreSQL has the date, given in days since
// 1970-01-01. If not, the binary format has no form for it.
func DateFits(days int32) bool {
	return days >= minDateDays && days <= maxDateDays || days == DateInfinity || days <= DateNegInfinity
}

// AppendDateBinary appends a date of days since 1970-01-01 as 4 bytes. One for
// which DateFits is false becomes an infinity.
func AppendDateBinary(dst []byte, days int32) []byte {
	pg := days - epochDays
	switch {
	case days < minDateDays:
		pg = math.MinInt32
	case days > maxDateDays:
		pg = math.MaxInt32
	}
	return binary.BigEndian.AppendUint32(dst, uint32(pg))
}

// DecodeDate reads a date of 4 bytes, as days since 1970-01-01.
func DecodeDate(src []byte) (int32, error) {
	if len(src) != 4 {
		return 0, errLength(len(src), 4)
	}
	pg := int32(binary.BigEndian.Uint32(src))
	switch {
	case pg == math.MinInt32:
		return DateNegInfinity, nil
	case pg == math.MaxInt32:
		return DateInfinity, nil
	case pg < minDateDays-epochDays || pg > maxDateDays-epochDays:
		return 0, &Error{DatetimeOverflow, "date out of range"}
	}
	return pg + epochDays, nil
}

// AppendDate appends a date of days since 1970-01-01 as text.
func AppendDate(dst []byte, days int32, style DateStyle) []byte {
	if days == DateInfinity {
		return append(dst, "infinity"...)
	}
	if days <= DateNegInfinity {
		return append(dst, "-infinity"...)
	}
	c := civilOf(int(days))
	if style.Format == ISO && c.year >= 1 && c.year <= 9999 {
		n := len(dst)
		dst = extend(dst, 10)
		putISODate(dst[n:], c)
		return dst
	}
	year, bc := c.displayYear()
	switch style.Format {
	case ISO, XSD:
		dst = appendISODate(dst, c)
	case German:
		dst = appendNumericDate(dst, c.day, '.', c.month, '.', year)
	case SQL, Postgres:
		sep := byte('/')
		if style.Format == Postgres {
			sep = '-'
		}
		if style.Order == DMY {
			dst = appendNumericDate(dst, c.day, sep, c.month, sep, year)
		} else {
			dst = appendNumericDate(dst, c.month, sep, c.day, sep, year)
		}
	}
	return appendBC(dst, bc)
}

// displayYear is the year as written, where 1 BC precedes 1.
func (c civil) displayYear() (year uint64, bc bool) {
	if c.year > 0 {
		return uint64(c.year), false
	}
	return uint64(1 - c.year), true
}

func appendBC(dst []byte, bc bool) []byte {
	if bc {
		return append(dst, " BC"...)
	}
	return dst
}

// putISODate writes a year of four digits, month and day into 10 bytes.
func putISODate(b []byte, c civil) {
	_ = b[9]
	year := uint32(c.year)
	put2(b[0:], year/100)
	put2(b[2:], year%100)
	b[4] = '-'
	put2(b[5:], c.month)
	b[7] = '-'
	put2(b[8:], c.day)
}

// appendISODate appends year, month and day, without BC.
func appendISODate(dst []byte, c civil) []byte {
	year, _ := c.displayYear()
	dst = appendPadded(dst, year, 4)
	n := len(dst)
	dst = extend(dst, 6)
	b := dst[n:]
	b[0] = '-'
	put2(b[1:], c.month)
	b[3] = '-'
	put2(b[4:], c.day)
	return dst
}

func appendNumericDate(dst []byte, first uint32, sep1 byte, second uint32, sep2 byte, year uint64) []byte {
	n := len(dst)
	dst = extend(dst, 6)
	b := dst[n:]
	put2(b[0:], first)
	b[2] = sep1
	put2(b[3:], second)
	b[5] = sep2
	return appendPadded(dst, year, 4)
}
