package columns

import (
	"strconv"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/csvsql/csvsql/engine/dialect/rewrite"
)

// scope is what names mean at one place of a statement.
type scope struct {
	catalog Catalog
	outer   *scope // of the query around this one
	with    map[string][]Column
	tables  []table
	arrays  map[int]uint32 // types of parameters, found so far; nil: they are not looked for
}

// table is something in FROM.
type table struct {
	name     string
	columns  []Column
	closed   bool   // whether columns are all that it has
	relation string // what name is an alias of
	optional bool   // whether an outer join may have no row of it
}

// inner is the scope of a query in an expression, or in FROM.
func (s *scope) inner() *scope { return &scope{catalog: s.catalog, outer: s, arrays: s.arrays} }

// query are the columns of a query that is looked at in a scope of its own.
func (s *scope) query(q *pg.SelectStmt) ([]Column, bool) {
	s.addWith(q.WithClause)
	switch {
	case q.Op != pg.SetOperation_SETOP_NONE:
		return s.combined(q)
	case len(q.ValuesLists) > 0:
		return s.values(q), true
	}
	star, known := s.from(q.FromClause)
	s.compared(q.WhereClause)
	s.compared(q.HavingClause)
	var out []Column
	for _, n := range q.TargetList {
		t := n.GetResTarget()
		if fields := t.Val.GetColumnRef().GetFields(); len(fields) > 0 && fields[len(fields)-1].GetAStar() != nil {
			all, ok := star, known
			if len(fields) > 1 {
				all, ok = s.allOf(fields[len(fields)-2].GetString_().GetSval())
			}
			if !ok {
				return nil, false
			}
			out = append(out, all...)
			continue
		}
		if expandsFields(t.Val) {
			return nil, false
		}
		s.compared(t.Val)
		c := s.column(t.Val)
		if t.Name != "" {
			c.Name = t.Name
		}
		out = append(out, c)
	}
	return out, true
}

// expandsFields reports whether an expression is (row).*, which is any number of
// columns.
func expandsFields(n *pg.Node) bool {
	parts := n.GetAIndirection().GetIndirection()
	return len(parts) > 0 && parts[len(parts)-1].GetAStar() != nil
}

// combined are the columns of UNION and its like: they have the names of the first
// query, and are no table's any more.
func (s *scope) combined(q *pg.SelectStmt) ([]Column, bool) {
	left, ok := s.part().query(q.Larg)
	right, also := s.part().query(q.Rarg)
	if !ok || !also || len(left) != len(right) {
		return nil, false
	}
	out := make([]Column, len(left))
	for i, c := range left {
		out[i] = Column{Name: c.Name, Type: s.common(c.Type, right[i].Type)}
	}
	return out, true
}

// part is the scope of one query of a UNION: it sees what is around that, and its
// WITH.
func (s *scope) part() *scope {
	return &scope{catalog: s.catalog, outer: s.outer, with: s.with, arrays: s.arrays}
}

func (s *scope) values(q *pg.SelectStmt) []Column {
	var out []Column
	for row, list := range q.ValuesLists {
		for i, n := range list.GetList().GetItems() {
			t := s.typeOf(n)
			if row == 0 {
				out = append(out, Column{Name: "column" + strconv.Itoa(i+1), Type: t})
			} else if i < len(out) {
				out[i].Type = s.common(out[i].Type, t)
			}
		}
	}
	return out
}

func (s *scope) addWith(w *pg.WithClause) {
	if w == nil {
		return
	}
	with := map[string][]Column{}
	for name, columns := range s.with {
		with[name] = columns
	}
	s.with = with
	for _, n := range w.Ctes {
		cte := n.GetCommonTableExpr()
		q := cte.Ctequery.GetSelectStmt()
		if q == nil {
			with[cte.Ctename] = nil
			continue
		}
		if first := q.Larg; w.Recursive && first != nil { // it may name itself
			columns, _ := s.inner().query(first)
			with[cte.Ctename] = renamed(columns, cte.Aliascolnames)
		}
		columns, _ := s.inner().query(q)
		with[cte.Ctename] = renamed(columns, cte.Aliascolnames)
	}
}

// common is the type of a column, a CASE or a COALESCE that values of two types
// come together in (documentation, 10.5).
func (s *scope) common(a, b Type) Type {
	switch {
	case a == b:
		return a
	case a.OID == literalType:
		return b
	case b.OID == literalType:
		return a
	case a.OID == b.OID:
		return Type{a.OID, -1}
	case b.OID == nameType && (a.OID == varcharType || a.OID == bpcharType):
		return b // to which there is an implicit cast, and none back
	case isString(a.OID) && isString(b.OID):
		return Type{a.OID, -1}
	}
	return Type{}
}

func isString(oid uint32) bool {
	switch oid {
	case textType, varcharType, bpcharType, nameType:
		return true
	}
	return false
}

// column is an expression of a select list.
func (s *scope) column(n *pg.Node) Column {
	if ref := n.GetColumnRef(); ref != nil {
		if c, ok := s.find(ref); ok {
			return c
		}
	}
	return Column{Name: rewrite.ColumnName(n), Type: s.typeOf(n)}
}

// find is the column that a name refers to: of this query's tables, or else of the
// queries around it.
func (s *scope) find(ref *pg.ColumnRef) (Column, bool) {
	column, of := "", ""
	for _, f := range ref.Fields {
		of, column = column, f.GetString_().GetSval()
	}
	for ; s != nil; s = s.outer {
		for _, t := range s.tables {
			if of != "" && t.name != of {
				continue
			}
			if c, ok := named(t.columns, column); ok {
				return c, true
			}
			if of != "" {
				return systemColumn(column)
			}
			if !t.closed {
				return Column{}, false // it may be one of its
			}
		}
		if c, ok := systemColumn(column); ok && of == "" && len(s.tables) > 0 {
			return c, true
		}
	}
	return Column{}, false
}

// named is the column of a name. As the engine does, it takes one that differs in
// case if there is none that does not.
func named(columns []Column, name string) (Column, bool) {
	for _, c := range columns {
		if c.Name == name {
			return c, true
		}
	}
	for _, c := range columns {
		if strings.EqualFold(c.Name, name) {
			return c, true
		}
	}
	return Column{}, false
}

// systemColumn is a column that every table has (documentation, 5.5).
func systemColumn(name string) (Column, bool) {
	var t uint32
	switch name {
	case "tableoid":
		t = oidType
	case "xmin", "xmax":
		t = xidType
	case "cmin", "cmax":
		t = cidType
	case "ctid":
		t = tidType
	default:
		return Column{}, false
	}
	return Column{Name: name, Type: Type{t, -1}}, true
}

// renamed are columns under the names of an alias: t(a, b).
func renamed(columns []Column, names []*pg.Node) []Column {
	if len(names) == 0 {
		return columns
	}
	out := append([]Column(nil), columns...)
	for i, n := range names {
		if i < len(out) {
			out[i].Name = n.GetString_().GetSval()
		}
	}
	return out
}
