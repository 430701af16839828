package rewrite

import (
	"github.com/csvsql/csvsql/wire/pglex"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// A query in an expression may use columns of the queries around it. Of those the
// engine knows no types when it chooses the overload of a macro: it would take the
// first that fits, and divide a double as an integer.

// enter makes what is in FROM the scope of what follows, and returns what leaves it
// again. A name is true there if it is a table's.
func (r *rewriter) enter(from ...*pg.Node) (leave func()) {
	outer := r.scope
	r.scope = map[string]bool{}
	r.addToScope(from)
	return func() { r.scope = outer }
}

func (r *rewriter) addToScope(list []*pg.Node) {
	for _, n := range list {
		switch e := n.GetNode().(type) {
		case *pg.Node_RangeVar:
			r.scope[tableName(n)] = e.RangeVar.Schemaname != "" || !r.ctes[e.RangeVar.Relname]
		case *pg.Node_RangeSubselect:
			r.scope[e.RangeSubselect.GetAlias().GetAliasname()] = false
		case *pg.Node_RangeFunction:
			r.scope[e.RangeFunction.GetAlias().GetAliasname()] = false
		case *pg.Node_JoinExpr:
			r.scope[e.JoinExpr.GetAlias().GetAliasname()] = false
			r.addToScope([]*pg.Node{e.JoinExpr.Larg, e.JoinExpr.Rarg})
		}
	}
}

// outerColumn gives a column of an outer query a shadow of its type, if the tables
// say what it is.
func (r *rewriter) outerColumn(n *pg.Node) {
	if typ, ok := r.options.Types.outer(int(n.GetColumnRef().Location)); ok && typ != "" {
		r.shadows = append(r.shadows, shadow{span: r.spanOf(n), text: "NULL::" + typ, from: len(r.edits), to: len(r.edits)})
	}
}

// usesOuter reports whether an expression names a column of an outer query of which
// no type is known: one of a table that is not in this one's FROM, or any if there is
// none.
func (r *rewriter) usesOuter(s span) bool {
	return r.namesColumn(s, func(i int) bool {
		if typ, ok := r.options.Types.outer(r.tokens[i].Start); ok {
			return typ == ""
		}
		_, inScope := r.scope[pglex.Fold(r.text(i))]
		return len(r.scope) == 0 || r.is(i+1, '.') && !inScope && !r.is(i+3, '.')
	})
}

// mayUseOuter reports whether an expression may name one: a name without a table
// may be of any.
func (r *rewriter) mayUseOuter(s span) bool {
	return r.usesOuter(s) || r.namesColumn(s, func(i int) bool { return !r.is(i+1, '.') })
}

// namesColumn reports whether a query in an expression has a name at a token of s
// that is such.
func (r *rewriter) namesColumn(s span, such func(i int) bool) bool {
	if !r.nested {
		return false
	}
	for i := s.first; i <= s.last; i++ {
		if r.isName(i) && !r.is(i-1, '.') && !r.is(i+1, '(') && such(i) {
			return true
		}
	}
	return false
}
