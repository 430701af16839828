package server

import (
	"encoding/binary"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/extensions"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/dialect/rewrite"
)

// numeric is a column of values that PostgreSQL has as numeric with a scale for
// each value, for which the engine has no type.
type numeric struct {
	column int
	// appendText appends the numeric of row i of the engine's column to dst.
	// false means NULL.
	appendText func(dst []byte, column arrow.Array, i int) ([]byte, bool)
}

// numericType is the type of the columns: decimal digits, as text.
var numericType = extensions.NewOpaqueType(arrow.BinaryTypes.String, "bignum", engine.OpaqueVendor)

// numericColumns are the columns that have to be made numeric, and the schema
// with them.
func numericColumns(marked []rewrite.NumericColumn, schema *arrow.Schema) ([]numeric, *arrow.Schema) {
	var list []numeric
	fields := schema.Fields()
	for _, m := range marked {
		i := m.Index
		if i < 0 {
			i += len(fields)
		}
		if i < 0 || i >= len(fields) {
			continue
		}
		n := numeric{column: i}
		if m.Round {
			n.appendText = appendRounded(m.Digits)
			list = append(list, n)
			fields = slices.Clone(fields)
			fields[i] = arrow.Field{Name: fields[i].Name, Type: numericType, Nullable: true}
			continue
		}
		switch t := fields[i].Type.(type) {
		case *arrow.StructType:
			if t.NumFields() != 2 || t.Field(0).Name != "n" || t.Field(1).Name != "d" {
				continue
			}
			n.appendText = appendQuotient
		case *arrow.Float64Type:
			if !m.Float {
				continue
			}
			n.appendText = appendFloat
		default:
			continue
		}
		list = append(list, n)
		fields = slices.Clone(fields)
		fields[i] = arrow.Field{Name: fields[i].Name, Type: numericType, Nullable: true}
	}
	if list == nil {
		return nil, schema
	}
	return list, arrow.NewSchema(fields, nil)
}

// withNumerics makes the numeric columns of a batch. The caller releases the new
// batch, and b stays the engine's.
func withNumerics(schema *arrow.Schema, list []numeric, b arrow.RecordBatch) arrow.RecordBatch {
	columns := slices.Clone(b.Columns())
	for _, n := range list {
		text := array.NewStringBuilder(memory.DefaultAllocator)
		var buf []byte
		for i := range int(b.NumRows()) {
			var ok bool
			if buf, ok = n.appendText(buf[:0], b.Column(n.column), i); ok {
				text.BinaryBuilder.Append(buf)
			} else {
				text.AppendNull()
			}
		}
		storage := text.NewArray()
		text.Release()
		columns[n.column] = array.NewExtensionArrayWithStorage(numericType, storage)
		storage.Release()
	}
	out := array.NewRecordBatch(schema, columns, b.NumRows())
	for _, n := range list {
		columns[n.column].Release()
	}
	return out
}

// appendFloat is the cast of a double to numeric, which has 15 digits.
func appendFloat(dst []byte, column arrow.Array, i int) ([]byte, bool) {
	if column.IsNull(i) {
		return dst, false
	}
	f := column.(*array.Float64).Value(i)
	switch {
	case math.IsNaN(f):
		return append(dst, "NaN"...), true
	case math.IsInf(f, 0):
		return append(dst, strings.TrimPrefix(strconv.FormatFloat(f, 'f', -1, 64), "+")+"inity"...), true
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(f, 'e', 14, 64), 64)
	if err != nil {
		rounded = f
	}
	return strconv.AppendFloat(dst, rounded, 'f', -1, 64), true
}

// appendQuotient divides the fields of a struct as PostgreSQL divides numerics.
func appendQuotient(dst []byte, column arrow.Array, i int) ([]byte, bool) {
	s := column.(*array.Struct)
	if s.IsNull(i) {
		return dst, false
	}
	n, d, ok := quotientAt(s, i)
	if !ok {
		return dst, false
	}
	return divide(dst, n, d, chosenScale(n, d)), true
}

// quotientAt are the fields of a struct; false means NULL.
func quotientAt(s *array.Struct, i int) (n, d decimal, ok bool) {
	if n, ok = decimalAt(s.Field(0), i); !ok {
		return n, d, false
	}
	d, ok = decimalAt(s.Field(1), i)
	return n, d, ok && d.unscaled.Sign() != 0
}

// appendRounded is round(x, digits), where x is a quotient or any number. A
// quotient has the digits that PostgreSQL computes it with before.
func appendRounded(digits int) func(dst []byte, column arrow.Array, i int) ([]byte, bool) {
	one := decimal{unscaled: big.NewInt(1)}
	return func(dst []byte, column arrow.Array, i int) ([]byte, bool) {
		x, ok := decimal{}, false
		if s, isStruct := column.(*array.Struct); isStruct {
			if s.IsNull(i) {
				return dst, false
			}
			n, d, isThere := quotientAt(s, i)
			if !isThere {
				return dst, false
			}
			x, ok = parseDecimal(string(divide(nil, n, d, chosenScale(n, d))))
		} else {
			x, ok = decimalAt(column, i)
		}
		if !ok {
			return dst, false
		}
		scale := max(digits, 0)
		if digits < 0 { // before the point
			shift := decimal{unscaled: pow10(-digits)}
			x, _ = parseDecimal(string(divide(nil, x, shift, 0)))
			x.unscaled.Mul(x.unscaled, shift.unscaled)
		}
		return divide(dst, x, one, scale), true
	}
}

// decimal is unscaled / 10^scale.
type decimal struct {
	unscaled *big.Int
	scale    int
}

// decimalAt is a number of any type; false means NULL.
func decimalAt(a arrow.Array, i int) (decimal, bool) {
	if a.IsNull(i) {
		return decimal{}, false
	}
	switch a := a.(type) {
	case *array.Decimal128:
		return decimal{a.Value(i).BigInt(), int(a.DataType().(*arrow.Decimal128Type).Scale)}, true
	case *array.Int8:
		return decimal{big.NewInt(int64(a.Value(i))), 0}, true
	case *array.Int16:
		return decimal{big.NewInt(int64(a.Value(i))), 0}, true
	case *array.Int32:
		return decimal{big.NewInt(int64(a.Value(i))), 0}, true
	case *array.Int64:
		return decimal{big.NewInt(a.Value(i)), 0}, true
	case *array.Float64:
		return parseDecimal(strconv.FormatFloat(a.Value(i), 'f', -1, 64))
	case array.ExtensionArray:
		return decimalAt(a.Storage(), i)
	case *array.FixedSizeBinary: // hugeint
		return decimal{int128(a.Value(i)), 0}, true
	}
	return parseDecimal(a.ValueStr(i))
}

func parseDecimal(text string) (decimal, bool) {
	whole, fraction, _ := strings.Cut(text, ".")
	n, ok := new(big.Int).SetString(whole+fraction, 10)
	return decimal{n, len(fraction)}, ok
}

// int128 reads a little-endian integer of 16 bytes in two's complement.
func int128(b []byte) *big.Int {
	n := new(big.Int).SetInt64(int64(binary.LittleEndian.Uint64(b[8:])))
	n.Lsh(n, 64)
	return n.Add(n, new(big.Int).SetUint64(binary.LittleEndian.Uint64(b)))
}

// Digits of a quotient (PostgreSQL's numeric.c: NUMERIC_MIN_SIG_DIGITS, and four
// decimal digits to one of its own).
const (
	minSignificant = 16
	groupDigits    = 4
	maxScale       = 1000
)

// chosenScale is the scale that PostgreSQL chooses for n / d: at least 16
// significant digits, and no fewer behind the point than n or d have. It estimates
// where the first digit will be by the first groups of four digits of n and d.
func chosenScale(n, d decimal) int {
	weightN, firstN := leading(n)
	weightD, firstD := leading(d)
	weight := weightN - weightD
	if firstN <= firstD {
		weight--
	}
	return min(max(minSignificant-weight*groupDigits, n.scale, d.scale, 0), maxScale)
}

// divide appends n / d, rounded to scale.
func divide(dst []byte, n, d decimal, scale int) []byte {
	num, den := new(big.Int).Set(n.unscaled), new(big.Int).Set(d.unscaled)
	if shift := scale + d.scale - n.scale; shift >= 0 {
		num.Mul(num, pow10(shift))
	} else {
		den.Mul(den, pow10(-shift))
	}
	negative := num.Sign()*den.Sign() < 0
	num.Abs(num)
	den.Abs(den)
	rest := new(big.Int)
	num.QuoRem(num, den, rest)
	if rest.Lsh(rest, 1).Cmp(den) >= 0 {
		num.Add(num, big.NewInt(1))
	}
	return appendDecimal(dst, num, scale, negative && num.Sign() != 0)
}

// leading is the first group of four digits of a number, counted from the point,
// and how many groups stand between it and the point.
func leading(d decimal) (weight, first int) {
	if d.unscaled.Sign() == 0 {
		return 0, 0
	}
	digits := new(big.Int).Abs(d.unscaled).String()
	point := len(digits) - d.scale // digits before the point, or minus the zeros behind it
	weight = (point+groupDigits-1)/groupDigits - 1
	if point <= 0 {
		weight = -(-point / groupDigits) - 1
	}
	size := point - weight*groupDigits // digits of the first group that are there
	if size > len(digits) {
		digits += strings.Repeat("0", size-len(digits))
	}
	first, _ = strconv.Atoi(digits[:size])
	return weight, first
}

func pow10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

func appendDecimal(dst []byte, n *big.Int, scale int, negative bool) []byte {
	digits := n.String()
	if len(digits) <= scale {
		digits = strings.Repeat("0", scale+1-len(digits)) + digits
	}
	if negative {
		dst = append(dst, '-')
	}
	dst = append(dst, digits[:len(digits)-scale]...)
	if scale > 0 {
		dst = append(append(dst, '.'), digits[len(digits)-scale:]...)
	}
	return dst
}
