// Package columns says what the columns of a query's result are in PostgreSQL:
// their names, and the columns of tables that they are, as far as that can be told
// from the statement and the catalog. An engine knows the types of its values, but
// not that a text was declared varchar(20), nor that PostgreSQL's catalog calls it
// a name.
package columns

import (
	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/csvsql/csvsql/engine/dialect/rewrite"
)

// Column is a column of a relation or of a result.
type Column struct {
	Name string
	Type Type
	// Table is the OID of the table of which it is a plain column, and Number its
	// number there; 0 if it is none.
	Table  uint32
	Number int16
	// Literal says that all values are constants without a type of their own: text
	// in PostgreSQL, if they are strings or NULL.
	Literal bool
	// of are the names in FROM of the table that it is a column of, and of the other
	// one if a full join merges two.
	of []string
}

// Type is a type by its OID; 0 is one that is not known here.
type Type struct {
	OID uint32
	Mod int32 // -1 for none
}

// Types that the rules speak of (pg_type.h).
const (
	boolType    = 16
	charType    = 18
	nameType    = 19
	int2Type    = 21
	int2Vector  = 22
	int4Type    = 23
	regprocType = 24
	textType    = 25
	oidType     = 26
	tidType     = 27
	xidType     = 28
	cidType     = 29
	oidVector   = 30
	bpcharType  = 1042
	varcharType = 1043
	literalType = 705 // unknown: a string constant, or NULL
)

// Enum is an enumerated type.
type Enum struct {
	Name   string // as messages have it
	SQL    string // for the engine
	Labels []string
}

// Catalog is what a statement's names refer to.
type Catalog interface {
	// Relation are the columns of a table or view; of one without a schema, of
	// the first in the search path.
	Relation(schema, name string) ([]Column, bool)
	// Rows are the columns of what a function returns a set of.
	Rows(function string) ([]Column, bool)
	// Type is a type by its name in pg_type, or 0.
	Type(name string) uint32
	// Result is the type that a function returns, 0 if its overloads differ.
	Result(function string) uint32
	// Array is the array type of a type, Element that of which one is; or 0.
	Array(elem uint32) uint32
	Element(array uint32) uint32
	// Enum is a type that CREATE TYPE ... AS ENUM made.
	Enum(t uint32) (Enum, bool)
	// Key are the columns of a primary or unique key of a table by its name, nil if
	// there is none.
	Key(schema, table, constraint string) []string
	// Takes reports whether there is a function of a name, and whether one of them
	// takes arguments of these types, of which unknown is any.
	Takes(function string, args []uint32) (exists, takes bool)
}

// resultOf is the query whose columns a statement's result has, or nil: of RETURNING
// one that selects from what the statement changes.
func resultOf(statement *pg.Node) *pg.SelectStmt {
	var table *pg.RangeVar
	q := &pg.SelectStmt{Op: pg.SetOperation_SETOP_NONE}
	switch e := statement.GetNode().(type) {
	case *pg.Node_SelectStmt:
		return e.SelectStmt
	case *pg.Node_InsertStmt:
		table, q.TargetList, q.WithClause = e.InsertStmt.Relation, e.InsertStmt.ReturningList, e.InsertStmt.WithClause
	case *pg.Node_UpdateStmt:
		table, q.TargetList, q.WithClause = e.UpdateStmt.Relation, e.UpdateStmt.ReturningList, e.UpdateStmt.WithClause
		q.FromClause = e.UpdateStmt.FromClause
	case *pg.Node_DeleteStmt:
		table, q.TargetList, q.WithClause = e.DeleteStmt.Relation, e.DeleteStmt.ReturningList, e.DeleteStmt.WithClause
		q.FromClause = e.DeleteStmt.UsingClause
	}
	if len(q.TargetList) == 0 {
		return nil
	}
	q.FromClause = append([]*pg.Node{{Node: &pg.Node_RangeVar{RangeVar: table}}}, q.FromClause...)
	return q
}

// Of are the columns of a query's result, and false if the statement is none, or
// one whose number of columns cannot be told. sql is one statement of a size that
// package rewrite parses.
func Of(sql string, c Catalog) ([]Column, bool) {
	statement, ok := rewrite.Parse(sql)
	q := resultOf(statement)
	if !ok || q == nil || q.IntoClause != nil {
		return nil, false
	}
	columns, ok := (&scope{catalog: c}).query(q)
	for i, c := range columns {
		if c.Type.OID == literalType {
			columns[i].Type, columns[i].Literal = Type{textType, -1}, true
		}
	}
	return columns, ok
}
