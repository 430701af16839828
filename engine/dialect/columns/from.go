package columns

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// from adds the tables of FROM to the scope. star are the columns of SELECT *, and
// known says whether they are all that there are.
func (s *scope) from(list []*pg.Node) (star []Column, known bool) {
	known = true
	for _, n := range list {
		columns, ok := s.source(n)
		star = append(star, columns...)
		known = known && ok
	}
	return star, known
}

func (s *scope) source(n *pg.Node) ([]Column, bool) {
	switch e := n.GetNode().(type) {
	case *pg.Node_RangeVar:
		v := e.RangeVar
		columns, ok := s.relation(v)
		return s.add(v.Alias, v.Relname, columns, ok)
	case *pg.Node_RangeSubselect:
		var columns []Column
		var ok bool
		if q := e.RangeSubselect.Subquery.GetSelectStmt(); q != nil {
			columns, ok = s.inner().query(q)
		}
		return s.add(e.RangeSubselect.Alias, "", columns, ok)
	case *pg.Node_RangeFunction:
		return s.function(e.RangeFunction)
	case *pg.Node_JoinExpr:
		return s.join(e.JoinExpr)
	}
	return s.add(nil, "", nil, false)
}

// add adds a table, under its alias if it has one.
func (s *scope) add(alias *pg.Alias, name string, columns []Column, closed bool) ([]Column, bool) {
	relation := name
	if alias != nil {
		name = alias.Aliasname
		columns = renamed(columns, alias.Colnames)
	}
	columns = columnsOf(name, columns)
	s.tables = append(s.tables, table{name: name, columns: columns, closed: closed, relation: relation})
	return columns, closed
}

// columnsOf are columns of something in FROM that has a name.
func columnsOf(name string, columns []Column) []Column {
	out := slices.Clone(columns)
	for i := range out {
		out[i].of = []string{name}
	}
	return out
}

// merge is the column that a join makes of two that it is by: the left one where it
// has a value.
func merge(j *pg.JoinExpr, left, right Column) Column {
	switch j.Jointype {
	case pg.JoinType_JOIN_RIGHT:
		left.of = right.of
	case pg.JoinType_JOIN_FULL:
		left.of = slices.Concat(left.of, right.of)
	}
	return left
}

func (s *scope) relation(v *pg.RangeVar) ([]Column, bool) {
	if v.Schemaname == "" {
		for outer := s; outer != nil; outer = outer.outer {
			if columns, ok := outer.with[v.Relname]; ok {
				return columns, columns != nil
			}
		}
	}
	return s.catalog.Relation(v.Schemaname, v.Relname)
}

// function adds a function in FROM. Of one that is not known to return rows it is
// one column, named after the function or its alias.
func (s *scope) function(f *pg.RangeFunction) ([]Column, bool) {
	if len(f.Functions) != 1 || f.IsRowsfrom || len(f.Coldeflist) > 0 {
		return s.add(f.Alias, "", nil, false)
	}
	n := f.Functions[0].GetList().GetItems()[0]
	call := n.GetFuncCall()
	if call == nil {
		return s.add(f.Alias, "", nil, false)
	}
	name := call.Funcname[len(call.Funcname)-1].GetString_().GetSval()
	columns, ok := s.catalog.Rows(name)
	if !ok {
		result := s.typeOf(n)
		if !returnsValue(name) && result.OID == 0 {
			return s.add(f.Alias, name, nil, false)
		}
		column := Column{Name: name, Type: result}
		if f.Alias != nil {
			column.Name = f.Alias.Aliasname
		}
		columns = []Column{column}
		for _, more := range call.Args[min(1, len(call.Args)):] {
			if name == "unnest" {
				columns = append(columns, Column{Name: column.Name, Type: s.element(s.typeOf(more))})
			}
		}
	}
	if f.Ordinality {
		columns = append(columns, Column{Name: "ordinality", Type: Type{20, -1}})
	}
	return s.add(f.Alias, name, columns, true)
}

// returnsValue reports whether a function of any argument returns one column.
func returnsValue(name string) bool {
	switch name {
	case "generate_series", "unnest", "generate_subscripts", "regexp_split_to_table", "string_to_table",
		"json_array_elements_text", "jsonb_array_elements_text", "json_object_keys", "jsonb_object_keys":
		return true
	}
	return false
}

// join adds both sides. Columns that they share stand first, and once.
func (s *scope) join(j *pg.JoinExpr) ([]Column, bool) {
	first := len(s.tables)
	left, knownLeft := s.source(j.Larg)
	second := len(s.tables)
	right, knownRight := s.source(j.Rarg)
	known := knownLeft && knownRight
	s.compared(j.Quals)
	var shared []Column
	for _, n := range j.UsingClause {
		name := n.GetString_().GetSval()
		l, ok := named(left, name)
		if r, also := named(right, name); ok && also {
			shared = append(shared, merge(j, l, r))
		}
	}
	if j.IsNatural {
		for _, c := range left {
			if r, ok := named(right, c.Name); ok {
				shared = append(shared, merge(j, c, r))
			}
		}
	}
	star := append([]Column(nil), shared...)
	for _, c := range append(append([]Column(nil), left...), right...) {
		if _, ok := named(shared, c.Name); !ok {
			star = append(star, c)
		}
	}
	for i := range s.tables[first:] {
		switch ofRight := first+i >= second; j.Jointype {
		case pg.JoinType_JOIN_FULL:
			s.tables[first+i].optional = true
		case pg.JoinType_JOIN_LEFT, pg.JoinType_JOIN_RIGHT:
			if ofRight == (j.Jointype == pg.JoinType_JOIN_LEFT) {
				s.tables[first+i].optional = true
			}
		}
	}
	if j.Alias != nil {
		star = columnsOf(j.Alias.Aliasname, renamed(star, j.Alias.Colnames))
		s.tables = append(s.tables[:first], table{name: j.Alias.Aliasname, columns: star, closed: known})
	}
	return star, known
}

// row is the table of which a name, t or t.*, is the whole row.
func (s *scope) row(ref *pg.ColumnRef) (table, bool) {
	if len(ref.GetFields()) == 0 || len(ref.Fields) > 2 || len(ref.Fields) == 2 && ref.Fields[1].GetAStar() == nil {
		return table{}, false
	}
	name := ref.Fields[0].GetString_().GetSval()
	for ; s != nil; s = s.outer {
		found := -1
		for i, t := range s.tables {
			_, isColumn := named(t.columns, name)
			if len(ref.Fields) == 1 && (isColumn || !t.closed) {
				return table{}, false
			}
			if t.name == name {
				found = i
			}
		}
		if found >= 0 {
			return s.tables[found], s.tables[found].closed && len(s.tables[found].columns) > 0
		}
	}
	return table{}, false
}

// allOf are the columns of t.*.
func (s *scope) allOf(name string) ([]Column, bool) {
	for ; s != nil; s = s.outer {
		for _, t := range s.tables {
			if t.name == name {
				return t.columns, t.closed
			}
		}
	}
	return nil, false
}
