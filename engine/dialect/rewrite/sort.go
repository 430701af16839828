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

// sorting rewrites the items of ORDER BY. One that means a column by the name that
// PostgreSQL gives it gets its number.
func (r *rewriter) sorting(s *pg.SelectStmt) {
	for _, n := range s.SortClause {
		by := n.GetSortBy()
		i := sortTarget(s, by.GetNode())
		if i < 0 || len(s.TargetList) == 0 {
			r.expr(n, inside)
			continue
		}
		t := s.TargetList[i].GetResTarget()
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

func starBefore(s *pg.SelectStmt, i int) bool {
	for _, n := range s.TargetList[:i] {
		if expands(n.GetResTarget().GetVal()) {
			return true
		}
	}
	return false
}
