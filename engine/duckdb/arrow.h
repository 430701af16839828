// What DuckDB's C API has for Arrow, and for texts by the thousand.

#ifndef CSVSQL_ARROW_H
#define CSVSQL_ARROW_H

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
typedef struct csvsql_vector { void *p; } *duckdb_vector;

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

// The vector copies the text, which has to be valid UTF-8 if it is a VARCHAR.
extern void duckdb_unsafe_vector_assign_string_element_len(duckdb_vector vector, idx_t index, const char *text,
	idx_t length);

#endif
