package duckdb

import (
	"fmt"
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	duck "github.com/duckdb/duckdb-go-bindings"
)

// Values of the few types that catalog relations and functions have, into and
// out of DuckDB's vectors.

// fillVector sets the first values of v, a flat vector, to those of a.
func fillVector(v duck.Vector, a arrow.Array) error {
	if a.NullN() > 0 {
		setNulls(v, a)
	}
	data := duck.VectorGetData(v)
	switch a := a.(type) {
	case *array.Uint32:
		copy(unsafe.Slice((*uint32)(data), a.Len()), a.Uint32Values())
	case *array.Int16:
		copy(unsafe.Slice((*int16)(data), a.Len()), a.Int16Values())
	case *array.Int32:
		copy(unsafe.Slice((*int32)(data), a.Len()), a.Int32Values())
	case *array.Int64:
		copy(unsafe.Slice((*int64)(data), a.Len()), a.Int64Values())
	case *array.Float32:
		copy(unsafe.Slice((*float32)(data), a.Len()), a.Float32Values())
	case *array.Float64:
		copy(unsafe.Slice((*float64)(data), a.Len()), a.Float64Values())
	case *array.Timestamp:
		copy(unsafe.Slice((*arrow.Timestamp)(data), a.Len()), a.TimestampValues())
	case *array.Boolean:
		out := unsafe.Slice((*bool)(data), a.Len())
		for i := range out {
			out[i] = a.Value(i)
		}
	case *array.String:
		for i := range a.Len() {
			if a.IsValid(i) {
				duck.VectorAssignStringElement(v, duck.IdxT(i), a.Value(i))
			}
		}
	case *array.List:
		return fillLists(v, a)
	default:
		return fmt.Errorf("values of type %s cannot be given to the engine", a.DataType())
	}
	return nil
}

func setNulls(v duck.Vector, a arrow.Array) {
	duck.VectorEnsureValidityWritable(v)
	mask := duck.VectorGetValidity(v)
	for i := range a.Len() {
		if a.IsNull(i) {
			duck.ValiditySetRowInvalid(mask, duck.IdxT(i))
		}
	}
}

// fillLists fills an empty vector of lists.
func fillLists(v duck.Vector, a *array.List) error {
	type entry struct{ offset, length uint64 }
	out := unsafe.Slice((*entry)(duck.VectorGetData(v)), a.Len())
	for i := range out {
		from, to := a.ValueOffsets(i)
		out[i] = entry{uint64(from), uint64(to - from)}
	}
	items := a.ListValues()
	n := duck.IdxT(items.Len())
	if duck.ListVectorReserve(v, n) == duck.StateError || duck.ListVectorSetSize(v, n) == duck.StateError {
		return fmt.Errorf("a list of %d items cannot be given to the engine", items.Len())
	}
	return fillVector(duck.ListVectorGetChild(v), items)
}

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
