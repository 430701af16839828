package dialect

import "strings"

// What clients may not name. engine/duckdb has a test that asks the library for
// all its functions: each is in a list there of those that were looked at, or
// denied here.

// deniedFunction reports whether clients may not call a function of the engine.
// Functions that read files are not here: the engine holds them to the data
// directories.
func deniedFunction(name string) bool {
	switch name {
	case
		// Run SQL that is in a string, where nobody has looked at it.
		"query", "query_table", "json_execute_serialized_sql",
		// Name a table by a string, which may be put together.
		"histogram_values",
		// Change the engine for all sessions, settings locked or not. Logging to
		// a file that cannot be written fails every later statement.
		"enable_logging", "disable_logging", "truncate_duckdb_logs", "write_log",
		"enable_profiling", "disable_profiling",
		// The other parser of DuckDB 1.5 overflows its stack on nested text. It
		// is the one that completes text, too.
		"enable_peg_parser", "disable_peg_parser", "check_peg_parser", "sql_auto_complete",
		// Stop everybody else while they run.
		"checkpoint", "force_checkpoint",
		// Open a database file as ATTACH does.
		"read_duckdb",
		// Take addresses.
		"arrow_scan", "arrow_scan_dumb", "seq_scan",
		// Show other sessions' statements, secrets, or paths of the server.
		"duckdb_logs", "duckdb_logs_parsed", "duckdb_log_contexts",
		"duckdb_secrets", "which_secret", "duckdb_settings", "duckdb_profiling_settings",
		"duckdb_databases", "duckdb_extensions", "duckdb_temporary_files",
		"duckdb_external_file_cache", "pragma_database_list":
		return true
	}
	return false
}

// deniedSource reports whether clients may not name a function in FROM, while
// another of that name, an aggregate, is theirs. This one is a macro around
// histogram_values.
func deniedSource(name string) bool { return name == "histogram" }

// deniedView reports whether clients may not read a view of the engine. These
// can be named without a bracket, and FROM 'name' names them too.
func deniedView(name string) bool {
	switch name {
	case "duckdb_logs", "duckdb_databases", "pragma_database_list":
		return true
	}
	return false
}

// privateSetting reports whether a setting of the engine tells where files of
// the server are, or how it is connected.
func privateSetting(name string) bool {
	if name == "search_path" { // of schemas
		return false
	}
	for _, part := range []string{"director", "path", "file", "output", "secret", "proxy", "repository"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}
