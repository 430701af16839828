package rewrite

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/csvsql/csvsql/wire/pglex"
)

// macros is the schema of the engine that has the macros.
const macros = "csvsql.main."

// operator rewrites an operator and its operands.
func (r *rewriter) operator(n *pg.Node, e *pg.A_Expr, p place) {
	name := lastName(e.Name)
	division := e.Kind == pg.A_Expr_Kind_AEXPR_OP && (name == "/" || name == "%")
	r.beforeOperator(e, name)
	r.expr(e.Lexpr, inside)
	if division {
		r.guards++
	}
	r.expr(e.Rexpr, inside)
	if division {
		r.guards--
	}
	if r.gaveUp {
		return
	}
	if len(e.Name) > 1 { // OPERATOR(schema.name)
		r.qualifiedOperator(e)
		return
	}
	switch e.Kind {
	case pg.A_Expr_Kind_AEXPR_OP:
		if e.Lexpr == nil {
			r.prefixOperator(e, name)
			return
		}
		r.binaryOperator(e, name, p)
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
	case "/":
		r.division(e, p)
	case "%":
		r.modulo(e)
	case "-":
		_, isKey := isString(e.Rexpr)
		if isJSONB(e.Lexpr) {
			r.toFunction(e, "jsonb_delete")
		} else if p == output || isKey {
			r.toCall(e, "minus")
		}
	case "=", "<>":
		r.arrayConstant(e.Lexpr, e.Rexpr)
		r.arrayConstant(e.Rexpr, e.Lexpr)
	case "~", "!~", "~*", "!~*":
		r.regex(e, name)
	case "~~", "!~~", "~~*", "!~~*":
		r.likeOperator(e, name)
	case "->", "->>", "#>", "#>>", "#-", "?", "?|", "?&", "@>", "<@":
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
		function = "sqrt("
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
		before, after := regexCall(name)
		l, right := r.left(e.Lexpr, operator.first), r.right(e.Rexpr, operator.last)
		r.replace(operator, ",")
		r.wrap(span{l.first, right.last}, before, after)
	default:
		r.replace(operator, name)
	}
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

// A divisor that is in a divisor that is in a divisor is written twice, four
// times, eight times; deeper ones are not guarded against zero.
const maxGuards = 6

// division writes a / b as a macro, which divides as its operands' types want
// it: integers to an integer, and by zero not at all. numeric has no fixed scale
// in PostgreSQL; what goes to the client is made exact there (NumericColumn).
func (r *rewriter) division(e *pg.A_Expr, p place) {
	guarded := r.options.StrictDivision && !isNonZero(e.Rexpr) && r.guards < maxGuards
	macro := "div"
	if p == output {
		macro = "quotient"
	}
	if !guarded {
		macro += "_unchecked"
	}
	at := r.at(e.Location)
	l, right := r.left(e.Lexpr, at), r.right(e.Rexpr, at)
	if whole := (span{l.first, right.last}); r.usesOuter(whole) {
		r.replace(span{at, at}, ",")
		r.wrap(whole, macros+"div_outer(", ")")
		return
	}
	types := ")"
	if p == output || r.hasAggregate(span{l.first, right.last}) {
		types = r.overload(l, right)
	}
	if p == output {
		engines := strings.Replace(macro, "quotient", "div", 1)
		engines = macros + engines + "(" + r.render(l) + ", " + r.render(right) + types
		r.numeric = append(r.numeric, NumericColumn{engines: engines})
	}
	r.replace(span{at, at}, ",")
	r.wrap(span{l.first, right.last}, macros+macro+"(", types)
}

func (r *rewriter) modulo(e *pg.A_Expr) {
	if !r.options.StrictDivision || isNonZero(e.Rexpr) || r.guards >= maxGuards {
		return // the engine's % is PostgreSQL's
	}
	at := r.at(e.Location)
	right := r.right(e.Rexpr, at)
	r.wrap(right, macros+"nonzero("+r.render(r.left(e.Lexpr, at))+", ", ")")
}

// isNonZero reports whether n is a number other than zero.
func isNonZero(n *pg.Node) bool {
	c := n.GetAConst()
	if c == nil {
		return false
	}
	if f := c.GetFval(); f != nil {
		for _, d := range f.Fval {
			if d >= '1' && d <= '9' {
				return true
			}
			if d == 'e' || d == 'E' {
				return false
			}
		}
		return false
	}
	return c.GetIval() != nil && c.GetIval().Ival != 0
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
