package duckdb

import (
	"math/big"
	"slices"
	"strconv"
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine/numeric"
)

// decoder makes the column that leaves the engine, which the caller releases, of
// a column as DuckDB exports it. raw is the data of the vector it was made of.
type decoder func(exported arrow.Array, raw unsafe.Pointer, out arrow.DataType) arrow.Array

// decode applies the decoders. It takes b over.
func (s *schema) decode(b arrow.RecordBatch, chunk duck.DataChunk) arrow.RecordBatch {
	defer b.Release()
	if s.decoders == nil {
		return array.NewRecordBatch(s.out, b.Columns(), b.NumRows())
	}
	columns := slices.Clone(b.Columns())
	for i, d := range s.decoders {
		if d == nil {
			columns[i].Retain()
			continue
		}
		raw := duck.VectorGetData(duck.DataChunkGetVector(chunk, duck.IdxT(i)))
		columns[i] = d(columns[i], raw, s.out.Field(i).Type)
	}
	out := array.NewRecordBatch(s.out, columns, b.NumRows())
	for _, c := range columns {
		c.Release()
	}
	return out
}

// retypeColumn is the decoder of columns that only lack their extension types, and
// of numerics.
func retypeColumn(exported arrow.Array, _ unsafe.Pointer, out arrow.DataType) arrow.Array {
	return retype(exported, out)
}

// appendText appends the text of row i of a column, which is not NULL, to dst.
type appendText func(dst []byte, exported arrow.Array, raw unsafe.Pointer, i int) []byte

// textColumn is the decoder for an extension type over utf8.
func textColumn(text appendText) decoder {
	return func(exported arrow.Array, raw unsafe.Pointer, out arrow.DataType) arrow.Array {
		storage := textsOf(exported, raw, text)
		defer storage.Release()
		return array.NewExtensionArrayWithStorage(out.(arrow.ExtensionType), storage)
	}
}

// textsOf are the texts of a column, which the caller releases.
func textsOf(exported arrow.Array, raw unsafe.Pointer, text appendText) arrow.Array {
	b := array.NewStringBuilder(memory.DefaultAllocator)
	defer b.Release()
	b.Reserve(exported.Len())
	var buf []byte
	for i := range exported.Len() {
		if exported.IsNull(i) {
			b.AppendNull()
			continue
		}
		buf = text(buf[:0], exported, raw, i)
		b.BinaryBuilder.Append(buf)
	}
	return b.NewArray()
}

// appendTimeTZ reads the vector itself, because the Arrow export drops the
// offset. A value is 40 bits of microseconds and 24 bits of seconds that count
// down from the easternmost offset, +15:59:59.
func appendTimeTZ(dst []byte, _ arrow.Array, raw unsafe.Pointer, i int) []byte {
	const easternmost = 16*60*60 - 1
	bits := *(*uint64)(unsafe.Add(raw, 8*i))
	micros := int64(bits >> 24)
	offset := easternmost - int64(bits&(1<<24-1))

	dst = appendClock(dst, micros/1e6)
	if frac := micros % 1e6; frac != 0 {
		digits := strconv.AppendInt(nil, 1e6+frac, 10)[1:]
		for digits[len(digits)-1] == '0' {
			digits = digits[:len(digits)-1]
		}
		dst = append(append(dst, '.'), digits...)
	}
	sign := byte('+')
	if offset < 0 {
		sign, offset = '-', -offset
	}
	dst = appendTwo(append(dst, sign), offset/3600)
	if offset%3600 != 0 {
		dst = appendTwo(append(dst, ':'), offset/60%60)
	}
	if offset%60 != 0 {
		dst = appendTwo(append(dst, ':'), offset%60)
	}
	return dst
}

// appendClock appends seconds of a day as hh:mm:ss.
func appendClock(dst []byte, seconds int64) []byte {
	dst = append(appendTwo(dst, seconds/3600), ':')
	dst = append(appendTwo(dst, seconds/60%60), ':')
	return appendTwo(dst, seconds%60)
}

func appendTwo(dst []byte, n int64) []byte {
	return append(dst, '0'+byte(n/10), '0'+byte(n%10))
}

// appendBit reads DuckDB's form of a bit string: a byte that says how many bits
// of the next one are padding, then the bits, most significant first.
func appendBit(dst []byte, exported arrow.Array, _ unsafe.Pointer, i int) []byte {
	v := binaryValue(exported, i)
	if len(v) == 0 {
		return dst
	}
	bits := v[1:]
	for n := int(v[0]); n < 8*len(bits); n++ {
		dst = append(dst, '0'+bits[n/8]>>(7-n%8)&1)
	}
	return dst
}

// appendNumber writes the number of a key.
func appendNumber(dst []byte, exported arrow.Array, _ unsafe.Pointer, i int) []byte {
	var x numeric.Decimal
	if numeric.FromKey(&x, exported.(*array.Binary).Value(i)) != nil {
		return append(dst, "NaN"...) // no function makes such a key
	}
	return numeric.AppendText(dst, &x)
}

// appendBigNum reads DuckDB's form of a big number: three bytes of header, whose
// first bit is set for positive numbers, then the magnitude, most significant
// byte first. All bits of a negative number are inverted.
func appendBigNum(dst []byte, exported arrow.Array, _ unsafe.Pointer, i int) []byte {
	const header = 3
	v := binaryValue(exported, i)
	if len(v) < header {
		return dst
	}
	magnitude := slices.Clone(v[header:])
	negative := v[0]&0x80 == 0
	if negative {
		for j := range magnitude {
			magnitude[j] = ^magnitude[j]
		}
	}
	n := new(big.Int).SetBytes(magnitude)
	if negative {
		n.Neg(n)
	}
	return n.Append(dst, 10)
}

// binaryValue is a value of a binary column, or of an extension type over one.
func binaryValue(a arrow.Array, i int) []byte {
	if ext, ok := a.(array.ExtensionArray); ok {
		a = ext.Storage()
	}
	return a.(*array.Binary).Value(i)
}
