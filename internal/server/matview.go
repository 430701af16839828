package server

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/csvsql/csvsql/catalog"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/dialect"
	"github.com/csvsql/csvsql/engine/dialect/rewrite"
	"github.com/csvsql/csvsql/wire"
)

// A materialized view is a table with a note of its query (catalog.Materialized).
// What is done to it is done to both in one transaction.

// createMaterialized is CREATE MATERIALIZED VIEW.
func (s *session) createMaterialized(ctx context.Context, u dialect.CreateMaterialized, src *source) (wire.Result, error) {
	const tag = "CREATE MATERIALIZED VIEW"
	if err := s.inPostgres(tag); err != nil {
		return nil, err
	}
	exists, err := s.tableExists(ctx, u.Name)
	if err != nil {
		return nil, toWire(err, src)
	}
	if exists {
		message := fmt.Sprintf("relation \"%s\" already exists", u.Name.Name)
		if !u.IfNotExists {
			return nil, wire.Errorf("42P07", "%s", message)
		}
		s.notify(&wire.Error{Severity: "NOTICE", Code: "42P07", Message: message + ", skipping"})
		return wire.Tag(tag), nil
	}
	m, err := s.materialized(ctx, u, src)
	if err != nil {
		return nil, err
	}
	names := slices.Concat(u.Columns, m.Columns[len(u.Columns):])
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			return nil, wire.Errorf("42701", "column \"%s\" specified more than once", name)
		}
	}
	head := "CREATE TABLE " + quoteTable(u.Name) + " (" + selectList(names) + ") AS "
	statement := around(head, dialect.Text{SQL: u.Query.SQL, Offset: u.Query.Offset}, "")
	if u.NoData {
		statement.SQL += "\nWITH NO DATA"
	}
	rows, err := s.runOwn(ctx, statement, tag, src)
	if err != nil {
		return nil, err
	}
	if err := s.keepMaterialized(ctx, u.Name, "", m); err != nil {
		return nil, withoutPosition(toWire(err, nil))
	}
	if u.NoData {
		return wire.Tag(tag), nil
	}
	return wire.Tag(fmt.Sprintf("SELECT %d", rows)), nil
}

// materialized is what is to be kept of a materialized view.
func (s *session) materialized(ctx context.Context, u dialect.CreateMaterialized, src *source) (*catalog.Materialized, error) {
	q := s.inner(src, u.Query, nil)
	defer q.Close()
	d, err := q.Describe(ctx)
	if err != nil {
		return nil, err
	}
	if len(d.Params) > 0 {
		return nil, wire.Errorf("42P02", "there is no parameter $1")
	}
	if len(u.Columns) > len(d.Columns) {
		return nil, wire.Errorf("42601", "too many column names were specified")
	}
	if !u.NoData {
		if err := s.checkPopulated(ctx, &q.src); err != nil {
			return nil, err
		}
	}
	m := &catalog.Materialized{Populated: !u.NoData}
	for _, c := range d.Columns {
		m.Columns = append(m.Columns, c.Name)
	}
	known, err := s.names(ctx)
	if err != nil {
		return nil, toWire(err, src)
	}
	var qualified bool
	m.Query, qualified = known.qualified(u.Query.SQL)
	if !qualified {
		m.Path, _ = s.settings.Get("search_path")
	}
	return m, nil
}

// refreshMaterialized is REFRESH MATERIALIZED VIEW. Others see the old rows until
// it is committed, so that CONCURRENTLY asks for nothing more.
func (s *session) refreshMaterialized(ctx context.Context, u dialect.RefreshMaterialized, src *source) (wire.Result, error) {
	const tag = "REFRESH MATERIALIZED VIEW"
	if err := s.inPostgres(tag); err != nil {
		return nil, err
	}
	known, err := s.names(ctx)
	if err != nil {
		return nil, toWire(err, src)
	}
	t, err := toRefresh(known, u)
	if err != nil {
		return nil, err
	}
	if _, err := s.runOwn(ctx, dialect.Statement{SQL: "DELETE FROM " + quoteTable(t.TableName), Words: src.Words}, tag, src); err != nil {
		return nil, withoutPosition(err)
	}
	if !u.NoData {
		if err := s.fillMaterialized(ctx, t, tag); err != nil {
			return nil, withoutPosition(err)
		}
	}
	if t.Materialized.Populated != !u.NoData {
		m := *t.Materialized
		m.Populated = !u.NoData
		if err := s.keepMaterialized(ctx, t.TableName, t.Comment, &m); err != nil {
			return nil, toWire(err, nil)
		}
	}
	return wire.Tag(tag), nil
}

// toRefresh is the materialized view of a REFRESH.
func toRefresh(known *names, u dialect.RefreshMaterialized) (*catalog.Table, error) {
	t, ok := known.snapshot.Find(u.Name, known.path)
	switch {
	case !ok:
		return nil, wire.Errorf("42P01", "relation \"%s\" does not exist", u.Name.Name)
	case t.View:
		return nil, wire.Errorf("42809", "\"%s\" is not a table or materialized view", u.Name.Name)
	case t.Materialized == nil:
		return nil, wire.Errorf("0A000", "\"%s\" is not a materialized view", u.Name.Name)
	case !u.Concurrently:
	case !t.Materialized.Populated:
		return nil, wire.Errorf("0A000", "CONCURRENTLY cannot be used when the materialized view is not populated")
	case !slices.ContainsFunc(t.Indexes, func(x catalog.Index) bool { return x.Unique && !slices.Contains(x.Columns, -1) }):
		err := wire.Errorf("55000", "cannot refresh materialized view \"%s.%s\" concurrently", t.Schema, t.Name)
		err.Hint = "Create a unique index with no WHERE clause on one or more columns of the materialized view."
		return nil, err
	}
	return t, nil
}

// fillMaterialized inserts the rows of its query into a materialized view.
func (s *session) fillMaterialized(ctx context.Context, t *catalog.Table, tag string) (err error) {
	if t.Materialized.Path != "" {
		path, _ := s.settings.Get("search_path")
		if err := s.engine.Set(ctx, "search_path", t.Materialized.Path); err != nil {
			return toWire(err, nil)
		}
		defer func() {
			if failed := s.engine.Set(ctx, "search_path", path); err == nil {
				err = toWire(failed, nil)
			}
		}()
	}
	parts, err := dialect.Split(t.Materialized.Query)
	if err != nil {
		return toWire(err, nil)
	}
	src := &source{Statement: parts[0], text: t.Materialized.Query}
	q := s.inner(src, parts[0], nil)
	defer q.Close()
	d, err := q.Describe(ctx)
	if err != nil {
		return err
	}
	if err := s.checkPopulated(ctx, src); err != nil {
		return err
	}
	sql := t.Materialized.Query
	if names := columnNames(d.Columns); !slices.Equal(names, t.Materialized.Columns) {
		sql = "SELECT " + selectList(t.Materialized.Columns) + " FROM (" + sql + "\n) AS query" // a * has other columns now
	}
	statement := dialect.Statement{SQL: "INSERT INTO " + quoteTable(t.TableName) + " " + sql, Words: parts[0].Words}
	_, err = s.runOwn(ctx, statement, tag, src)
	return err
}

func columnNames(columns []wire.Column) []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	return names
}

// keepMaterialized writes the note of a materialized view.
func (s *session) keepMaterialized(ctx context.Context, table engine.TableName, comment string, m *catalog.Materialized) error {
	s.catalog.changes = true
	return s.do(ctx, "COMMENT ON TABLE "+quoteTable(table)+" IS "+quoteLiteral(catalog.CommentOf(comment, m.Note())))
}

// runOwn runs a statement of the server's own, which may write to a materialized
// view, and returns how many rows it wrote. For its errors it is a statement with
// this tag.
func (s *session) runOwn(ctx context.Context, statement dialect.Statement, tag string, src *source) (int64, error) {
	words := statement.Words
	statement.Tag = tag
	q := s.inner(src, statement, nil)
	defer q.Close()
	if words != nil {
		q.src.Words = words
	}
	q.own = true
	if _, err := q.Describe(ctx); err != nil {
		return 0, err
	}
	if _, err := q.Execute(ctx, &wire.Bind{}); err != nil {
		return 0, err
	}
	return q.affected, nil
}

// inPostgres refuses a statement whose query would be the engine's SQL: it is run
// again by sessions that speak PostgreSQL's.
func (s *session) inPostgres(statement string) error {
	if s.speaksPostgres() {
		return nil
	}
	err := wire.Errorf("0A000", "%s needs dialect = postgres", statement)
	err.Hint = "SET dialect = postgres first."
	return err
}

// checkPopulated is the error of a statement that reads a materialized view without
// rows, itself or in a view.
func (s *session) checkPopulated(ctx context.Context, src *source) error {
	if !slices.ContainsFunc(src.Words, isSource) {
		return nil
	}
	if snapshot, err := s.snapshot(ctx); err != nil || !snapshot.Materialized {
		return nil // what is wrong will show when it is run
	}
	known, err := s.names(ctx)
	if err != nil {
		return nil
	}
	for _, m := range mentioned(src) {
		t, ok := known.snapshot.Find(m, known.path)
		if !ok {
			continue
		}
		if u := known.snapshot.Unpopulated(t); u != nil {
			err := wire.Errorf("55000", "materialized view \"%s\" has not been populated", u.Name)
			err.Hint = "Use the REFRESH MATERIALIZED VIEW command."
			return err
		}
	}
	return nil
}

// isSource reports whether a word can stand before the name of a relation that is
// read.
func isSource(word string) bool {
	switch word {
	case "from", "table", "using", "summarize", "pivot", "unpivot", "pivot_wider", "pivot_longer":
		return true
	}
	return false
}

// mentioned are the relations that a statement names; of one in the engine's own
// SQL, all that its words may name.
func mentioned(src *source) (list []engine.TableName) {
	mentions, ok := rewrite.Mentions(src.SQL)
	for _, m := range mentions {
		list = append(list, engine.TableName{Schema: m.Schema, Name: m.Name})
	}
	if !ok {
		for _, word := range src.Words {
			list = append(list, engine.TableName{Name: word})
		}
	}
	return list
}

// checkTarget is the error of a statement that changes the rows of a materialized
// view.
func (s *session) checkTarget(ctx context.Context, src *source) error {
	if src.Target.Name == "" {
		return nil
	}
	if t, err := s.materializedView(ctx, src.Target); t == nil || err != nil {
		return err
	}
	return engine.Errorf("42809", "cannot change materialized view \"%s\"", src.Target.Name)
}

// materializedView is the materialized view of this name, nil if it is none.
func (s *session) materializedView(ctx context.Context, name engine.TableName) (*catalog.Table, error) {
	if snapshot, err := s.snapshot(ctx); err != nil || !snapshot.Materialized {
		return nil, err
	}
	known, err := s.names(ctx)
	if err != nil {
		return nil, err
	}
	if t, ok := known.snapshot.Find(name, known.path); ok && t.Materialized != nil {
		return t, nil
	}
	return nil, nil
}

// kindOf is what a table or view is called in SQL.
func kindOf(t *catalog.Table) string {
	switch {
	case t.Materialized != nil:
		return "MATERIALIZED VIEW"
	case t.View:
		return "VIEW"
	}
	return "TABLE"
}

// wrongKind is the error of a statement for relations of another kind than t is.
func wrongKind(t *catalog.Table, kind string) *wire.Error {
	return wire.Errorf("42809", "\"%s\" is not a %s", t.Name, strings.ToLower(kind))
}
