package duckdb

import (
	"fmt"
	"math"
	"sync"
	"unsafe"

	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine/numeric"
)

// readNumber makes z row i of a vector, which is not NULL.
type readNumber func(z *numeric.Decimal, i int) error

// numbers reads a flat vector of any type that has a cast to numeric.
func numbers(v duck.Vector, t duck.LogicalType) (readNumber, error) {
	data := duck.VectorGetData(v)
	switch id := duck.GetTypeId(t); id {
	case duck.TypeBlob:
		return func(z *numeric.Decimal, i int) error { return numeric.FromKey(z, textAt(data, i)) }, nil
	case duck.TypeVarchar:
		return func(z *numeric.Decimal, i int) error { return numeric.Parse(z, string(textAt(data, i))) }, nil
	case duck.TypeTinyInt:
		return integers[int8](data, 0), nil
	case duck.TypeSmallInt:
		return integers[int16](data, 0), nil
	case duck.TypeInteger:
		return integers[int32](data, 0), nil
	case duck.TypeBigInt:
		return integers[int64](data, 0), nil
	case duck.TypeUTinyInt:
		return integers[uint8](data, 0), nil
	case duck.TypeUSmallInt:
		return integers[uint16](data, 0), nil
	case duck.TypeUInteger:
		return integers[uint32](data, 0), nil
	case duck.TypeUBigInt:
		return func(z *numeric.Decimal, i int) error {
			numeric.SetUint128(z, false, 0, at[uint64](data, i), 0)
			return nil
		}, nil
	case duck.TypeHugeInt:
		return hugeInts(data, 0), nil
	case duck.TypeUHugeInt:
		return func(z *numeric.Decimal, i int) error {
			n := at[duckHugeInt](data, i)
			numeric.SetUint128(z, false, uint64(n.high), n.low, 0)
			return nil
		}, nil
	case duck.TypeFloat:
		return func(z *numeric.Decimal, i int) error { return numeric.SetFloat64(z, float64(at[float32](data, i)), 6) }, nil
	case duck.TypeDouble:
		return func(z *numeric.Decimal, i int) error { return numeric.SetFloat64(z, at[float64](data, i), 15) }, nil
	case duck.TypeDecimal:
		scale := int(duck.DecimalScale(t))
		switch duck.DecimalInternalType(t) {
		case duck.TypeSmallInt:
			return integers[int16](data, scale), nil
		case duck.TypeInteger:
			return integers[int32](data, scale), nil
		case duck.TypeBigInt:
			return integers[int64](data, scale), nil
		}
		return hugeInts(data, scale), nil
	case duck.TypeSQLNull:
		return func(*numeric.Decimal, int) error { return nil }, nil // there are none
	default:
		return nil, fmt.Errorf("values of type %s are no numbers", simpleName(id))
	}
}

// smalls reads a flat vector, of a type that numbers reads, where the value is a
// numeric.Small.
func smalls(v duck.Vector, t duck.LogicalType) func(i int) (numeric.Small, bool) {
	data := duck.VectorGetData(v)
	id, scale := duck.GetTypeId(t), 0
	if id == duck.TypeDecimal {
		id, scale = duck.DecimalInternalType(t), int(duck.DecimalScale(t))
	}
	switch id {
	case duck.TypeBlob:
		return func(i int) (numeric.Small, bool) { return numeric.SmallFromKey(textAt(data, i)) }
	case duck.TypeSmallInt:
		return func(i int) (numeric.Small, bool) { return numeric.SmallInt(int64(at[int16](data, i)), scale), true }
	case duck.TypeInteger:
		return func(i int) (numeric.Small, bool) { return numeric.SmallInt(int64(at[int32](data, i)), scale), true }
	case duck.TypeBigInt:
		return func(i int) (numeric.Small, bool) { return numeric.SmallInt(at[int64](data, i), scale), true }
	case duck.TypeHugeInt:
		return func(i int) (numeric.Small, bool) {
			negative, high, low := at[duckHugeInt](data, i).magnitude()
			return numeric.Small{Negative: negative, High: high, Low: low, Scale: scale}, true
		}
	}
	return func(int) (numeric.Small, bool) { return numeric.Small{}, false }
}

func at[T any](data unsafe.Pointer, i int) T {
	return *(*T)(unsafe.Add(data, uintptr(i)*unsafe.Sizeof(*new(T))))
}

func integers[T int8 | int16 | int32 | int64 | uint8 | uint16 | uint32](data unsafe.Pointer, scale int) readNumber {
	return func(z *numeric.Decimal, i int) error {
		n := int64(at[T](data, i))
		magnitude := uint64(n)
		if n < 0 {
			magnitude = -magnitude
		}
		numeric.SetUint128(z, n < 0, 0, magnitude, scale)
		return nil
	}
}

func hugeInts(data unsafe.Pointer, scale int) readNumber {
	return func(z *numeric.Decimal, i int) error {
		n := at[duckHugeInt](data, i)
		negative, high, low := n.magnitude()
		numeric.SetUint128(z, negative, high, low, scale)
		return nil
	}
}

// magnitude is the sign and the absolute value.
func (n duckHugeInt) magnitude() (negative bool, high, low uint64) {
	if n.high >= 0 {
		return false, uint64(n.high), n.low
	}
	low = -n.low
	high = ^uint64(n.high)
	if low == 0 {
		high++
	}
	return true, high, low
}

// inlineText is how long a text may be that a duckdb_string_t holds itself.
const inlineText = 12

// textAt is row i of a vector of texts, in DuckDB's memory.
func textAt(data unsafe.Pointer, i int) []byte {
	p := unsafe.Add(data, uintptr(i)*unsafe.Sizeof(duck.StringT{}))
	n := *(*uint32)(p)
	if n <= inlineText {
		return unsafe.Slice((*byte)(unsafe.Add(p, 4)), n)
	}
	return unsafe.Slice(*(**byte)(unsafe.Add(p, 8)), n)
}

// isNull reports whether row i of a vector with this validity is NULL.
func isNull(mask unsafe.Pointer, i int) bool {
	return mask != nil && at[uint64](mask, i>>6)>>(i&63)&1 == 0
}

// setNull makes row i of a vector NULL.
func setNull(v duck.Vector, i int) {
	duck.VectorEnsureValidityWritable(v)
	word := (*uint64)(unsafe.Add(duck.VectorGetValidity(v), 8*(i>>6)))
	*word &^= 1 << (i & 63)
}

// keys are numerics that go into a vector, in one call.
type keys struct {
	data    []byte
	offsets []int32
}

var keyBuffers = sync.Pool{New: func() any { return new(keys) }}

func newKeys() *keys {
	k := keyBuffers.Get().(*keys)
	k.data, k.offsets = k.data[:0], append(k.offsets[:0], 0)
	return k
}

func (k *keys) add(x *numeric.Decimal) {
	k.data = numeric.AppendKey(k.data, x)
	k.offsets = append(k.offsets, int32(len(k.data)))
}

func (k *keys) addSmall(x numeric.Small) {
	k.data = x.AppendKey(k.data)
	k.offsets = append(k.offsets, int32(len(k.data)))
}

// skipTo makes row i the next one; those before that were not added are NULL.
func (k *keys) skipTo(i int) {
	for len(k.offsets) <= i {
		k.offsets = append(k.offsets, int32(len(k.data)))
	}
}

// store writes the rows into a vector, whose NULLs are marked, and ends the use
// of k.
func (k *keys) store(v duck.Vector) {
	assignTexts(v, k.offsets, unsafe.Pointer(unsafe.SliceData(k.data)), nil, 0, len(k.offsets)-1)
	keyBuffers.Put(k)
}

// doubles reads a flat vector of numbers as doubles.
func doubles(v duck.Vector) (func(i int) float64, error) {
	t := duck.VectorGetColumnType(v)
	defer duck.DestroyLogicalType(&t)
	data := duck.VectorGetData(v)
	switch duck.GetTypeId(t) {
	case duck.TypeDouble:
		return func(i int) float64 { return at[float64](data, i) }, nil
	case duck.TypeFloat:
		return func(i int) float64 { return float64(at[float32](data, i)) }, nil
	case duck.TypeInteger:
		return func(i int) float64 { return float64(at[int32](data, i)) }, nil
	case duck.TypeBigInt:
		return func(i int) float64 { return float64(at[int64](data, i)) }, nil
	}
	read, err := numbers(v, t)
	if err != nil {
		return nil, err
	}
	var x numeric.Decimal
	return func(i int) float64 {
		if read(&x, i) != nil {
			return math.NaN()
		}
		return numeric.Float64(&x)
	}, nil
}
