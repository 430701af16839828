package main

import (
	"context"
	"regexp"

	"github.com/xwb1989/sqlparser"

	"github.com/csvsql/csvsql/wire"
)

// mysql is a wire.QueryParser for MySQL's dialect, and LOAD.
type mysql struct{ tables *tables }

// Parse cuts the text as PostgreSQL does, which differs from MySQL where a string
// has a backslash in it, and has each part parsed.
func (m *mysql) Parse(_ context.Context, q wire.Query) ([]wire.Statement, error) {
	parts, err := wire.Split(q.SQL)
	if err != nil {
		return nil, err
	}
	statements := make([]wire.Statement, len(parts))
	for i, part := range parts {
		if statements[i], err = m.parseOne(part.SQL); err != nil {
			return nil, err
		}
	}
	return statements, nil
}

func (m *mysql) parseOne(sql string) (wire.Statement, error) {
	load := regexp.MustCompile(`(?is)^LOAD\s+'([^']+)'\s+AS\s+(\w+)$`)
	if words := load.FindStringSubmatch(sql); words != nil {
		return wire.Do(func(context.Context) (wire.Result, error) {
			return m.tables.load(words[1], words[2])
		}), nil
	}
	parsed, err := sqlparser.Parse(sql)
	if err != nil {
		return nil, wire.Errorf("42601", "%w", err)
	}
	statement, ok := parsed.(*sqlparser.Select)
	if !ok {
		return nil, wire.Errorf("0A000", "only LOAD and SELECT are understood")
	}
	if len(statement.From) != 1 || statement.Having != nil || statement.Distinct != "" {
		return nil, wire.Errorf("0A000", "joins, HAVING and DISTINCT are not understood")
	}
	return &query{tables: m.tables, statement: statement}, nil
}
