package rewrite

import (
	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/csvsql/csvsql/wire/pgvalue"
)

// Arrays of two dimensions. To the engine they are lists of lists, which may have
// any lengths; what the client gets is an array whose dimensions are known.

// rectangular reports whether n is ARRAY[[1,2],[3,4]].
func rectangular(n *pg.Node) bool {
	rows := n.GetAArrayExpr().GetElements()
	for _, row := range rows {
		inner := row.GetAArrayExpr()
		if inner == nil || len(inner.Elements) == 0 || len(inner.Elements) != len(rows[0].GetAArrayExpr().Elements) {
			return false
		}
		for _, e := range inner.Elements {
			if e.GetAArrayExpr() != nil {
				return false
			}
		}
	}
	return len(rows) > 0
}

// arrayOfArrays writes ARRAY[[1,2],[3,4]] as an array of the engine's of a fixed
// size.
func (r *rewriter) arrayOfArrays(n *pg.Node) {
	r.fixedArray(n)
	for _, row := range n.GetAArrayExpr().Elements {
		r.fixedArray(row)
		r.exprs(row.GetAArrayExpr().Elements, inside)
	}
}

func (r *rewriter) fixedArray(n *pg.Node) {
	first := r.at(n.GetAArrayExpr().Location)
	open := first
	if r.isWord(first, "array") {
		open++
	}
	if !r.is(open, '[') {
		r.giveUp()
		return
	}
	close := r.tokens[open].match
	r.replace(span{first, open}, "array_value(")
	r.replace(span{close, close}, ")")
}

// dimensions are those of the text of an array of two dimensions.
func dimensions(text string) (n, m int, ok bool) {
	a, err := pgvalue.ParseArray([]byte(text))
	if err != nil || len(a.Dims) != 2 {
		return 0, 0, false
	}
	return int(a.Dims[0]), int(a.Dims[1]), true
}

// isNested reports whether an expression is an array of arrays.
func isNested(n *pg.Node) bool {
	if rectangular(n) {
		return true
	}
	s, ok := isString(n.GetTypeCast().GetArg())
	_, _, nested := dimensions(s)
	return ok && nested
}
