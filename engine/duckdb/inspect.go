package duckdb

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/csvsql/csvsql/engine"
)

// details adds to tables what a SELECT of them does not show: constraints,
// defaults, indexes, the comments of columns, the queries of views. It asks
// once for all of them.
func (s *session) details(ctx context.Context, tables []engine.Table) error {
	at := map[engine.TableName]*engine.Table{}
	for i := range tables {
		at[tables[i].TableName] = &tables[i]
	}
	for _, add := range []func(context.Context, map[engine.TableName]*engine.Table) error{
		s.addColumnDetails, s.addConstraints, s.addIndexes, s.addViewQueries,
	} {
		if err := add(ctx, at); err != nil {
			return err
		}
	}
	return nil
}

// ofUser is the condition of DuckDB's own catalog functions for what belongs to
// the user, and ofUserSchema the column for its schema.
func (s *session) ofUser() string {
	return "NOT internal AND " + s.inDatabase()
}

func (s *session) inDatabase() string {
	return "database_name IN (" + literal(s.engine.catalog) + ", 'temp')"
}

const ofUserSchema = "CASE WHEN database_name = 'temp' THEN '" + temporarySchema + "' ELSE schema_name END"

func (s *session) addColumnDetails(ctx context.Context, tables map[engine.TableName]*engine.Table) error {
	rows, err := s.query(ctx, `SELECT `+ofUserSchema+`, table_name, column_index::VARCHAR, is_nullable::VARCHAR,
		coalesce(column_default, ''), coalesce(comment, '') FROM system.main.duckdb_columns() WHERE `+s.ofUser())
	if err != nil {
		return err
	}
	for _, r := range rows {
		t := tables[engine.TableName{Schema: r[0], Name: r[1]}]
		i, err := strconv.Atoi(r[2])
		if t == nil || err != nil || i < 1 || i > len(t.Columns) {
			continue
		}
		c := &t.Columns[i-1]
		c.NotNull = r[3] == "false"
		if c.Default = r[4]; c.Default == "NULL" { // so DuckDB lists a column without one
			c.Default = ""
		}
		c.Comment = r[5]
	}
	return nil
}

func (s *session) addConstraints(ctx context.Context, tables map[engine.TableName]*engine.Table) error {
	rows, err := s.query(ctx, `SELECT `+ofUserSchema+`, table_name, constraint_type, coalesce(constraint_name, ''),
		to_json(constraint_column_indexes)::VARCHAR, coalesce(expression, ''),
		coalesce(referenced_table, ''), coalesce(to_json(referenced_column_names)::VARCHAR, '[]')
		FROM system.main.duckdb_constraints() WHERE `+s.inDatabase()+` ORDER BY table_name, constraint_index`)
	if err != nil {
		return err
	}
	kinds := map[string]engine.ConstraintKind{
		"PRIMARY KEY": engine.PrimaryKey, "UNIQUE": engine.Unique, "FOREIGN KEY": engine.ForeignKey, "CHECK": engine.Check,
	}
	for _, r := range rows {
		t := tables[engine.TableName{Schema: r[0], Name: r[1]}]
		kind, ok := kinds[r[2]]
		if t == nil || !ok {
			continue
		}
		c := engine.Constraint{Kind: kind, Name: r[3], Check: r[5]}
		if err := json.Unmarshal([]byte(r[4]), &c.Columns); err != nil {
			return engine.Errorf("XX000", "columns of a constraint of %q: %w", r[1], err)
		}
		if kind == engine.ForeignKey {
			// DuckDB refers to tables of the same schema only.
			c.References = engine.TableName{Schema: r[0], Name: r[6]}
			if err := json.Unmarshal([]byte(r[7]), &c.ReferencedColumns); err != nil {
				return engine.Errorf("XX000", "columns of a constraint of %q: %w", r[1], err)
			}
		}
		t.Constraints = append(t.Constraints, c)
	}
	return nil
}

func (s *session) addIndexes(ctx context.Context, tables map[engine.TableName]*engine.Table) error {
	rows, err := s.query(ctx, `SELECT `+ofUserSchema+`, table_name, index_name, is_unique::VARCHAR, coalesce(expressions, '')
		FROM system.main.duckdb_indexes() WHERE `+s.inDatabase()+` ORDER BY index_name`)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if t := tables[engine.TableName{Schema: r[0], Name: r[1]}]; t != nil {
			t.Indexes = append(t.Indexes, engine.Index{Name: r[2], Unique: r[3] == "true", Expressions: indexExpressions(r[4])})
		}
	}
	return nil
}

// indexExpressions takes DuckDB's list of expressions apart: [a, "B", lower(c)].
// An element is in single quotes if DuckDB had to quote it.
func indexExpressions(list string) []string {
	list = strings.TrimSuffix(strings.TrimPrefix(list, "["), "]")
	var out []string
	depth, from := 0, 0
	quote := byte(0)
	for i := 0; i <= len(list); i++ {
		switch {
		case i == len(list), quote == 0 && depth == 0 && list[i] == ',':
			if e := strings.TrimSpace(list[from:i]); e != "" {
				if len(e) > 1 && e[0] == '\'' {
					e = strings.ReplaceAll(strings.Trim(e, "'"), "''", "'")
				}
				out = append(out, e)
			}
			from = i + 1
		case quote != 0:
			if list[i] == quote {
				quote = 0
			}
		case list[i] == '"', list[i] == '\'':
			quote = list[i]
		case list[i] == '(':
			depth++
		case list[i] == ')':
			depth--
		}
	}
	return out
}

func (s *session) addViewQueries(ctx context.Context, tables map[engine.TableName]*engine.Table) error {
	rows, err := s.query(ctx, `SELECT `+ofUserSchema+`, view_name, coalesce(sql, '') FROM system.main.duckdb_views() WHERE `+s.ofUser())
	if err != nil {
		return err
	}
	for _, r := range rows {
		if t := tables[engine.TableName{Schema: r[0], Name: r[1]}]; t != nil {
			_, query, _ := strings.Cut(r[2], " AS ")
			t.Query = strings.TrimSuffix(strings.TrimSpace(query), ";")
		}
	}
	return nil
}

// Objects implements [engine.Inspector].
func (s *session) Objects(ctx context.Context) (engine.Objects, error) {
	var o engine.Objects
	if err := s.begin(ctx); err != nil {
		return o, err
	}
	defer s.mu.Unlock()
	rows, err := s.query(ctx, `SELECT schema_name, coalesce(comment, '') FROM system.main.duckdb_schemas()
		WHERE database_name = `+literal(s.engine.catalog)+` AND schema_name NOT IN ('main', 'pg_catalog', 'information_schema') ORDER BY 1`)
	if err != nil {
		return o, err
	}
	for _, r := range rows {
		o.Schemas = append(o.Schemas, engine.Schema{Name: r[0], Comment: r[1]})
	}
	if o.Sequences, err = s.sequences(ctx); err != nil {
		return o, err
	}
	o.Enums, err = s.enums(ctx)
	return o, err
}

func (s *session) sequences(ctx context.Context) ([]engine.Sequence, error) {
	rows, err := s.query(ctx, `SELECT `+ofUserSchema+` AS schema, sequence_name, start_value::VARCHAR, increment_by::VARCHAR,
		min_value::VARCHAR, max_value::VARCHAR, cycle::VARCHAR, coalesce(last_value::VARCHAR, ''), coalesce(comment, '')
		FROM system.main.duckdb_sequences() WHERE `+s.inDatabase()+` ORDER BY schema, sequence_name`)
	if err != nil {
		return nil, err
	}
	var sequences []engine.Sequence
	for _, r := range rows {
		q := engine.Sequence{TableName: engine.TableName{Schema: r[0], Name: r[1]}, Cycle: r[6] == "true", Comment: r[8]}
		for i, p := range []*int64{&q.Start, &q.Increment, &q.Min, &q.Max} {
			*p, _ = strconv.ParseInt(r[2+i], 10, 64)
		}
		if last, err := strconv.ParseInt(r[7], 10, 64); err == nil {
			q.Last = &last
		}
		sequences = append(sequences, q)
	}
	return sequences, nil
}

func (s *session) enums(ctx context.Context) ([]engine.Enum, error) {
	rows, err := s.query(ctx, `SELECT `+ofUserSchema+` AS schema, type_name, to_json(labels)::VARCHAR
		FROM system.main.duckdb_types() WHERE logical_type = 'ENUM' AND `+s.ofUser()+` ORDER BY schema, type_name`)
	if err != nil {
		return nil, err
	}
	var enums []engine.Enum
	for _, r := range rows {
		e := engine.Enum{TableName: engine.TableName{Schema: r[0], Name: r[1]}}
		if err := json.Unmarshal([]byte(r[2]), &e.Labels); err != nil {
			return nil, engine.Errorf("XX000", "labels of type %q: %w", r[1], err)
		}
		enums = append(enums, e)
	}
	return slices.Clip(enums), nil
}
