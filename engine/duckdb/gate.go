package duckdb

import (
	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
)

// kindOf is the gate: the statements that may be prepared, by DuckDB's own
// classification of what it parsed, and what they are. Everything else is an
// error 42501 or 0A000.
//
// It is a list of what may pass, because DuckDB grows. It does not look at
// functions, and DuckDB calls some of its PRAGMAs a SELECT: both are the
// dialect's to refuse.
func kindOf(t duck.StatementType) (engine.Kind, error) {
	switch t {
	case duck.StatementTypeSelect:
		return engine.Select, nil
	case duck.StatementTypeInsert:
		return engine.Insert, nil
	case duck.StatementTypeUpdate:
		return engine.Update, nil
	case duck.StatementTypeDelete: // TRUNCATE too
		return engine.Delete, nil
	case duck.StatementTypeMergeInto:
		return engine.Merge, nil
	case duck.StatementTypeCreate, duck.StatementTypeCreateFunc, duck.StatementTypeDrop, duck.StatementTypeAlter:
		return engine.DDL, nil
	case duck.StatementTypeExplain:
		return engine.Explain, nil
	case duck.StatementTypeAnalyze, duck.StatementTypeVacuum:
		return engine.Other, nil

	// They reach files.
	case duck.StatementTypeCopy:
		return 0, notAllowed("COPY")
	case duck.StatementTypeCopyDatabase:
		return 0, notAllowed("COPY FROM DATABASE")
	case duck.StatementTypeExport:
		return 0, notAllowed("EXPORT")
	case duck.StatementTypeAttach:
		return 0, notAllowed("ATTACH")
	case duck.StatementTypeDetach:
		return 0, notAllowed("DETACH")
	case duck.StatementTypeLoad:
		return 0, notAllowed("LOAD and INSTALL")
	case duck.StatementTypeUpdateExtensions:
		return 0, notAllowed("UPDATE EXTENSIONS")

	// They change what the server believes about the session.
	case duck.StatementTypeSet, duck.StatementTypeVariableSet:
		return 0, notHere("SET")
	case duck.StatementTypePragma:
		return 0, notAllowed("PRAGMA")
	case duck.StatementTypeCall:
		return 0, notAllowed("CALL")
	case duck.StatementTypeTransaction:
		return 0, notHere("a transaction statement")
	case duck.StatementTypePrepare:
		return 0, notHere("PREPARE")
	case duck.StatementTypeExecute:
		return 0, notHere("EXECUTE")
	}
	return 0, notHere("a statement of this kind")
}

func notAllowed(statement string) error {
	return engine.Errorf("42501", "permission denied to execute %s", statement)
}

// notHere refuses what a Session has methods for.
func notHere(statement string) error {
	return engine.Errorf("0A000", "the engine does not execute %s as text", statement)
}
