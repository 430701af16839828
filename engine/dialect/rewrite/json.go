package rewrite

import (
	pg "github.com/pganalyze/pg_query_go/v6"
)

// jsonOperator writes the operators that take a part of a JSON value as macros:
// to the engine they bind otherwise, and a key may be a path.
func (r *rewriter) jsonOperator(e *pg.A_Expr, name string) {
	switch name {
	case "->":
		r.toCall(e, "json_get")
	case "->>":
		r.toCall(e, "json_get_text")
	}
}
