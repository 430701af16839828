package rewrite

import (
	"strconv"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// What is written into a column becomes a value of its type (documentation, 10.4).
// The engine has one type of text, so that nothing is too long for it.

// target is the type of a column that is written.
func (t *Types) target(name string) Type {
	if t != nil {
		for _, c := range t.Target {
			if c.Name == name {
				return c.Type
			}
		}
	}
	return Type{Mod: -1}
}

// length is the n of varchar(n) and char(n), 0 of other types.
func (t Type) length() int {
	if (t.Name == "varchar" || t.Name == "bpchar") && t.Mod >= 4 && !t.Array {
		return int(t.Mod) - 4 // VARHDRSZ
	}
	return 0
}

// Holds reports whether a string fits into a column of the type: more than it may
// have are the blanks at its end.
func (t Type) Holds(s string) bool {
	n := t.length()
	return n == 0 || len([]rune(s)) <= n || len([]rune(strings.TrimRight(s, " "))) <= n
}

// assigned are what stands before and behind a value to make it one of a column's
// type; false if it is one.
func (t Type) assigned() (before, after string, ok bool) {
	switch t.Name {
	case "timestamp", "timestamptz", "time":
		before, after, ok = rounded(t.Name, int(t.Mod))
		return before + "CAST(", " AS " + t.Name + ")" + after, ok && !t.Array
	}
	n := t.length()
	return macros + "to_" + t.Name + "(", ", " + strconv.Itoa(n) + ")", n > 0
}

// assign makes an expression that is written into a column a value of its type. A
// constant has been looked at (package columns).
func (r *rewriter) assign(n *pg.Node, t Type) {
	before, after, ok := t.assigned()
	if !ok || n.GetSetToDefault() != nil || n.GetAConst().GetSval() != nil {
		return
	}
	r.wrap(r.spanOf(n), before, after)
}

// set rewrites the list behind SET.
func (r *rewriter) set(list []*pg.Node) {
	for i := 0; i < len(list); i++ {
		t := list[i].GetResTarget()
		several := t.GetVal().GetMultiAssignRef()
		if several == nil {
			r.expr(t.GetVal(), inside)
			r.assign(t.GetVal(), r.options.Types.target(t.GetName()))
			continue
		}
		if several.Source.GetSubLink() != nil {
			r.setRow(several)
			i += int(several.Ncolumns) - 1
			continue
		}
		row := several.Source.GetRowExpr() // (a, b) = (1, 2): a target for each column
		r.expr(several.Source, inside)
		for k, v := range row.GetArgs() {
			if i+k < len(list) {
				r.assign(v, r.options.Types.target(list[i+k].GetResTarget().GetName()))
			}
		}
		i += int(several.Ncolumns) - 1
	}
}

// insertedColumns are the columns that an INSERT has values for, in their order.
func (r *rewriter) insertedColumns(s *pg.InsertStmt) []TargetColumn {
	if len(s.Cols) == 0 {
		return r.options.Types.Target
	}
	var list []TargetColumn
	for _, n := range s.Cols {
		name := n.GetResTarget().GetName()
		list = append(list, TargetColumn{name, r.options.Types.target(name)})
	}
	return list
}

// insert names the columns of an INSERT without a list of them that has fewer
// values than the table has columns: PostgreSQL gives the others their defaults,
// the engine wants all. And it makes the values those of the columns.
func (r *rewriter) insert(s *pg.InsertStmt) {
	r.conflict(s.OnConflictClause)
	r.set(s.OnConflictClause.GetTargetList())
	r.expr(s.OnConflictClause.GetWhereClause(), inside)
	q := s.SelectStmt.GetSelectStmt()
	if r.options.Types == nil || len(r.options.Types.Target) == 0 || q == nil || r.gaveUp {
		return
	}
	columns := r.insertedColumns(s)
	last := r.lastOfName(r.at(s.Relation.Location))
	if s.Relation.Alias != nil {
		last += 2 // AS alias
	}
	if n := valuesOf(q); len(s.Cols) == 0 && n > 0 && n < len(columns) {
		columns = columns[:n]
		var list []string
		for _, c := range columns {
			list = append(list, quote(c.Name))
		}
		r.insertAfter(last, " ("+strings.Join(list, ", ")+")")
	}
	if isValues(q) {
		for _, row := range q.ValuesLists {
			for i, n := range row.GetList().GetItems() {
				if i < len(columns) {
					r.assign(n, columns[i].Type)
				}
			}
		}
		return
	}
	r.assignRows(s, columns, last+1)
}

// conflict writes ON CONFLICT ON CONSTRAINT with the columns of the constraint, by
// which alone the engine knows it.
func (r *rewriter) conflict(c *pg.OnConflictClause) {
	if c.GetInfer().GetConname() == "" || r.options.Types == nil || len(r.options.Types.Conflict) == 0 {
		return
	}
	var list []string
	for _, name := range r.options.Types.Conflict {
		list = append(list, quote(name))
	}
	i := r.at(c.Infer.Location)
	r.replace(span{i, i + 2}, "("+strings.Join(list, ", ")+")") // ON CONSTRAINT name
}

// isValues reports whether a query is a plain list of VALUES.
func isValues(q *pg.SelectStmt) bool {
	return len(q.ValuesLists) > 0 && len(q.SortClause) == 0 && q.LimitCount == nil && q.LimitOffset == nil && q.WithClause == nil
}

// assignRows makes the rows of an INSERT's query, which begins behind a list of
// columns at token i, if there is one, rows of the columns' types.
func (r *rewriter) assignRows(s *pg.InsertStmt, columns []TargetColumn, i int) {
	var replaced, names []string
	for k, c := range columns {
		name := quote(strconv.Itoa(k + 1))
		names = append(names, name)
		if before, after, ok := c.Type.assigned(); ok {
			replaced = append(replaced, before+name+after+" AS "+name)
		}
	}
	if len(replaced) == 0 {
		return
	}
	if len(s.Cols) > 0 && r.is(i, '(') {
		i = r.tokens[i].match + 1
	}
	if r.isWord(i, "overriding") {
		i += 3 // OVERRIDING SYSTEM VALUE
	}
	last := len(r.tokens) - 1
	if r.is(last, ';') {
		last--
	}
	for k := i; k <= last; k++ {
		switch {
		case r.tokens[k].match > k:
			k = r.tokens[k].match
		case r.isWord(k, "returning"), r.isWord(k, "on") && r.isWord(k+1, "conflict"):
			last = k - 1
		}
	}
	r.wrap(span{i, last}, "SELECT * REPLACE ("+strings.Join(replaced, ", ")+") FROM (", ") AS csvsql_rows("+strings.Join(names, ", ")+")")
}

// valuesOf is the number of columns of a query, 0 if it takes more than its text to
// tell.
func valuesOf(q *pg.SelectStmt) int {
	for q.GetLarg() != nil {
		q = q.Larg
	}
	if len(q.GetValuesLists()) > 0 {
		return len(q.ValuesLists[0].GetList().GetItems())
	}
	for _, n := range q.GetTargetList() {
		if expands(n.GetResTarget().GetVal()) {
			return 0
		}
	}
	return len(q.GetTargetList())
}
