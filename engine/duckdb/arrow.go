package duckdb

/*
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

// The five functions of DuckDB's C API that make Arrow data. The bindings hide
// them behind a build tag, which would make a plain "go install" fail; they are
// in the library that the bindings link all the same. Handles are pointers to
// structs of one pointer, as in duckdb.h.
typedef uint64_t idx_t;
typedef struct csvsql_arrow_options { void *p; } *duckdb_arrow_options;
typedef struct csvsql_error_data { void *p; } *duckdb_error_data;
typedef struct csvsql_logical_type { void *p; } *duckdb_logical_type;
typedef struct csvsql_data_chunk { void *p; } *duckdb_data_chunk;

// https://arrow.apache.org/docs/format/CDataInterface.html#structure-definitions
struct ArrowSchema {
	const char *format;
	const char *name;
	const char *metadata;
	int64_t flags;
	int64_t n_children;
	struct ArrowSchema **children;
	struct ArrowSchema *dictionary;
	void (*release)(struct ArrowSchema *);
	void *private_data;
};
struct ArrowArray {
	int64_t length;
	int64_t null_count;
	int64_t offset;
	int64_t n_buffers;
	int64_t n_children;
	const void **buffers;
	struct ArrowArray **children;
	struct ArrowArray *dictionary;
	void (*release)(struct ArrowArray *);
	void *private_data;
};

extern duckdb_error_data duckdb_to_arrow_schema(duckdb_arrow_options options, duckdb_logical_type *types,
	const char **names, idx_t count, struct ArrowSchema *out);
extern duckdb_error_data duckdb_data_chunk_to_arrow(duckdb_arrow_options options, duckdb_data_chunk chunk,
	struct ArrowArray *out);
extern bool duckdb_error_data_has_error(duckdb_error_data e);
extern const char *duckdb_error_data_message(duckdb_error_data e);
extern void duckdb_destroy_error_data(duckdb_error_data *e);
*/
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

// exportChunk makes a record batch of a chunk, whose schema has to be the one
// of exportSchema. The batch shares no memory with the chunk: both have to be
// freed.
func exportChunk(o duck.ArrowOptions, schema *arrow.Schema, chunk duck.DataChunk) (arrow.RecordBatch, error) {
	out := (*C.struct_ArrowArray)(C.calloc(1, C.sizeof_struct_ArrowArray))
	defer C.free(unsafe.Pointer(out))
	if err := takeError(C.duckdb_data_chunk_to_arrow(C.duckdb_arrow_options(o.Ptr), C.duckdb_data_chunk(chunk.Ptr), out)); err != nil {
		return nil, err
	}
	return cdata.ImportCRecordBatchWithSchema((*cdata.CArrowArray)(unsafe.Pointer(out)), schema) // takes out over
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
