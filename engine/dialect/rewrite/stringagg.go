package rewrite

import pg "github.com/pganalyze/pg_query_go/v6"

// stringAggregate writes string_agg with a delimiter for each row, where the engine
// has one for all: a list of both is joined from the left, without the first
// delimiter. Rows without a text count for nothing, a delimiter that is NULL is none.
func (r *rewriter) stringAggregate(n *pg.Node, f *pg.FuncCall) {
	if len(f.Args) != 2 || f.AggDistinct || f.Over != nil || !variesByRow(f.Args[1]) {
		return
	}
	text, delimiter := r.spanOf(f.Args[0]), r.spanOf(f.Args[1])
	condition := "(" + r.render(text) + ") IS NOT NULL"
	comma := r.arguments(r.open(f))[1].first - 1
	r.rename(f, "list_reduce(list")
	r.wrap(text, "{'text': ", "")
	r.replace(span{comma, comma}, ", 'delimiter': coalesce(")
	r.wrap(delimiter, "", ", '')}")
	after := ""
	if f.AggFilter != nil {
		r.wrap(r.spanOf(f.AggFilter), condition+" AND (", ")")
	} else {
		after = " FILTER (WHERE " + condition + ")"
	}
	r.insertAfter(r.lastOf(n), after+", lambda a, b: {'text': a.text || b.delimiter || b.text, 'delimiter': ''}).text")
}

// variesByRow reports whether an expression is a column, or one that is cast.
func variesByRow(n *pg.Node) bool {
	if c := n.GetTypeCast(); c != nil {
		return variesByRow(c.Arg)
	}
	return isColumn(n)
}
