// Threads that work on DuckDB's tasks, see helpers.go.

#ifndef CSVSQL_HELPERS_H
#define CSVSQL_HELPERS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct csvsql_task_state *csvsql_task_state;
typedef struct csvsql_pending_result *csvsql_pending_result;

// csvsql_help works on the tasks of a database's statements until *wanted is 0.
void csvsql_help(csvsql_task_state state, const int32_t *wanted);

// csvsql_work works on the tasks of one statement until its result is ready, or until
// it has failed: then it returns false. While others work on all that is left it
// waits, where duckdb_execute_pending would run in circles.
bool csvsql_work(csvsql_pending_result pending);

#endif
