package duckdb

// #include "flat.h"
import "C"

import (
	"math"
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
)

// flatExport makes record batches of chunks whose columns are all flat: values of
// one width, or text.
//
// DuckDB's own export appends value by value to buffers that grow, and arrow-go's
// import takes seven to eight objects for a column of a batch. Here a batch is one
// block of memory, a handful of objects, and one for a column.
type flatExport struct {
	schema *arrow.Schema
	// columns say how, and are filled in by each export: the session's lock guards
	// them.
	columns []C.struct_csvsql_column
}

// newFlatExport returns nil if not all columns are flat. schema is that of the
// batches.
func newFlatExport(schema *arrow.Schema, types []duck.LogicalType) *flatExport {
	x := &flatExport{schema: schema, columns: make([]C.struct_csvsql_column, len(types))}
	for i, t := range types {
		var ok bool
		if x.columns[i], ok = flatColumn(t); !ok {
			return nil
		}
	}
	return x
}

// flatColumn says how a column of a type is exported, if it is flat.
func flatColumn(t duck.LogicalType) (c C.struct_csvsql_column, ok bool) {
	if isNumericType(t) { // its keys are decoded
		return c, false
	}
	switch duck.GetTypeId(t) {
	case duck.TypeBoolean, duck.TypeTinyInt, duck.TypeUTinyInt:
		c.width = 1
	case duck.TypeSmallInt, duck.TypeUSmallInt:
		c.width = 2
	case duck.TypeInteger, duck.TypeUInteger, duck.TypeFloat, duck.TypeDate:
		c.width = 4
	case duck.TypeBigInt, duck.TypeUBigInt, duck.TypeDouble, duck.TypeTime, duck.TypeTimeNS,
		duck.TypeTimestamp, duck.TypeTimestampS, duck.TypeTimestampMS, duck.TypeTimestampNS, duck.TypeTimestampTZ:
		c.width = 8
	case duck.TypeHugeInt, duck.TypeUHugeInt:
		c.width = 16
	case duck.TypeDecimal:
		c.width = 16
		switch duck.DecimalInternalType(t) {
		case duck.TypeSmallInt:
			c.kind = C.CSVSQL_DECIMAL16
		case duck.TypeInteger:
			c.kind = C.CSVSQL_DECIMAL32
		case duck.TypeBigInt:
			c.kind = C.CSVSQL_DECIMAL64
		}
	case duck.TypeUUID:
		c.kind, c.width = C.CSVSQL_UUID, 16
	case duck.TypeInterval:
		c.kind, c.width = C.CSVSQL_INTERVAL, 16
	case duck.TypeVarchar, duck.TypeBlob:
		c.kind = C.CSVSQL_TEXT
	default:
		return c, false
	}
	return c, true
}

// columnBuffers is how many buffers a column has at most: validity, offsets,
// values.
const columnBuffers = 3

// block is what the columns of one batch share. The last of them that is released
// frees the memory: each column's array.Data has owner as a child, which flat
// arrays never look at.
type block struct {
	memory  unsafe.Pointer // malloc'ed; owned
	data    []array.Data   // one for each column, and owner
	buffers []memory.Buffer
	refs    []*memory.Buffer // to buffers, three for each column, nil for none
	owner   [1]arrow.ArrayData
	hold    [1]*memory.Buffer // of owner
}

// batch makes a record batch of a chunk, which it copies.
func (x *flatExport) batch(chunk duck.DataChunk) (arrow.RecordBatch, error) {
	n := len(x.columns)
	exported := C.csvsql_export_flat(C.duckdb_data_chunk(chunk.Ptr), unsafe.SliceData(x.columns), C.idx_t(n))
	if exported == nil {
		return nil, x.tooLarge()
	}
	m := &block{
		memory:  exported,
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
	rows := int(duck.DataChunkGetSize(chunk))
	columns := make([]arrow.Array, n)
	for i := range columns {
		columns[i] = x.column(m, i, rows)
	}
	batch := array.NewRecordBatch(x.schema, columns, int64(rows))
	for _, column := range columns {
		column.Release() // batch holds them
	}
	return batch, nil
}

// tooLarge is the error for a chunk that could not be exported.
func (x *flatExport) tooLarge() error {
	for i := range x.columns {
		if x.columns[i].text_size > math.MaxInt32 {
			return engine.Errorf("54000", "column %s has more than 2 GB of text in %d rows",
				identifier(x.schema.Field(i).Name), duck.VectorSize())
		}
	}
	return engine.Errorf("53200", "out of memory")
}

func (x *flatExport) column(m *block, i, rows int) arrow.Array {
	var (
		c       = &x.columns[i]
		refs    = m.refs[columnBuffers*i : columnBuffers*(i+1)]
		buffers = m.buffers[columnBuffers*i : columnBuffers*(i+1)]
	)
	buffer := func(k int, start C.uint64_t, size int) {
		buffers[k].Reset(unsafe.Slice((*byte)(unsafe.Add(m.memory, start)), size))
		refs[k] = &buffers[k]
	}
	if c.nulls > 0 {
		buffer(0, c.validity, (rows+7)/8)
	}
	if c.kind == C.CSVSQL_TEXT {
		buffer(1, c.values, 4*(rows+1))
		buffer(2, c.texts, int(c.text_size))
	} else {
		buffer(1, c.values, rows*int(c.width))
		refs = refs[:2]
	}
	data := &m.data[i]
	data.Reset(x.schema.Field(i).Type, rows, refs, m.owner[:], int(c.nulls), 0)
	return array.MakeFromData(data) // holds data, which nobody else does
}

// Free implements memory.Allocator: the last column is gone.
func (m *block) Free([]byte) { C.free(m.memory) }

// Allocate and Reallocate are never called: the buffer is not mutable.
func (m *block) Allocate(int) []byte           { panic("duckdb: memory of a batch is not allocated here") }
func (m *block) Reallocate(int, []byte) []byte { panic("duckdb: memory of a batch does not grow") }
