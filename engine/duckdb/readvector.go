package duckdb

import (
	"fmt"
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	duck "github.com/duckdb/duckdb-go-bindings"
)

// The arguments of functions in Go, out of DuckDB's vectors. They are of few
// types.

// readVector makes an array, which the caller releases, of the first n values of
// a flat vector.
func readVector(v duck.Vector, n int, t arrow.DataType) (arrow.Array, error) {
	b := array.NewBuilder(memory.DefaultAllocator, t)
	defer b.Release()
	if err := appendValues(b, v, 0, n); err != nil {
		return nil, err
	}
	return b.NewArray(), nil
}

func appendValues(b array.Builder, v duck.Vector, from, n int) error {
	valid := validity(v, from, n)
	data := duck.VectorGetData(v)
	switch b := b.(type) {
	case *array.Uint32Builder:
		b.AppendValues(unsafe.Slice((*uint32)(data), from+n)[from:], valid)
	case *array.Int16Builder:
		b.AppendValues(unsafe.Slice((*int16)(data), from+n)[from:], valid)
	case *array.Int32Builder:
		b.AppendValues(unsafe.Slice((*int32)(data), from+n)[from:], valid)
	case *array.Int64Builder:
		b.AppendValues(unsafe.Slice((*int64)(data), from+n)[from:], valid)
	case *array.Float64Builder:
		b.AppendValues(unsafe.Slice((*float64)(data), from+n)[from:], valid)
	case *array.BooleanBuilder:
		b.AppendValues(unsafe.Slice((*bool)(data), from+n)[from:], valid)
	case *array.StringBuilder:
		values := unsafe.Slice((*duck.StringT)(data), from+n)[from:]
		for i := range values {
			if valid != nil && !valid[i] {
				b.AppendNull()
				continue
			}
			b.Append(duck.StringTData(&values[i]))
		}
	case *array.BinaryBuilder:
		values := unsafe.Slice((*duck.StringT)(data), from+n)[from:]
		for i := range values {
			if valid != nil && !valid[i] {
				b.AppendNull()
				continue
			}
			b.Append([]byte(duck.StringTData(&values[i])))
		}
	case *array.ListBuilder:
		type entry struct{ offset, length uint64 }
		child := duck.ListVectorGetChild(v)
		for i, e := range unsafe.Slice((*entry)(data), from+n)[from:] {
			if valid != nil && !valid[i] {
				b.AppendNull()
				continue
			}
			b.Append(true)
			if err := appendValues(b.ValueBuilder(), child, int(e.offset), int(e.length)); err != nil {
				return err
			}
		}
	default:
		return fmt.Errorf("values of type %s cannot be taken from the engine", b.Type())
	}
	return nil
}

// validity says which values are not NULL; nil if all are.
func validity(v duck.Vector, from, n int) []bool {
	mask := duck.VectorGetValidity(v)
	if mask == nil {
		return nil
	}
	valid := make([]bool, n)
	for i := range valid {
		valid[i] = duck.ValidityRowIsValid(mask, duck.IdxT(from+i))
	}
	return valid
}
