package duckdb

// #include "arrow.h"
import "C"

import (
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/cdata"
	duck "github.com/duckdb/duckdb-go-bindings"
)

// exportSchema is the Arrow schema that DuckDB gives columns of these types.
func exportSchema(o duck.ArrowOptions, types []duck.LogicalType, names []string) (*arrow.Schema, error) {
	// C memory throughout: Go memory that holds pointers may not cross over.
	n := len(types)
	cTypes := (*C.duckdb_logical_type)(C.calloc(C.size_t(n+1), C.size_t(unsafe.Sizeof(uintptr(0)))))
	cNames := (**C.char)(C.calloc(C.size_t(n+1), C.size_t(unsafe.Sizeof(uintptr(0)))))
	typeAt, nameAt := unsafe.Slice(cTypes, n), unsafe.Slice(cNames, n)
	for i := range n {
		typeAt[i] = C.duckdb_logical_type(types[i].Ptr)
		nameAt[i] = C.CString(names[i])
	}
	out := (*C.struct_ArrowSchema)(C.calloc(1, C.sizeof_struct_ArrowSchema))
	defer func() {
		for i := range n {
			C.free(unsafe.Pointer(nameAt[i]))
		}
		C.free(unsafe.Pointer(cNames))
		C.free(unsafe.Pointer(cTypes))
		C.free(unsafe.Pointer(out))
	}()
	if err := takeError(C.duckdb_to_arrow_schema(C.duckdb_arrow_options(o.Ptr), cTypes, cNames, C.idx_t(n), out)); err != nil {
		return nil, err
	}
	return cdata.ImportCArrowSchema((*cdata.CArrowSchema)(unsafe.Pointer(out))) // releases out
}

// batch makes the record batch of a chunk. The batch shares no memory with the
// chunk: both have to be freed.
func (s *schema) batch(o duck.ArrowOptions, chunk duck.DataChunk) (arrow.RecordBatch, error) {
	if s.flat != nil {
		return s.flat.batch(chunk)
	}
	a := (*C.struct_ArrowArray)(C.calloc(1, C.sizeof_struct_ArrowArray))
	defer C.free(unsafe.Pointer(a))
	if err := takeError(C.duckdb_data_chunk_to_arrow(C.duckdb_arrow_options(o.Ptr), C.duckdb_data_chunk(chunk.Ptr), a)); err != nil {
		return nil, err
	}
	b, err := cdata.ImportCRecordBatchWithSchema((*cdata.CArrowArray)(unsafe.Pointer(a)), s.exported) // takes what a holds over
	if err != nil {
		return nil, err
	}
	return s.decode(b, chunk), nil
}

// takeError destroys e, which it must do even if e says that there is no error.
func takeError(e C.duckdb_error_data) error {
	if e == nil {
		return nil
	}
	defer C.duckdb_destroy_error_data(&e)
	if !C.duckdb_error_data_has_error(e) {
		return nil
	}
	return newError(C.GoString(C.duckdb_error_data_message(e)))
}
