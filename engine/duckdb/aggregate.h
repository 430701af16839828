// What DuckDB's C API has for aggregates and the bindings do not: the
// library that they link has it all the same. Handles are pointers.

#ifndef CSVSQL_AGGREGATE_H
#define CSVSQL_AGGREGATE_H

#include <stdint.h>

typedef uint64_t csvsql_idx;

extern void *duckdb_create_aggregate_function(void);
extern void duckdb_destroy_aggregate_function(void **aggregate);
extern void duckdb_aggregate_function_set_name(void *aggregate, const char *name);
extern void duckdb_aggregate_function_add_parameter(void *aggregate, void *type);
extern void duckdb_aggregate_function_set_return_type(void *aggregate, void *type);
extern void duckdb_aggregate_function_set_functions(void *aggregate, void *size, void *init, void *update,
	void *combine, void *finalize);
extern void duckdb_aggregate_function_set_extra_info(void *aggregate, void *cell, void *destroy);
extern void *duckdb_aggregate_function_get_extra_info(void *info);
extern void duckdb_aggregate_function_set_error(void *info, const char *error);
extern void *duckdb_create_aggregate_function_set(const char *name);
extern void duckdb_destroy_aggregate_function_set(void **set);
extern int duckdb_add_aggregate_function_to_set(void *set, void *aggregate);
extern int duckdb_register_aggregate_function_set(void *connection, void *set);

// The callbacks in Go.
extern void csvsqlNumericBind(void *info);
extern void csvsqlNumericCall(void *info, void *chunk, void *vector);
extern csvsql_idx csvsqlStateSize(void *info);
extern void csvsqlStateInit(void *info, void *state);
extern void csvsqlStateUpdate(void *info, void *chunk, void **states);
extern void csvsqlStateCombine(void *info, void **sources, void **targets, csvsql_idx count);
extern void csvsqlStateFinalize(void *info, void **states, void *vector, csvsql_idx count, csvsql_idx offset);

#endif
