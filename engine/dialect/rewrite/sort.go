package rewrite

import (
	"strconv"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// sortTarget is the target that an item of ORDER BY means by its number or name
// (documentation, 7.5), or -1.
func sortTarget(s *pg.SelectStmt, n *pg.Node) int {
	if c := n.GetAConst(); c != nil && c.GetIval() != nil {
		if i := int(c.GetIval().Ival); i >= 1 && i <= len(s.TargetList) {
			return i - 1
		}
		return -1
	}
	c := n.GetColumnRef()
	if c == nil || len(c.Fields) != 1 {
		return -1
	}
	name := c.Fields[0].GetString_().GetSval()
	for i, n := range s.TargetList {
		t := n.GetResTarget()
		if t.GetName() == name || t.GetName() == "" && ColumnName(t.GetVal()) == name {
			return i
		}
	}
	return -1
}

// nameOf is the name that PostgreSQL gives a target.
func nameOf(t *pg.ResTarget) string {
	if t.Name != "" {
		return t.Name
	}
	return ColumnName(t.Val)
}

// sorting rewrites the items of ORDER BY. One that means a column by the name that
// PostgreSQL gives it gets its number.
func (r *rewriter) sorting(s *pg.SelectStmt) {
	for k, n := range s.SortClause {
		by := n.GetSortBy()
		r.sortUsing(by)
		if k < len(s.SortClause)-1 && r.sortsByKey(s, by.GetNode()) {
			r.key(by.Node) // of equal ones the next item decides
			continue
		}
		if i := valuesColumn(s, by.GetNode()); i >= 0 {
			at := r.at(by.Node.GetColumnRef().Location)
			r.replace(span{at, at}, strconv.Itoa(i+1))
			continue
		}
		i := sortTarget(s, by.GetNode())
		if i < 0 || len(s.TargetList) == 0 {
			r.expr(n, inside)
			continue
		}
		t := s.TargetList[i].GetResTarget()
		if len(s.DistinctClause) == 0 && t.GetVal().GetColumnRef() == nil && r.isOrderedJSONB(t.GetVal()) {
			r.replace(r.spanOf(by.Node), goFunction("jsonb_key")+"("+r.render(r.spanOf(t.GetVal()))+")")
			continue
		}
		at := 0
		if c := by.Node.GetAConst(); c != nil {
			at = r.at(c.Location)
		} else {
			at = r.at(by.Node.GetColumnRef().Location)
		}
		if by.Node.GetColumnRef() != nil && t.GetName() == "" && t.GetVal().GetColumnRef() == nil && !starBefore(s, i) {
			r.replace(span{at, at}, strconv.Itoa(i+1))
			continue
		}
		r.expr(n, inside)
	}
}

// sortsByKey reports whether an item of ORDER BY is a numeric of the tables, and no
// column of the result that is made of others.
func (r *rewriter) sortsByKey(s *pg.SelectStmt, n *pg.Node) bool {
	if !r.isNumericColumn(n) || s.Op != pg.SetOperation_SETOP_NONE || len(s.DistinctClause)+len(s.GroupClause) > 0 {
		return false
	}
	i := sortTarget(s, n)
	return i < 0 || r.isNumericColumn(s.TargetList[i].GetResTarget().GetVal())
}

func starBefore(s *pg.SelectStmt, i int) bool {
	for _, n := range s.TargetList[:i] {
		if expands(n.GetResTarget().GetVal()) {
			return true
		}
	}
	return false
}

// valuesColumn is the column of a VALUES query that an item of its ORDER BY names,
// or -1.
func valuesColumn(s *pg.SelectStmt, n *pg.Node) int {
	c := n.GetColumnRef()
	if c == nil || len(c.Fields) != 1 || len(s.ValuesLists) == 0 {
		return -1
	}
	for i := range s.ValuesLists[0].GetList().GetItems() {
		if c.Fields[0].GetString_().GetSval() == "column"+strconv.Itoa(i+1) {
			return i
		}
	}
	return -1
}

// sortUsing writes USING < and USING > as the ASC and DESC that they mean.
func (r *rewriter) sortUsing(by *pg.SortBy) {
	if len(by.GetUseOp()) != 1 {
		return
	}
	order := map[string]string{"<": "ASC", ">": "DESC"}[lastName(by.UseOp)]
	at := r.lastOf(by.Node) + 1
	for r.is(at, ')') {
		at++
	}
	if order == "" || !r.isWord(at, "using") {
		r.giveUp()
		return
	}
	r.replace(span{at, at + 1}, order)
}
