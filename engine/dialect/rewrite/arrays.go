package rewrite

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// quantified rewrites x operator ANY (array) and ALL: an array written as a
// string becomes a list, and operators other than = become a call.
func (r *rewriter) quantified(e *pg.A_Expr, name string) {
	if e.Rexpr.GetSubLink() != nil {
		return
	}
	at := r.at(e.Location)
	if s, ok := isString(e.Rexpr); ok {
		r.quantifiedLiteral(e, name, s)
		return
	}
	any := e.Kind == pg.A_Expr_Kind_AEXPR_OP_ANY
	numeric := r.maybeNumeric(e.Lexpr) || r.options.Types.numericArray(e.Rexpr)
	if name == "=" && any && !numeric {
		if r.catalog {
			r.contains(e)
		}
		return
	}
	condition := map[string]string{
		"=": "x = y", "<>": "x <> y", "<": "x < y", "<=": "x <= y", ">": "x > y", ">=": "x >= y",
		"~~": `x LIKE y ESCAPE '\'`, "~~*": `x ILIKE y ESCAPE '\'`, "!~~": `x NOT LIKE y ESCAPE '\'`,
		"~": "regexp_matches(x, y, 's')", "!~": "NOT regexp_matches(x, y, 's')",
	}[name]
	if numeric && strings.HasPrefix(condition, "x ") && strings.HasSuffix(condition, " y") {
		condition = "csvsql_key(x)" + strings.Trim(condition, "xy") + "csvsql_key(y)"
	}
	open := at
	for open < len(r.tokens) && !r.is(open, '(') {
		open++
	}
	l := r.left(e.Lexpr, at)
	if condition == "" || l.first > l.last || open == len(r.tokens) {
		r.giveUp()
		return
	}
	left := r.render(l)
	array := r.render(span{open + 1, r.tokens[open].match - 1})
	macro := "all_true("
	if any {
		macro = "any_true("
	}
	condition = strings.Replace(condition, "x", "("+left+")", 1)
	r.overwrite(span{l.first, r.tokens[open].match}, macros+macro+"list_transform("+array+", lambda y: "+condition+"))")
}

// anyOfNull makes x = ANY (array) NULL, where false is told from it, if the array is:
// to the engine it has no elements then.
func (r *rewriter) anyOfNull(n *pg.Node, e *pg.A_Expr) {
	if e.Kind != pg.A_Expr_Kind_AEXPR_OP_ANY || lastName(e.Name) != "=" || r.catalog || r.gaveUp ||
		e.Rexpr.GetSubLink() != nil || e.Rexpr.GetAConst() != nil || e.Rexpr.GetAArrayExpr() != nil {
		return
	}
	open := r.at(e.Location)
	for open < len(r.tokens) && !r.is(open, '(') {
		open++
	}
	if open == len(r.tokens) {
		r.giveUp()
		return
	}
	array := r.render(span{open + 1, r.tokens[open].match - 1})
	r.wrap(r.spanOf(n), "CASE WHEN ("+array+") IS NOT NULL THEN ", " END")
}

// subscripts keeps the engine from counting from an array's end where a subscript is
// negative: for PostgreSQL there is nothing before the first element.
func (r *rewriter) subscripts(e *pg.A_Indirection) {
	if isJSONB(e.Arg) || r.catalog {
		return
	}
	for _, n := range e.Indirection {
		if i := n.GetAIndices(); i != nil && i.IsSlice {
			r.notBefore(i.Lidx, "1")
			r.notBefore(i.Uidx, "0")
		} else if i != nil {
			r.notBefore(i.Uidx, "0")
		}
	}
}

// notBefore makes a subscript that is less than 0 another one.
func (r *rewriter) notBefore(n *pg.Node, least string) {
	switch e := n.GetNode().(type) {
	case *pg.Node_AConst:
		if e.AConst.GetIval().GetIval() < 0 {
			r.replace(r.spanOf(n), least)
		}
	case *pg.Node_ColumnRef, *pg.Node_AExpr, *pg.Node_TypeCast, *pg.Node_FuncCall:
		if s := r.spanOf(n); !r.mayUseOuter(s) && len(r.lambdas) == 0 {
			r.wrap(s, macros+"subscript(", ", "+least+", "+r.typeOf(s)+")")
		}
	}
}

// quantifiedLiteral writes = ANY ('{...}') as IN (...), and <> ALL as NOT IN:
// strings in such a list take the type of the operand.
func (r *rewriter) quantifiedLiteral(e *pg.A_Expr, name, value string) {
	write := literal
	if r.maybeNumeric(e.Lexpr) {
		r.key(e.Lexpr)
		write = func(s string) string { return "csvsql_key(" + literal(s) + "::pg_numeric)" }
	}
	list, ok := arrayOf(value, write)
	any := e.Kind == pg.A_Expr_Kind_AEXPR_OP_ANY
	keyword := " IN ("
	if !any {
		keyword = " NOT IN ("
	}
	if !ok || strings.HasPrefix(list, "[[") || list == "[]" || (name != "=" || !any) && (name != "<>" || any) {
		return
	}
	at := r.at(e.Location)
	r.replace(span{at, r.firstBracket(at)}, keyword+strings.Trim(list, "[]")+")")
}

// arrayLiteral turns PostgreSQL's text of an array (documentation, 8.15.2) into
// a list of strings in the engine's SQL. It reports false for what it cannot read.
func arrayLiteral(s string) (string, bool) { return arrayOf(s, literal) }

// arrayOf does so with elements as they are written by a function.
func arrayOf(s string, write func(element string) string) (string, bool) {
	a := arrayText{s: s, write: write}
	var b strings.Builder
	a.space()
	if !a.list(&b) {
		return "", false
	}
	a.space()
	if a.i != len(a.s) {
		return "", false
	}
	return b.String(), true
}

type arrayText struct {
	s     string
	i     int
	write func(element string) string
}

func (a *arrayText) space() {
	for a.i < len(a.s) && strings.IndexByte(" \t\n\r\v\f", a.s[a.i]) >= 0 {
		a.i++
	}
}

func (a *arrayText) peek() byte {
	if a.i < len(a.s) {
		return a.s[a.i]
	}
	return 0
}

func (a *arrayText) list(b *strings.Builder) bool {
	if a.peek() != '{' {
		return false
	}
	a.i++
	b.WriteByte('[')
	a.space()
	if a.peek() == '}' {
		a.i++
		b.WriteByte(']')
		return true
	}
	for {
		a.space()
		if !a.element(b) {
			return false
		}
		a.space()
		switch a.peek() {
		case ',':
			a.i++
			b.WriteString(", ")
		case '}':
			a.i++
			b.WriteByte(']')
			return true
		default:
			return false
		}
	}
}

func (a *arrayText) element(b *strings.Builder) bool {
	if a.peek() == '{' {
		return a.list(b)
	}
	var value []byte
	quoted := a.peek() == '"'
	if quoted {
		a.i++
	}
	for ; ; a.i++ {
		if a.i >= len(a.s) {
			return false
		}
		c := a.s[a.i]
		if c == '\\' {
			if a.i++; a.i >= len(a.s) {
				return false
			}
			value = append(value, a.s[a.i])
			continue
		}
		if quoted && c == '"' {
			a.i++
			break
		}
		if !quoted && (c == ',' || c == '}') {
			value = []byte(strings.TrimRight(string(value), " \t\n\r\v\f"))
			break
		}
		if !quoted && (c == '{' || c == '"') {
			return false
		}
		value = append(value, c)
	}
	switch {
	case !quoted && len(value) == 0:
		return false
	case !quoted && strings.EqualFold(string(value), "null"):
		b.WriteString("NULL")
	default:
		b.WriteString(a.write(string(value)))
	}
	return true
}
