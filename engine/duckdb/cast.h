// Casts of DuckDB's C API, which the bindings lack, see cast.go.

#ifndef CSVSQL_CAST_H
#define CSVSQL_CAST_H

#include "arrow.h"

typedef struct csvsql_connection { void *p; } *duckdb_connection;
typedef struct csvsql_function_info { void *p; } *duckdb_function_info;
typedef struct csvsql_cast_function { void *p; } *duckdb_cast_function;
typedef bool (*duckdb_cast_function_t)(duckdb_function_info info, idx_t count, duckdb_vector input, duckdb_vector output);

extern duckdb_cast_function duckdb_create_cast_function(void);
extern void duckdb_destroy_cast_function(duckdb_cast_function *cast);
extern void duckdb_cast_function_set_source_type(duckdb_cast_function cast, duckdb_logical_type type);
extern void duckdb_cast_function_set_target_type(duckdb_cast_function cast, duckdb_logical_type type);
extern void duckdb_cast_function_set_implicit_cast_cost(duckdb_cast_function cast, int64_t cost);
extern void duckdb_cast_function_set_function(duckdb_cast_function cast, duckdb_cast_function_t function);
extern int duckdb_cast_function_get_cast_mode(duckdb_function_info info); // 0: an error ends it; 1: TRY_CAST
extern void duckdb_cast_function_set_error(duckdb_function_info info, const char *message);
extern int duckdb_register_cast_function(duckdb_connection connection, duckdb_cast_function cast); // 0: done

extern bool csvsqlCast(void *info, idx_t count, void *input, void *output);

#endif
