package duckdb

// DuckDB (1.5.6) cannot replay its log of changes if a schema and a type in it are
// both created there: "Failure while replaying WAL file: Schema with name ... does
// not exist". After a crash such a database could not be opened again. So a schema
// goes from the log to the file as soon as it is committed, and then before a type
// can be in it, unless both are of one transaction.

// schemaCreated takes note of a schema that may be in the log only.
func (s *session) schemaCreated() { s.engine.loggedSchema.Store(true) }

// saveSchemas writes what has been committed to the file if there are schemas in it.
// That is not possible while another session's transaction has written; then the
// next statement that commits tries again. mu is held and the connection is free.
func (s *session) saveSchemas() {
	e := s.engine
	if s.inTransaction || e.options.Path == "" || !e.loggedSchema.Swap(false) {
		return
	}
	if s.c.run(checkpoint(e.catalog)) != "" {
		e.loggedSchema.Store(true)
	}
}

func checkpoint(catalog string) string { return "CHECKPOINT " + identifier(catalog) }
