#include "helpers.h"

#include <time.h>

extern uint64_t duckdb_execute_n_tasks_state(csvsql_task_state state, uint64_t max_tasks);
extern int duckdb_pending_execute_task(csvsql_pending_result pending);
extern bool duckdb_pending_execution_is_finished(int state);

enum { failed = 2, no_tasks_available = 3 }; // of duckdb_pending_state

// rest waits before somebody looks again who has had nothing to do for some time: for
// an eighth of it, within bounds. All times are nanoseconds.
static void rest(int64_t *idle) {
	enum { shortest = 20 * 1000, longest = 2 * 1000 * 1000 };
	int64_t pause = *idle / 8;
	pause = pause < shortest ? shortest : pause > longest ? longest : pause;
	nanosleep(&(struct timespec){.tv_nsec = pause}, NULL);
	*idle += pause;
}

void csvsql_help(csvsql_task_state state, const int32_t *wanted) {
	int64_t idle = 0;
	while (__atomic_load_n(wanted, __ATOMIC_RELAXED)) {
		if (duckdb_execute_n_tasks_state(state, 1))
			idle = 0;
		else
			rest(&idle);
	}
}

bool csvsql_work(csvsql_pending_result pending) {
	int64_t idle = 0;
	for (;;) {
		int state = duckdb_pending_execute_task(pending);
		if (duckdb_pending_execution_is_finished(state))
			return state != failed;
		if (state == no_tasks_available)
			rest(&idle);
		else
			idle = 0;
	}
}
