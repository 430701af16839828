package rewrite

import pg "github.com/pganalyze/pg_query_go/v6"

// place says what becomes of an expression's value.
type place uint8

const (
	inside place = iota // it is computed with
	output              // it is a column of what the client gets
)

func (r *rewriter) statement(n *pg.Node) {
	switch s := n.GetNode().(type) {
	case *pg.Node_SelectStmt:
		r.query(s.SelectStmt, forClient)
	case *pg.Node_ExplainStmt:
		r.statement(s.ExplainStmt.Query)
	case *pg.Node_CreateTableAsStmt:
		r.created(s.CreateTableAsStmt.Into.GetRel())
		r.named(s.CreateTableAsStmt.Query)
	case *pg.Node_ViewStmt:
		r.created(s.ViewStmt.View)
		r.createView(s.ViewStmt)
		r.named(s.ViewStmt.Query)
	case *pg.Node_CreateStmt:
		r.createTable(s.CreateStmt)
	case *pg.Node_IndexStmt:
		r.index(s.IndexStmt)
	case *pg.Node_AlterTableStmt:
		r.alterTable(s.AlterTableStmt)
	case *pg.Node_InsertStmt:
		r.with(s.InsertStmt.WithClause)
		if q := s.InsertStmt.SelectStmt.GetSelectStmt(); q != nil {
			r.query(q, forValue)
		}
		r.insert(s.InsertStmt)
		r.returning(s.InsertStmt.ReturningList)
	case *pg.Node_UpdateStmt:
		r.with(s.UpdateStmt.WithClause)
		defer r.enter(append(relation(s.UpdateStmt.Relation), s.UpdateStmt.FromClause...)...)()
		r.set(s.UpdateStmt.TargetList)
		r.from(s.UpdateStmt.FromClause)
		r.expr(s.UpdateStmt.WhereClause, inside)
		r.returning(s.UpdateStmt.ReturningList)
	case *pg.Node_DeleteStmt:
		r.with(s.DeleteStmt.WithClause)
		defer r.enter(append(relation(s.DeleteStmt.Relation), s.DeleteStmt.UsingClause...)...)()
		r.from(s.DeleteStmt.UsingClause)
		r.expr(s.DeleteStmt.WhereClause, inside)
		r.returning(s.DeleteStmt.ReturningList)
	}
}

// returning rewrites the list of RETURNING, and gives its columns PostgreSQL's names.
func (r *rewriter) returning(list []*pg.Node) {
	for _, n := range list {
		r.expr(n, inside)
		r.nameTarget(n.GetResTarget())
	}
}

// relation is what an UPDATE or DELETE changes, as an item of FROM.
func relation(v *pg.RangeVar) []*pg.Node { return []*pg.Node{{Node: &pg.Node_RangeVar{RangeVar: v}}} }

func (r *rewriter) exprs(list []*pg.Node, p place) {
	for _, n := range list {
		r.expr(n, p)
	}
}

// expr rewrites an expression: its operands first.
func (r *rewriter) expr(n *pg.Node, p place) {
	if n == nil || r.gaveUp {
		return
	}
	if p == output {
		r.valuesForClient(n)
	}
	switch e := n.Node.(type) {
	case *pg.Node_AExpr:
		r.operator(n, e.AExpr, p)
		if p == output || r.negated {
			r.anyOfNull(n, e.AExpr)
		}
	case *pg.Node_FuncCall:
		r.call(n, e.FuncCall, p)
	case *pg.Node_TypeCast:
		r.cast(n, e.TypeCast, p)
	case *pg.Node_BoolExpr:
		was := r.negated
		r.negated = was || e.BoolExpr.Boolop == pg.BoolExprType_NOT_EXPR
		r.exprs(e.BoolExpr.Args, inside)
		r.negated = was
	case *pg.Node_ParamRef:
		r.param(n)
	case *pg.Node_AConst:
		r.bitString(e.AConst)
		if !r.constant(n) {
			r.unicodeString(e.AConst)
		}
		r.exactNumber(n)
	case *pg.Node_SubLink:
		r.expr(e.SubLink.Testexpr, inside)
		if q := e.SubLink.Subselect.GetSelectStmt(); q != nil {
			was := r.nested
			r.nested = true
			r.query(q, forValue)
			r.nested = was
			r.inQuery(e.SubLink, q)
		}
	case *pg.Node_CaseExpr:
		r.expr(e.CaseExpr.Arg, inside)
		for _, w := range e.CaseExpr.Args {
			r.expr(w.GetCaseWhen().GetExpr(), inside)
			r.expr(w.GetCaseWhen().GetResult(), inside)
		}
		r.expr(e.CaseExpr.Defresult, inside)
	case *pg.Node_CoalesceExpr:
		r.exprs(e.CoalesceExpr.Args, inside)
	case *pg.Node_MinMaxExpr:
		r.exprs(e.MinMaxExpr.Args, inside)
	case *pg.Node_RowExpr:
		r.exprs(e.RowExpr.Args, inside)
	case *pg.Node_AArrayExpr:
		if p == output && rectangular(n) {
			r.arrayOfArrays(n)
			return
		}
		r.exprs(e.AArrayExpr.Elements, inside)
	case *pg.Node_AIndirection:
		r.expr(e.AIndirection.Arg, inside)
		r.exprs(e.AIndirection.Indirection, inside)
		r.vectorSubscript(e.AIndirection)
		r.subscripts(e.AIndirection)
	case *pg.Node_AIndices:
		r.expr(e.AIndices.Lidx, inside)
		r.expr(e.AIndices.Uidx, inside)
	case *pg.Node_NullTest:
		r.expr(e.NullTest.Arg, inside)
		r.nullRow(e.NullTest)
	case *pg.Node_BooleanTest:
		r.expr(e.BooleanTest.Arg, inside)
	case *pg.Node_CollateClause:
		r.expr(e.CollateClause.Arg, inside)
		r.collation(e.CollateClause)
	case *pg.Node_ColumnDef:
		r.columnType(e.ColumnDef)
	case *pg.Node_ColumnRef:
		r.outerColumn(n)
		r.wholeRow(n, e.ColumnRef)
		if !r.catalogColumn(e.ColumnRef) {
			r.rowPlace(e.ColumnRef)
		}
		if p != output {
			r.functionColumn(n, e.ColumnRef, p)
		}
		r.anyOfGroup(n)
	case *pg.Node_SqlvalueFunction:
		r.valueFunction(e.SqlvalueFunction)
	case *pg.Node_NamedArgExpr:
		r.expr(e.NamedArgExpr.Arg, inside)
	case *pg.Node_ResTarget:
		r.expr(e.ResTarget.Val, p)
	case *pg.Node_SortBy:
		r.expr(e.SortBy.Node, inside)
		r.sortKey(e.SortBy.Node)
	case *pg.Node_List:
		r.exprs(e.List.Items, p)
	case *pg.Node_GroupingSet:
		r.exprs(e.GroupingSet.Content, inside)
	case *pg.Node_WindowDef:
		r.window(e.WindowDef)
	}
}

func (r *rewriter) with(w *pg.WithClause) {
	for _, n := range w.GetCtes() {
		cte := n.GetCommonTableExpr()
		if r.ctes == nil {
			r.ctes = map[string]bool{}
		}
		r.ctes[cte.Ctename] = true
		r.named(cte.GetCtequery())
		r.valuesOfCTE(cte)
		at := r.at(cte.Location)
		r.name(at)
		r.names(at + 1)
	}
}

// named rewrites a query whose columns are referred to by name.
func (r *rewriter) named(n *pg.Node) {
	q := n.GetSelectStmt()
	if q == nil {
		r.statement(n)
		return
	}
	r.query(q, forNames)
}
