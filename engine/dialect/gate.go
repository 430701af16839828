package dialect

import (
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/wire/pglex"
)

// deniedFunction reports whether clients may not call a function of the engine.
// Functions that read files are not here: the engine holds them to the data
// directories.
func deniedFunction(name string) bool {
	switch name {
	case
		// Run SQL that is in a string, where nobody has looked at it.
		"query", "query_table", "json_execute_serialized_sql",
		// Change the engine for all sessions, settings locked or not. Logging to
		// a file that cannot be written fails every later statement.
		"enable_logging", "disable_logging", "truncate_duckdb_logs", "write_log",
		"enable_profiling", "disable_profiling",
		// The other parser of DuckDB 1.5 overflows its stack on nested text.
		"enable_peg_parser", "disable_peg_parser", "check_peg_parser",
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

// deniedView reports whether clients may not read a view of the engine. These
// can be named without a bracket, and FROM 'name' names them too.
func deniedView(name string) bool {
	switch name {
	case "duckdb_logs", "duckdb_databases", "pragma_database_list":
		return true
	}
	return false
}

// gate looks for denied functions and views, and for functions of the session, in
// the tokens of one statement.
//
// It is one guard of several: the settings that seal the engine and the process
// around it do not rely on it. A function is a name, quoted or not, with or
// without a schema, before an opening bracket. The same names stay free for
// columns, and for tables even where a list of columns follows.
type gate struct {
	sql string
	err *engine.Error // for the first one found; its Position counts in sql

	inside *engine.Error // for a function of the session, unless the statement is a Calls

	tokens int         // taken so far
	name   string      // the last token if it is an identifier, quoted or not
	token  pglex.Token // of name
	dot    bool        // whether the last token is a dot behind an identifier
	word   string      // the last token if it is an identifier and not quoted
	lead   string      // word in front of name and of what qualifies it
	create bool        // the first word is CREATE
	macro  bool        // MACRO or FUNCTION came: AS may be followed by an expression
	index  bool        // CREATE [UNIQUE] INDEX: ON is followed by a table
}

// next takes the statement's next token.
func (g *gate) next(t pglex.Token) {
	g.tokens++
	switch {
	case t.Kind == pglex.Ident, t.Kind == pglex.QuotedIdent:
		g.identifier(t)
		return
	case t.Kind == pglex.String && deniedView(g.value(t)):
		g.deny("view", g.value(t), t)
	case t.Is(g.sql, '(') && deniedFunction(g.name) && !g.declared():
		g.deny("function", g.name, g.token)
	case t.Is(g.sql, '(') && isSessionFunction(g.name) && !g.declared():
		g.inside = notAlone(g.name, g.token)
	}
	g.dot = g.name != "" && t.Is(g.sql, '.')
	g.name, g.word = "", ""
}

func (g *gate) identifier(t pglex.Token) {
	if !g.dot {
		g.lead = g.word
	}
	g.dot, g.name, g.token, g.word = false, g.value(t), t, ""
	if t.Kind == pglex.Ident {
		g.word = g.name
	}
	switch g.word {
	case "create":
		g.create = g.create || g.tokens == 1
	case "macro", "function":
		g.macro = true
	case "index":
		g.index = g.index || g.create && g.tokens <= 3
	}
	if deniedView(g.name) {
		g.deny("view", g.name, t)
	}
}

// value is what a token stands for, as the engine compares names.
func (g *gate) value(t pglex.Token) string {
	v, err := pglex.Value(g.sql, t)
	if err != nil {
		return ""
	}
	return pglex.Fold(v)
}

// declared reports whether the name is that of a table, by the word in front of
// it; none of these can be in front of a function.
func (g *gate) declared() bool {
	switch g.lead {
	case "into", "table", "exists", "references", "view", "with", "recursive":
		return true
	case "as":
		return !g.macro
	case "on":
		return g.index
	}
	return false
}

// deny keeps the first error.
func (g *gate) deny(kind, name string, t pglex.Token) {
	if g.err == nil {
		g.err = &engine.Error{Code: "42501", Message: "permission denied for " + kind + " " + name, Position: t.Start + 1}
	}
}

// check returns the error of a statement, which is u or, if that is nil, one for
// the engine.
func (g *gate) check(u Utility) *engine.Error {
	if !reachesEngine(u) {
		return nil
	}
	if _, ok := u.(Calls); ok || g.err != nil {
		return g.err
	}
	return g.inside
}
