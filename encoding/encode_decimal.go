package encoding

import (
	"math/bits"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/decimal"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/decimal256"

	"github.com/csvsql/csvsql/wire/pgvalue"
)

// smallDecimal writes a decimal of 32 or 64 bits.
type smallDecimal[T decimal.Decimal32 | decimal.Decimal64] struct {
	binary bool
	scale  int
	values []T
}

func newSmallDecimalEncoder[T decimal.Decimal32 | decimal.Decimal64](t arrow.DataType, binary bool) encoder {
	return &smallDecimal[T]{binary: binary, scale: int(t.(arrow.DecimalType).GetScale())}
}

func (e *smallDecimal[T]) bind(a arrow.Array) { e.values = arrow.GetValues[T](a.Data(), 1) }

func (e *smallDecimal[T]) append(dst []byte, row int) []byte {
	v := int64(e.values[row])
	n := pgvalue.Numeric{Low: uint64(v), Scale: e.scale}
	if v < 0 {
		n.Neg, n.Low = true, -n.Low
	}
	return appendNumeric(dst, n, e.binary)
}

func (e *smallDecimal[T]) size() int { return decimalSize(19, e.scale) }

func appendNumeric(dst []byte, n pgvalue.Numeric, binary bool) []byte {
	if binary {
		return pgvalue.AppendNumericBinary(dst, n)
	}
	return pgvalue.AppendNumeric(dst, n)
}

// decimal128Encoder writes a decimal of 128 bits. All of them count: the
// largest HUGEINT has more digits than the type declares.
type decimal128Encoder struct {
	binary, unsigned bool
	scale            int
	values           []decimal128.Num
}

func newDecimal128Encoder(m *mapping, binary bool) encoder {
	return &decimal128Encoder{
		binary:   binary,
		unsigned: m.logical == uhugeint,
		scale:    int(m.storage.(arrow.DecimalType).GetScale()),
	}
}

func (e *decimal128Encoder) bind(a arrow.Array) {
	e.values = arrow.GetValues[decimal128.Num](a.Data(), 1)
}

func (e *decimal128Encoder) append(dst []byte, row int) []byte {
	v := e.values[row]
	n := numericOf(uint64(v.HighBits()), v.LowBits(), e.unsigned)
	n.Scale = e.scale
	return appendNumeric(dst, n, e.binary)
}

func (e *decimal128Encoder) size() int { return decimalSize(39, e.scale) }

// decimalSize is how long a decimal of so many digits is at most, in either format.
func decimalSize(digits, scale int) int {
	return digits + max(scale, -scale) + len("-0.") + 8 // a header of the binary format
}

// stage writes what fits in 64 bits without the general form.
func (e *decimal128Encoder) stage(s *stage) {
	fits := e.scale >= 0 && e.scale <= 18 && !e.unsigned
	for k, v := range e.values[s.from:][:len(s.at)] {
		low := int64(v.LowBits())
		switch {
		case s.isNull(k):
			s.putNull(k)
		case !fits || v.HighBits() != low>>63:
			s.put(k, e)
		case e.binary:
			s.end(k, pgvalue.PutNumericBinary(s.value(k), low, e.scale))
		default:
			s.end(k, pgvalue.PutNumeric(s.value(k), low, e.scale))
		}
	}
}

// numericOf makes a numeric of a 128-bit integer.
func numericOf(high, low uint64, unsigned bool) pgvalue.Numeric {
	if unsigned || int64(high) >= 0 {
		return pgvalue.Numeric{High: high, Low: low}
	}
	low, borrow := bits.Sub64(0, low, 0)
	high, _ = bits.Sub64(0, high, borrow)
	return pgvalue.Numeric{Neg: true, High: high, Low: low}
}

// decimal256Encoder writes a decimal of 256 bits by way of its digits.
type decimal256Encoder struct {
	binary bool
	scale  int
	values []decimal256.Num
}

func newDecimal256Encoder(t arrow.DataType, binary bool) encoder {
	return &decimal256Encoder{binary: binary, scale: int(t.(arrow.DecimalType).GetScale())}
}

func (e *decimal256Encoder) bind(a arrow.Array) {
	e.values = arrow.GetValues[decimal256.Num](a.Data(), 1)
}

func (e *decimal256Encoder) size() int { return decimalSize(78, e.scale) }

func (e *decimal256Encoder) append(dst []byte, row int) []byte {
	v := e.values[row]
	neg := v.Sign() < 0
	if neg {
		v = v.Negate()
	}
	var buf [78]byte // 2^256 has 78 digits
	digits := digits256(&buf, v.Array())
	if e.binary {
		return pgvalue.AppendNumericDigitsBinary(dst, neg, digits, e.scale)
	}
	return pgvalue.AppendNumericDigits(dst, neg, digits, e.scale)
}

// digits256 writes the decimal digits of a number, given in words from the
// lowest, into the end of buf.
func digits256(buf *[78]byte, words [4]uint64) []byte {
	const chunk, chunkDigits = 1e19, 19
	at := len(buf)
	for {
		var rest uint64
		for i := len(words) - 1; i >= 0; i-- {
			words[i], rest = bits.Div64(rest, words[i], chunk)
		}
		last := words == [4]uint64{}
		for n := 0; n < chunkDigits && (rest > 0 || !last) && at > 0; n++ {
			at--
			buf[at] = byte('0' + rest%10)
			rest /= 10
		}
		if last {
			return buf[at:]
		}
	}
}
