package encoding

import (
	"encoding/binary"
	"math"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/float16"

	"github.com/csvsql/csvsql/wire/oid"
	"github.com/csvsql/csvsql/wire/pgvalue"
)

// boolEncoder writes a bit-packed bool.
type boolEncoder struct {
	binary bool
	bits   []byte
	offset int
}

func (e *boolEncoder) bind(a arrow.Array) {
	e.bits, e.offset = nil, a.Data().Offset()
	if b := a.Data().Buffers()[1]; b != nil {
		e.bits = b.Bytes()
	}
}

func (e *boolEncoder) size() int { return 1 }

func (e *boolEncoder) append(dst []byte, row int) []byte {
	i := uint(row + e.offset)
	v := e.bits[i>>3]&(1<<(i&7)) != 0
	if e.binary {
		return pgvalue.AppendBoolBinary(dst, v)
	}
	return pgvalue.AppendBool(dst, v)
}

// bool8Encoder writes a bool of one byte, any but 0 being true.
type bool8Encoder struct {
	binary bool
	values []int8
}

func (e *bool8Encoder) bind(a arrow.Array) { e.values = arrow.GetValues[int8](a.Data(), 1) }

func (e *bool8Encoder) size() int { return 1 }

func (e *bool8Encoder) append(dst []byte, row int) []byte {
	if e.binary {
		return pgvalue.AppendBoolBinary(dst, e.values[row] != 0)
	}
	return pgvalue.AppendBool(dst, e.values[row] != 0)
}

// integer is what goes out as int2, int4, int8 or oid.
type integer interface {
	int8 | int16 | int32 | int64 | uint8 | uint16 | uint32
}

type integers[T integer] struct{ values []T }

func (e *integers[T]) bind(a arrow.Array) { e.values = arrow.GetValues[T](a.Data(), 1) }

type (
	intText[T integer] struct{ integers[T] }
	intFour[T integer] struct{ integers[T] } // 4 bytes
	intTwo[T integer]  struct{ integers[T] } // 2 bytes
	intWide[T integer] struct{ integers[T] } // 8 bytes
)

func newIntEncoder[T integer](o oid.OID, binary bool) encoder {
	switch {
	case !binary:
		return &intText[T]{}
	case o == oid.Int2:
		return &intTwo[T]{}
	case o == oid.Int8:
		return &intWide[T]{}
	}
	return &intFour[T]{}
}

func (e *intText[T]) size() int { return len("-9223372036854775808") }
func (e *intTwo[T]) size() int  { return 2 }
func (e *intFour[T]) size() int { return 4 }
func (e *intWide[T]) size() int { return 8 }

func (e *intText[T]) append(dst []byte, row int) []byte {
	return pgvalue.AppendInt(dst, int64(e.values[row]))
}

func (e *intText[T]) stage(s *stage) {
	for k, v := range e.values[s.from:][:len(s.at)] {
		if s.isNull(k) {
			s.putNull(k)
			continue
		}
		s.end(k, pgvalue.PutInt(s.value(k), int64(v)))
	}
}

func (e *intTwo[T]) append(dst []byte, row int) []byte {
	return pgvalue.AppendInt2Binary(dst, int16(e.values[row]))
}

func (e *intFour[T]) append(dst []byte, row int) []byte {
	return pgvalue.AppendInt4Binary(dst, int32(e.values[row]))
}

func (e *intWide[T]) append(dst []byte, row int) []byte {
	return pgvalue.AppendInt8Binary(dst, int64(e.values[row]))
}

func (e *intFour[T]) stage(s *stage) {
	for k, v := range e.values[s.from:][:len(s.at)] {
		if s.isNull(k) {
			s.putNull(k)
			continue
		}
		binary.BigEndian.PutUint32(s.value(k), uint32(v))
		s.end(k, 4)
	}
}

func (e *intWide[T]) stage(s *stage) {
	for k, v := range e.values[s.from:][:len(s.at)] {
		if s.isNull(k) {
			s.putNull(k)
			continue
		}
		binary.BigEndian.PutUint64(s.value(k), uint64(v))
		s.end(k, 8)
	}
}

// tidEncoder writes the place of a row.
type tidEncoder struct {
	integers[int64]
	binary bool
}

func (e *tidEncoder) size() int { return len("(4294967295,65535)") }

func (e *tidEncoder) append(dst []byte, row int) []byte {
	v := pgvalue.TID(e.values[row])
	if e.binary {
		return pgvalue.AppendTIDBinary(dst, v)
	}
	return pgvalue.AppendTID(dst, v)
}

// uint64Encoder writes a numeric, the only type that reaches so far, or an oid.
type uint64Encoder struct {
	binary, oid bool
	values      []uint64
}

func newUint64Encoder(o oid.OID, binary bool) encoder {
	return &uint64Encoder{binary: binary, oid: o == oid.OIDType}
}

func (e *uint64Encoder) bind(a arrow.Array) { e.values = arrow.GetValues[uint64](a.Data(), 1) }

func (e *uint64Encoder) size() int { return 20 } // digits, or a header and 6 groups of them

func (e *uint64Encoder) append(dst []byte, row int) []byte {
	v := e.values[row]
	switch {
	case !e.binary:
		return pgvalue.AppendUint(dst, v)
	case e.oid:
		return pgvalue.AppendOIDBinary(dst, uint32(v))
	}
	return pgvalue.AppendNumericBinary(dst, pgvalue.Numeric{Low: v})
}

// float16Encoder writes a float4.
type float16Encoder struct {
	binary bool
	digits int
	values []float16.Num
}

func (e *float16Encoder) bind(a arrow.Array) { e.values = arrow.GetValues[float16.Num](a.Data(), 1) }

func (e *float16Encoder) size() int { return floatSize }

func (e *float16Encoder) append(dst []byte, row int) []byte {
	v := e.values[row].Float32()
	if e.binary {
		return pgvalue.AppendFloat4Binary(dst, v)
	}
	return pgvalue.AppendFloat4Digits(dst, v, e.digits)
}

// floatSize is the length of the longest float: -1.7976931348623157e+308.
const floatSize = 24

type float32s struct{ values []float32 }

func (e *float32s) bind(a arrow.Array) { e.values = arrow.GetValues[float32](a.Data(), 1) }

type float4Text struct {
	float32s
	digits int
}

type float4Binary struct{ float32s }

func newFloat4Encoder(binary bool, digits int) encoder {
	if binary {
		return &float4Binary{}
	}
	return &float4Text{digits: digits}
}

func (e *float4Text) size() int   { return floatSize }
func (e *float4Binary) size() int { return 4 }

func (e *float4Text) append(dst []byte, row int) []byte {
	return pgvalue.AppendFloat4Digits(dst, e.values[row], e.digits)
}

func (e *float4Binary) append(dst []byte, row int) []byte {
	return pgvalue.AppendFloat4Binary(dst, e.values[row])
}

type float64s struct{ values []float64 }

func (e *float64s) bind(a arrow.Array) { e.values = arrow.GetValues[float64](a.Data(), 1) }

type float8Text struct {
	float64s
	digits int
}

type float8Binary struct{ float64s }

func newFloat8Encoder(binary bool, digits int) encoder {
	if binary {
		return &float8Binary{}
	}
	return &float8Text{digits: digits}
}

func (e *float8Text) size() int   { return floatSize }
func (e *float8Binary) size() int { return 8 }

func (e *float8Text) append(dst []byte, row int) []byte {
	return pgvalue.AppendFloat8Digits(dst, e.values[row], e.digits)
}

func (e *float8Binary) stage(s *stage) {
	for k, v := range e.values[s.from:][:len(s.at)] {
		if s.isNull(k) {
			s.putNull(k)
			continue
		}
		binary.BigEndian.PutUint64(s.value(k), math.Float64bits(v))
		s.end(k, 8)
	}
}

func (e *float8Binary) append(dst []byte, row int) []byte {
	return pgvalue.AppendFloat8Binary(dst, e.values[row])
}
