package encoding

import (
	"encoding/binary"
	"strconv"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/pgvalue"
)

// decimalColumn reads numerics of one precision and scale, which is not more than
// a decimal128 has.
func decimalColumn(t arrow.DecimalType, d *argDecoder) copyColumn {
	typ := &arrow.Decimal128Type{Precision: t.GetPrecision(), Scale: t.GetScale()}
	p, scale := int(typ.Precision), int(typ.Scale)
	return parsedColumn(array.NewDecimal128Builder(d.mem, typ), func(v []byte) (decimal128.Num, error) {
		if n, ok := shortDecimal(v, p, scale); ok {
			return decimal128.FromI64(n), nil
		}
		parsed, err := pgvalue.ParseNumeric(v)
		if err != nil {
			return decimal128.Num{}, err
		}
		return fitDecimal(parsed, p, scale)
	})
}

// binaryDecimalColumn is decimalColumn for the binary format.
func binaryDecimalColumn(t arrow.DecimalType, d *argDecoder) copyColumn {
	typ := &arrow.Decimal128Type{Precision: t.GetPrecision(), Scale: t.GetScale()}
	p, scale := int(typ.Precision), int(typ.Scale)
	return parsedColumn(array.NewDecimal128Builder(d.mem, typ), func(v []byte) (decimal128.Num, error) {
		if n, ok := shortBinaryDecimal(v, p, scale); ok {
			return decimal128.FromI64(n), nil
		}
		parsed, err := pgvalue.DecodeNumeric(v)
		if err != nil {
			return decimal128.Num{}, err
		}
		return fitDecimal(parsed, p, scale)
	})
}

// shortBinaryDecimal reads a binary numeric of up to four groups of digits that
// needs no rounding.
func shortBinaryDecimal(v []byte, precision, scale int) (n int64, ok bool) {
	if len(v) < 8 || len(v) > 8+4*2 {
		return 0, false
	}
	groups := int(binary.BigEndian.Uint16(v))
	weight := int(int16(binary.BigEndian.Uint16(v[2:])))
	sign, shown := binary.BigEndian.Uint16(v[4:]), int(binary.BigEndian.Uint16(v[6:]))
	if len(v) != 8+2*groups || sign != 0 && sign != 0x4000 || shown > scale {
		return 0, false
	}
	for i := range groups {
		group := binary.BigEndian.Uint16(v[8+2*i:])
		if group > 9999 {
			return 0, false
		}
		n = n*10000 + int64(group)
	}
	// n counts groups of 10000^(weight-groups+1); the column counts 10^-scale.
	exponent := 4*(weight-groups+1) + scale
	for ; exponent > 0 && n < 1e17; exponent-- {
		n *= 10
	}
	for ; exponent < 0 && n%10 == 0 && n != 0; exponent++ {
		n /= 10
	}
	if n == 0 {
		return 0, true
	}
	if exponent != 0 || precision < shortDigits && n >= pow10(precision) || n >= 1e18 {
		return 0, false
	}
	if sign != 0 {
		n = -n
	}
	return n, true
}

// pow10 is 10^n, for n up to 18.
func pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

// shortDigits is how many digits certainly fit in 64 bits.
const shortDigits = 18

// shortDecimal reads what most decimals are: digits, perhaps with a sign and a
// point, of which there are not too many before it nor behind it.
func shortDecimal(v []byte, precision, scale int) (n int64, ok bool) {
	i := 0
	neg := len(v) > 0 && v[0] == '-'
	if neg {
		i++
	}
	whole, point := 0, -1
	for ; i < len(v); i++ {
		switch c := v[i]; {
		case '0' <= c && c <= '9':
			n = n*10 + int64(c-'0')
			whole++
		case c == '.' && point < 0:
			point = whole
		default:
			return 0, false
		}
		if whole > shortDigits {
			return 0, false
		}
	}
	fraction := 0
	if point >= 0 {
		fraction = whole - point
		whole = point
	}
	if whole+fraction == 0 || fraction > scale || whole > precision-scale || whole+scale > shortDigits {
		return 0, false
	}
	for range scale - fraction {
		n *= 10
	}
	if neg {
		n = -n
	}
	return n, true
}

// fitDecimal rounds a number to a scale, a half away from zero, as PostgreSQL
// does. One that does not fit is an error 22003.
func fitDecimal(n pgvalue.Decimal, precision, scale int) (decimal128.Num, error) {
	if n.Form != pgvalue.Finite {
		e := wire.Errorf("22003", "numeric field overflow")
		e.Detail = "The column holds neither NaN nor infinities."
		return decimal128.Num{}, e
	}
	n = round(n, scale)
	if len(n.Digits) == 0 {
		return decimal128.Num{}, nil
	}
	if len(n.Digits)+scale-n.Scale > precision {
		e := wire.Errorf("22003", "numeric field overflow")
		e.Detail = "A field with precision " + strconv.Itoa(precision) + ", scale " + strconv.Itoa(scale) +
			" must round to an absolute value less than 10^" + strconv.Itoa(precision-scale) + "."
		if precision == scale {
			e.Detail = "A field with precision " + strconv.Itoa(precision) + ", scale " + strconv.Itoa(scale) +
				" must round to an absolute value less than 1."
		}
		return decimal128.Num{}, e
	}
	return unscaled(n, scale), nil
}

// round gives a number no more digits behind the point than scale.
func round(n pgvalue.Decimal, scale int) pgvalue.Decimal {
	drop := n.Scale - scale
	if drop <= 0 {
		return n
	}
	n.Scale = scale
	if drop > len(n.Digits) {
		n.Digits, n.Neg = nil, false
		return n
	}
	kept := n.Digits[:len(n.Digits)-drop]
	up := n.Digits[len(kept)] >= '5'
	n.Digits = kept
	if !up {
		n.Neg = n.Neg && len(kept) > 0
		return n
	}
	for i := len(kept) - 1; i >= 0; i-- {
		if kept[i] != '9' {
			kept[i]++
			return n
		}
		kept[i] = '0'
	}
	n.Digits = append([]byte{'1'}, kept...)
	return n
}

// wholeNumber reads a numeric for a column of integers that has no scale.
func wholeNumber(dst, v []byte) ([]byte, error) {
	n, err := pgvalue.ParseNumeric(v)
	if err == nil && n.Form != pgvalue.Finite {
		err = wire.Errorf("22003", "numeric field overflow")
	}
	if err != nil {
		return dst, err
	}
	n = round(n, 0)
	for n.Scale < 0 && len(n.Digits) > 0 { // an exponent
		n.Digits, n.Scale = append(n.Digits, '0'), n.Scale+1
	}
	n.Scale = 0
	return pgvalue.AppendDecimal(dst, n), nil
}
