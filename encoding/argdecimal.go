package encoding

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"github.com/csvsql/csvsql/wire/pgvalue"
)

// maxPrecision is how many digits a decimal128 has.
const maxPrecision = 38

// decimals makes an array of numerics: of the least precision and scale that
// hold all of them; of text, if that is more than a decimal128 has, for the
// engine to convert; of float64, if one is NaN or infinite.
func (d *argDecoder) decimals(values [][]byte) (arrow.Array, error) {
	parsed := make([]pgvalue.Decimal, len(values))
	whole, scale := 0, 0
	for i, v := range values {
		if v == nil {
			continue
		}
		var err error
		if parsed[i], err = pgvalue.ParseNumeric(v); err != nil {
			return nil, err
		}
		if parsed[i].Form != pgvalue.Finite {
			return d.build(arrow.PrimitiveTypes.Float64, values, d.appendText)
		}
		scale = max(scale, parsed[i].Scale)
		whole = max(whole, len(parsed[i].Digits)-parsed[i].Scale)
	}
	precision := max(whole+scale, 1)
	if precision > maxPrecision {
		return d.build(arrow.BinaryTypes.String, values, d.appendText)
	}
	b := array.NewDecimal128Builder(d.mem, &arrow.Decimal128Type{Precision: int32(precision), Scale: int32(scale)})
	defer b.Release()
	for i, v := range values {
		if v == nil {
			b.AppendNull()
		} else {
			b.Append(unscaled(parsed[i], scale))
		}
	}
	return b.NewArray(), nil
}

// unscaled is the integer that stands for a number at a scale, at which it has
// no more than maxPrecision digits.
func unscaled(n pgvalue.Decimal, scale int) decimal128.Num {
	for ; n.Scale < scale && len(n.Digits) > 0; n.Scale++ {
		n.Digits = append(n.Digits, '0')
	}
	v, _ := n.Numeric()
	num := decimal128.New(int64(v.High), v.Low)
	if v.Neg {
		return num.Negate()
	}
	return num
}
