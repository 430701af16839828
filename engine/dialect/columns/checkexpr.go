package columns

import (
	"slices"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/csvsql/csvsql/engine/dialect/rewrite"
)

func (k *checker) all(list []*pg.Node) {
	for _, n := range list {
		k.expr(n)
	}
}

// expr checks an expression.
func (k *checker) expr(n *pg.Node) {
	switch e := n.GetNode().(type) {
	case *pg.Node_AConst:
		k.number(e.AConst)
	case *pg.Node_ColumnRef:
		k.columnRef(e.ColumnRef)
	case *pg.Node_AExpr:
		k.operands(e.AExpr)
	case *pg.Node_BoolExpr:
		word := map[pg.BoolExprType]string{pg.BoolExprType_AND_EXPR: "AND", pg.BoolExprType_OR_EXPR: "OR", pg.BoolExprType_NOT_EXPR: "NOT"}[e.BoolExpr.Boolop]
		for _, a := range e.BoolExpr.Args {
			k.condition(a, word)
		}
	case *pg.Node_CaseExpr:
		k.caseExpr(e.CaseExpr)
	case *pg.Node_CoalesceExpr:
		k.matchAll(e.CoalesceExpr.Args, "COALESCE")
	case *pg.Node_MinMaxExpr:
		k.matchAll(e.MinMaxExpr.Args, e.MinMaxExpr.Op.String()[len("IS_"):])
	case *pg.Node_AArrayExpr:
		k.matchAll(e.AArrayExpr.Elements, "ARRAY")
	case *pg.Node_TypeCast:
		k.expr(e.TypeCast.Arg)
		k.cast(e.TypeCast)
	case *pg.Node_FuncCall:
		k.function(e.FuncCall)
	case *pg.Node_SubLink:
		k.expr(e.SubLink.Testexpr)
		if q := e.SubLink.Subselect.GetSelectStmt(); q != nil {
			k.nested(q)
		}
	case *pg.Node_AIndirection:
		k.expr(e.AIndirection.Arg)
		if field := e.AIndirection.Indirection[0].GetString_(); field != nil {
			if arg := e.AIndirection.Arg; known(category(k.typ(arg))) || arg.GetAArrayExpr() != nil {
				k.report(-1, "42809", `column notation .%s applied to a type that is not a composite type`, field.Sval)
			}
		}
	case *pg.Node_RowExpr:
		k.all(e.RowExpr.Args)
	case *pg.Node_NullTest:
		k.expr(e.NullTest.Arg)
		k.row(e.NullTest.Arg.GetColumnRef())
	case *pg.Node_BooleanTest:
		k.expr(e.BooleanTest.Arg)
	case *pg.Node_CollateClause:
		k.expr(e.CollateClause.Arg)
	case *pg.Node_List:
		k.all(e.List.Items)
	}
}

// condition checks what has to be a boolean.
func (k *checker) condition(n *pg.Node, of string) {
	if n == nil {
		return
	}
	k.expr(n)
	if t := k.typ(n); known(category(t)) && t.OID != boolType {
		k.report(locationOf(n), "42804", "argument of %s must be type boolean, not type %s", of, t.name())
	}
}

func (k *checker) caseExpr(c *pg.CaseExpr) {
	var results []*pg.Node
	for _, n := range c.Args {
		w := n.GetCaseWhen()
		if c.Arg == nil {
			k.condition(w.Expr, "CASE/WHEN")
		} else {
			k.expr(w.Expr)
		}
		results = append(results, w.Result)
	}
	if c.Defresult != nil {
		results = append(results, c.Defresult)
	}
	k.matchAll(results, "CASE")
}

func (k *checker) matchAll(list []*pg.Node, what string) {
	k.all(list)
	if len(list) == 0 {
		return
	}
	typed := max(slices.IndexFunc(list, func(n *pg.Node) bool { return k.typ(n).OID != literalType }), 0)
	for i, n := range list {
		if i != typed {
			k.match(list[typed], n, what)
		}
	}
}

// match checks that two values can be of one type.
func (k *checker) match(a, b *pg.Node, what string) {
	left, right := k.typ(a), k.typ(b)
	k.takesEnum(a, right)
	k.takesEnum(b, left)
	x, y := category(left), category(right)
	switch {
	case x == 'L' || y == 'L':
		k.beside(a, right)
		k.beside(b, left)
	case known(x) && known(y) && x != y:
		k.report(locationOf(b), "42804", "%s types %s and %s cannot be matched", what, left.name(), right.name())
	}
}

// constant checks a string that takes the type of what stands beside it.
func (k *checker) constant(n *pg.Node, t Type) {
	c := n.GetAConst()
	if c.GetSval() == nil {
		return
	}
	if enum, ok := k.catalog.Enum(t.OID); ok {
		enum.check(k, c)
		return
	}
	if code := constantCode(c.GetSval().Sval, t); code != "" {
		k.badConstant(c, t, code)
	} else if wrong := rewrite.ConstantError(k.toRewrite(t), c.GetSval().Sval, k.dates); wrong != nil {
		k.report(c.Location, wrong.Code, "%s", wrong.Message)
	}
}

func (k *checker) badConstant(c *pg.A_Const, t Type, code string) {
	s := c.GetSval().Sval
	switch {
	case code != "22003":
		k.report(c.Location, code, `invalid input syntax for type %s: "%s"`, t.name(), s)
	case category(t) == 'N' && (t.OID == float4Type || t.OID == float8Type):
		k.report(c.Location, code, `"%s" is out of range for type %s`, s, t.name())
	default:
		k.report(c.Location, code, `value "%s" is out of range for type %s`, s, t.name())
	}
}

// operands checks the operands of an operator.
func (k *checker) operands(e *pg.A_Expr) {
	k.expr(e.Lexpr)
	k.expr(e.Rexpr)
	if e.Lexpr == nil {
		return
	}
	switch e.Kind {
	case pg.A_Expr_Kind_AEXPR_IN:
		for _, n := range e.Rexpr.GetList().GetItems() {
			k.comparison(e, e.Lexpr, n)
		}
		return
	case pg.A_Expr_Kind_AEXPR_BETWEEN, pg.A_Expr_Kind_AEXPR_NOT_BETWEEN, pg.A_Expr_Kind_AEXPR_BETWEEN_SYM, pg.A_Expr_Kind_AEXPR_NOT_BETWEEN_SYM:
		for _, n := range e.Rexpr.GetList().GetItems() {
			k.comparison(e, e.Lexpr, n)
		}
		return
	case pg.A_Expr_Kind_AEXPR_DISTINCT, pg.A_Expr_Kind_AEXPR_NOT_DISTINCT, pg.A_Expr_Kind_AEXPR_NULLIF:
		k.comparison(e, e.Lexpr, e.Rexpr)
		return
	case pg.A_Expr_Kind_AEXPR_OP:
	default:
		return
	}
	left, right := k.typ(e.Lexpr), k.typ(e.Rexpr)
	a, b := category(left), category(right)
	switch name := operatorName(e); name {
	case "=", "<>", "<", "<=", ">", ">=":
		k.comparison(e, e.Lexpr, e.Rexpr)
	case "+", "-", "*", "/", "%":
		if isInteger(left) || isInteger(right) {
			k.constant(e.Lexpr, right)
			k.constant(e.Rexpr, left)
		}
		float := left.OID == float4Type || left.OID == float8Type || right.OID == float4Type || right.OID == float8Type
		if known(a) && known(b) && (a == 'B' || b == 'B' || a == 'S' || b == 'S') || name == "%" && float {
			k.missingOperator(e, left, right)
		}
	case "&&", "@>", "<@":
		if k.isArray(left) {
			k.unknown(e.Rexpr, left)
		} else if k.isArray(right) {
			k.unknown(e.Lexpr, right)
		}
	case "||":
		if k.isArray(left) {
			k.arrayConstant(e.Rexpr, left)
		} else if k.isArray(right) {
			k.arrayConstant(e.Lexpr, right)
		}
		if known(a) && known(b) && a != 'S' && b != 'S' {
			k.missingOperator(e, left, right)
		}
	}
}

// arrayConstant checks a string beside an array, which is one too.
func (k *checker) arrayConstant(n *pg.Node, t Type) {
	k.takes(n, Type{t.OID, -1})
	if s := n.GetAConst().GetSval(); s != nil && !strings.HasPrefix(strings.TrimLeft(s.Sval, " \t\n"), "{") {
		k.report(n.GetAConst().Location, "22P02", `malformed array literal: "%s"`, s.Sval)
	}
}

func isInteger(t Type) bool { return t.OID == int2Type || t.OID == int4Type || t.OID == int8Type }

func (k *checker) missingOperator(e *pg.A_Expr, left, right Type) {
	k.report(e.Location, "42883", "operator does not exist: %s %s %s", left.name(), operatorName(e), right.name())
}

func (k *checker) comparison(e *pg.A_Expr, l, r *pg.Node) {
	if x, y := l.GetRowExpr(), r.GetRowExpr(); x != nil && y != nil {
		if len(x.Args) != len(y.Args) {
			k.report(e.Location, "42601", "unequal number of entries in row expressions")
			return
		}
		for i := range x.Args {
			k.comparison(e, x.Args[i], y.Args[i])
		}
		return
	}
	left, right := k.typ(l), k.typ(r)
	k.takesEnum(l, right)
	k.takesEnum(r, left)
	switch a, b := category(left), category(right); {
	case a == 'L' || b == 'L':
		k.unknown(l, right)
		k.unknown(r, left)
	case known(a) && known(b) && a != b:
		k.missingOperator(e, left, right)
	}
}

// number refuses the forms of numbers that later versions of PostgreSQL have.
func (k *checker) number(c *pg.A_Const) {
	if c.GetSval() != nil || c.GetBsval() != nil || c.Isnull || c.Location < 0 || int(c.Location) >= len(k.sql) {
		return
	}
	text := strings.TrimLeft(k.sql[c.Location:], "- \t\n")
	end := strings.IndexFunc(text, func(r rune) bool { return r != '_' && (r < '0' || r > '9') })
	if end < 0 {
		end = len(text)
	}
	if end == 1 && text[0] == '0' && len(text) > 1 && strings.IndexByte("xXoObB", text[1]) >= 0 || strings.Contains(text[:end], "_") && end > 0 {
		k.report(c.Location, "42601", "trailing junk after numeric literal")
	}
}

func (k *checker) cast(c *pg.TypeCast) {
	k.typeName(c.TypeName)
	to := k.named(c.TypeName)
	if len(c.TypeName.ArrayBounds) > 0 {
		return
	}
	k.constant(c.Arg, to)
	if f := c.Arg.GetAConst().GetFval(); f != nil && (to.OID == float4Type || to.OID == float8Type) {
		if code := floatCode(f.Fval, to.OID); code != "" {
			k.report(c.Arg.GetAConst().Location, code, `"%s" is out of range for type %s`, f.Fval, to.name())
		}
	}
	from := k.typ(c.Arg)
	if from.OID == 0 || castable(from, to) {
		return
	}
	k.report(c.Location, "42846", "cannot cast type %s to %s", from.name(), to.name())
}

// maxLength and maxPrecision bound the modifiers of types.
const (
	maxLength    = 10485760
	maxPrecision = 1000
)

// typeName checks the modifiers of a type.
func (k *checker) typeName(t *pg.TypeName) {
	if t == nil || len(t.Typmods) == 0 {
		return
	}
	c := t.Typmods[0].GetAConst()
	if c == nil || c.GetIval() == nil && c.Val != nil || c.Isnull {
		return
	}
	n := c.GetIval().GetIval()
	switch name := t.Names[len(t.Names)-1].GetString_().GetSval(); name {
	case "varchar", "bpchar":
		word := map[string]string{"varchar": "varchar", "bpchar": "char"}[name]
		if n < 1 {
			k.report(t.Location, "22023", "length for type %s must be at least 1", word)
		} else if n > maxLength {
			k.report(t.Location, "22023", "length for type %s cannot exceed %d", word, maxLength)
		}
	case "numeric":
		if n < 1 || n > maxPrecision {
			k.report(t.Location, "22023", "NUMERIC precision %d must be between 1 and %d", n, maxPrecision)
		}
	}
}

// function checks calls that an engine takes and PostgreSQL does not.
func (k *checker) function(f *pg.FuncCall) {
	outer := k.window
	k.all(f.Args)
	k.expr(f.AggFilter)
	for _, n := range f.AggOrder {
		k.expr(n.GetSortBy().GetNode())
	}
	if k.refused != nil {
		k.call(f)
	}
	name := f.Funcname[len(f.Funcname)-1].GetString_().GetSval()
	k.unsupportedCall(f, name)
	first := byte(0)
	if len(f.Args) > 0 {
		first = category(k.typ(f.Args[0]))
	}
	missing := func() { k.report(f.Location, "42883", "function %s does not exist for these arguments", name) }
	switch name {
	case "pg_typeof":
		k.typeOfArgument(f)
	case "count":
		if len(f.Args) == 1 {
			k.row(f.Args[0].GetColumnRef())
		}
		if len(f.Args) == 0 && !f.AggStar {
			k.report(f.Location, "42809", "count(*) must be used to call a parameterless aggregate function")
		}
	case "row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile", "lag", "lead", "first_value", "last_value", "nth_value":
		if f.Over == nil && !f.AggWithinGroup {
			k.report(f.Location, "42809", "window function %s requires an OVER clause", name)
		}
	case "string_agg":
		if len(f.Args) == 1 || known(first) && first != 'S' {
			missing()
		}
	case "min", "max":
		if first == 'B' {
			missing()
		}
	case "generate_series":
		if len(f.Args) == 1 {
			missing()
		}
	case "unnest":
		if known(first) {
			missing()
		}
	}
	if f.Over == nil {
		return
	}
	if outer {
		k.report(f.Location, "42P20", "window functions are not allowed in window definitions")
	}
	if w := f.Over.Name; w != "" && f.Over.Refname == "" && len(f.Over.PartitionClause)+len(f.Over.OrderClause) == 0 && !k.windows[w] {
		k.report(f.Over.Location, "42704", `window "%s" does not exist`, w)
	}
	k.window = true
	k.frame(f.Over)
	k.all(f.Over.PartitionClause)
	for _, n := range f.Over.OrderClause {
		k.expr(n.GetSortBy().GetNode())
	}
	k.window = outer
}

// visit calls f for the nodes of a condition that are not of a query in it.
func visit(n *pg.Node, f func(*pg.Node)) {
	if n == nil {
		return
	}
	f(n)
	var children []*pg.Node
	switch e := n.Node.(type) {
	case *pg.Node_AExpr:
		children = append([]*pg.Node{e.AExpr.Lexpr}, e.AExpr.Rexpr)
	case *pg.Node_BoolExpr:
		children = e.BoolExpr.Args
	case *pg.Node_FuncCall:
		children = e.FuncCall.Args
	case *pg.Node_NullTest:
		children = append(children, e.NullTest.Arg)
	case *pg.Node_TypeCast:
		children = append(children, e.TypeCast.Arg)
	case *pg.Node_List:
		children = e.List.Items
	}
	for _, child := range children {
		visit(child, f)
	}
}

// locationOf is where a node stands, or -1.
func locationOf(n *pg.Node) int32 {
	switch e := n.GetNode().(type) {
	case *pg.Node_ColumnRef:
		return e.ColumnRef.Location
	case *pg.Node_AConst:
		return e.AConst.Location
	case *pg.Node_ParamRef:
		return e.ParamRef.Location
	case *pg.Node_AExpr:
		return e.AExpr.Location
	case *pg.Node_FuncCall:
		return e.FuncCall.Location
	case *pg.Node_TypeCast: // where it begins
		at := e.TypeCast.TypeName.Location
		if arg := locationOf(e.TypeCast.Arg); arg >= 0 && (arg < at || at < 0) {
			at = arg
		}
		return at
	}
	return -1
}
