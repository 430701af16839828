package duckdb

/*
#include "arrow.h"

static void csvsql_release_array(struct ArrowArray *a) {
	if (a->release)
		a->release(a);
	free(a);
}
*/
import "C"

import (
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// importer makes record batches of the arrays that DuckDB exports, of columns
// that are all flat: values of one width, or text.
//
// arrow-go's own import takes seven to eight objects for a column of a batch,
// which for a large result is most of what the server allocates at all. This one
// takes a handful for the batch, and one for a column.
type importer struct {
	schema *arrow.Schema
	widths []int // bits of a value by column; text for strings of bytes
}

// text is the width of columns with offsets.
const text = -1

// newImporter returns nil if not all columns are flat.
func newImporter(schema *arrow.Schema) *importer {
	im := &importer{schema: schema, widths: make([]int, schema.NumFields())}
	for i, f := range schema.Fields() {
		typ := f.Type
		if e, ok := typ.(arrow.ExtensionType); ok {
			typ = e.StorageType()
		}
		switch t := typ.(type) {
		case *arrow.StringType, *arrow.BinaryType:
			im.widths[i] = text
		case *arrow.DictionaryType:
			return nil
		case arrow.FixedWidthDataType:
			im.widths[i] = t.BitWidth()
		default:
			return nil
		}
	}
	return im
}

// columnBuffers is how many buffers a column has at most: validity, offsets,
// values.
const columnBuffers = 3

// imported is what the columns of one batch share. The last of them that is
// released gives the memory back to DuckDB: each column's array.Data has owner
// as a child, which flat arrays never look at.
type imported struct {
	c       *C.struct_ArrowArray // calloc'ed; owned
	data    []array.Data         // one for each column, and owner
	buffers []memory.Buffer
	refs    []*memory.Buffer // to buffers, three for each column, nil for none
	owner   [1]arrow.ArrayData
	hold    [1]*memory.Buffer // of owner
}

// batch takes over c, a calloc'ed array of the columns.
func (im *importer) batch(c *C.struct_ArrowArray) arrow.RecordBatch {
	n := len(im.widths)
	m := &imported{
		c:       c,
		data:    make([]array.Data, n+1),
		buffers: make([]memory.Buffer, columnBuffers*n),
		refs:    make([]*memory.Buffer, columnBuffers*n),
	}
	m.hold[0] = memory.NewBufferWithAllocator(nil, m) // Free is called with its end
	owner := &m.data[n]
	owner.Reset(arrow.Null, 0, m.hold[:], nil, 0, 0)
	m.hold[0].Release() // owner holds it
	m.owner[0] = owner

	owner.Retain() // until all columns hold it
	defer owner.Release()
	columns := make([]arrow.Array, n)
	children := unsafe.Slice(c.children, n)
	for i := range columns {
		columns[i] = im.column(m, i, children[i])
	}
	batch := array.NewRecordBatch(im.schema, columns, int64(c.length))
	for _, column := range columns {
		column.Release() // batch holds them
	}
	return batch
}

func (im *importer) column(m *imported, i int, c *C.struct_ArrowArray) arrow.Array {
	var (
		end     = int(c.offset + c.length)
		source  = unsafe.Slice(c.buffers, int(c.n_buffers))
		refs    = m.refs[columnBuffers*i : columnBuffers*(i+1)]
		buffers = m.buffers[columnBuffers*i : columnBuffers*(i+1)]
	)
	buffer := func(k, size int) {
		if p := source[k]; p != nil {
			buffers[k].Reset(unsafe.Slice((*byte)(p), size))
			refs[k] = &buffers[k]
		}
	}
	buffer(0, (end+7)/8)
	if width := im.widths[i]; width == text {
		buffer(1, 4*(end+1))
		size := 0
		if offsets := source[1]; offsets != nil {
			size = int(unsafe.Slice((*int32)(offsets), end+1)[end])
		}
		buffer(2, size)
	} else {
		buffer(1, (end*width+7)/8)
		refs = refs[:2]
	}
	data := &m.data[i]
	data.Reset(im.schema.Field(i).Type, int(c.length), refs, m.owner[:], int(c.null_count), int(c.offset))
	return array.MakeFromData(data) // holds data, which nobody else does
}

// Free implements memory.Allocator: the last column is gone.
func (m *imported) Free([]byte) { C.csvsql_release_array(m.c) }

// Allocate and Reallocate are never called: the buffer is not mutable.
func (m *imported) Allocate(int) []byte           { panic("duckdb: memory of a batch is not allocated here") }
func (m *imported) Reallocate(int, []byte) []byte { panic("duckdb: memory of a batch does not grow") }
