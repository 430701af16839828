package rewrite

import (
	"slices"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// The engine's values of numeric differ if only their scales do: to it 2.0 is not
// 2. So where they are compared, their keys are, in which scales do not count.

// maybeNumeric reports whether an expression may have that type, as averages,
// quotients, and what is computed of them. Other exact numbers are the engine's
// own decimals and integers.
func (r *rewriter) maybeNumeric(n *pg.Node) bool {
	switch e := n.GetNode().(type) {
	case *pg.Node_AConst:
		text := e.AConst.GetFval().GetFval()
		_, width := digits(text)
		return isExactNumber(text) && width > maxDigits
	case *pg.Node_ColumnRef:
		return r.numerics[lastName(e.ColumnRef.Fields)] || r.options.Types.numeric(e.ColumnRef.Location)
	case *pg.Node_AExpr:
		switch e.AExpr.Kind {
		case pg.A_Expr_Kind_AEXPR_OP, pg.A_Expr_Kind_AEXPR_NULLIF:
		default:
			return false
		}
		switch lastName(e.AExpr.Name) {
		case "/", "%", "^":
			return true
		}
		return r.maybeNumeric(e.AExpr.Lexpr) || r.maybeNumeric(e.AExpr.Rexpr)
	case *pg.Node_FuncCall:
		name := lastName(e.FuncCall.Funcname)
		if numericFunction(name) {
			return true
		}
		return numericOfArgument(name) && slices.ContainsFunc(e.FuncCall.Args, r.maybeNumeric)
	case *pg.Node_TypeCast:
		t := e.TypeCast.TypeName
		return lastName(t.Names) == "numeric" && len(t.Typmods) == 0
	case *pg.Node_CaseExpr:
		for _, w := range e.CaseExpr.Args {
			if r.maybeNumeric(w.GetCaseWhen().GetResult()) {
				return true
			}
		}
		return r.maybeNumeric(e.CaseExpr.Defresult)
	case *pg.Node_CoalesceExpr:
		return slices.ContainsFunc(e.CoalesceExpr.Args, r.maybeNumeric)
	case *pg.Node_MinMaxExpr:
		return slices.ContainsFunc(e.MinMaxExpr.Args, r.maybeNumeric)
	case *pg.Node_SubLink:
		q := e.SubLink.Subselect.GetSelectStmt()
		for q.GetLarg() != nil {
			q = q.Larg
		}
		return e.SubLink.SubLinkType == pg.SubLinkType_EXPR_SUBLINK && len(q.GetTargetList()) == 1 &&
			r.maybeNumeric(q.TargetList[0].GetResTarget().GetVal())
	}
	return false
}

// numericFunction reports whether a function has results of that type.
func numericFunction(name string) bool {
	switch name {
	case "avg", "stddev", "stddev_samp", "stddev_pop", "variance", "var_samp", "var_pop",
		"round", "sqrt", "exp", "ln", "log", "power", "pow", "div", "mod", "sign":
		return true
	}
	return false
}

// numericOfArgument reports whether a function's result has the type of an
// argument.
func numericOfArgument(name string) bool {
	switch name {
	case "sum", "min", "max", "abs", "ceil", "ceiling", "floor", "trunc", "first_value", "last_value", "nth_value", "lag", "lead",
		"any_value", "unnest":
		return true
	}
	return false
}

// noteNumeric keeps the name of a query's column that may be numeric.
func (r *rewriter) noteNumeric(t *pg.ResTarget) {
	if !r.maybeNumeric(t.GetVal()) {
		return
	}
	if r.numerics == nil {
		r.numerics = map[string]bool{}
	}
	r.numerics[nameOf(t)] = true
}

// maybeMixed reports whether an expression may be an interval whose parts have
// different signs, which the engine does not add up.
func maybeMixed(n *pg.Node) bool {
	if c := n.GetTypeCast(); c != nil && lastName(c.TypeName.Names) == "interval" {
		s, _ := isString(c.Arg)
		return strings.Contains(s, "-")
	}
	e := n.GetAExpr()
	return e != nil && lastName(e.Name) == "-" && (isInterval(e.Lexpr) || isInterval(e.Rexpr))
}

func isInterval(n *pg.Node) bool {
	return lastName(n.GetTypeCast().GetTypeName().GetNames()) == "interval"
}

// comparison compares by keys what may be numeric.
func (r *rewriter) comparison(e *pg.A_Expr) {
	operands := []*pg.Node{e.Lexpr, e.Rexpr}
	if items := e.Rexpr.GetList().GetItems(); len(items) > 0 {
		operands = append(operands[:1], items...)
	}
	if r.compareJSONB(operands) || !slices.ContainsFunc(operands, r.maybeNumeric) && !slices.ContainsFunc(operands, maybeMixed) {
		return
	}
	surely := slices.ContainsFunc(operands, r.isNumericColumn)
	for _, n := range operands {
		if n.GetParamRef() != nil && surely {
			r.wrap(r.spanOf(n), "csvsql_key(", "::pg_numeric)")
			continue
		}
		r.key(n)
	}
}

// isNumericColumn reports whether an expression is a column that is a numeric
// without a scale.
func (r *rewriter) isNumericColumn(n *pg.Node) bool {
	c := n.GetColumnRef()
	return c != nil && r.options.Types.numeric(c.Location)
}

// key makes an expression its key. A constant is one, but for zeros at its end.
func (r *rewriter) key(n *pg.Node) {
	if n.GetParamRef() != nil {
		return
	}
	if c := n.GetAConst(); c != nil {
		if text := c.GetFval().GetFval(); withoutZeros(text) != text && !strings.ContainsAny(text, "eE") {
			r.replace(r.spanOf(n), withoutZeros(text))
		}
		return
	}
	s := r.spanOf(n)
	if r.usesOuter(s) {
		r.wrap(s, "csvsql_key(", ")")
		return
	}
	r.wrap(s, macros+"key(", ", "+r.typeOf(s)+")")
}

// keys makes keys of those of a list that may be numeric: what is sorted or divided
// into partitions by.
func (r *rewriter) keys(list []*pg.Node) {
	for _, n := range list {
		if by := n.GetSortBy(); by != nil {
			n = by.Node
		}
		if n.GetAConst() == nil && r.maybeNumeric(n) {
			r.key(n)
		}
	}
}

// nullIf writes nullif of what may be numeric as a CASE.
func (r *rewriter) nullIf(n *pg.Node, e *pg.A_Expr) {
	if !r.maybeNumeric(e.Lexpr) && !r.maybeNumeric(e.Rexpr) {
		return
	}
	a, b := r.render(r.spanOf(e.Lexpr)), r.render(r.spanOf(e.Rexpr))
	r.replace(r.spanOf(n), "CASE WHEN csvsql_key("+a+") = csvsql_key("+b+") THEN NULL ELSE "+a+" END")
}
