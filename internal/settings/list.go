package settings

// registry is every parameter there is, sorted by lower-case name. Defaults are
// PostgreSQL 15's, but for what the server is told at start.
//
// A parameter is here because clients set or read it; the comment behind it
// says what it does, where its name does not.
var registry = []Setting{
	{Name: "application_name", check: text, Report: true, Desc: "Sets the application name to be reported in statistics and logs."},
	{Name: "bytea_output", Default: "hex", check: oneOf("bytea_output", "hex", "escape"), Desc: "Sets the output format for bytea."},
	{Name: "client_encoding", Default: "UTF8", check: encoding, Report: true, Desc: "Sets the client's character set encoding."},
	{Name: "client_min_messages", Default: "notice", check: oneOf("client_min_messages", "debug5", "debug4", "debug3", "debug2", "debug1", "log", "notice", "warning", "error"), Desc: "Sets the message levels that are sent to the client."},
	{Name: "DateStyle", Default: "ISO, MDY", check: dateStyle, Report: true, Desc: "Sets the display format for date and time values."},
	{Name: "default_transaction_deferrable", Default: "off", check: boolean("default_transaction_deferrable"), Desc: "Sets the default deferrable status of new transactions; without effect, as nothing is ever deferred."},
	{Name: "default_transaction_isolation", Default: "read committed", check: isolation("default_transaction_isolation"), Desc: "Sets the transaction isolation level of each new transaction; every level is run as snapshot isolation."},
	{Name: "default_transaction_read_only", Default: "off", check: boolean("default_transaction_read_only"), Report: true, Desc: "Sets the default read-only status of new transactions."},
	{Name: "dialect", Default: "postgres", check: oneOf("dialect", "postgres", "duckdb"), Desc: "Sets whose meaning statements have where PostgreSQL's and DuckDB's differ."},
	{Name: "extra_float_digits", Default: "1", check: integer("extra_float_digits", -15, 3), Desc: "Sets the number of digits displayed for floating-point values."},
	{Name: "force_parallel_mode", Default: "off", check: oneOf("force_parallel_mode", "off", "on", "regress"), Desc: "Forces use of parallel query facilities; the engine decides for itself."},
	{Name: "idle_in_transaction_session_timeout", Default: "0", Unit: "ms", check: duration("idle_in_transaction_session_timeout"), Desc: "Sets the maximum allowed idle time between queries, when in a transaction."},
	{Name: "idle_session_timeout", Default: "0", Unit: "ms", check: duration("idle_session_timeout"), Desc: "Sets the maximum allowed idle time between queries, when not in a transaction."},
	{Name: "in_hot_standby", Default: "off", check: text, Report: true, Internal: true, Desc: "Shows whether hot standby is currently active."},
	{Name: "integer_datetimes", Default: "on", check: text, Report: true, Internal: true, Desc: "Shows whether datetimes are integer based."},
	{Name: "IntervalStyle", Default: "postgres", check: oneOf("IntervalStyle", "postgres", "postgres_verbose", "sql_standard", "iso_8601"), Report: true, Desc: "Sets the display format for interval values."},
	{Name: "is_superuser", Default: "off", check: text, Report: true, Internal: true, Desc: "Shows whether the current user is a superuser."},
	{Name: "lc_collate", Default: "C.UTF-8", check: text, Internal: true, Desc: "Shows the collation order locale."},
	{Name: "lc_ctype", Default: "C.UTF-8", check: text, Internal: true, Desc: "Shows the character classification and case conversion locale."},
	{Name: "lc_messages", Default: "C", check: oneOf("lc_messages", "C", "POSIX", "en_US", "en_US.UTF-8"), Desc: "Sets the language in which messages are displayed; they are in English."},
	{Name: "lock_timeout", Default: "0", Unit: "ms", check: duration("lock_timeout"), Desc: "Sets the maximum allowed duration of any wait for a lock; only advisory locks are waited for."},
	{Name: "max_identifier_length", Default: "63", check: text, Internal: true, Desc: "Shows the maximum identifier length."},
	{Name: "max_index_keys", Default: "32", check: text, Internal: true, Desc: "Shows the maximum number of index keys."},
	{Name: "restrict_nonsystem_relation_kind", check: text, Desc: "Prohibits access to non-system relations of specified kinds; pg_dump sets it, and it restricts nothing here."},
	{Name: "role", Default: "none", check: oneOf("role", "none"), Desc: "Sets the current role; there is none but the one that logged in."},
	{Name: "row_security", Default: "on", check: boolean("row_security"), Desc: "Enables row security; no table has any."},
	{Name: "search_path", Default: `"$user", public`, check: text, Desc: "Sets the schema search order for names that are not schema-qualified."},
	{Name: "server_encoding", Default: "UTF8", check: text, Report: true, Internal: true, Desc: "Shows the server (database) character set encoding."},
	{Name: "server_version", Default: "15.0", check: text, Report: true, Internal: true, Desc: "Shows the version of PostgreSQL whose protocol and SQL is spoken."},
	{Name: "server_version_num", Default: "150000", check: text, Internal: true, Desc: "Shows the server version as an integer."},
	{Name: "session_authorization", check: text, Report: true, Internal: true, Desc: "Shows the session user name."},
	{Name: "standard_conforming_strings", Default: "on", check: oneOf("standard_conforming_strings", "on"), Report: true, Desc: "Causes '...' strings to treat backslashes literally; always on."},
	{Name: "statement_timeout", Default: "0", Unit: "ms", check: duration("statement_timeout"), Desc: "Sets the maximum allowed duration of any statement."},
	{Name: "strict_division", Default: "on", check: boolean("strict_division"), Desc: "Makes a division by zero an error; if off, its result is null."},
	{Name: "synchronize_seqscans", Default: "on", check: boolean("synchronize_seqscans"), Desc: "Enables synchronized sequential scans; scans here never are."},
	{Name: "TimeZone", Default: "UTC", check: timeZone, Report: true, Desc: "Sets the time zone for displaying and interpreting time stamps."},
	{Name: "transaction_deferrable", Default: "off", check: boolean("transaction_deferrable"), Desc: "Shows whether the current transaction is deferrable."},
	{Name: "transaction_isolation", Default: "read committed", check: isolation("transaction_isolation"), Desc: "Shows the current transaction's isolation level."},
	{Name: "transaction_read_only", Default: "off", check: boolean("transaction_read_only"), Desc: "Shows the current transaction's read-only status."},
}

func isolation(name string) checker {
	return oneOf(name, "serializable", "repeatable read", "read committed", "read uncommitted")
}
