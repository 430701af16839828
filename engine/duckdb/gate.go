package duckdb

import (
	"strings"

	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/wire/pglex"
)

// A statement passes two gates, each a list of what may pass, because DuckDB
// grows. Neither looks at functions: those are the dialect's to refuse.

// checkVerb is the gate before DuckDB sees the statement: preparing alone makes
// EXPORT create its directory and IMPORT read its files. It goes by the first
// word, also by that of an explained statement.
func (src *source) checkVerb() error {
	switch verb := strings.ToUpper(src.verb.Text(src.sql)); verb {
	case "(", "SELECT", "VALUES", "TABLE", "FROM", "WITH", "PIVOT", "PIVOT_WIDER", "UNPIVOT", "PIVOT_LONGER",
		"DESCRIBE", "DESC", "SHOW", "SUMMARIZE",
		"INSERT", "UPDATE", "DELETE", "TRUNCATE", "MERGE",
		"CREATE", "DROP", "ALTER", "COMMENT",
		"ANALYZE", "ANALYSE", "VACUUM":
		return nil
	case "EXPLAIN":
		inner, err := readSource(src.explained)
		if err != nil {
			return err
		}
		return inner.checkVerb()
	case "":
		return engine.Errorf("42601", "the text has no statement")

	// They reach files and settings, or run text that no gate has seen.
	case "COPY", "EXPORT", "IMPORT", "ATTACH", "DETACH", "INSTALL", "FORCE", "LOAD", "PRAGMA", "CALL", "CHECKPOINT":
		return notAllowed(verb)
	// The server has to know of them: a Session has methods for what they do.
	case "SET", "RESET", "USE", "BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "PREPARE", "EXECUTE", "DEALLOCATE":
		return notHere(verb)
	}
	e := pglex.SyntaxError(src.sql, src.verb)
	return &engine.Error{Code: e.Code, Message: e.Message, Position: e.Position}
}

// kindOf is the gate behind the parser: what DuckDB says it has parsed. It
// counts TRUNCATE as DELETE, COMMENT as ALTER, CHECKPOINT as CALL, INSTALL as
// LOAD, and some PRAGMAs as SELECT.
func kindOf(t duck.StatementType) (engine.Kind, error) {
	switch t {
	case duck.StatementTypeSelect:
		return engine.Select, nil
	case duck.StatementTypeInsert:
		return engine.Insert, nil
	case duck.StatementTypeUpdate:
		return engine.Update, nil
	case duck.StatementTypeDelete:
		return engine.Delete, nil
	case duck.StatementTypeMergeInto:
		return engine.Merge, nil
	case duck.StatementTypeCreate, duck.StatementTypeCreateFunc, duck.StatementTypeDrop, duck.StatementTypeAlter:
		return engine.DDL, nil
	case duck.StatementTypeExplain:
		return engine.Explain, nil
	case duck.StatementTypeAnalyze, duck.StatementTypeVacuum:
		return engine.Other, nil
	}
	return 0, notAllowed("a statement of this kind")
}

func notAllowed(statement string) error {
	return engine.Errorf("42501", "permission denied to execute %s", statement)
}

// notHere refuses what a Session has methods for.
func notHere(statement string) error {
	return engine.Errorf("0A000", "the engine does not execute %s as text", statement)
}
