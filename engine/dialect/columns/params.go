package columns

import (
	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/csvsql/csvsql/engine/dialect/rewrite"
)

// Arrays are the types of those parameters that follow from a column in
// column = ANY ($1), by their numbers from 1: of an array an engine cannot tell.
func Arrays(sql string, c Catalog) map[int]uint32 {
	statement, ok := rewrite.Parse(sql)
	if !ok {
		return nil
	}
	s := &scope{catalog: c, arrays: map[int]uint32{}}
	switch e := statement.GetNode().(type) {
	case *pg.Node_SelectStmt:
		s.query(e.SelectStmt)
	case *pg.Node_UpdateStmt:
		s.from([]*pg.Node{{Node: &pg.Node_RangeVar{RangeVar: e.UpdateStmt.Relation}}})
		s.from(e.UpdateStmt.FromClause)
		s.compared(e.UpdateStmt.WhereClause)
	case *pg.Node_DeleteStmt:
		s.from([]*pg.Node{{Node: &pg.Node_RangeVar{RangeVar: e.DeleteStmt.Relation}}})
		s.from(e.DeleteStmt.UsingClause)
		s.compared(e.DeleteStmt.WhereClause)
	}
	return s.arrays
}

// compared looks for comparisons with ANY ($1) in a condition.
func (s *scope) compared(n *pg.Node) {
	if s.arrays == nil {
		return
	}
	switch e := n.GetNode().(type) {
	case *pg.Node_BoolExpr:
		for _, arg := range e.BoolExpr.Args {
			s.compared(arg)
		}
	case *pg.Node_AExpr:
		s.compared(e.AExpr.Lexpr)
		s.compared(e.AExpr.Rexpr)
		p := e.AExpr.Rexpr.GetParamRef()
		if p == nil || e.AExpr.Kind != pg.A_Expr_Kind_AEXPR_OP_ANY && e.AExpr.Kind != pg.A_Expr_Kind_AEXPR_OP_ALL {
			return
		}
		if t := s.array(s.typeOf(e.AExpr.Lexpr)); t.OID != 0 {
			s.arrays[int(p.Number)] = t.OID
		}
	case *pg.Node_NullTest:
		s.compared(e.NullTest.Arg)
	case *pg.Node_CaseExpr:
		for _, w := range e.CaseExpr.Args {
			s.compared(w.GetCaseWhen().GetExpr())
		}
	case *pg.Node_SubLink:
		if q := e.SubLink.Subselect.GetSelectStmt(); q != nil {
			s.inner().query(q)
		}
	}
}
