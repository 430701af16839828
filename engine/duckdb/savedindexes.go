package duckdb

import (
	"context"

	"github.com/csvsql/csvsql/engine"
)

// loadIndexes has the indexes of a database that was opened read. DuckDB (1.5.6) does
// that when a table first gets a row; a key that the same transaction has deleted
// before is then a duplicate of itself.
func (e *Engine) loadIndexes(ctx context.Context) error {
	s, err := openSession(ctx, e, engine.SessionOptions{})
	if err != nil {
		return err
	}
	defer s.Close(ctx)
	rows, err := s.query(ctx, `SELECT schema_name, table_name, constraint_column_names[1] FROM system.main.duckdb_constraints()
		WHERE constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY') AND database_name = `+literal(e.catalog)+`
		UNION
		SELECT schema_name, table_name, arg_min(column_name, column_index) FROM system.main.duckdb_columns() AS c
		WHERE database_name = `+literal(e.catalog)+` AND table_oid IN (SELECT table_oid FROM system.main.duckdb_indexes())
		GROUP BY ALL`)
	if err != nil {
		return err
	}
	for _, r := range rows {
		table, column := s.qualified(engine.TableName{Schema: r[0], Name: r[1]}), identifier(r[2])
		if err := s.run(ctx, "INSERT INTO "+table+" ("+column+") SELECT "+column+" FROM "+table+" LIMIT 0"); err != nil {
			return err
		}
	}
	return nil
}
