package rewrite

import (
	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/csvsql/csvsql/wire/pglex"
)

// macros is the schema of the engine that has the macros.
const macros = "csvsql.main."

// operator rewrites an operator and its operands.
func (r *rewriter) operator(n *pg.Node, e *pg.A_Expr, p place) {
	name := lastName(e.Name)
	r.beforeOperator(e, name)
	r.expr(e.Lexpr, inside)
	r.expr(e.Rexpr, inside)
	if r.gaveUp {
		return
	}
	if len(e.Name) > 1 { // OPERATOR(schema.name)
		r.qualifiedOperator(e)
		return
	}
	switch e.Kind {
	case pg.A_Expr_Kind_AEXPR_OP, pg.A_Expr_Kind_AEXPR_IN:
		if r.compareRows(e, name) {
			return
		}
	}
	switch e.Kind {
	case pg.A_Expr_Kind_AEXPR_OP:
		if e.Lexpr == nil {
			r.prefixOperator(e, name)
			return
		}
		r.binaryOperator(e, name, p)
	case pg.A_Expr_Kind_AEXPR_IN, pg.A_Expr_Kind_AEXPR_BETWEEN, pg.A_Expr_Kind_AEXPR_NOT_BETWEEN,
		pg.A_Expr_Kind_AEXPR_DISTINCT, pg.A_Expr_Kind_AEXPR_NOT_DISTINCT:
		r.comparison(e)
	case pg.A_Expr_Kind_AEXPR_BETWEEN_SYM, pg.A_Expr_Kind_AEXPR_NOT_BETWEEN_SYM:
		r.comparison(e)
		r.betweenSymmetric(e)
	case pg.A_Expr_Kind_AEXPR_NULLIF:
		r.nullIf(n, e)
	case pg.A_Expr_Kind_AEXPR_LIKE, pg.A_Expr_Kind_AEXPR_ILIKE:
		r.like(e)
	case pg.A_Expr_Kind_AEXPR_SIMILAR:
		r.similar(e, name)
	case pg.A_Expr_Kind_AEXPR_OP_ANY, pg.A_Expr_Kind_AEXPR_OP_ALL:
		r.quantified(e, name)
	}
}

func (r *rewriter) binaryOperator(e *pg.A_Expr, name string, p place) {
	switch name {
	case "+":
		r.stringOperand(e, "addend")
	case "-":
		r.stringOperand(e, "subtrahend")
	case "*", "/", "%", "^":
		r.stringOperand(e, "factor")
	}
	switch name {
	case "/":
		r.divide(e, "csvsql_divide")
	case "%":
		r.divide(e, "csvsql_modulo")
	case "^":
		at := r.at(e.Location)
		l, right := r.left(e.Lexpr, at), r.right(e.Rexpr, at)
		r.integer(e.Lexpr)
		r.integer(e.Rexpr)
		r.replace(span{at, at}, ",")
		r.wrap(span{l.first, right.last}, "csvsql_power(", ")")
	case "<", "<=", ">", ">=":
		r.comparison(e)
	case "-":
		_, isKey := isString(e.Rexpr)
		if isJSONB(e.Lexpr) {
			r.toFunction(e, "jsonb_delete")
		} else if p == output || isKey || r.maySubtractTimes(e) {
			r.toCall(e, "minus")
		}
	case "=", "<>":
		r.comparison(e)
		r.arrayConstant(e.Lexpr, e.Rexpr)
		r.arrayConstant(e.Rexpr, e.Lexpr)
	case "~", "!~", "~*", "!~*":
		r.regex(e, name)
	case "~~", "!~~", "~~*", "!~~*":
		r.likeOperator(e, name)
	case "->", "->>", "#>", "#>>", "#-", "?", "?|", "?&", "@>", "<@", "@?", "@@":
		r.jsonOperator(e, name)
	case "||":
		r.concatenation(e)
	case "#":
		at := r.at(e.Location)
		l, right := r.left(e.Lexpr, at), r.right(e.Rexpr, at)
		r.replace(span{at, at}, ",")
		r.wrap(span{l.first, right.last}, "xor(", ")")
	}
}

// prefixOperator rewrites the operators before their operand that the engine has
// as functions only.
func (r *rewriter) prefixOperator(e *pg.A_Expr, name string) {
	function := ""
	switch name {
	case "@":
		function = "abs("
	case "|/":
		function = "csvsql_sqrt("
	case "||/":
		function = "cbrt("
	case "#": // a column of the engine's, by its number
		r.giveUp()
		return
	default:
		return
	}
	at := r.at(e.Location)
	s := r.right(e.Rexpr, at)
	r.replace(span{at, at}, function)
	if name == "|/" {
		r.wrap(s, "(", ")::DOUBLE") // PostgreSQL has it for double precision only
	}
	if _, ok := isString(e.Rexpr); ok {
		r.wrap(s, "", "::DOUBLE")
	}
	r.insertAfter(s.last, ")")
}

// qualifiedOperator writes OPERATOR(pg_catalog.+) as +.
func (r *rewriter) qualifiedOperator(e *pg.A_Expr) {
	at := r.at(e.Location)
	if !r.isWord(at, "operator") || !r.is(at+1, '(') || e.Name[0].GetString_().GetSval() != "pg_catalog" {
		return
	}
	operator := span{at, r.tokens[at+1].match}
	switch name := lastName(e.Name); name {
	case "~", "!~", "~*", "!~*":
		r.regexOperator(e, name, operator, r.left(e.Lexpr, operator.first), r.right(e.Rexpr, operator.last))
	default:
		r.replace(operator, name)
	}
}

// betweenSymmetric writes x BETWEEN SYMMETRIC a AND b as the two that PostgreSQL
// makes of it: x between a and b, or between b and a.
func (r *rewriter) betweenSymmetric(e *pg.A_Expr) {
	bounds := e.Rexpr.GetList().GetItems()
	op := r.at(e.Location)
	symmetric := op
	for !r.isWord(symmetric, "symmetric") {
		if symmetric++; symmetric == len(r.tokens) {
			r.giveUp()
			return
		}
	}
	and := r.closed(span{symmetric + 1, r.lastOf(bounds[0])}).last + 1
	if !r.isWord(and, "and") {
		r.giveUp()
		return
	}
	between, either := " BETWEEN ", " OR "
	if e.Kind == pg.A_Expr_Kind_AEXPR_NOT_BETWEEN_SYM {
		between, either = " NOT BETWEEN ", " AND "
	}
	l, right := r.left(e.Lexpr, op), r.right(bounds[1], and)
	x, a, b := r.render(l), r.render(span{symmetric + 1, and - 1}), r.render(right)
	r.overwrite(span{l.first, right.last}, "("+x+between+a+" AND "+b+either+x+between+b+" AND "+a+")")
}

// maySubtractTimes reports whether a difference that is computed with may be one of
// times, which the engine has other ones of. It does not look into operands, whose
// texts a macro repeats.
func (r *rewriter) maySubtractTimes(e *pg.A_Expr) bool {
	at := r.at(e.Location)
	return mayBeTime(e.Lexpr) && mayBeTime(e.Rexpr) && !r.mayUseOuter(span{r.left(e.Lexpr, at).first, r.right(e.Rexpr, at).last})
}

func mayBeTime(n *pg.Node) bool {
	switch e := n.GetNode().(type) {
	case *pg.Node_ColumnRef, *pg.Node_SqlvalueFunction:
		return true
	case *pg.Node_FuncCall:
		switch lastName(e.FuncCall.Funcname) {
		case "now", "min", "max", "lag", "lead", "first_value", "last_value", "date_trunc", "to_timestamp", "transaction_timestamp",
			"statement_timestamp", "clock_timestamp":
			return true
		}
	case *pg.Node_TypeCast:
		switch lastName(e.TypeCast.TypeName.Names) {
		case "date", "time", "timestamp", "timestamptz", "interval":
			return e.TypeCast.Arg.GetAExpr() == nil
		}
	}
	return false
}

// toCall makes a binary operator a call of a macro with its operands. What the
// macro chooses its overload by is their types.
func (r *rewriter) toCall(e *pg.A_Expr, macro string) {
	at := r.at(e.Location)
	l, right := r.left(e.Lexpr, at), r.right(e.Rexpr, at)
	types := r.overload(l, right)
	r.replace(span{at, at}, ",")
	r.wrap(span{l.first, right.last}, macros+macro+"(", types)
}

// divide writes a / b and a % b as a function, which divides as its operands'
// types want it.
func (r *rewriter) divide(e *pg.A_Expr, function string) {
	at := r.at(e.Location)
	whole := span{r.left(e.Lexpr, at).first, r.right(e.Rexpr, at).last}
	r.integer(e.Lexpr)
	r.integer(e.Rexpr)
	r.replace(span{at, at}, ",")
	r.wrap(whole, r.division(function)+"(", ")")
}

// stringOperand gives a constant string beside an arithmetic operator the type that
// it has by that of the other operand: the engine would not choose one. A number
// it is whatever the operator.
func (r *rewriter) stringOperand(e *pg.A_Expr, macro string) {
	_, leftText := isString(e.Lexpr)
	_, rightText := isString(e.Rexpr)
	if leftText == rightText {
		return
	}
	at := r.at(e.Location)
	constant, other := r.left(e.Lexpr, at), r.right(e.Rexpr, at)
	if rightText {
		constant, other = other, constant
	}
	if r.mayUseOuter(other) {
		return
	}
	text, typ := r.render(constant), r.typeOf(other)
	r.wrap(constant, macros+"factor(", ", "+typ+")")
	if macro != "factor" {
		r.wrap(constant, macros+macro+"("+text+", ", ", "+typ+")")
	}
}

// division is the function of a division, which by zero is an error, or NULL.
func (r *rewriter) division(function string) string {
	if r.filtered || !r.options.StrictDivision {
		function += "_or_null"
	}
	return function
}

// integer gives an integer constant its type: beside a smallint the engine would
// take it as one.
func (r *rewriter) integer(n *pg.Node) {
	if c := n.GetAConst(); c != nil && (c.GetIval() != nil || c.GetVal() == nil) { // or NULL, or 0
		r.insertAfter(r.lastOf(n), "::INTEGER")
	}
}

// isString reports whether n is a string constant, and which.
func isString(n *pg.Node) (string, bool) {
	c := n.GetAConst()
	if c == nil || c.GetSval() == nil {
		return "", false
	}
	return c.GetSval().Sval, true
}

// words is the span of an operator of several keywords that begins at token i.
func (r *rewriter) words(i int, words ...string) span {
	s := span{i, i}
	for r.isWord(s.last, "not") || r.kind(s.last+1) == pglex.Ident && r.isWord(s.last+1, words...) {
		s.last++
		if r.isWord(s.last, words[len(words)-1]) {
			break
		}
	}
	return s
}
