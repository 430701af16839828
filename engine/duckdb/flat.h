// Record batches of chunks whose columns are all flat, see flat.go.

#ifndef CSVSQL_FLAT_H
#define CSVSQL_FLAT_H

#include "arrow.h"

// How a column's values are made of DuckDB's.
enum csvsql_kind {
	CSVSQL_COPIED,
	CSVSQL_TEXT,      // offsets and bytes
	CSVSQL_DECIMAL16, // widened to 128 bits
	CSVSQL_DECIMAL32,
	CSVSQL_DECIMAL64,
	CSVSQL_UUID,
	CSVSQL_INTERVAL,
};

struct csvsql_column {
	enum csvsql_kind kind;
	uint32_t width; // of a value as Arrow has it, in bytes; not for texts

	// Filled in by csvsql_export_flat: where in the block they begin.
	uint64_t validity; // if there are nulls
	uint64_t values;   // of texts: the offsets
	uint64_t texts;
	uint64_t text_size;
	int64_t nulls;
};

// csvsql_export_flat copies the columns of a chunk as Arrow has them into one
// block of memory, which the caller frees. It is NULL if there is no memory or a
// column has more than 2 GB of texts.
void *csvsql_export_flat(duckdb_data_chunk chunk, struct csvsql_column *columns, idx_t count);

#endif
