package rewrite

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// lastName is the last part of a qualified name.
func lastName(names []*pg.Node) string {
	if len(names) == 0 {
		return ""
	}
	return names[len(names)-1].GetString_().GetSval()
}

// ColumnName is the name that PostgreSQL gives to a column without an alias:
// FigureColname in its parser.
func ColumnName(n *pg.Node) string {
	name, _ := figure(n)
	if name == "" {
		return "?column?"
	}
	return name
}

// figure names an expression, and says how sure that is: 2 for the name of a
// column or function, 1 for that of a type, 0 for none.
func figure(n *pg.Node) (string, int) {
	switch e := n.GetNode().(type) {
	case *pg.Node_ColumnRef:
		return lastName(e.ColumnRef.Fields), 2
	case *pg.Node_AIndirection:
		for i := len(e.AIndirection.Indirection) - 1; i >= 0; i-- {
			if s := e.AIndirection.Indirection[i].GetString_(); s != nil {
				return s.Sval, 2
			}
		}
		return figure(e.AIndirection.Arg)
	case *pg.Node_FuncCall:
		return lastName(e.FuncCall.Funcname), 2
	case *pg.Node_AExpr:
		if e.AExpr.Kind == pg.A_Expr_Kind_AEXPR_NULLIF {
			return "nullif", 2
		}
	case *pg.Node_TypeCast:
		name, sure := figure(e.TypeCast.Arg)
		if sure <= 1 {
			return lastName(e.TypeCast.TypeName.Names), 1
		}
		return name, sure
	case *pg.Node_CollateClause:
		return figure(e.CollateClause.Arg)
	case *pg.Node_GroupingFunc:
		return "grouping", 2
	case *pg.Node_SubLink:
		return figureSubLink(e.SubLink)
	case *pg.Node_CaseExpr:
		name, sure := figure(e.CaseExpr.Defresult)
		if sure <= 1 {
			return "case", 1
		}
		return name, sure
	case *pg.Node_AArrayExpr:
		return "array", 2
	case *pg.Node_RowExpr:
		return "row", 2
	case *pg.Node_CoalesceExpr:
		return "coalesce", 2
	case *pg.Node_MinMaxExpr:
		if e.MinMaxExpr.Op == pg.MinMaxOp_IS_GREATEST {
			return "greatest", 2
		}
		return "least", 2
	case *pg.Node_SqlvalueFunction:
		op := strings.TrimPrefix(e.SqlvalueFunction.Op.String(), "SVFOP_")
		return strings.ToLower(strings.TrimSuffix(op, "_N")), 2
	}
	return "", 0
}

func figureSubLink(s *pg.SubLink) (string, int) {
	switch s.SubLinkType {
	case pg.SubLinkType_EXISTS_SUBLINK:
		return "exists", 2
	case pg.SubLinkType_ARRAY_SUBLINK:
		return "array", 2
	case pg.SubLinkType_EXPR_SUBLINK:
		q := s.Subselect.GetSelectStmt()
		for q.GetLarg() != nil {
			q = q.Larg
		}
		if len(q.GetTargetList()) == 0 {
			return "column1", 2
		}
		t := q.TargetList[0].GetResTarget()
		if t.GetName() != "" {
			return t.Name, 2
		}
		return figure(t.GetVal())
	}
	return "", 0
}

// nameTarget gives PostgreSQL's name to a column without an alias whose engine's
// name is another.
func (r *rewriter) nameTarget(t *pg.ResTarget) {
	c := t.GetVal().GetColumnRef()
	if t.GetName() != "" || expands(t.GetVal()) || c != nil && !r.isRowPlace(c) && !r.grouped[t.GetVal()] {
		return
	}
	r.insertAfter(r.spanInList(t).last, " AS "+quote(ColumnName(t.Val)))
}

// spanInList is the span of a target: up to the comma behind it, or to what
// follows the list.
func (r *rewriter) spanInList(t *pg.ResTarget) span {
	s := r.spanOf(t.Val)
	first := r.at(t.Location)
	for first > 0 && s.first < first {
		r.giveUp()
		return s
	}
	return r.closed(span{first, s.last})
}

// quote writes an identifier in double quotes.
func quote(name string) string {
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

// literal writes a string constant.
func literal(s string) string {
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}
