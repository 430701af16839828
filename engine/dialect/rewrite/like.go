package rewrite

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// LIKE without ESCAPE has the backslash as its escape character in PostgreSQL
// (documentation, 9.7.1), and none in the engine.
const backslash = ` ESCAPE '\'`

// like adds the escape character to a LIKE or ILIKE, if the pattern may have it.
func (r *rewriter) like(e *pg.A_Expr) {
	if pattern, ok := isString(e.Rexpr); ok && !strings.Contains(pattern, `\`) {
		return
	}
	if e.Rexpr.GetFuncCall() != nil && lastName(e.Rexpr.GetFuncCall().Funcname) == "like_escape" {
		return // it has an ESCAPE
	}
	r.insertAfter(r.right(e.Rexpr, r.words(r.at(e.Location), "like", "ilike").last).last, backslash)
}

// likeOperator writes ~~ and its family as the keywords.
func (r *rewriter) likeOperator(e *pg.A_Expr, name string) {
	at := r.at(e.Location)
	keyword := " LIKE "
	if strings.HasSuffix(name, "*") {
		keyword = " ILIKE "
	}
	if name[0] == '!' {
		keyword = " NOT" + keyword
	}
	l, right := r.left(e.Lexpr, at), r.right(e.Rexpr, at)
	r.replace(span{at, at}, keyword)
	r.wrap(span{l.first, right.last}, "(", backslash+")")
}
