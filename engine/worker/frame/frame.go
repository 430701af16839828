// Package frame carries Arrow schemas and record batches between two processes
// one of which does not trust the other.
//
// A frame is one record batch, laid out so that the reader can use it where it
// lies, without copying:
//
//	u32 size of the frame, a multiple of 64
//	u32 rows
//	per array, in pre-order over the columns, their children and dictionaries:
//	    u32 length, u32 offset, u32 nulls
//	    u32 number of further data buffers (views only)
//	    u32 start, u32 length of each buffer, counted from the frame's start
//	the buffers, each at a multiple of 64
//
// All numbers are little endian. Which buffers and children an array has follows
// from its type, which the reader knows: it comes once for each result, with
// [AppendSchema]. Everything is written from its first element on; only a
// run-end encoded array has an offset.
//
// Arrow's own IPC format would do the same at several times the cost for a small
// batch, and its readers trust the flatbuffers they are given.
package frame

import (
	"errors"
	"fmt"
	"math"

	"github.com/apache/arrow-go/v18/arrow"
)

const (
	headerSize = 8
	alignment  = 64
	// maxSize is the size of a frame that its numbers can still describe.
	maxSize = math.MaxInt32
	// maxRows is how many elements an array of a small frame may have: an array
	// of nulls takes no space, however long it is.
	maxRows = 1 << 20
	// maxDepth is how deep types may be nested, maxFields how many there may be
	// in a schema.
	maxDepth  = 128
	maxFields = 1 << 18
)

// ErrTooLarge is returned for a batch that does not fit into a frame.
var ErrTooLarge = errors.New("the batch is larger than 2 GB")

// errMalformed is wrapped by every error about bytes that the other process sent.
var errMalformed = errors.New("malformed frame")

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errMalformed, fmt.Sprintf(format, args...))
}

func align(n int) int { return (n + alignment - 1) &^ (alignment - 1) }

// layout is how the elements of an array of some type are stored.
type layout uint8

const (
	empty       layout = iota // Null: nothing
	bits                      // Boolean: a bitmap
	fixed                     // width bytes each
	offsets32                 // strings and lists: where each begins
	offsets64                 // the large ones
	views                     // headers of 16 bytes, and data buffers
	listView32                // offsets and sizes
	listView64                //
	fixedList                 // n elements of the child each
	fields                    // Struct: the children
	sparseUnion               // type codes, children
	denseUnion                // type codes, offsets, children
	indices                   // Dictionary: numbers of width bytes
	runs                      // run-end encoded: two children
)

// layoutOf is the layout of a type and, where that has one, its width in bytes
// or its number of elements. ok is false for types that have none.
func layoutOf(t arrow.DataType) (l layout, width int, ok bool) {
	switch t := t.(type) {
	case arrow.ExtensionType:
		return layoutOf(t.StorageType())
	case *arrow.NullType:
		return empty, 0, true
	case *arrow.BooleanType:
		return bits, 0, true
	case *arrow.StringType, *arrow.BinaryType, *arrow.ListType, *arrow.MapType:
		return offsets32, 0, true
	case *arrow.LargeStringType, *arrow.LargeBinaryType, *arrow.LargeListType:
		return offsets64, 0, true
	case *arrow.StringViewType, *arrow.BinaryViewType:
		return views, 0, true
	case *arrow.ListViewType:
		return listView32, 0, true
	case *arrow.LargeListViewType:
		return listView64, 0, true
	case *arrow.FixedSizeListType:
		return fixedList, int(t.Len()), true
	case *arrow.StructType:
		return fields, 0, true
	case *arrow.SparseUnionType:
		return sparseUnion, 0, true
	case *arrow.DenseUnionType:
		return denseUnion, 0, true
	case *arrow.DictionaryType:
		_, width, ok = layoutOf(t.IndexType)
		return indices, width, ok
	case *arrow.RunEndEncodedType:
		return runs, 0, true
	case arrow.FixedWidthDataType:
		return fixed, t.BitWidth() / 8, true
	}
	return 0, 0, false
}

// childrenOf are the types of the children, without a dictionary.
func childrenOf(t arrow.DataType) []arrow.Field {
	switch t := t.(type) {
	case arrow.ExtensionType:
		return childrenOf(t.StorageType())
	case *arrow.DictionaryType:
		return nil
	case arrow.NestedType:
		return t.Fields()
	}
	return nil
}

// storageOf is t, or what it is stored as if it is an extension type.
func storageOf(t arrow.DataType) arrow.DataType {
	if e, ok := t.(arrow.ExtensionType); ok {
		return e.StorageType()
	}
	return t
}
