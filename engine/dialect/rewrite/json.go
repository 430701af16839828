package rewrite

import (
	pg "github.com/pganalyze/pg_query_go/v6"
)

// jsonAggregate writes json_agg(x ...) as the text that PostgreSQL makes.
func (r *rewriter) jsonAggregate(n *pg.Node, f *pg.FuncCall) {
	if len(f.Args) != 1 || f.Over != nil {
		return
	}
	open := r.open(f)
	argument := r.withoutDistinct(r.arguments(open)[0], f)
	end := r.lastOf(n)
	r.rename(f, "CAST('[' || string_agg")
	r.wrap(argument, macros+"json_text(", "), ', '")
	r.insertAfter(end, " || ']' AS JSON)")
}

// jsonOperator writes the operators that take a part of a JSON value as macros:
// to the engine they bind otherwise, and a key may be a path.
func (r *rewriter) jsonOperator(e *pg.A_Expr, name string) {
	switch name {
	case "->":
		if e.Rexpr.GetColumnRef() == nil && e.Rexpr.GetAExpr() == nil { // else it may be a lambda of the engine's
			r.toCall(e, "json_get")
		}
	case "->>":
		r.toCall(e, "json_get_text")
	}
}
