package pgvalue

import (
	"encoding/binary"
	"math/bits"
	"sync"
)

// PutRoom is how long the slice has to be that one of the Put functions writes to.
//
// They write the forms that most values of large results have, at the start of b,
// and return how many bytes of it are the value's. What they leave behind it, in
// the first PutRoom bytes, means nothing: eight digits are written at once, and
// those that are too many are written over by what comes next.
const PutRoom = 40

// digits8 is the eight decimal digits of v, below 10^8, in ASCII less '0', the
// first of them in the lowest byte. The number is halved until each byte has a
// digit, all parts at once; the divisions are multiplications by a reciprocal,
// which are exact for numbers so small.
func digits8(v uint64) uint64 {
	v = v%10000<<32 | v/10000
	hundreds := v * 10486 >> 20 & 0x7f_0000_007f
	v = (v-100*hundreds)<<16 | hundreds
	tens := v * 103 >> 10 & 0x0f_000f_000f_000f
	return (v-10*tens)<<8 | tens
}

const zeros8 = 0x3030303030303030 // "00000000"

// PutInt writes an integer as text.
func PutInt(b []byte, v int64) int {
	_ = b[PutRoom-1]
	if v < 0 {
		b[0] = '-'
		return 1 + putUint(b[1:], -uint64(v))
	}
	return putUint(b, uint64(v))
}

// putUint writes the digits of v. b has room for 31 bytes.
func putUint(b []byte, v uint64) int {
	const e8 = 100_000_000
	if v < e8 {
		return putUpTo8(b, v)
	}
	n := 0
	if v < e8*e8 {
		n = putUpTo8(b, v/e8)
	} else {
		n = putUpTo8(b, v/(e8*e8))
		binary.LittleEndian.PutUint64(b[n:], digits8(v/e8%e8)|zeros8)
		n += 8
	}
	binary.LittleEndian.PutUint64(b[n:], digits8(v%e8)|zeros8)
	return n + 8
}

// putUpTo8 writes v, below 10^8, without leading zeros.
func putUpTo8(b []byte, v uint64) int {
	d := digits8(v)
	leading := bits.TrailingZeros64(d|1<<56) / 8 // the last digit stays
	binary.LittleEndian.PutUint64(b, (d|zeros8)>>(8*leading))
	return 8 - leading
}

// PutNumeric writes v·10^-scale as text. scale is between 0 and 18.
func PutNumeric(b []byte, v int64, scale int) int {
	_ = b[PutRoom-1]
	if scale == 0 {
		return PutInt(b, v)
	}
	n, u := 0, uint64(v)
	if v < 0 {
		b[0] = '-'
		n, u = 1, -u
	}
	if u < 100_000_000 && scale < 8 {
		d := digits8(u)
		// At least one digit stands before the point.
		leading := min(bits.TrailingZeros64(d|1<<56)/8, 7-scale)
		d |= zeros8
		binary.LittleEndian.PutUint64(b[n:], d>>(8*leading))
		n += 8 - scale - leading
		b[n] = '.'
		binary.LittleEndian.PutUint64(b[n+1:], d>>(8*(8-scale)))
		return n + 1 + scale
	}
	unit := pow10[scale]
	whole := u / unit
	n += putUint(b[n:], whole)
	b[n] = '.'
	putDigits(b[n+1:n+1+scale], u-whole*unit)
	return n + 1 + scale
}

// PutNumericBinary writes v·10^-scale in binary, as AppendNumericBinary does. scale
// is between 0 and 18.
func PutNumericBinary(b []byte, v int64, scale int) int {
	_ = b[PutRoom-1]
	sign, u := uint64(numericPositive), uint64(v)
	if v < 0 {
		sign, u = numericNegative, -u
	}
	// The last group ends at a multiple of four digits after the point.
	over, filled := bits.Mul64(u, pow10[-scale&3])
	const e8 = 100_000_000
	if over > 0 || filled >= e8*e8 {
		return len(AppendNumericBinary(b[:0], Numeric{Neg: v < 0, Low: u, Scale: scale}))
	}
	high, low := filled/e8, filled%e8
	groups := high/10000<<48 | high%10000<<32 | low/10000<<16 | low%10000
	if groups == 0 {
		binary.BigEndian.PutUint64(b, uint64(scale))
		return 8
	}
	before := bits.LeadingZeros64(groups) / 16
	count := 4 - before - bits.TrailingZeros64(groups)/16
	weight := 3 - before - (scale+3)/4
	binary.BigEndian.PutUint64(b, uint64(count)<<48|uint64(uint16(weight))<<32|sign<<16|uint64(scale))
	binary.BigEndian.PutUint64(b[8:], groups<<(16*before))
	return 8 + 2*count
}

// PutISODate writes a date of days since 1970-01-01 in the style ISO. It writes
// nothing, and returns 0, for dates that are not of the years 1 to 9999.
func PutISODate(b []byte, days int32) int {
	_ = b[PutRoom-1]
	if i := int(days) - firstUsualDay; i >= 0 && i < usualDays {
		*(*[16]byte)(b) = *(*[16]byte)(usualDates()[isoDateSize*i:])
		return isoDateSize
	}
	if days < minISODays || days > maxISODays {
		return 0
	}
	putCivil(b, civilInEras(uint32(days+epochShift)))
	return isoDateSize
}

// isoDateSize is the length of 2006-01-02.
const isoDateSize = 10

// The days of the years 1900 to 2099, which most dates are of.
const (
	firstUsualDay = -25567
	usualDays     = 73049
)

// usualDates has the usual days as text, one behind the other: a result with
// millions of dates is read in a third of the time that it takes to work them out.
var usualDates = sync.OnceValue(func() []byte {
	dates := make([]byte, isoDateSize*usualDays+PutRoom)
	for i := range usualDays {
		putCivil(dates[isoDateSize*i:], civilInEras(uint32(i+firstUsualDay+epochShift)))
	}
	return dates
})

// putCivil writes a date whose year is between 1 and 9999.
func putCivil(b []byte, c civil) {
	d := digits8(uint64(uint32(c.year)*10000+c.month*100+c.day)) | zeros8 // 20060102
	const dashes = '-'<<32 | '-'<<56
	binary.LittleEndian.PutUint64(b, d&0xffff_ffff|d>>32&0xffff<<40|dashes)
	binary.LittleEndian.PutUint16(b[8:], uint16(d>>48))
}

// The days of the years 1 and 9999 that are the first and the last.
const (
	minISODays = -719162
	maxISODays = 2932896
)

// PutISOTimestamp writes a timestamp of microseconds since 1970-01-01 in the style
// ISO. It writes nothing, and returns 0, for timestamps that are not of the years 1
// to 9999.
func PutISOTimestamp(b []byte, us int64) int {
	if us < minISODays*microsPerDay || us >= (maxISODays+1)*microsPerDay {
		return 0
	}
	_ = b[PutRoom-1]
	days, rest := splitMicros(us)
	PutISODate(b, int32(days))
	b[10] = ' '
	seconds := uint64(rest) / microsPerSecond
	minutes := seconds / 60
	d := digits8(minutes/60*1_000_000+minutes%60*1000+seconds%60) | zeros8 // 15004005
	const colons = (':'-'0')<<16 | (':'-'0')<<40
	binary.LittleEndian.PutUint64(b[11:], d|colons)
	micros := uint64(rest) - seconds*microsPerSecond
	if micros == 0 {
		return 19
	}
	d = digits8(micros * 100)
	b[19] = '.'
	binary.LittleEndian.PutUint64(b[20:], d|zeros8)
	return 20 + 8 - bits.LeadingZeros64(d)/8
}
