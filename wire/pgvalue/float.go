package pgvalue

import (
	"encoding/binary"
	"math"
	"strconv"
)

// AppendFloat8 appends a float8 as text: the fewest digits that read back as
// the same number, scientific for exponents below -4 and from 15.
func AppendFloat8(dst []byte, v float64) []byte {
	abs := math.Abs(v)
	switch {
	case v == 0:
		if math.Signbit(v) {
			return append(dst, "-0"...)
		}
		return append(dst, '0')
	case abs >= 1e-4 && abs < 1e15:
		if abs < 1e11 {
			// Four decimals or less, as most data has: the number of ten
			// thousandths has up to 15 digits, and no two decimals of so few
			// digits are the same float8.
			if u := uint64(abs*1e4 + 0.5); float64(u)/1e4 == abs {
				return appendTenThousandths(dst, v < 0, u)
			}
		}
		return strconv.AppendFloat(dst, v, 'f', -1, 64)
	case abs <= math.MaxFloat64:
		return appendScientific(dst, v, 64)
	}
	return appendNonFinite(dst, v)
}

// appendTenThousandths appends u/10000 without zeros at the end.
func appendTenThousandths(dst []byte, neg bool, u uint64) []byte {
	if u%10000 == 0 {
		return appendNumeric64(dst, neg, u/10000, 0)
	}
	scale := 4
	for u%10 == 0 {
		u /= 10
		scale--
	}
	return appendNumeric64(dst, neg, u, scale)
}

// AppendFloat4 appends a float4 as text: the fewest digits that read back as
// the same number, scientific for exponents below -4 and from 6.
func AppendFloat4(dst []byte, v float32) []byte {
	abs := max(v, -v)
	switch {
	case v == 0:
		if math.Signbit(float64(v)) {
			return append(dst, "-0"...)
		}
		return append(dst, '0')
	case abs >= 1e-4 && abs < 1e6:
		return appendFixed4(dst, v)
	case abs <= math.MaxFloat32:
		return appendScientific(dst, float64(v), 32)
	}
	return appendNonFinite(dst, float64(v))
}

func appendNonFinite(dst []byte, v float64) []byte {
	switch {
	case v > 0:
		return append(dst, "Infinity"...)
	case v < 0:
		return append(dst, "-Infinity"...)
	}
	return append(dst, "NaN"...)
}

// AppendFloat8Digits appends a float8 as text, rounded as the setting
// extra_float_digits wants it: above 0 as AppendFloat8 does, else to 15 digits
// less as many as it is below 0
// (PostgreSQL documentation, 20.11.2 Locale and Formatting).
func AppendFloat8Digits(dst []byte, v float64, extra int) []byte {
	if extra > 0 {
		return AppendFloat8(dst, v)
	}
	return appendRounded(dst, v, max(15+extra, 1))
}

// AppendFloat4Digits is AppendFloat8Digits for a float4, of 6 digits.
func AppendFloat4Digits(dst []byte, v float32, extra int) []byte {
	if extra > 0 {
		return AppendFloat4(dst, v)
	}
	return appendRounded(dst, float64(v), max(6+extra, 1))
}

func appendRounded(dst []byte, v float64, digits int) []byte {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return appendNonFinite(dst, v)
	}
	return strconv.AppendFloat(dst, v, 'g', digits, 64)
}

// AppendFloat4Binary appends a float4 as 4 bytes.
func AppendFloat4Binary(dst []byte, v float32) []byte {
	return binary.BigEndian.AppendUint32(dst, math.Float32bits(v))
}

// AppendFloat8Binary appends a float8 as 8 bytes.
func AppendFloat8Binary(dst []byte, v float64) []byte {
	return binary.BigEndian.AppendUint64(dst, math.Float64bits(v))
}

// ParseFloat4 reads a float4.
func ParseFloat4(src []byte) (float32, error) {
	v, err := parseFloat(src, 32, "real")
	return float32(v), err
}

// ParseFloat8 reads a float8.
func ParseFloat8(src []byte) (float64, error) {
	return parseFloat(src, 64, "double precision")
}

// quietNaN is the NaN that PostgreSQL makes; Go's has another bit set.
const quietNaN = 0x7ff8 << 48

func parseFloat(src []byte, bitSize int, typ string) (float64, error) {
	s := trimSpace(src)
	for _, c := range s {
		if c == '_' { // Go's own syntax
			return 0, errSyntax(typ, src)
		}
	}
	v, err := strconv.ParseFloat(string(s), bitSize)
	if err == nil {
		// strconv turns what is too small into 0 silently.
		if v == 0 && hasNonzeroDigit(s) {
			return 0, &Error{OutOfRange, `"` + string(src) + `" is out of range for type ` + typ}
		}
		if v != v {
			v = math.Float64frombits(quietNaN)
		}
		return v, nil
	}
	if err.(*strconv.NumError).Err == strconv.ErrRange {
		return 0, &Error{OutOfRange, `"` + string(src) + `" is out of range for type ` + typ}
	}
	return 0, errSyntax(typ, src)
}

// hasNonzeroDigit reports whether the mantissa of a number is not 0.
func hasNonzeroDigit(s []byte) bool {
	for i, c := range s {
		if c == 'e' || c == 'E' {
			return false
		}
		if c == 'x' || c == 'X' {
			return hasNonzeroHexDigit(s[i+1:])
		}
		if c >= '1' && c <= '9' {
			return true
		}
	}
	return false
}

func hasNonzeroHexDigit(s []byte) bool {
	for _, c := range s {
		if c == 'p' || c == 'P' {
			return false
		}
		if v, ok := hexValue(c); ok && v != 0 {
			return true
		}
	}
	return false
}

// DecodeFloat4 reads a float4 of 4 bytes.
func DecodeFloat4(src []byte) (float32, error) {
	if len(src) != 4 {
		return 0, errLength(len(src), 4)
	}
	return math.Float32frombits(binary.BigEndian.Uint32(src)), nil
}

// DecodeFloat8 reads a float8 of 8 bytes.
func DecodeFloat8(src []byte) (float64, error) {
	if len(src) != 8 {
		return 0, errLength(len(src), 8)
	}
	return math.Float64frombits(binary.BigEndian.Uint64(src)), nil
}
