package rewrite

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// concatenation rewrites ||, which is for texts, arrays and jsonb. To the engine
// a jsonb is a text, and of an array and an element it knows nothing.
func (r *rewriter) concatenation(e *pg.A_Expr) {
	_, leftText := isString(e.Lexpr)
	_, rightText := isString(e.Rexpr)
	switch {
	case isBytea(e.Lexpr) && isBytea(e.Rexpr): // what the engine takes it for too
	case isJSONB(e.Lexpr) || isJSONB(e.Rexpr):
		r.toFunction(e, "jsonb_concat")
	case isArrayQuery(e.Lexpr) || isArrayQuery(e.Rexpr): // in a macro it would be there several times
		if r.catalog { // whose columns beside one are arrays
			r.asCall(e, "list_concat")
		}
	case r.isArray(e.Lexpr):
		r.concatArray(e, e.Rexpr, "list_append(")
	case r.isArray(e.Rexpr):
		r.concatArray(e, e.Lexpr, "list_prepend(")
	case isJSONText(e.Rexpr) && isColumn(e.Lexpr), isJSONText(e.Lexpr) && isColumn(e.Rexpr):
		r.toFunction(e, "concat")
	case !leftText && !rightText && isColumn(e.Lexpr) && isColumn(e.Rexpr):
		r.join(e)
	case isArrayText(e.Rexpr) || isArrayText(e.Lexpr): // which the engine takes for a text only
	default:
		r.textOperand(e, e.Lexpr)
		r.textOperand(e, e.Rexpr)
	}
}

// join writes || of two expressions of which nothing is known as a macro, which
// is given their texts too.
func (r *rewriter) join(e *pg.A_Expr) {
	at := r.at(e.Location)
	l, right := r.left(e.Lexpr, at), r.right(e.Rexpr, at)
	if r.usesOuter(span{l.first, right.last}) {
		return
	}
	text := func(s span) string { return ", " + macros + "to_text(" + r.render(s) + ", " + r.typeOf(s) + ")" }
	rest := text(l) + text(right) + r.overload(l, right)
	r.replace(span{at, at}, ",")
	r.wrap(span{l.first, right.last}, macros+"join(", rest)
}

func isColumn(n *pg.Node) bool { return n.GetColumnRef() != nil }

// isArray reports whether an expression says of itself that it is an array, or is a
// column of an array type.
func (r *rewriter) isArray(n *pg.Node) bool {
	switch e := n.GetNode().(type) {
	case *pg.Node_ColumnRef:
		return r.options.Types.array(e.ColumnRef.Location)
	case *pg.Node_AArrayExpr:
		return true
	case *pg.Node_TypeCast:
		return len(e.TypeCast.TypeName.ArrayBounds) > 0
	case *pg.Node_FuncCall:
		switch lastName(e.FuncCall.Funcname) {
		case "array_agg", "array_append", "array_prepend", "array_cat", "array_remove", "array_replace", "string_to_array":
			return true
		}
	case *pg.Node_AExpr:
		return lastName(e.AExpr.Name) == "||" && (r.isArray(e.AExpr.Lexpr) || r.isArray(e.AExpr.Rexpr))
	}
	return false
}

// isArrayQuery reports whether an expression is ARRAY(SELECT ...).
func isArrayQuery(n *pg.Node) bool {
	return n.GetSubLink().GetSubLinkType() == pg.SubLinkType_ARRAY_SUBLINK
}

// isArrayText reports whether an expression is a constant that looks like an array.
func isArrayText(n *pg.Node) bool {
	s, ok := isString(n)
	if !ok {
		return false
	}
	_, ok = arrayLiteral(s)
	return ok
}

// concatArray rewrites the concatenation of an array and something else.
func (r *rewriter) concatArray(e *pg.A_Expr, other *pg.Node, element string) {
	at := r.at(e.Location)
	l, right := r.left(e.Lexpr, at), r.right(e.Rexpr, at)
	c := other.GetAConst()
	switch s, isText := isString(other); {
	case r.isArray(other) && isColumn(e.Lexpr) && isColumn(e.Rexpr):
		r.join(e)
	case r.isArray(other) && e.Lexpr.GetAArrayExpr() == nil && e.Rexpr.GetAArrayExpr() == nil:
	case r.isArray(other), isText && r.isTyped(c): // beside which NULL is an empty one
		r.asCall(e, "list_concat")
	case isText: // '{a,b}'
		list, ok := arrayLiteral(s)
		if !ok {
			r.giveUp()
			return
		}
		i := r.at(c.Location)
		r.replace(span{i, i}, list)
	case c != nil && c.Isnull: // an array without elements
		i := r.at(c.Location)
		r.replace(span{i, i}, "[]")
	case c != nil, other.GetTypeCast() != nil:
		r.replace(span{at, at}, ",")
		r.wrap(span{l.first, right.last}, element, ")")
	default:
		r.join(e)
	}
}

// isTyped reports whether a string has been written as a constant of another type.
func (r *rewriter) isTyped(c *pg.A_Const) bool {
	_, ok := r.options.Types.constant(c)
	return ok
}

// textOperand writes an operand of || that is joined to a text as PostgreSQL's
// text of it.
func (r *rewriter) textOperand(e *pg.A_Expr, n *pg.Node) {
	at := r.at(e.Location)
	s := r.left(e.Lexpr, at)
	if n == e.Rexpr {
		s = r.right(e.Rexpr, at)
	}
	if r.mayBeOtherText(n) {
		r.asTextOf(s)
	}
}

// mayBeOtherText reports whether the engine's text of an expression may be
// another one than PostgreSQL's.
func (r *rewriter) mayBeOtherText(n *pg.Node) bool {
	switch e := n.GetNode().(type) {
	case *pg.Node_ColumnRef, *pg.Node_AIndirection, *pg.Node_AArrayExpr, *pg.Node_RowExpr:
		return true
	case *pg.Node_FuncCall:
		switch lastName(e.FuncCall.Funcname) {
		case "lower", "upper", "trim", "btrim", "substring", "substr", "to_char", "concat", "coalesce", "replace", "chr", "repeat":
			return false
		}
		return true
	case *pg.Node_TypeCast:
		switch lastName(e.TypeCast.TypeName.Names) {
		case "text", "varchar", "bpchar", "json", "jsonb":
			return len(e.TypeCast.TypeName.ArrayBounds) > 0
		}
		return !strings.HasPrefix(lastName(e.TypeCast.TypeName.Names), "reg")
	case *pg.Node_AExpr:
		switch lastName(e.AExpr.Name) {
		case "||", "->", "->>", "#>", "#>>":
			return r.isArray(n)
		}
		return true
	}
	return false
}

// asTextOf wraps a span in a macro that makes a text of values of any type.
func (r *rewriter) asTextOf(s span) {
	if r.mayUseOuter(s) {
		r.wrap(s, macros+"to_text_outer(", ")")
		return
	}
	r.wrap(s, macros+"to_text(", ", "+r.typeOf(s)+")")
}

// concatArguments writes the arguments of concat and concat_ws as their texts:
// those that PostgreSQL would send.
func (r *rewriter) concatArguments(f *pg.FuncCall) {
	if f.FuncVariadic {
		r.concatList(f)
		return
	}
	for i, s := range r.arguments(r.open(f)) {
		if f.Args[i].GetAConst() == nil && r.mayBeOtherText(f.Args[i]) || f.Args[i].GetAConst().GetBoolval() != nil {
			value, typ := r.render(s), r.typeOf(s)
			r.asTextOf(s)
			r.wrap(s, macros+"out_text(", ", "+value+", "+typ+")")
		}
	}
}

// concatList writes concat(VARIADIC array) and concat_ws(separator, VARIADIC array)
// as the array_to_string that they are. The engine would take the array for one
// value.
func (r *rewriter) concatList(f *pg.FuncCall) {
	list := r.arguments(r.open(f))
	array := list[len(list)-1]
	r.replace(span{array.first, array.first}, "") // VARIADIC
	r.rename(f, goFunction("array_to_string"))
	if lastName(f.Funcname) == "concat" {
		r.insertAfter(array.last, ", ''")
		return
	}
	if len(list) == 2 {
		separator := r.render(list[0])
		r.overwrite(span{list[0].first, list[0].last + 1}, "")
		r.insertAfter(array.last, ", "+separator)
	}
}
