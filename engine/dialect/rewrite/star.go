package rewrite

import (
	"slices"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// SELECT * of a join with USING begins with the columns that are joined by
// (documentation, 7.2.1.1); to the engine they stand where the first table has
// them.

// StarInOrder reports whether it takes no knowledge of the tables' columns to give
// SELECT * from a list PostgreSQL's order. It does in NATURAL joins, and in joins of
// joins by different columns.
func StarInOrder(from []*pg.Node) bool {
	_, ok := star(from)
	return ok || !slices.ContainsFunc(from, merges)
}

// star writes * as what it stands for, if that is not what the engine makes of it.
func (r *rewriter) star(s *pg.SelectStmt, t *pg.ResTarget) {
	fields := t.GetVal().GetColumnRef().GetFields()
	if len(fields) != 1 || fields[0].GetAStar() == nil || !slices.ContainsFunc(s.FromClause, merges) {
		return
	}
	location := t.Val.GetColumnRef().Location
	list, ok := star(s.FromClause)
	if !ok && r.options.Types != nil {
		list = starColumns(r.options.Types.Stars[location])
	}
	if len(list) > 0 {
		at := r.at(location)
		r.replace(span{at, at}, strings.Join(list, ", "))
	}
}

// starColumns is the select list of columns.
func starColumns(columns []StarColumn) (list []string) {
	for _, c := range columns {
		var values []string
		for _, table := range c.Tables {
			values = append(values, quote(table)+"."+quote(c.Name))
		}
		text := strings.Join(values, ", ")
		if len(values) > 1 {
			text = "coalesce(" + text + ") AS " + quote(c.Name)
		}
		list = append(list, text)
	}
	return list
}

// merges reports whether an item of FROM has columns that are those of two tables.
func merges(n *pg.Node) bool {
	j := n.GetJoinExpr()
	return j != nil && (j.IsNatural || len(j.UsingClause) > 0 || merges(j.Larg) || merges(j.Rarg))
}

// star is the select list that * stands for.
func star(from []*pg.Node) (list []string, ok bool) {
	for _, n := range from {
		columns, ok := starOf(n)
		if !ok {
			return nil, false
		}
		list = append(list, columns...)
	}
	return list, len(list) > 0
}

func starOf(n *pg.Node) ([]string, bool) {
	j := n.GetJoinExpr()
	switch {
	case j == nil:
		name := tableName(n)
		return []string{quote(name) + ".*"}, name != ""
	case j.IsNatural || j.Alias != nil || j.JoinUsingAlias != nil:
		return nil, false
	case len(j.UsingClause) == 0:
		return star([]*pg.Node{j.Larg, j.Rarg})
	}
	by := usingOf(j)
	tables, ok := joinedBy(n, by)
	if !ok {
		return nil, false
	}
	var list []string
	for _, column := range by {
		list = append(list, merged(n, column)+` AS "`+column+`"`)
	}
	exclude := `.* EXCLUDE ("` + strings.Join(by, `", "`) + `")`
	for _, table := range tables {
		list = append(list, quote(table)+exclude)
	}
	return list, true
}

// usingOf are the columns that a join is by.
func usingOf(j *pg.JoinExpr) (columns []string) {
	for _, n := range j.UsingClause {
		columns = append(columns, strings.ReplaceAll(n.GetString_().GetSval(), `"`, `""`))
	}
	return columns
}

// joinedBy are the tables of a join, all of which is by the same columns.
func joinedBy(n *pg.Node, columns []string) (tables []string, ok bool) {
	j := n.GetJoinExpr()
	if j == nil {
		name := tableName(n)
		return []string{name}, name != ""
	}
	if j.IsNatural || j.Alias != nil || !sameNames(usingOf(j), columns) {
		return nil, false
	}
	left, ok := joinedBy(j.Larg, columns)
	right, also := joinedBy(j.Rarg, columns)
	return append(left, right...), ok && also
}

func sameNames(a, b []string) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(a, b)
}

// merged is the value of a column that a join is by: the left table's where it has
// one.
func merged(n *pg.Node, column string) string {
	j := n.GetJoinExpr()
	switch {
	case j == nil:
		return quote(tableName(n)) + `."` + column + `"`
	case j.Jointype == pg.JoinType_JOIN_RIGHT:
		return merged(j.Rarg, column)
	case j.Jointype == pg.JoinType_JOIN_FULL:
		return "coalesce(" + merged(j.Larg, column) + ", " + merged(j.Rarg, column) + ")"
	}
	return merged(j.Larg, column)
}

// tableName is what an item of FROM is called by, or "".
func tableName(n *pg.Node) string {
	switch e := n.GetNode().(type) {
	case *pg.Node_RangeVar:
		if e.RangeVar.Alias != nil {
			return e.RangeVar.Alias.Aliasname
		}
		return e.RangeVar.Relname
	case *pg.Node_RangeSubselect:
		return e.RangeSubselect.GetAlias().GetAliasname()
	case *pg.Node_RangeFunction:
		return e.RangeFunction.GetAlias().GetAliasname()
	}
	return ""
}
