package rewrite

import (
	pg "github.com/pganalyze/pg_query_go/v6"
)

func (r *rewriter) from(list []*pg.Node) {
	for _, n := range list {
		r.rangeItem(n)
	}
}

// rangeItem rewrites one item of FROM.
func (r *rewriter) rangeItem(n *pg.Node) {
	switch e := n.GetNode().(type) {
	case *pg.Node_RangeSubselect:
		q := e.RangeSubselect.Subquery.GetSelectStmt()
		if q == nil {
			r.giveUp()
			return
		}
		r.query(q, forNames)
		r.valuesInFrom(e.RangeSubselect, q)
	case *pg.Node_JoinExpr:
		r.rangeItem(e.JoinExpr.Larg)
		r.rangeItem(e.JoinExpr.Rarg)
		r.expr(e.JoinExpr.Quals, inside)
	case *pg.Node_RangeFunction:
		for _, f := range e.RangeFunction.Functions {
			if items := f.GetList().GetItems(); len(items) > 0 {
				r.tableFunction(e.RangeFunction, items[0])
			}
		}
	case *pg.Node_RangeVar:
		r.alias(e.RangeVar)
		if !r.catalogRelation(e.RangeVar) {
			r.relation(e.RangeVar)
		}
	case *pg.Node_RangeTableSample:
		r.rangeItem(e.RangeTableSample.Relation)
	}
}

// tableFunction rewrites the arguments of a function in FROM.
func (r *rewriter) tableFunction(f *pg.RangeFunction, n *pg.Node) {
	if call := n.GetFuncCall(); call != nil {
		r.exprs(call.Args, inside)
		if !r.catalogRows(f, call) {
			r.unqualify(call)
			r.functionInFrom(f, n, call)
		}
		return
	}
	r.expr(n, inside)
}
