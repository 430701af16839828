package server

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/csvsql/csvsql/catalog"
	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/dialect"
	"github.com/csvsql/csvsql/engine/dialect/columns"
	"github.com/csvsql/csvsql/engine/dialect/rewrite"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
	"github.com/csvsql/csvsql/wire/pgvalue"
)

// describe describes the columns of the result: as the engine has them, with what
// PostgreSQL says of them beyond that.
func (q *query) describe(ctx context.Context) []wire.Column {
	known := q.s.resultColumns(ctx, &q.src)
	described := q.plan.Columns()
	if !fits(known, described) {
		if !q.s.speaksPostgres() {
			return described
		}
		for i, name := range dialect.ColumnNames(q.src.SQL, len(described)) {
			if name != "" {
				described[i].Name = name
			}
		}
		return described
	}
	for i, c := range known {
		switch {
		case c.Literal && described[i].Type != oid.Text: // then it is NULL
			q.plan.Untyped(i)
		case c.Type.OID != 0:
			q.plan.Declare(i, encoding.Type{OID: oid.OID(c.Type.OID), Len: catalog.TypeLength(c.Type.OID), Mod: c.Type.Mod})
		}
	}
	described = q.plan.Columns()
	for i, c := range known {
		described[i].Name = c.Name
		described[i].Table, described[i].Attr = oid.OID(c.Table), c.Number
	}
	return described
}

// fits reports whether known may be about the engine's columns: where the order of
// some differs, as those of a NATURAL JOIN do, their names do.
func fits(known []columns.Column, engines []wire.Column) bool {
	if len(known) != len(engines) {
		return false
	}
	for i, c := range known {
		name := engines[i].Name
		again := len(name) > len(c.Name) && strings.EqualFold(name[:len(c.Name)+1], c.Name+"_") // of several alike
		if c.Table != 0 && !again && !strings.EqualFold(name, c.Name) {
			return false
		}
	}
	return true
}

// resultColumns is what PostgreSQL says of the columns of a statement's result; nil
// if that is nothing that the engine does not say too, or cannot be told.
func (s *session) resultColumns(ctx context.Context, src *source) []columns.Column {
	if !s.speaksPostgres() || !mayDescribe(src) {
		return nil
	}
	snapshot, err := s.snapshot(ctx)
	if err != nil {
		return nil // what it is about will say so when it is run
	}
	path, _ := s.settings.Get("search_path")
	k := statementKey{src.SQL, snapshot, path, s.conn.Identity().Role, pgvalue.MDY}
	return s.handler.columns.of(k, func() []columns.Column {
		known, ok := columns.Of(src.SQL, k.names())
		if !ok {
			return nil
		}
		return known
	})
}

// checked is what package columns has found in a statement.
type checked struct {
	problem *columns.Problem
	types   *rewrite.Types
}

// check looks at a statement with what its tables are known to be: what PostgreSQL
// refuses of it, and the engine may not, is an error; and it returns the types that
// the translation wants.
func (s *session) check(ctx context.Context, src *source) (*rewrite.Types, error) {
	if !s.speaksPostgres() || !mayBeRefused(src) {
		return nil, nil
	}
	snapshot, err := s.snapshot(ctx)
	if err != nil {
		return nil, nil // what it is about will say so when it is run
	}
	path, _ := s.settings.Get("search_path")
	k := statementKey{src.SQL, snapshot, path, s.conn.Identity().Role, s.output.DateStyle.Order}
	found := s.handler.checked.of(k, func() checked {
		problem, types := columns.Check(src.SQL, k.names(), k.dates)
		return checked{problem, types}
	})
	if p := found.problem; p != nil {
		return nil, &engine.Error{Code: p.Code, Message: p.Message, Hint: p.Hint, Position: p.Position}
	}
	return found.types, nil
}

// mayBeRefused reports whether a statement has something in it that columns.Check
// looks at.
func mayBeRefused(src *source) bool {
	return strings.Contains(src.SQL, "::") || slices.ContainsFunc(src.Words, func(w string) bool {
		switch w {
		case "from", "where", "not", "and", "or", "case", "union", "intersect", "except", "coalesce", "greatest", "least", "array",
			"in", "cast", "row", "limit", "offset", "with", "true", "false", "create", "alter", "insert", "update", "generate_series", "unnest", "count":
			return true
		}
		return false
	}) || strings.ContainsAny(src.SQL, "+-*/%|=<>)")
}

// arrayParams are the types of parameters that are compared with a column as an
// array: id = ANY ($1).
func (s *session) arrayParams(ctx context.Context, src *source) map[int]uint32 {
	if !strings.Contains(src.SQL, "$") || !slices.ContainsFunc(src.Words, func(w string) bool { return w == "any" || w == "all" || w == "some" }) {
		return nil
	}
	known, err := s.names(ctx)
	if err != nil {
		return nil
	}
	return columns.Arrays(src.SQL, known)
}

// mayDescribe reports whether a statement has columns that are a table's, may have
// a name that PostgreSQL would fold, or one of its types.
func mayDescribe(src *source) bool {
	return slices.ContainsFunc(src.Words, func(w string) bool {
		return w == "from" || w == "null" || w == "cast" || w == "returning" || catalog.Mentioned(w)
	}) || strings.Contains(src.SQL, "::") || src.SQL != strings.ToLower(src.SQL)
}

// statementCache keeps what was found out of statements lately. It is safe for
// concurrent use; the zero value is empty.
type statementCache[V any] struct {
	mu    sync.Mutex
	known map[statementKey]V
	bytes int // of the statements in known
}

// statementKey is a statement, and what its names depend on.
type statementKey struct {
	sql        string
	snapshot   *catalog.Snapshot
	path, role string
	dates      pgvalue.DateOrder
}

func (k *statementKey) names() *names {
	return &names{k.snapshot, catalog.Path(k.path, k.role)}
}

// The cache is emptied when it has statements of so many bytes. Longer ones than
// maxCachedStatement are not kept.
const (
	cachedStatements   = 2 << 20
	maxCachedStatement = 32 << 10
)

func (c *statementCache[V]) of(k statementKey, find func() V) V {
	c.mu.Lock()
	known, ok := c.known[k]
	c.mu.Unlock()
	if ok {
		return known
	}
	known = find()
	if len(k.sql) > maxCachedStatement {
		return known
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil || c.bytes > cachedStatements {
		c.known, c.bytes = map[statementKey]V{}, 0
	}
	c.known[k] = known
	c.bytes += len(k.sql)
	return known
}

// names is a database as a session sees it. It implements [columns.Catalog].
type names struct {
	snapshot *catalog.Snapshot
	path     []string
}

// names is the database as this session sees it.
func (s *session) names(ctx context.Context) (*names, error) {
	snapshot, err := s.snapshot(ctx)
	if err != nil {
		return nil, err
	}
	path, _ := s.settings.Get("search_path")
	return &names{snapshot, catalog.Path(path, s.conn.Identity().Role)}, nil
}

// qualified is a query with the schemas of the relations that it reads; false if it
// cannot be told which those are.
func (n *names) qualified(query string) (string, bool) {
	return rewrite.Qualified(query, func(name string) string {
		if t, ok := n.snapshot.Find(engine.TableName{Name: name}, n.path); ok {
			return t.Schema
		}
		return ""
	})
}

func (n *names) Relation(schema, name string) ([]columns.Column, bool) {
	return toColumns(n.snapshot.Relation(schema, name, n.path))
}

// isBuiltin reports whether a name is that of a relation of the catalog.
func (n *names) isBuiltin(name engine.TableName) bool {
	_, ok := n.Relation(name.Schema, name.Name)
	return ok
}

func (n *names) Rows(function string) ([]columns.Column, bool) {
	return toColumns(catalog.FunctionRows(function))
}

func (n *names) Type(name string) uint32       { return n.snapshot.TypeNamed(name) }
func (n *names) Result(function string) uint32 { return catalog.FunctionResult(function) }
func (n *names) Array(elem uint32) uint32      { return catalog.ArrayType(elem) }
func (n *names) Element(array uint32) uint32   { return catalog.ElementType(array) }

func (n *names) Enum(t uint32) (columns.Enum, bool) {
	e := n.snapshot.EnumOf(t)
	if e == nil {
		return columns.Enum{}, false
	}
	return columns.Enum{Name: n.enumName(e), SQL: quoteTable(e.TableName), Labels: e.Labels}, true
}

func (n *names) Key(schema, table, constraint string) []string {
	t, ok := n.snapshot.Find(engine.TableName{Schema: schema, Name: table}, n.path)
	if !ok {
		return nil
	}
	for _, c := range t.Constraints {
		if c.Name != constraint || c.Kind != engine.PrimaryKey && c.Kind != engine.Unique {
			continue
		}
		var list []string
		for _, at := range c.Columns {
			list = append(list, t.Columns[at].Name)
		}
		return list
	}
	return nil
}

// enumName is a type as PostgreSQL's messages have it.
func (n *names) enumName(e *catalog.Enum) string {
	if slices.Contains(n.path, e.Schema) {
		return e.Name
	}
	return e.Schema + "." + e.Name
}

func (n *names) Takes(function string, args []uint32) (exists, takes bool) {
	return catalog.Takes(function, args)
}

func toColumns(attributes []catalog.Attribute, ok bool) ([]columns.Column, bool) {
	out := make([]columns.Column, len(attributes))
	for i, a := range attributes {
		out[i] = columns.Column{
			Name: a.Name, Type: columns.Type{OID: uint32(a.Type.OID), Mod: a.Type.Mod},
			Table: a.Table, Number: a.Number,
		}
	}
	return out, ok
}
