package rewrite

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// use says what becomes of a query's rows.
type use uint8

const (
	forValue  use = iota // they are values
	forNames             // their columns are referred to by name
	forClient            // the client gets them
)

func (r *rewriter) query(s *pg.SelectStmt, u use) {
	if s == nil || r.gaveUp {
		return
	}
	windows := r.windows
	defer func() { r.windows = windows }()
	r.windows = map[string]*pg.WindowDef{}
	for _, n := range s.WindowClause {
		r.windows[n.GetWindowDef().GetName()] = n.GetWindowDef()
	}
	r.with(s.WithClause)
	defer r.enter(s.FromClause...)()
	if s.Op != pg.SetOperation_SETOP_NONE {
		inner := u
		if u == forClient {
			inner = forValue // the columns' types have to fit each other's
		}
		r.query(s.Larg, inner)
		r.query(s.Rarg, forValue)
	}
	r.from(s.FromClause)
	r.groups(s)
	for _, row := range s.ValuesLists {
		r.expr(row, inside)
	}
	r.targets(s, u)
	for _, n := range s.DistinctClause {
		r.expr(n, inside)
	}
	r.expr(s.WhereClause, inside)
	r.distinct(s)
	for _, n := range s.GroupClause {
		if r.isNumericColumn(n) {
			r.key(n)
			continue
		}
		r.expr(n, inside)
	}
	r.expr(s.HavingClause, inside)
	for _, n := range s.WindowClause {
		r.namedWindow(n.GetWindowDef())
	}
	r.sorting(s)
	r.expr(s.LimitCount, inside)
	r.expr(s.LimitOffset, inside)
	if len(s.LockingClause) > 0 {
		r.unlock()
	}
}

// targets rewrites the select list.
func (r *rewriter) targets(s *pg.SelectStmt, u use) {
	for i, n := range s.TargetList {
		t := n.GetResTarget()
		p := inside
		if u == forClient && !referred(s, t, i) && (len(s.GroupClause) == 0 || aggregates(t.GetVal())) {
			p = output
		}
		r.rowsTarget(t.GetVal())
		r.nameOfTarget(t)
		r.star(s, t)
		r.expr(t.GetVal(), p)
		if c := t.GetVal().GetColumnRef(); p == output && r.functionColumn(t.GetVal(), c, p) && t.Name == "" {
			r.insertAfter(r.lastOf(t.GetVal()), " AS "+quote(lastName(c.Fields)))
		}
		if u == forNames {
			r.noteNumeric(t)
			r.noteJSONB(nameOf(t), t.GetVal())
		}
		if u == forNames || isRows(t.GetVal()) || r.grouped[t.GetVal()] {
			r.nameTarget(t)
		}
	}
}

// isRows reports whether a target is unnest of an array, of which the engine's
// name is its text. Of a struct it would be several columns.
func isRows(n *pg.Node) bool {
	f := n.GetFuncCall()
	if f == nil || lastName(f.Funcname) != "unnest" || len(f.Args) != 1 {
		return false
	}
	c := f.Args[0].GetTypeCast()
	return f.Args[0].GetAArrayExpr() != nil || c != nil && len(c.TypeName.ArrayBounds) > 0
}

// aggregates reports whether an expression has an aggregate in it, and so is none
// of those that are grouped by. Of what is seldom around one it says no.
func aggregates(n *pg.Node) bool {
	switch e := n.GetNode().(type) {
	case *pg.Node_FuncCall:
		if isAggregate(e.FuncCall) {
			return true
		}
		return slices.ContainsFunc(e.FuncCall.Args, aggregates)
	case *pg.Node_AExpr:
		return aggregates(e.AExpr.Lexpr) || aggregates(e.AExpr.Rexpr)
	case *pg.Node_TypeCast:
		return aggregates(e.TypeCast.Arg)
	case *pg.Node_CoalesceExpr:
		return slices.ContainsFunc(e.CoalesceExpr.Args, aggregates)
	}
	return false
}

// expands reports whether a target may stand for any number of columns.
func expands(n *pg.Node) bool {
	switch e := n.GetNode().(type) {
	case *pg.Node_ColumnRef:
		fields := e.ColumnRef.Fields
		return fields[len(fields)-1].GetAStar() != nil
	case *pg.Node_FuncCall:
		return lastName(e.FuncCall.Funcname) == "columns"
	case *pg.Node_AIndirection:
		list := e.AIndirection.Indirection
		return list[len(list)-1].GetAStar() != nil
	}
	return false
}

// referred reports whether target i of a list is grouped or told apart by, so
// that its value has to stay what it is to the engine.
func referred(s *pg.SelectStmt, t *pg.ResTarget, i int) bool {
	if len(s.DistinctClause) > 0 {
		return true
	}
	for _, n := range s.GroupClause {
		if n.GetGroupingSet() != nil {
			return true
		}
		if c := n.GetAConst(); c != nil && (c.GetIval() == nil || int(c.GetIval().Ival) == i+1) {
			return true
		}
		if c := n.GetColumnRef(); c != nil && len(c.Fields) == 1 {
			name := c.Fields[0].GetString_().GetSval()
			if name == t.Name || t.Name == "" && name == ColumnName(t.Val) {
				return true
			}
		}
	}
	return false
}
