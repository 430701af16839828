package rewrite

import (
	pg "github.com/pganalyze/pg_query_go/v6"
)

// jsonPathOperator writes @? and @@ as the functions they stand for, whose errors
// are silent (documentation, 9.16, table 9.46).
func (r *rewriter) jsonPathOperator(e *pg.A_Expr, name string) {
	r.asJSONB([]*pg.Node{e.Lexpr})
	r.uncastPath(e.Rexpr)
	function := "jsonb_path_exists"
	if name == "@@" {
		function = "jsonb_path_match"
	}
	at := r.at(e.Location)
	l, right := r.left(e.Lexpr, at), r.right(e.Rexpr, at)
	r.replace(span{at, at}, ",")
	r.wrap(span{l.first, right.last}, goFunction(function)+"(", ", '{}'::JSONB, true)")
}

// pathArguments rewrites the arguments of a function of a path: target, path, vars,
// silent. The last two may be named.
func (r *rewriter) pathArguments(f *pg.FuncCall) {
	if len(f.Args) < 2 {
		return
	}
	r.asJSONB(f.Args)
	r.uncastPath(f.Args[1])
	for i, a := range f.Args[2:] {
		named := a.GetNamedArgExpr()
		if named != nil {
			if named.Name != []string{"vars", "silent"}[min(i, 1)] && (named.Name != "silent" || len(f.Args) > 3) {
				r.giveUp()
				return
			}
			name := r.at(named.Location)
			text := ""
			if named.Name == "silent" && i == 0 {
				text = "'{}'::JSONB,"
			}
			r.replace(span{name, name + 1}, text) // and =>
			a = named.Arg
		}
		if i == 0 && (named == nil || named.Name == "vars") {
			r.asJSONB([]*pg.Node{a})
		}
	}
}

// uncastPath takes away a cast to jsonpath, a type the engine has not. A path is its
// text.
func (r *rewriter) uncastPath(n *pg.Node) {
	c := n.GetTypeCast()
	if c == nil || lastName(c.TypeName.Names) != "jsonpath" {
		return
	}
	first := r.at(c.TypeName.Location)
	r.replace(span{first, r.lastOfType(first)}, "VARCHAR")
}
