package rewrite

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// A group of numerics has one value, but may have several scales. It is made by
// their keys, and shown as any of them; PostgreSQL's choice is as free.

// groups rewrites the items of GROUP BY that may be numeric. It comes before the
// select list.
func (r *rewriter) groups(s *pg.SelectStmt) {
	for _, n := range s.GroupClause {
		if n.GetGroupingSet() != nil {
			return // in the rows of other sets a column is NULL
		}
	}
	for _, n := range s.GroupClause {
		if r.isNumericColumn(n) {
			name := lastName(n.GetColumnRef().Fields)
			for _, t := range s.TargetList {
				r.ofGroup(t.GetResTarget().GetVal(), name)
			}
			r.ofGroup(s.HavingClause, name)
			for _, by := range s.SortClause {
				if sortTarget(s, by.GetSortBy().GetNode()) < 0 {
					r.ofGroup(by.GetSortBy().GetNode(), name)
				}
			}
		}
	}
}

// ofGroup marks the places where a column stands for any of its group.
func (r *rewriter) ofGroup(n *pg.Node, column string) {
	switch e := n.GetNode().(type) {
	case *pg.Node_ColumnRef:
		if r.isNumericColumn(n) && lastName(e.ColumnRef.Fields) == column {
			r.grouped[n] = true
		}
	case *pg.Node_FuncCall:
		if isAggregate(e.FuncCall) && e.FuncCall.Over == nil {
			return
		}
		for _, a := range e.FuncCall.Args {
			r.ofGroup(a, column)
		}
	case *pg.Node_AExpr:
		r.ofGroup(e.AExpr.Lexpr, column)
		r.ofGroup(e.AExpr.Rexpr, column)
	case *pg.Node_BoolExpr:
		for _, a := range e.BoolExpr.Args {
			r.ofGroup(a, column)
		}
	case *pg.Node_TypeCast:
		r.ofGroup(e.TypeCast.Arg, column)
	case *pg.Node_NullTest:
		r.ofGroup(e.NullTest.Arg, column)
	case *pg.Node_List:
		for _, a := range e.List.Items {
			r.ofGroup(a, column)
		}
	case *pg.Node_CoalesceExpr:
		for _, a := range e.CoalesceExpr.Args {
			r.ofGroup(a, column)
		}
	case *pg.Node_CaseExpr:
		for _, w := range e.CaseExpr.Args {
			r.ofGroup(w.GetCaseWhen().GetExpr(), column)
			r.ofGroup(w.GetCaseWhen().GetResult(), column)
		}
		r.ofGroup(e.CaseExpr.Arg, column)
		r.ofGroup(e.CaseExpr.Defresult, column)
	}
}

// anyOfGroup writes a marked column as an aggregate. Where only its type counts it
// is the column.
func (r *rewriter) anyOfGroup(n *pg.Node) {
	if !r.grouped[n] {
		return
	}
	s := r.spanOf(n)
	w := shadow{span: s, text: r.render(s), from: len(r.edits)}
	r.wrap(s, "any_value(", ")")
	w.to = len(r.edits)
	r.shadows = append(r.shadows, w)
}

// distinct writes SELECT DISTINCT of columns some of which are numeric as one that
// tells them apart by their keys.
func (r *rewriter) distinct(s *pg.SelectStmt) {
	if len(s.DistinctClause) != 1 || s.DistinctClause[0].GetNode() != nil {
		return
	}
	numeric := false
	var list []string
	for _, n := range s.TargetList {
		v := n.GetResTarget().GetVal()
		if v.GetColumnRef() == nil || expands(v) {
			return
		}
		text := r.render(r.spanOf(v))
		if r.isNumericColumn(v) {
			numeric = true
			text = "csvsql_key(" + text + ")"
		}
		list = append(list, text)
	}
	if !numeric {
		return
	}
	i := r.firstOf(s.TargetList[0].GetResTarget().Val) - 1
	for r.is(i, '(') {
		i--
	}
	if !r.isWord(i, "distinct") {
		return
	}
	r.insertAfter(i, " ON ("+strings.Join(list, ", ")+")")
}

// inQuery compares by keys what may be numeric with the rows of a query.
func (r *rewriter) inQuery(l *pg.SubLink, q *pg.SelectStmt) {
	compares := l.SubLinkType == pg.SubLinkType_ANY_SUBLINK || l.SubLinkType == pg.SubLinkType_ALL_SUBLINK
	if !compares || len(q.TargetList) != 1 || q.Op != pg.SetOperation_SETOP_NONE {
		return
	}
	v := q.TargetList[0].GetResTarget().GetVal()
	if v == nil || expands(v) || !r.maybeNumeric(l.Testexpr) && !r.maybeNumeric(v) {
		return
	}
	r.key(l.Testexpr)
	r.key(v)
}
