package rewrite

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// Casts to regclass and its like: an OID to the engine, a name to the client.

// reference rewrites a cast to one of the types that stand for an object of the
// catalog (documentation, 8.19). It is an OID where it is compared, and a name
// where the client sees it. It reports whether it was such a cast.
func (r *rewriter) reference(n *pg.Node, c *pg.TypeCast, p place) bool {
	name := lastName(c.TypeName.Names)
	if !r.isReference(n) {
		return false
	}
	in, out := quote(catalogFunctions+name+"in")+"(", quote(catalogFunctions+name+"out")+"("
	before, after := in, ")"
	if len(c.TypeName.ArrayBounds) > 0 {
		before, after = "list_transform(", ", lambda o: "+out+in+"o)))"
	} else if p == output || r.asText[n] {
		before, after = out+in, "))"
	}
	if c.Arg.GetParamRef() != nil {
		after = "::VARCHAR" + after
	}
	r.uncast(n, c, before, after)
	return true
}

// isReference reports whether n is a cast to regclass or one of its like.
func (r *rewriter) isReference(n *pg.Node) bool {
	c := n.GetTypeCast()
	if c == nil {
		return false
	}
	name := lastName(c.TypeName.Names)
	return strings.HasPrefix(name, "reg") && r.options.Catalog.Functions[name+"in"]
}

// functionColumn writes a column of type regproc as the function's name, where
// the client sees it or it is cast to text. It reports whether it was such a column.
func (r *rewriter) functionColumn(n *pg.Node, c *pg.ColumnRef, p place) bool {
	if !r.catalog || p != output && !r.asText[n] {
		return false
	}
	switch lastName(c.GetFields()) {
	case "typinput", "typoutput", "typreceive", "typsend", "typmodin", "typmodout", "typanalyze", "typsubscript",
		"oprcode", "oprrest", "oprjoin", "prosupport", "amhandler", "conproc", "rngcanonical", "rngsubdiff":
		r.wrap(r.spanOf(n), quote(catalogFunctions+"regprocout")+"(", ")")
		return true
	}
	return false
}

// uncast writes x::t, CAST(x AS t) or t 'x' as before x after.
func (r *rewriter) uncast(n *pg.Node, c *pg.TypeCast, before, after string) {
	at := r.at(c.Location)
	whole := r.spanOf(n)
	switch {
	case r.gaveUp:
	case r.text(at) == "::":
		r.replace(span{at, whole.last}, "")
		r.wrap(span{whole.first, at - 1}, before, after)
	case r.isWord(at, "cast"):
		first := r.at(c.TypeName.Location)
		argument := span{at + 2, first - 2}
		r.replace(span{at, at + 1}, "")
		r.replace(span{first - 1, whole.last}, "")
		r.wrap(argument, before, after)
	default: // t 'x'
		r.replace(span{at, whole.last - 1}, "")
		r.wrap(span{whole.last, whole.last}, before, after)
	}
}

// wantText marks expressions in which a reference is its name: operands of ||,
// and arguments of functions of text.
func (r *rewriter) wantText(list ...*pg.Node) {
	for _, n := range list {
		if n.GetTypeCast() == nil && n.GetColumnRef() == nil {
			continue
		}
		if r.asText == nil {
			r.asText = map[*pg.Node]bool{}
		}
		r.asText[n] = true
	}
}

// beforeCast marks the argument of a cast to text.
func (r *rewriter) beforeCast(c *pg.TypeCast) {
	switch lastName(c.TypeName.Names) {
	case "text", "varchar", "name", "bpchar":
		r.wantText(c.Arg)
	}
}

// beforeOperator marks the operands of ||, and of operators that match text.
func (r *rewriter) beforeOperator(e *pg.A_Expr, name string) {
	switch name {
	case "||", "~", "!~", "~*", "!~*", "~~", "!~~", "~~*", "!~~*":
		r.wantText(e.Lexpr, e.Rexpr)
	}
}

// beforeCall marks the arguments of functions of text.
func (r *rewriter) beforeCall(f *pg.FuncCall) {
	switch lastName(f.Funcname) {
	case "quote_ident", "quote_literal", "lower", "upper", "concat", "concat_ws", "format", "replace", "split_part", "left", "right",
		"length", "substring", "substr", "string_agg", "regexp_replace", "json_build_object", "jsonb_build_object", "strpos":
		r.wantText(f.Args...)
	}
}

// valuesForClient marks what a CASE or COALESCE in the select list may become.
func (r *rewriter) valuesForClient(n *pg.Node) {
	switch e := n.GetNode().(type) {
	case *pg.Node_CaseExpr:
		for _, w := range e.CaseExpr.Args {
			r.wantText(value(w.GetCaseWhen().GetResult()))
		}
		r.wantText(value(e.CaseExpr.Defresult))
	case *pg.Node_CoalesceExpr:
		r.wantText(e.CoalesceExpr.Args...)
	}
}

// value is what a query in brackets gives, or the expression itself.
func value(n *pg.Node) *pg.Node {
	if list := n.GetSubLink().GetSubselect().GetSelectStmt().GetTargetList(); len(list) == 1 {
		return list[0].GetResTarget().GetVal()
	}
	return n
}
