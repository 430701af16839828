package columns

import (
	pg "github.com/pganalyze/pg_query_go/v6"
)

// typeOf is the type of an expression, if it is one of those that this package is
// about: what is computed has the engine's.
func (s *scope) typeOf(n *pg.Node) Type {
	switch e := n.GetNode().(type) {
	case *pg.Node_ColumnRef:
		c, _ := s.find(e.ColumnRef)
		return c.Type
	case *pg.Node_AConst:
		if e.AConst.GetSval() != nil || e.AConst.Isnull {
			return Type{literalType, -1}
		}
	case *pg.Node_TypeCast:
		return s.named(e.TypeCast.TypeName)
	case *pg.Node_CollateClause:
		return s.typeOf(e.CollateClause.Arg)
	case *pg.Node_CaseExpr:
		t := Type{literalType, -1}
		if e.CaseExpr.Defresult != nil {
			t = s.typeOf(e.CaseExpr.Defresult)
		}
		for _, w := range e.CaseExpr.Args {
			t = s.common(t, s.typeOf(w.GetCaseWhen().GetResult()))
		}
		return t
	case *pg.Node_CoalesceExpr:
		return s.commonOf(e.CoalesceExpr.Args)
	case *pg.Node_MinMaxExpr:
		return s.commonOf(e.MinMaxExpr.Args)
	case *pg.Node_AArrayExpr:
		if t := s.commonOf(e.AArrayExpr.Elements); t.OID != literalType {
			return s.array(t)
		}
	case *pg.Node_AIndirection:
		return s.subscripted(e.AIndirection)
	case *pg.Node_SubLink:
		return s.subquery(e.SubLink)
	case *pg.Node_SqlvalueFunction:
		switch e.SqlvalueFunction.Op {
		case pg.SQLValueFunctionOp_SVFOP_CURRENT_USER, pg.SQLValueFunctionOp_SVFOP_SESSION_USER, pg.SQLValueFunctionOp_SVFOP_USER,
			pg.SQLValueFunctionOp_SVFOP_CURRENT_ROLE, pg.SQLValueFunctionOp_SVFOP_CURRENT_CATALOG, pg.SQLValueFunctionOp_SVFOP_CURRENT_SCHEMA:
			return Type{nameType, -1}
		}
	case *pg.Node_AExpr:
		if e.AExpr.Kind == pg.A_Expr_Kind_AEXPR_NULLIF {
			return s.typeOf(e.AExpr.Lexpr)
		}
		if e.AExpr.Kind == pg.A_Expr_Kind_AEXPR_OP && e.AExpr.Name[0].GetString_().GetSval() == "||" &&
			(isString(s.typeOf(e.AExpr.Lexpr).OID) || isString(s.typeOf(e.AExpr.Rexpr).OID)) {
			return Type{textType, -1}
		}
	case *pg.Node_FuncCall:
		return s.call(e.FuncCall)
	}
	return Type{}
}

func (s *scope) commonOf(list []*pg.Node) Type {
	t := Type{literalType, -1}
	for _, n := range list {
		t = s.common(t, s.typeOf(n))
	}
	return t
}

// named is a type as a cast names it.
func (s *scope) named(t *pg.TypeName) Type {
	oid := s.catalog.Type(t.Names[len(t.Names)-1].GetString_().GetSval())
	out := Type{oid, -1}
	if oid == varcharType || oid == bpcharType {
		if len(t.Typmods) == 1 && t.Typmods[0].GetAConst().GetIval() != nil {
			out.Mod = t.Typmods[0].GetAConst().GetIval().Ival + 4 // VARHDRSZ
		}
	}
	if len(t.ArrayBounds) > 0 {
		return s.array(out)
	}
	return out
}

func (s *scope) array(elem Type) Type {
	if elem.OID == 0 {
		return Type{}
	}
	return Type{s.catalog.Array(elem.OID), elem.Mod}
}

func (s *scope) element(array Type) Type {
	switch array.OID {
	case 0:
		return Type{}
	case int2Vector:
		return Type{int2Type, -1}
	case oidVector:
		return Type{oidType, -1}
	}
	return Type{s.catalog.Element(array.OID), array.Mod}
}

// subscripted is a[i], or a[i:j].
func (s *scope) subscripted(e *pg.A_Indirection) Type {
	t := s.typeOf(e.Arg)
	for _, n := range e.Indirection {
		i := n.GetAIndices()
		if i == nil {
			return Type{}
		}
		if !i.IsSlice {
			return s.element(t)
		}
	}
	return t
}

func (s *scope) subquery(l *pg.SubLink) Type {
	q := l.Subselect.GetSelectStmt()
	if q == nil {
		return Type{}
	}
	switch l.SubLinkType {
	case pg.SubLinkType_EXPR_SUBLINK:
		if columns, ok := s.inner().query(q); ok && len(columns) == 1 {
			return columns[0].Type
		}
	case pg.SubLinkType_ARRAY_SUBLINK:
		if columns, ok := s.inner().query(q); ok && len(columns) == 1 && columns[0].Type.OID != literalType {
			return s.array(columns[0].Type)
		}
	}
	return Type{}
}

// call is the result of a function: what its declaration says, if that is one
// type, and what follows from the argument of those that take any.
func (s *scope) call(f *pg.FuncCall) Type {
	name := f.Funcname[len(f.Funcname)-1].GetString_().GetSval()
	if len(f.Args) > 0 {
		arg := s.typeOf(f.Args[0])
		switch name {
		case "array_agg":
			return s.array(arg)
		case "unnest":
			return s.element(arg)
		case "generate_series":
			if isWhole(f.Args[0]) && len(f.Args) > 1 && isWhole(f.Args[1]) {
				return Type{int4Type, -1}
			}
		case "array_remove", "array_append", "array_cat", "lag", "lead", "first_value", "last_value", "nth_value":
			return arg
		case "min", "max":
			switch arg.OID {
			case nameType: // there is only that of text
				return Type{textType, -1}
			case oidType:
				return arg
			}
			return Type{}
		}
	}
	if oid := s.catalog.Result(name); oid != 0 {
		return Type{oid, -1}
	}
	return Type{}
}

// isWhole reports whether an expression is a constant whole number that an integer
// holds.
func isWhole(n *pg.Node) bool {
	c := n.GetAConst()
	return c != nil && (c.GetIval() != nil || c.Val == nil && !c.Isnull)
}
