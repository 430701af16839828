package duckdb

/*
#include "arrow.h"

// Copies the texts of rows that are not NULL into a vector, in one call for all of them.
static void csvsql_assign_strings(duckdb_vector v, const int32_t *offsets, const char *data,
	const uint8_t *valid, int64_t bit, idx_t n) {
	for (idx_t i = 0; i < n; i++, bit++) {
		if (valid && !(valid[bit >> 3] >> (bit & 7) & 1))
			continue;
		duckdb_unsafe_vector_assign_string_element_len(v, i, data + offsets[i], (idx_t)(offsets[i + 1] - offsets[i]));
	}
}
*/
import "C"

import (
	"encoding/binary"
	"runtime"
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/extensions"
	duck "github.com/duckdb/duckdb-go-bindings"
)

// writeVector copies an array into a vector that has the type logicalType gives
// for its type, and returns about how many bytes that are. Texts have to be
// valid UTF-8, as Arrow has it.
func writeVector(v duck.Vector, a arrow.Array) (int64, error) {
	writeValidity(v, a)
	n := a.Len()
	switch a := a.(type) {
	case *array.Boolean:
		out := vectorData[bool](v, n)
		for i := range out {
			out[i] = a.Value(i)
		}
		return int64(n), nil
	case *array.Int8:
		return copyVector(v, a.Int8Values()), nil
	case *array.Int16:
		return copyVector(v, a.Int16Values()), nil
	case *array.Int32:
		return copyVector(v, a.Int32Values()), nil
	case *array.Int64:
		return copyVector(v, a.Int64Values()), nil
	case *array.Uint8:
		return copyVector(v, a.Uint8Values()), nil
	case *array.Uint16:
		return copyVector(v, a.Uint16Values()), nil
	case *array.Uint32:
		return copyVector(v, a.Uint32Values()), nil
	case *array.Uint64:
		return copyVector(v, a.Uint64Values()), nil
	case *array.Float32:
		return copyVector(v, a.Float32Values()), nil
	case *array.Float64:
		return copyVector(v, a.Float64Values()), nil
	case *array.Date32:
		return copyVector(v, a.Date32Values()), nil
	case *array.Timestamp:
		if a.DataType().(*arrow.TimestampType).Unit == arrow.Microsecond {
			return copyVector(v, a.TimestampValues()), nil
		}
	case *array.Time64:
		if a.DataType().(*arrow.Time64Type).Unit == arrow.Microsecond {
			return copyVector(v, a.Time64Values()), nil
		}
	case *array.MonthDayNanoInterval:
		out := vectorData[duckInterval](v, n)
		for i, iv := range a.MonthDayNanoIntervalValues() {
			out[i] = duckInterval{iv.Months, iv.Days, iv.Nanoseconds / 1000}
		}
		return int64(n) * 16, nil
	case *array.Decimal128:
		return writeDecimals(v, a), nil
	case *array.String:
		return writeStrings(v, a, a.ValueOffsets(), a.ValueBytes()), nil
	case *array.Binary:
		return writeStrings(v, a, a.ValueOffsets(), a.ValueBytes()), nil
	case *extensions.UUIDArray:
		return writeUUIDs(v, a.Storage().(*array.FixedSizeBinary)), nil
	case array.ExtensionArray:
		return writeVector(v, a.Storage())
	case *array.List:
		return writeLists(v, a)
	}
	return 0, unsupportedParam(a.DataType())
}

// vectorData is the memory of the first n values of a vector.
func vectorData[T any](v duck.Vector, n int) []T {
	return unsafe.Slice((*T)(duck.VectorGetData(v)), n)
}

// copyVector copies values that DuckDB stores as Arrow does.
func copyVector[T any](v duck.Vector, values []T) int64 {
	var one T
	return int64(copy(vectorData[T](v, len(values)), values)) * int64(unsafe.Sizeof(one))
}

// writeValidity marks the rows that are NULL. All are valid before.
func writeValidity(v duck.Vector, a arrow.Array) {
	if a.NullN() == 0 {
		return
	}
	duck.VectorEnsureValidityWritable(v)
	mask := unsafe.Slice((*uint64)(duck.VectorGetValidity(v)), (a.Len()+63)/64)
	for i := range a.Len() {
		if a.IsNull(i) {
			mask[i>>6] &^= 1 << (i & 63)
		}
	}
}

// duckInterval is duckdb_interval.
type duckInterval struct {
	months, days int32
	micros       int64
}

// duckHugeInt is duckdb_hugeint.
type duckHugeInt struct {
	low  uint64
	high int64
}

// writeDecimals copies decimals, which DuckDB keeps in the smallest integer that
// holds their precision.
func writeDecimals(v duck.Vector, a *array.Decimal128) int64 {
	switch p := a.DataType().(*arrow.Decimal128Type).Precision; {
	case p <= 4:
		return narrowDecimals[int16](v, a)
	case p <= 9:
		return narrowDecimals[int32](v, a)
	case p <= 18:
		return narrowDecimals[int64](v, a)
	}
	out := vectorData[duckHugeInt](v, a.Len())
	for i, n := range a.Values() {
		out[i] = duckHugeInt{n.LowBits(), n.HighBits()}
	}
	return int64(len(out)) * 16
}

func narrowDecimals[T int16 | int32 | int64](v duck.Vector, a *array.Decimal128) int64 {
	out := vectorData[T](v, a.Len())
	for i, n := range a.Values() {
		out[i] = T(n.LowBits())
	}
	return int64(len(out)) * 8
}

// writeUUIDs copies UUIDs, which DuckDB keeps as numbers that order as they do.
func writeUUIDs(v duck.Vector, a *array.FixedSizeBinary) int64 {
	out := vectorData[duckHugeInt](v, a.Len())
	for i := range out {
		if b := a.Value(i); a.IsValid(i) {
			out[i] = duckHugeInt{binary.BigEndian.Uint64(b[8:]), int64(binary.BigEndian.Uint64(b) ^ 1<<63)}
		}
	}
	return int64(len(out)) * 16
}

// writeStrings copies the texts of an array with these offsets into data.
func writeStrings(v duck.Vector, a arrow.Array, offsets []int32, data []byte) int64 {
	n := a.Len()
	if n == 0 {
		return 0
	}
	// data begins with the first value, offsets count from the array's start.
	first := offsets[0]
	var base, valid unsafe.Pointer
	if len(data) > 0 {
		base = unsafe.Pointer(unsafe.SliceData(data))
	}
	if a.NullN() > 0 {
		valid = unsafe.Pointer(unsafe.SliceData(a.NullBitmapBytes()))
	}
	if first != 0 {
		shifted := make([]int32, n+1)
		for i := range shifted {
			shifted[i] = offsets[i] - first
		}
		offsets = shifted
	}
	assignTexts(v, offsets, base, valid, a.Data().Offset(), n)
	runtime.KeepAlive(a)
	return int64(len(data)) + 16*int64(n)
}

// assignTexts copies the n texts with these offsets, of which there is one more,
// into a vector. valid is the bitmap of those that are not NULL, from a bit on;
// nil if all are.
func assignTexts(v duck.Vector, offsets []int32, data, valid unsafe.Pointer, bit, n int) {
	C.csvsql_assign_strings(C.duckdb_vector(v.Ptr), (*C.int32_t)(unsafe.Pointer(unsafe.SliceData(offsets))),
		(*C.char)(data), (*C.uint8_t)(valid), C.int64_t(bit), C.idx_t(n))
}

// listEntry is duckdb_list_entry.
type listEntry struct{ offset, length uint64 }

func writeLists(v duck.Vector, a *array.List) (int64, error) {
	first, last := int64(0), int64(0)
	entries := vectorData[listEntry](v, a.Len())
	for i := range entries {
		from, to := a.ValueOffsets(i)
		if i == 0 {
			first = from
		}
		entries[i] = listEntry{uint64(from - first), uint64(to - from)}
		last = to
	}
	duck.ListVectorReserve(v, duck.IdxT(last-first))
	duck.ListVectorSetSize(v, duck.IdxT(last-first))
	items := array.NewSlice(a.ListValues(), first, last)
	defer items.Release()
	n, err := writeVector(duck.ListVectorGetChild(v), items)
	return n + int64(len(entries))*16, err
}
