package rewrite

import (
	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/csvsql/csvsql/wire/pglex"
)

// The tree says where a node is mentioned (an operator's node at the operator),
// not where it begins and ends, and brackets that only group are not in it. So
// spans are worked out from both: the tokens of a node's outermost leaves, and
// then all brackets opened or closed between them.

// spanOf is the span of an expression, without brackets around all of it.
func (r *rewriter) spanOf(n *pg.Node) span {
	return r.closed(span{r.firstOf(n), r.lastOf(n)})
}

// closed extends a span to the partners of its brackets.
func (r *rewriter) closed(s span) span {
	for i := s.first; i <= s.last && i < len(r.tokens); i++ {
		if m := r.tokens[i].match; m > s.last {
			s.last = m
		}
	}
	for i := min(s.last, len(r.tokens)-1); i >= s.first; i-- {
		if m := r.tokens[i].match; m >= 0 && m < s.first {
			s.first = m
		}
	}
	return s
}

// left and right are the operands of the operator whose tokens are op.
func (r *rewriter) left(n *pg.Node, op int) span {
	return r.closed(span{r.firstOf(n), op - 1})
}

func (r *rewriter) right(n *pg.Node, op int) span {
	return r.closed(span{op + 1, r.lastOf(n)})
}

// arguments are the spans of the arguments in the brackets that open at token
// open: what is between the commas. A keyword before an argument, as DISTINCT,
// belongs to it.
func (r *rewriter) arguments(open int) []span {
	last := r.tokens[open].match
	if last < 0 || last == open+1 {
		return nil
	}
	var list []span
	first := open + 1
	for i := first; i < last; i++ {
		switch {
		case r.tokens[i].match > i:
			i = r.tokens[i].match
		case r.is(i, ','):
			list = append(list, span{first, i - 1})
			first = i + 1
		}
	}
	return append(list, span{first, last - 1})
}

// firstOf is the first token of an expression's leaves, as the grammar has it.
func (r *rewriter) firstOf(n *pg.Node) int {
	switch e := n.GetNode().(type) {
	case *pg.Node_AExpr:
		if e.AExpr.Kind == pg.A_Expr_Kind_AEXPR_NULLIF || e.AExpr.Lexpr == nil {
			return r.at(e.AExpr.Location)
		}
		return r.firstOf(e.AExpr.Lexpr)
	case *pg.Node_BoolExpr:
		if at := r.at(e.BoolExpr.Location); e.BoolExpr.Boolop == pg.BoolExprType_NOT_EXPR && !r.isWord(at, "is") {
			return at
		}
		return r.firstOf(e.BoolExpr.Args[0])
	case *pg.Node_TypeCast:
		at := r.at(castLocation(e.TypeCast))
		if r.text(at) == "::" {
			return r.firstOf(e.TypeCast.Arg)
		}
		return at
	case *pg.Node_NullTest:
		return r.firstOf(e.NullTest.Arg)
	case *pg.Node_BooleanTest:
		return r.firstOf(e.BooleanTest.Arg)
	case *pg.Node_CollateClause:
		return r.firstOf(e.CollateClause.Arg)
	case *pg.Node_AIndirection:
		return r.firstOf(e.AIndirection.Arg)
	case *pg.Node_SubLink:
		if e.SubLink.Testexpr != nil {
			return r.firstOf(e.SubLink.Testexpr)
		}
		return r.at(e.SubLink.Location)
	case *pg.Node_FuncCall:
		at := r.at(e.FuncCall.Location)
		if r.isWord(at, "at") && len(e.FuncCall.Args) == 2 { // x AT TIME ZONE y
			return r.firstOf(e.FuncCall.Args[1])
		}
		if r.isWord(at, "overlaps") {
			return r.rowBefore(at).first
		}
		if r.isWord(at, "is") && len(e.FuncCall.Args) > 0 { // x IS NORMALIZED
			return r.firstOf(e.FuncCall.Args[0])
		}
		return at
	case *pg.Node_List:
		if len(e.List.Items) > 0 {
			return r.firstOf(e.List.Items[0])
		}
	}
	return r.at(location(n))
}

// location is where the tree says that a leaf, or what begins with a keyword, is.
func location(n *pg.Node) int32 {
	switch e := n.GetNode().(type) {
	case *pg.Node_AConst:
		return e.AConst.Location
	case *pg.Node_ColumnRef:
		return e.ColumnRef.Location
	case *pg.Node_ParamRef:
		return e.ParamRef.Location
	case *pg.Node_CaseExpr:
		return e.CaseExpr.Location
	case *pg.Node_CoalesceExpr:
		return e.CoalesceExpr.Location
	case *pg.Node_MinMaxExpr:
		return e.MinMaxExpr.Location
	case *pg.Node_RowExpr:
		return e.RowExpr.Location
	case *pg.Node_AArrayExpr:
		return e.AArrayExpr.Location
	case *pg.Node_SqlvalueFunction:
		return e.SqlvalueFunction.Location
	case *pg.Node_GroupingFunc:
		return e.GroupingFunc.Location
	case *pg.Node_NamedArgExpr:
		return e.NamedArgExpr.Location
	case *pg.Node_SetToDefault:
		return e.SetToDefault.Location
	}
	return -1
}

// castLocation is where a cast is mentioned: at ::, at CAST, or, where the tree
// does not say it, at the name of the type before a constant.
func castLocation(c *pg.TypeCast) int32 {
	if c.Location < 0 {
		return c.TypeName.GetLocation()
	}
	return c.Location
}

// lastOf is the last token of an expression; brackets that only group the end of
// it may be missing.
func (r *rewriter) lastOf(n *pg.Node) int {
	switch e := n.GetNode().(type) {
	case *pg.Node_AExpr:
		return r.lastOfOperator(e.AExpr)
	case *pg.Node_BoolExpr:
		return r.lastOf(e.BoolExpr.Args[len(e.BoolExpr.Args)-1])
	case *pg.Node_TypeCast:
		return r.lastOfCast(e.TypeCast)
	case *pg.Node_NullTest:
		return r.lastOfTest(e.NullTest.Location, "isnull", "notnull", "null")
	case *pg.Node_BooleanTest:
		return r.lastOfTest(e.BooleanTest.Location, "true", "false", "unknown")
	case *pg.Node_CollateClause:
		return r.lastOfName(r.at(e.CollateClause.Location) + 1)
	case *pg.Node_AIndirection:
		return r.lastOfIndirection(r.closed(span{r.firstOf(n), r.lastOf(e.AIndirection.Arg)}).last)
	case *pg.Node_FuncCall:
		return r.lastOfCall(e.FuncCall)
	case *pg.Node_SubLink:
		return r.firstBracket(r.at(e.SubLink.Location))
	case *pg.Node_ColumnRef:
		return r.lastOfName(r.at(e.ColumnRef.Location))
	case *pg.Node_AConst:
		at := r.at(e.AConst.Location)
		for r.kind(at) == pglex.Operator { // the signs of a number
			at++
		}
		return at
	case *pg.Node_CaseExpr:
		return r.lastOfCase(r.at(e.CaseExpr.Location))
	case *pg.Node_SqlvalueFunction:
		at := r.at(e.SqlvalueFunction.Location)
		if r.is(at+1, '(') {
			return r.tokens[at+1].match
		}
		return at
	case *pg.Node_NamedArgExpr:
		return r.lastOf(e.NamedArgExpr.Arg)
	case *pg.Node_ParamRef, *pg.Node_SetToDefault:
		return r.at(location(n))
	case *pg.Node_CoalesceExpr, *pg.Node_MinMaxExpr, *pg.Node_RowExpr, *pg.Node_AArrayExpr, *pg.Node_GroupingFunc:
		return r.firstBracket(r.at(location(n)))
	case *pg.Node_List:
		if len(e.List.Items) > 0 {
			return r.lastOf(e.List.Items[len(e.List.Items)-1])
		}
	}
	r.giveUp()
	return 0
}

func (r *rewriter) lastOfOperator(e *pg.A_Expr) int {
	at := r.at(e.Location)
	switch e.Kind {
	case pg.A_Expr_Kind_AEXPR_NULLIF, pg.A_Expr_Kind_AEXPR_IN,
		pg.A_Expr_Kind_AEXPR_OP_ANY, pg.A_Expr_Kind_AEXPR_OP_ALL:
		return r.firstBracket(at)
	}
	if e.Rexpr == nil {
		return at
	}
	if f := e.Rexpr.GetFuncCall(); f != nil && r.at(f.Location) == at && len(f.Args) > 0 { // of LIKE, SIMILAR TO
		return r.lastOf(f.Args[len(f.Args)-1])
	}
	return r.lastOf(e.Rexpr)
}

// lastOfTest is the end of IS [NOT] NULL and its like.
func (r *rewriter) lastOfTest(location int32, words ...string) int {
	at := r.at(location)
	for i := at; i <= at+3; i++ {
		if r.isWord(i, words...) {
			return i
		}
	}
	r.giveUp()
	return at
}

// firstBracket is the end of the first brackets that open at token i or behind it.
func (r *rewriter) firstBracket(i int) int {
	for ; i < len(r.tokens); i++ {
		if r.tokens[i].match > i {
			return r.tokens[i].match
		}
	}
	r.giveUp()
	return 0
}

// lastOfName is the end of a name that may be qualified, or end in a star.
func (r *rewriter) lastOfName(i int) int {
	for r.is(i+1, '.') && (r.isName(i+2) || r.is(i+2, '*')) {
		i += 2
	}
	return i
}

func (r *rewriter) lastOfIndirection(i int) int {
	for {
		switch {
		case r.is(i+1, '['):
			i = r.tokens[i+1].match
		case r.is(i+1, '.') && (r.isName(i+2) || r.is(i+2, '*')):
			i += 2
		default:
			return i
		}
	}
}

func (r *rewriter) lastOfCall(f *pg.FuncCall) int {
	at := r.at(f.Location)
	if r.isWord(at, "at") && f.Funcformat == pg.CoercionForm_COERCE_SQL_SYNTAX && len(f.Args) > 0 {
		return r.lastOf(f.Args[0])
	}
	if r.isWord(at, "like", "ilike", "similar", "not") && len(f.Args) > 0 {
		return r.lastOf(f.Args[len(f.Args)-1])
	}
	if r.isWord(at, "is") {
		return r.lastOfTest(f.Location, "normalized")
	}
	i := r.firstBracket(at)
	for {
		switch {
		case r.isWord(i+1, "within") && r.isWord(i+2, "group") && r.is(i+3, '('):
			i = r.tokens[i+3].match
		case r.isWord(i+1, "filter") && r.is(i+2, '('):
			i = r.tokens[i+2].match
		case f.Over != nil && r.isWord(i+1, "over") && r.is(i+2, '('):
			return r.tokens[i+2].match
		case f.Over != nil && r.isWord(i+1, "over"):
			return i + 2
		default:
			return i
		}
	}
}

func (r *rewriter) lastOfCast(c *pg.TypeCast) int {
	at := r.at(castLocation(c))
	switch {
	case r.text(at) == "::":
		return r.lastOfType(at + 1)
	case r.isWord(at, "cast") && r.is(at+1, '('):
		return r.tokens[at+1].match
	}
	// A type's name before a string, and the fields of an interval behind it.
	i := r.at(location(c.Arg))
	for r.isWord(i+1, "year", "month", "day", "hour", "minute", "second", "to") {
		if i++; r.isWord(i, "second") && r.is(i+1, '(') {
			i = r.tokens[i+1].match
		}
	}
	return i
}

// lastOfType is the end of the type that begins at token i.
func (r *rewriter) lastOfType(i int) int {
	if r.isWord(i, "setof") {
		i++
	}
	first := i
	i = r.lastOfName(i)
	switch {
	case r.isWord(first, "double") && r.isWord(i+1, "precision"),
		r.isWord(first, "character", "char", "bit", "nchar") && r.isWord(i+1, "varying"):
		i++
	case r.isWord(first, "national"):
		i++
		if r.isWord(i+1, "varying") {
			i++
		}
	}
	if r.is(i+1, '(') {
		i = r.tokens[i+1].match
	}
	if r.isWord(first, "time", "timestamp") && r.isWord(i+1, "with", "without") && r.isWord(i+2, "time") {
		i += 3
	}
	if r.isWord(first, "interval") {
		for r.isWord(i+1, "year", "month", "day", "hour", "minute", "second", "to") {
			i++
		}
		if r.is(i+1, '(') {
			i = r.tokens[i+1].match
		}
	}
	for r.is(i+1, '[') {
		i = r.tokens[i+1].match
	}
	return i
}

// lastOfCase is the END of the CASE at token i.
func (r *rewriter) lastOfCase(i int) int {
	depth := 0
	for ; i < len(r.tokens); i++ {
		switch {
		case r.tokens[i].match > i:
			i = r.tokens[i].match
		case r.is(i-1, '.'):
		case r.isWord(i, "case"):
			depth++
		case r.isWord(i, "end"):
			if depth--; depth == 0 {
				return i
			}
		}
	}
	r.giveUp()
	return 0
}
