package pgvalue

import (
	"encoding/binary"
	"math"
)

// AppendInt appends an int2, int4 or int8 as text.
func AppendInt(dst []byte, v int64) []byte {
	if v < 0 {
		return AppendUint(append(dst, '-'), -uint64(v))
	}
	return AppendUint(dst, uint64(v))
}

// AppendUint appends an unsigned integer as text, such as an oid.
func AppendUint(dst []byte, v uint64) []byte {
	n := digitCount(v)
	dst = extend(dst, n)
	putDigits(dst[len(dst)-n:], v)
	return dst
}

// AppendInt2 appends an int2 as text.
func AppendInt2(dst []byte, v int16) []byte { return AppendInt(dst, int64(v)) }

// AppendInt4 appends an int4 as text.
func AppendInt4(dst []byte, v int32) []byte { return AppendInt(dst, int64(v)) }

// AppendInt8 appends an int8 as text.
func AppendInt8(dst []byte, v int64) []byte { return AppendInt(dst, v) }

// AppendInt2Binary appends an int2 as 2 bytes.
func AppendInt2Binary(dst []byte, v int16) []byte {
	return binary.BigEndian.AppendUint16(dst, uint16(v))
}

// AppendInt4Binary appends an int4 as 4 bytes.
func AppendInt4Binary(dst []byte, v int32) []byte {
	return binary.BigEndian.AppendUint32(dst, uint32(v))
}

// AppendInt8Binary appends an int8 as 8 bytes.
func AppendInt8Binary(dst []byte, v int64) []byte {
	return binary.BigEndian.AppendUint64(dst, uint64(v))
}

// AppendOID appends an oid as text.
func AppendOID(dst []byte, v uint32) []byte { return AppendUint(dst, uint64(v)) }

// AppendOIDBinary appends an oid as 4 bytes.
func AppendOIDBinary(dst []byte, v uint32) []byte {
	return binary.BigEndian.AppendUint32(dst, v)
}

// ParseInt2 reads an int2.
func ParseInt2(src []byte) (int16, error) {
	v, err := parseInt(src, math.MinInt16, math.MaxInt16, "smallint")
	return int16(v), err
}

// ParseInt4 reads an int4.
func ParseInt4(src []byte) (int32, error) {
	v, err := parseInt(src, math.MinInt32, math.MaxInt32, "integer")
	return int32(v), err
}

// ParseInt8 reads an int8.
func ParseInt8(src []byte) (int64, error) {
	return parseInt(src, math.MinInt64, math.MaxInt64, "bigint")
}

// ParseOID reads an oid. As in PostgreSQL, a negative number stands for the
// unsigned one with the same bits.
func ParseOID(src []byte) (uint32, error) {
	v, err := parseInt(src, math.MinInt32, math.MaxUint32, "oid")
	return uint32(v), err
}

// parseInt reads an optional sign and decimal digits between white space.
func parseInt(src []byte, low, high int64, typ string) (int64, error) {
	s := trimSpace(src)
	neg := false
	if len(s) > 0 && (s[0] == '-' || s[0] == '+') {
		neg = s[0] == '-'
		s = s[1:]
	}
	if !allDigits(s) {
		return 0, errSyntax(typ, src)
	}
	// v stays negative: the negative numbers reach one further.
	var v int64
	for _, c := range s {
		d := int64(c - '0')
		if v < (math.MinInt64+d)/10 {
			return 0, errRange(typ, src)
		}
		v = v*10 - d
	}
	if !neg {
		if v == math.MinInt64 {
			return 0, errRange(typ, src)
		}
		v = -v
	}
	if v < low || v > high {
		return 0, errRange(typ, src)
	}
	return v, nil
}

// DecodeInt2 reads an int2 of 2 bytes.
func DecodeInt2(src []byte) (int16, error) {
	if len(src) != 2 {
		return 0, errLength(len(src), 2)
	}
	return int16(binary.BigEndian.Uint16(src)), nil
}

// DecodeInt4 reads an int4 of 4 bytes.
func DecodeInt4(src []byte) (int32, error) {
	if len(src) != 4 {
		return 0, errLength(len(src), 4)
	}
	return int32(binary.BigEndian.Uint32(src)), nil
}

// DecodeInt8 reads an int8 of 8 bytes.
func DecodeInt8(src []byte) (int64, error) {
	if len(src) != 8 {
		return 0, errLength(len(src), 8)
	}
	return int64(binary.BigEndian.Uint64(src)), nil
}

// DecodeOID reads an oid of 4 bytes.
func DecodeOID(src []byte) (uint32, error) {
	if len(src) != 4 {
		return 0, errLength(len(src), 4)
	}
	return binary.BigEndian.Uint32(src), nil
}

// isSpace reports what PostgreSQL's input functions skip as white space.
func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func trimSpace(s []byte) []byte {
	for len(s) > 0 && isSpace(s[0]) {
		s = s[1:]
	}
	for len(s) > 0 && isSpace(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

// allDigits reports whether s is one or more decimal digits.
func allDigits(s []byte) bool {
	for _, c := range s {
		if !isDigit(c) {
			return false
		}
	}
	return len(s) > 0
}
