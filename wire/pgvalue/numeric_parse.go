package pgvalue

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// Decimal is a numeric of any length: ±Digits·10^-Scale, or NaN, or an infinity.
type Decimal struct {
	Neg    bool
	Digits []byte // in ASCII, without leading zeros; empty for 0
	Scale  int    // digits after the point; may be negative
	Form   Form
}

// Form tells numbers from what is none.
type Form uint8

const (
	Finite Form = iota
	NaN
	Infinity // with the sign
)

// The limits of a numeric, in digits
// (PostgreSQL documentation, 8.1.2 Arbitrary Precision Numbers).
const (
	maxNumericWhole = 131072
	maxNumericScale = 16383
)

// Numeric converts a finite number whose digits fit in 128 bits.
func (d Decimal) Numeric() (n Numeric, ok bool) {
	n.Neg, n.Scale = d.Neg, d.Scale
	for _, c := range d.Digits {
		high, low := bits.Mul64(n.Low, 10)
		over, top := bits.Mul64(n.High, 10)
		low, carry := bits.Add64(low, uint64(c-'0'), 0)
		top, carry = bits.Add64(top, high, carry)
		if over != 0 || carry != 0 {
			return Numeric{}, false
		}
		n.High, n.Low = top, low
	}
	return n, d.Form == Finite
}

// AppendDecimal appends a number, NaN or an infinity as text.
func AppendDecimal(dst []byte, d Decimal) []byte {
	switch {
	case d.Form == NaN:
		return append(dst, "NaN"...)
	case d.Form == Infinity && d.Neg:
		return append(dst, "-Infinity"...)
	case d.Form == Infinity:
		return append(dst, "Infinity"...)
	}
	return AppendNumericDigits(dst, d.Neg, d.Digits, d.Scale)
}

// AppendDecimalBinary appends a number, NaN or an infinity in binary.
func AppendDecimalBinary(dst []byte, d Decimal) []byte {
	switch d.Form {
	case NaN:
		return appendNumericHeader(dst, 0, 0, numericNaN, 0)
	case Infinity:
		return appendNumericInfinity(dst, d.Neg)
	}
	return AppendNumericDigitsBinary(dst, d.Neg, d.Digits, d.Scale)
}

// ParseNumeric reads a numeric: digits with a point, an exponent, NaN, Infinity.
func ParseNumeric(src []byte) (Decimal, error) {
	s := trimSpace(src)
	var d Decimal
	if len(s) > 0 && (s[0] == '-' || s[0] == '+') {
		d.Neg = s[0] == '-'
		s = s[1:]
	}
	switch string(bytes.ToLower(s)) {
	case "nan":
		if len(s) != len(trimSpace(src)) { // NaN has no sign
			return Decimal{}, errSyntax("numeric", src)
		}
		return Decimal{Form: NaN}, nil
	case "infinity", "inf":
		return Decimal{Neg: d.Neg, Form: Infinity}, nil
	}
	seenPoint, seenDigit := false, false
	for len(s) > 0 && (isDigit(s[0]) || s[0] == '.' && !seenPoint) {
		if s[0] == '.' {
			seenPoint = true
		} else {
			seenDigit = true
			d.Digits = append(d.Digits, s[0])
			if seenPoint {
				d.Scale++
			}
		}
		s = s[1:]
	}
	if !seenDigit {
		return Decimal{}, errSyntax("numeric", src)
	}
	if len(s) > 0 {
		exp, ok := parseExponent(s)
		if !ok {
			return Decimal{}, errSyntax("numeric", src)
		}
		d.Scale -= exp
	}
	d.Digits = bytes.TrimLeft(d.Digits, "0")
	if len(d.Digits)-d.Scale > maxNumericWhole || d.Scale > maxNumericScale {
		return Decimal{}, &Error{OutOfRange, "value overflows numeric format"}
	}
	if len(d.Digits) == 0 {
		d.Neg, d.Scale = false, max(d.Scale, 0)
	}
	return d, nil
}

// parseExponent reads e+10. One that is too large for any numeric is cut.
func parseExponent(s []byte) (exp int, ok bool) {
	if s[0] != 'e' && s[0] != 'E' {
		return 0, false
	}
	s = s[1:]
	neg := false
	if len(s) > 0 && (s[0] == '-' || s[0] == '+') {
		neg = s[0] == '-'
		s = s[1:]
	}
	if !allDigits(s) {
		return 0, false
	}
	for _, c := range s {
		exp = min(exp*10+int(c-'0'), 1<<30)
	}
	if neg {
		exp = -exp
	}
	return exp, true
}

// DecodeNumeric reads a numeric in the form that AppendNumericBinary writes.
func DecodeNumeric(src []byte) (Decimal, error) {
	if len(src) < 8 {
		return Decimal{}, errLength(len(src), 8)
	}
	groups := int(binary.BigEndian.Uint16(src))
	weight := int(int16(binary.BigEndian.Uint16(src[2:])))
	sign := binary.BigEndian.Uint16(src[4:])
	scale := int(binary.BigEndian.Uint16(src[6:]))
	src = src[8:]
	if len(src) != 2*groups {
		return Decimal{}, errLength(len(src), 2*groups)
	}
	switch sign {
	case numericNaN:
		return Decimal{Form: NaN}, nil
	case numericInfinity, numericNegInfinity:
		return Decimal{Form: Infinity, Neg: sign == numericNegInfinity}, nil
	case numericPositive, numericNegative:
	default:
		return Decimal{}, &Error{InvalidBinary, `invalid sign in external "numeric" value`}
	}
	if scale > maxNumericScale {
		return Decimal{}, &Error{InvalidBinary, `invalid scale in external "numeric" value`}
	}
	d := Decimal{Neg: sign == numericNegative, Digits: make([]byte, 0, 4*groups+4)}
	for ; len(src) > 0; src = src[2:] {
		group := uint64(binary.BigEndian.Uint16(src))
		if group > 9999 {
			return Decimal{}, &Error{InvalidBinary, `invalid digit in external "numeric" value`}
		}
		d.Digits = appendPadded(d.Digits, group, 4)
	}
	// The last group stands for 10000^(weight-groups+1). PostgreSQL cuts digits
	// after the scale off, and shows zeros up to it.
	d.Scale = -4 * (weight - groups + 1)
	if cut := d.Scale - scale; cut > 0 {
		d.Digits = d.Digits[:max(len(d.Digits)-cut, 0)]
		d.Scale = scale
	}
	d.Digits = bytes.TrimLeft(d.Digits, "0")
	if len(d.Digits) == 0 {
		return Decimal{Scale: scale}, nil
	}
	for d.Scale < scale {
		d.Digits = append(d.Digits, '0')
		d.Scale++
	}
	return d, nil
}
