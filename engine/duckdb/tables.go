package duckdb

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/array"
	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
)

// temporarySchema is the schema under which temporary tables are listed, as in
// PostgreSQL. DuckDB finds them by their name alone.
const temporarySchema = "pg_temp"

// Tables implements [engine.Session]. The list is made before the first table is
// yielded, so that the loop may use the session.
func (s *session) Tables(ctx context.Context, f engine.TableFilter) iter.Seq2[engine.Table, error] {
	return func(yield func(engine.Table, error) bool) {
		tables, err := s.tables(ctx, f)
		if err != nil {
			yield(engine.Table{}, err)
			return
		}
		for _, t := range tables {
			if !yield(t, nil) {
				return
			}
		}
	}
}

func (s *session) tables(ctx context.Context, f engine.TableFilter) ([]engine.Table, error) {
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	rows, err := s.query(ctx, s.tablesQuery(f))
	if err != nil {
		return nil, err
	}
	tables := make([]engine.Table, 0, len(rows))
	for _, r := range rows {
		t := engine.Table{TableName: engine.TableName{Schema: r[0], Name: r[1]}, View: r[2] == "true", Comment: r[3]}
		t.Rows, _ = strconv.ParseInt(r[4], 10, 64)
		if t.Columns, err = s.columns(ctx, t.TableName); err != nil {
			if ctx.Err() != nil {
				return nil, err
			}
			// A view whose tables are gone. It is there, but has no columns.
			t.Columns = nil
		}
		tables = append(tables, t)
	}
	return tables, s.details(ctx, tables)
}

func (s *session) tablesQuery(f engine.TableFilter) string {
	const columns = `CASE WHEN temporary THEN '` + temporarySchema + `' ELSE schema_name END AS schema`
	q := `SELECT schema, name, is_view, coalesce(comment, ''), rows FROM (
		SELECT ` + columns + `, table_name AS name, 'false' AS is_view, comment, estimated_size::VARCHAR AS rows, database_name
		FROM system.main.duckdb_tables() WHERE NOT internal
		UNION ALL
		SELECT ` + columns + `, view_name, 'true', comment, '0', database_name
		FROM system.main.duckdb_views() WHERE NOT internal
	) WHERE database_name IN (` + literal(s.engine.catalog) + `, 'temp')`
	if f.Schema != "" {
		q += " AND lower(schema) = lower(" + literal(f.Schema) + ")"
	}
	if f.Name != "" {
		q += " AND lower(name) = lower(" + literal(f.Name) + ")"
	}
	return q + " ORDER BY schema, name"
}

// columns are the columns that a SELECT of the table has.
func (s *session) columns(ctx context.Context, t engine.TableName) ([]engine.Column, error) {
	st, err := s.prepareOwn(ctx, "SELECT * FROM "+s.qualified(t))
	if err != nil {
		return nil, err
	}
	defer duck.DestroyPrepare(&st.native)
	types, names := st.columnTypes()
	defer destroyTypes(types)
	columns := make([]engine.Column, len(types))
	for i, t := range types {
		columns[i] = engine.Column{Field: s.fieldOf(t, names[i]), Type: typeName(t)}
	}
	return columns, nil
}

// qualified is the full name of a table in SQL.
func (s *session) qualified(t engine.TableName) string {
	switch t.Schema {
	case "":
		return identifier(t.Name)
	case temporarySchema:
		return "temp.main." + identifier(t.Name)
	}
	return identifier(s.engine.catalog) + "." + identifier(t.Schema) + "." + identifier(t.Name)
}

// query runs a query of the engine's own, all of whose columns are VARCHAR.
func (s *session) query(ctx context.Context, sql string) ([][]string, error) {
	st, err := s.prepare(ctx, sql, nil)
	if err != nil {
		return nil, err
	}
	defer st.free()
	r, err := st.execute(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer delete(s.results, r)
	var rows [][]string
	for {
		b, err := r.fetch()
		if err != nil {
			return nil, fmt.Errorf("catalog query: %w", err)
		}
		if b == nil {
			return rows, nil
		}
		for i := range int(b.NumRows()) {
			row := make([]string, b.NumCols())
			for j, c := range b.Columns() {
				row[j] = strings.Clone(c.(*array.String).Value(i)) // the batch goes
			}
			rows = append(rows, row)
		}
		b.Release()
	}
}
