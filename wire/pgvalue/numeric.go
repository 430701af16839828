package pgvalue

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// Numeric is a numeric whose digits fit in 128 bits: ±(High·2^64 + Low)·10^-Scale.
// Scale is the number of digits after the point that are shown; where it is
// negative, zeros are shown before the point instead.
// (PostgreSQL documentation, 8.1.2 Arbitrary Precision Numbers.)
type Numeric struct {
	Neg       bool
	High, Low uint64
	Scale     int
}

// The words that stand for a sign or a special value in the binary format.
const (
	numericPositive    = 0x0000
	numericNegative    = 0x4000
	numericNaN         = 0xc000
	numericInfinity    = 0xd000
	numericNegInfinity = 0xf000
)

// numericMaxWeight is the weight of the highest group of four digits that fits
// into the binary format.
const numericMaxWeight = math.MaxInt16

// AppendNumeric appends a numeric as text.
func AppendNumeric(dst []byte, v Numeric) []byte {
	if v.High == 0 && uint(v.Scale) <= 18 {
		return appendNumeric64(dst, v.Neg, v.Low, v.Scale)
	}
	var buf [40]byte
	return AppendNumericDigits(dst, v.Neg, appendUint128(buf[:0], v.High, v.Low), v.Scale)
}

// appendNumeric64 writes the digits after the point first, then the rest.
func appendNumeric64(dst []byte, neg bool, v uint64, scale int) []byte {
	if neg && v != 0 {
		dst = append(dst, '-')
	}
	if scale == 0 {
		return AppendUint(dst, v)
	}
	whole := max(digitCount(v)-scale, 1)
	n := len(dst)
	dst = extend(dst, whole+1+scale)
	b := dst[n:]
	rest := putDigits(b[whole+1:], v)
	b[whole] = '.'
	putDigits(b[:whole], rest)
	return dst
}

// appendUint128 appends the decimal digits of an unsigned 128-bit integer.
func appendUint128(dst []byte, high, low uint64) []byte {
	if high == 0 {
		return AppendUint(dst, low)
	}
	const chunk = 1e18
	quoHigh, rem := high/chunk, high%chunk
	quoLow, last := bits.Div64(rem, low, chunk)
	dst = appendUint128(dst, quoHigh, quoLow)
	return appendPadded(dst, last, 18)
}

// AppendNumericDigits appends ±digits·10^-scale as text. digits are decimal
// digits in ASCII, most significant first, of any number.
func AppendNumericDigits(dst []byte, neg bool, digits []byte, scale int) []byte {
	for len(digits) > 1 && digits[0] == '0' {
		digits = digits[1:]
	}
	zero := len(digits) == 0 || string(digits) == "0"
	if neg && !zero {
		dst = append(dst, '-')
	}
	whole := len(digits) - scale // digits before the point; may be negative
	switch {
	case zero:
		dst = append(dst, '0')
		if scale > 0 {
			dst = appendZeros(append(dst, '.'), scale)
		}
	case scale <= 0:
		dst = appendZeros(append(dst, digits...), -scale)
	case whole > 0:
		dst = append(append(dst, digits[:whole]...), '.')
		dst = append(dst, digits[whole:]...)
	default:
		dst = appendZeros(append(dst, "0."...), -whole)
		dst = append(dst, digits...)
	}
	return dst
}

func appendZeros(dst []byte, n int) []byte {
	for range n {
		dst = append(dst, '0')
	}
	return dst
}

// AppendNumericBinary appends a numeric in binary: the number of groups of four
// digits, the weight of the first (a power of 10000), the sign, the scale, each
// of 2 bytes, then the groups. Groups of zero at either end are left out.
func AppendNumericBinary(dst []byte, v Numeric) []byte {
	if v.High == 0 && v.Scale >= 0 {
		// The last group ends at a multiple of four digits after the point.
		fill := -v.Scale & 3
		if over, low := bits.Mul64(v.Low, pow10[fill]); over == 0 {
			return appendNumericBinary64(dst, v.Neg, low, v.Scale)
		}
	}
	var buf [40]byte
	return AppendNumericDigitsBinary(dst, v.Neg, appendUint128(buf[:0], v.High, v.Low), v.Scale)
}

// appendNumericBinary64 writes v, the last of whose groups is the last one of
// the number.
func appendNumericBinary64(dst []byte, neg bool, v uint64, scale int) []byte {
	if v == 0 {
		return appendNumericHeader(dst, 0, 0, numericPositive, scale)
	}
	weight := -(scale + 3) / 4
	if v%10000 == 0 { // the zeros at the end
		for v%10000 == 0 {
			v /= 10000
			weight++
		}
	}
	groups := (digitCount(v) + 3) / 4
	sign := numericPositive
	if neg {
		sign = numericNegative
	}
	dst = appendNumericHeader(dst, groups, weight+groups-1, sign, scale)
	n := len(dst)
	dst = extend(dst, 2*groups)
	b := dst[n:]
	for i := len(b) - 2; i >= 0; i -= 2 {
		q := v / 10000
		binary.BigEndian.PutUint16(b[i:], uint16(v-q*10000))
		v = q
	}
	return dst
}

func appendNumericHeader(dst []byte, groups, weight, sign, scale int) []byte {
	n := len(dst)
	dst = extend(dst, 8)
	b := dst[n:]
	binary.BigEndian.PutUint16(b[0:], uint16(groups))
	binary.BigEndian.PutUint16(b[2:], uint16(weight))
	binary.BigEndian.PutUint16(b[4:], uint16(sign))
	binary.BigEndian.PutUint16(b[6:], uint16(scale))
	return dst
}

// AppendNumericDigitsBinary appends ±digits·10^-scale in binary. A number that
// is beyond the binary format, from 10^131072, becomes an infinity.
func AppendNumericDigitsBinary(dst []byte, neg bool, digits []byte, scale int) []byte {
	for len(digits) > 0 && digits[0] == '0' {
		digits = digits[1:]
	}
	shown := max(scale, 0)
	for len(digits) > 0 && digits[len(digits)-1] == '0' {
		digits = digits[:len(digits)-1]
		scale--
	}
	if len(digits) == 0 {
		return appendNumericHeader(dst, 0, 0, numericPositive, shown)
	}
	sign := numericPositive
	if neg {
		sign = numericNegative
	}
	// The first and last digit stand for 10^high and 10^low.
	high, low := len(digits)-scale-1, -scale
	first, last := floorDiv4(high), floorDiv4(low)
	if first > numericMaxWeight {
		return appendNumericInfinity(dst, neg)
	}
	dst = appendNumericHeader(dst, first-last+1, first, sign, shown)
	for g := first; g >= last; g-- {
		group := uint16(0)
		for place := 4*g + 3; place >= 4*g; place-- {
			group *= 10
			if i := high - place; i >= 0 && i < len(digits) {
				group += uint16(digits[i] - '0')
			}
		}
		dst = binary.BigEndian.AppendUint16(dst, group)
	}
	return dst
}

func floorDiv4(n int) int { return n >> 2 }

// appendNumericInfinity appends the numeric Infinity or -Infinity.
func appendNumericInfinity(dst []byte, neg bool) []byte {
	sign := numericInfinity
	if neg {
		sign = numericNegInfinity
	}
	return appendNumericHeader(dst, 0, 0, sign, 0x20)
}
