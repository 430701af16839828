package rewrite

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// lambdaArguments marks the arguments of the engine's functions over lists that
// are lambdas: to PostgreSQL's grammar x -> x + 1 is an operator.
func (r *rewriter) lambdaArguments(f *pg.FuncCall, name string) {
	if !strings.HasPrefix(name, "list_") && !strings.HasPrefix(name, "array_") {
		switch name {
		case "filter", "apply", "transform", "reduce":
		default:
			return
		}
	}
	for _, a := range f.Args {
		for e := a.GetAExpr(); e != nil; e = e.Lexpr.GetAExpr() { // x -> x > 1 is (x -> x) > 1
			if lastName(e.Name) == "->" {
				if r.lambdas == nil {
					r.lambdas = map[*pg.A_Expr]bool{}
				}
				r.lambdas[e] = true
			}
		}
	}
}
