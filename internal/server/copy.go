package server

import (
	"context"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/dialect"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// copy is COPY TO STDOUT and COPY FROM STDIN.
func (s *session) copy(ctx context.Context, u dialect.Copy, src *source) (wire.Result, error) {
	if err := s.checkCopied(ctx, u, src); err != nil {
		return nil, err
	}
	if u.From {
		return s.copyFrom(ctx, u, src)
	}
	return s.copyTo(ctx, u, src)
}

// checkCopied is the error of a COPY of a materialized view, or of a query that reads
// one without rows.
func (s *session) checkCopied(ctx context.Context, u dialect.Copy, src *source) error {
	if !u.Query.Empty() {
		inner := *src
		inner.SQL = u.Query.Of(src.SQL)
		return s.checkPopulated(ctx, &inner)
	}
	t, err := s.materializedView(ctx, u.Table)
	switch {
	case t == nil || err != nil:
		return toWire(err, src)
	case u.From:
		return wire.Errorf("42809", "cannot copy to materialized view \"%s\"", t.Name)
	}
	e := wire.Errorf("42809", "cannot copy from materialized view \"%s\"", t.Name)
	e.Hint = "Try the COPY (SELECT ...) TO variant."
	return e
}

// selectFrom describes a SELECT from a table: of the columns with these names, or
// of all if there are none. The caller closes it.
func (s *session) selectFrom(ctx context.Context, t engine.TableName, names []string, words []string) (*query, error) {
	sql := "SELECT " + selectList(names) + " FROM " + quoteTable(t)
	q := &query{s: s, src: source{Statement: dialect.Statement{SQL: sql, Tag: "SELECT", Words: words}, text: sql}}
	if _, err := q.Describe(ctx); err != nil {
		return nil, withoutPosition(err)
	}
	return q, nil
}

// copyTable is the table of a COPY.
type copyTable struct {
	name   engine.TableName
	oid    oid.OID // 0 for a query
	all    []arrow.Field
	fields []arrow.Field // that are copied
	types  []encoding.Type
}

// copyTable describes the table of a COPY.
func (s *session) copyTable(ctx context.Context, u dialect.Copy, src *source) (copyTable, error) {
	q, err := s.selectFrom(ctx, u.Table, nil, src.Words)
	if err != nil {
		return copyTable{}, err
	}
	defer q.Close()
	t := copyTable{name: u.Table, all: q.stmt.Schema().Fields()}
	described := make([]encoding.Type, len(t.all))
	for i, c := range q.description.Columns {
		t.oid = c.Table
		described[i] = encoding.Type{OID: c.Type, Len: c.Size, Mod: c.Mod}
	}
	if u.Columns == nil {
		t.fields, t.types = t.all, described
		return t, nil
	}
	for _, name := range u.Columns {
		at := columnIndex(t.all, name)
		if at < 0 {
			return t, noColumn(name, t.name.Name)
		}
		if columnIndex(t.fields, name) >= 0 {
			return t, wire.Errorf("42701", "column \"%s\" specified more than once", name)
		}
		t.fields, t.types = append(t.fields, t.all[at]), append(t.types, described[at])
	}
	return t, nil
}

// noColumn is the error of a column that a table, or a query if table is empty,
// does not have.
func noColumn(name, table string) error {
	if table == "" {
		return wire.Errorf("42703", "column \"%s\" does not exist", name)
	}
	return wire.Errorf("42703", "column \"%s\" of relation \"%s\" does not exist", name, table)
}

// columnIndex is the place of a column, -1 if it is not there.
func columnIndex(fields []arrow.Field, name string) int {
	return slices.IndexFunc(fields, func(f arrow.Field) bool { return strings.EqualFold(f.Name, name) })
}

func fieldNames(fields []arrow.Field) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return names
}

func quoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func quoteTable(t engine.TableName) string {
	if t.Schema == "" {
		return quoteName(t.Name)
	}
	return quoteName(t.Schema) + "." + quoteName(t.Name)
}

// selectList is a list of columns, of all if names is empty.
func selectList(names []string) string {
	if len(names) == 0 {
		return "*"
	}
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = quoteName(n)
	}
	return strings.Join(quoted, ", ")
}
