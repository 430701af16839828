package rewrite

import (
	"sort"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/csvsql/csvsql/wire/pgvalue"
)

// Options say what a translation depends on beside the text.
type Options struct {
	// StrictDivision makes a division by zero an error, as in PostgreSQL;
	// without it the result is NULL.
	StrictDivision bool
	// Dates is how dates are read that may be written in several orders.
	Dates pgvalue.DateOrder
	// Catalog is the system catalog that references are redirected to; nil: they
	// stay as they are.
	Catalog *Catalog
	// Sequences are read as relations of one row; nil: none are.
	Sequences *Sequences
	// IndexName is the name of an index that has none; see UnnamedIndex.
	IndexName string
	// Thorough has a statement looked at in which no token seems to need it.
	Thorough bool
	// Types are what the tables of the statement say of it; nil: nothing.
	Types *Types
}

// Sequences says which names are those of sequences: (schema, name), where the
// schema may be "".
type Sequences struct {
	Is func(schema, name string) bool
}

// Translation is a statement in the engine's SQL. It is not changed once it is
// made, and may be shared.
type Translation struct {
	// SQL is the text for the engine: the user's own, unless something in it
	// has another meaning there.
	SQL string
	// Catalog says that the statement reads the system catalog, where an unsigned
	// integer of 32 bits is an oid.
	Catalog bool

	// Table is set for a CREATE TABLE of which the engine forgets something.
	Table *Table
	// View is set for a CREATE VIEW, of which the engine keeps SQL.
	View *View

	pieces []piece // of SQL; nil if it is the user's text
}

// Original is the position in the user's text, in bytes from 1, for one in SQL.
// Zero, which is no position, stays zero.
func (t *Translation) Original(position int) int {
	if position <= 0 || t.pieces == nil {
		return position
	}
	i := sort.Search(len(t.pieces), func(i int) bool { return t.pieces[i].at > position-1 })
	p := t.pieces[max(i-1, 0)]
	if p.written {
		return p.from + 1
	}
	return p.from + position - p.at
}

// Translate translates one statement, as dialect.Split cuts it out. A text that
// is not PostgreSQL's SQL, or is too large to be looked at, stays as it is: what
// is wrong with it is the engine's to say.
func Translate(sql string, o Options) *Translation {
	same := &Translation{SQL: sql}
	tokens, ok := tokenize(sql)
	if !ok || !o.Thorough && o.Sequences == nil && o.Types.IsEmpty() && !needed(sql, tokens) {
		return same
	}
	statement, ok := parse(sql)
	if !ok {
		return same
	}
	r := &rewriter{sql: sql, tokens: tokens, options: o, grouped: map[*pg.Node]bool{}}
	if o.Catalog != nil {
		r.lookAtCatalog()
	} else {
		r.options.Catalog = &Catalog{}
	}
	r.reservedNames()
	r.statement(statement)
	if r.gaveUp || len(r.edits) == 0 && r.table == nil && r.view == nil {
		return same
	}
	sortEdits(r.edits)
	t := &Translation{Catalog: r.catalog, Table: r.table, View: r.view}
	t.SQL, t.pieces = apply(sql, r.edits, 0, len(sql))
	return t
}

// rewriter walks the tree of one statement and collects edits of its text.
type rewriter struct {
	sql      string
	tokens   []token
	options  Options
	edits    []edit
	shadows  []shadow
	gaveUp   bool
	windowed bool // it is an argument of a window function
	filtered bool // what is around the current node is computed for rows that a FILTER drops

	ctes    map[string]bool // names of common table expressions
	system  bool            // a system column is mentioned
	catalog bool            // a relation of the catalog may be mentioned
	table   *Table
	view    *View

	grouped  map[*pg.Node]bool // columns that are numeric and grouped by, see group.go
	numerics map[string]bool   // names of columns of queries that may be numeric, see numeric.go
	jsonbs   map[string]bool   // names of those that are jsonb, see jsonorder.go

	windows map[string]*pg.WindowDef // the query's, by their names

	unlocked bool                  // locking clauses were taken out
	rows     map[*pg.FuncCall]bool // calls of regexp_matches that return rows
	lambdas  map[*pg.A_Expr]bool   // operators that are the engine's lambdas
	scope    map[string]bool       // tables of the query around the current node, see outer.go
	nested   bool                  // the query is one in an expression
	negated  bool                  // the node is somewhere under a NOT
	asText   map[*pg.Node]bool     // casts whose text is wanted, see catalog.go
}

// giveUp leaves the statement as it is.
func (r *rewriter) giveUp() { r.gaveUp = true }
