package server

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/csvsql/csvsql/catalog"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/dialect"
	"github.com/csvsql/csvsql/wire"
)

// drop is DROP of any number of objects. One that does not exist is an error, or a
// notice with IF EXISTS.
func (s *session) drop(ctx context.Context, u dialect.Drop, src *source) (wire.Result, error) {
	if err := s.dropDependents(ctx, u, src); err != nil {
		return nil, err
	}
	for _, name := range u.Names {
		if err := s.dropOne(ctx, u, name, src); err != nil {
			return nil, err
		}
	}
	return wire.Tag("DROP " + u.Kind), nil
}

// dropDependents drops the views that read what is dropped, under CASCADE; else
// there must be none.
func (s *session) dropDependents(ctx context.Context, u dialect.Drop, src *source) error {
	switch u.Kind {
	case "TABLE", "VIEW", "MATERIALIZED VIEW", "TYPE":
	default:
		return nil
	}
	known, err := s.names(ctx)
	if err != nil {
		return toWire(err, src)
	}
	if u.Kind == "TYPE" {
		return known.checkDropType(u)
	}
	dropped, err := known.find(u)
	if err != nil {
		return err
	}
	var list []dependent
	for _, t := range dropped {
		on := known.dependents(t, dropped)
		if err := known.checkDrop(t, on, u.Cascade); err != nil {
			return err
		}
		list = append(list, on...)
	}
	if list == nil {
		return nil
	}
	for i, d := range slices.Backward(list) {
		if slices.ContainsFunc(list[:i], func(other dependent) bool { return other.Table == d.Table }) {
			continue
		}
		if err := s.dropOnly(ctx, kindOf(d.Table), quoteTable(d.TableName), false, src); err != nil {
			return err
		}
	}
	s.cascades(known, list)
	return nil
}

func (s *session) dropOne(ctx context.Context, u dialect.Drop, name engine.TableName, src *source) error {
	var owned []*catalog.Sequence
	if u.Kind == "TABLE" {
		known, err := s.names(ctx)
		if err != nil {
			return toWire(err, src)
		}
		owned = known.ownedSequences(name)
	}
	if u.Kind == "SEQUENCE" {
		if err := s.freeSequence(ctx, u, name, src); err != nil {
			return err
		}
	}
	// What depends on the others has been dropped; the engine would drop too much.
	err := s.dropOnly(ctx, u.Kind, quoteTable(name), u.Cascade && u.Kind == "SCHEMA", src)
	if missing := (*wire.Error)(nil); errors.As(err, &missing) {
		err = s.explainDrop(missing, u, name)
	}
	if err != nil {
		return err
	}
	for _, q := range owned {
		if err := s.dropOnly(ctx, "SEQUENCE", sequenceInSQL(q.TableName), false, src); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) dropOnly(ctx context.Context, kind, name string, cascade bool, src *source) error {
	sql := "DROP " + strings.Replace(kind, "MATERIALIZED VIEW", "TABLE", 1) + " " + name
	if cascade {
		sql += " CASCADE"
	}
	return s.runOnly(ctx, sql, "DROP "+kind, src)
}

// dropTemporary drops the tables that were made with ON COMMIT DROP.
func (s *session) dropTemporary(ctx context.Context) error {
	for _, name := range s.dropAtCommit {
		src := source{Statement: dialect.Statement{SQL: "DROP TABLE IF EXISTS temp." + quoteName(name), Tag: "DROP TABLE"}}
		if err := s.runOnly(ctx, src.SQL, src.Tag, &src); err != nil {
			return err
		}
	}
	return nil
}

// truncate is TRUNCATE of any number of tables.
func (s *session) truncate(ctx context.Context, u dialect.Truncate, src *source) (wire.Result, error) {
	known, err := s.names(ctx)
	if err != nil {
		return nil, toWire(err, src)
	}
	for _, name := range u.Names {
		if t, err := s.materializedView(ctx, name); err != nil {
			return nil, toWire(err, src)
		} else if t != nil {
			return nil, wrongKind(t, "TABLE")
		}
		if err := s.runOnly(ctx, "TRUNCATE "+quoteTable(name), "TRUNCATE TABLE", src); err != nil {
			return nil, err
		}
		if !u.Restart {
			continue
		}
		if err := s.restartSequences(ctx, known, name, src); err != nil {
			return nil, err
		}
	}
	return wire.Tag("TRUNCATE TABLE"), nil
}

// restartSequences lets the sequences of a table's serial columns begin again.
func (s *session) restartSequences(ctx context.Context, known *names, table engine.TableName, src *source) error {
	for _, q := range known.ownedSequences(table) {
		state := stateOf(q)
		state.next, state.called = state.start, false
		if err := s.replaceSequence(ctx, known, q, q.TableName, state, src); err != nil {
			return err
		}
	}
	return nil
}

// runOnly runs a statement of ours, whose positions mean nothing to the client.
func (s *session) runOnly(ctx context.Context, sql, tag string, src *source) error {
	q := s.inner(src, dialect.Statement{SQL: sql, Tag: tag}, nil)
	defer q.Close()
	if _, err := q.Describe(ctx); err != nil {
		return withoutPosition(err)
	}
	_, err := q.Execute(ctx, &wire.Bind{})
	return withoutPosition(err)
}

// explainDrop puts the error of a DROP into PostgreSQL's words. Under IF EXISTS the
// one of an object that does not exist becomes a notice.
func (s *session) explainDrop(err *wire.Error, u dialect.Drop, name engine.TableName) error {
	kind := strings.ToLower(u.Kind)
	switch err.Code {
	case "42P01", "42704", "3F000":
		err.Hint = ""
		if name.Schema != "" && (err.Code == "3F000" || strings.Contains(err.Message, "because schema")) {
			err.Code, err.Message = "3F000", fmt.Sprintf("schema \"%s\" does not exist", name.Schema)
		} else {
			err.Message = fmt.Sprintf("%s \"%s\" does not exist", kind, name.Name)
		}
		if u.IfExists {
			s.notify(&wire.Error{Severity: "NOTICE", Code: "00000", Message: err.Message + ", skipping"})
			return nil
		}
	}
	return err
}

// ownedSequences are the sequences that were made for serial columns of a table:
// those its defaults name that are named after the column.
func (n *names) ownedSequences(table engine.TableName) (list []*catalog.Sequence) {
	t, ok := n.snapshot.Find(table, n.path)
	if !ok {
		return nil
	}
	for i := range n.snapshot.Sequences {
		q := &n.snapshot.Sequences[i]
		if q.Schema == t.Schema && slices.ContainsFunc(n.defaults(q), func(d columnDefault) bool {
			return d.table == t.TableName && q.Name == objectName(t.Name, d.column, "seq")
		}) {
			list = append(list, q)
		}
	}
	return list
}

func quoteLiteral(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
