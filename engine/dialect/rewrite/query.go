package rewrite

import pg "github.com/pganalyze/pg_query_go/v6"

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
	r.with(s.WithClause)
	if s.Op != pg.SetOperation_SETOP_NONE {
		inner := u
		if u == forClient {
			inner = forValue // the columns' types have to fit each other's
		}
		r.query(s.Larg, inner)
		r.query(s.Rarg, forValue)
	}
	r.from(s.FromClause)
	for _, row := range s.ValuesLists {
		r.expr(row, inside)
	}
	r.targets(s, u)
	for _, n := range s.DistinctClause {
		r.expr(n, inside)
	}
	r.expr(s.WhereClause, inside)
	r.exprs(s.GroupClause, inside)
	r.expr(s.HavingClause, inside)
	r.exprs(s.WindowClause, inside)
	r.exprs(s.SortClause, inside)
	r.expr(s.LimitCount, inside)
	r.expr(s.LimitOffset, inside)
}

// targets rewrites the select list.
func (r *rewriter) targets(s *pg.SelectStmt, u use) {
	for i, n := range s.TargetList {
		t := n.GetResTarget()
		p := inside
		if u == forClient && !referred(s, t, i) {
			p = output
		}
		before := len(r.numeric)
		r.expr(t.GetVal(), p)
		if len(r.numeric) > before && !r.index(s, i, before) {
			r.giveUp()
		}
		if u == forNames {
			r.nameTarget(t)
		}
	}
}

// index sets the index of the column that target i of the list stands for.
func (r *rewriter) index(s *pg.SelectStmt, i, numeric int) bool {
	stars := func(list []*pg.Node) bool {
		for _, n := range list {
			if expands(n.GetResTarget().GetVal()) {
				return true
			}
		}
		return false
	}
	switch {
	case !stars(s.TargetList[:i]):
		r.numeric[numeric].Index = i
	case !stars(s.TargetList[i:]):
		r.numeric[numeric].Index = i - len(s.TargetList)
	default:
		return false
	}
	return true
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

// referred reports whether target i of a list is used elsewhere in the query,
// so that its value has to stay what it is to the engine.
func referred(s *pg.SelectStmt, t *pg.ResTarget, i int) bool {
	if len(s.DistinctClause) > 0 {
		return true
	}
	for _, list := range [][]*pg.Node{s.SortClause, s.GroupClause} {
		for _, n := range list {
			if by := n.GetSortBy(); by != nil {
				n = by.Node
			}
			if n.GetGroupingSet() != nil {
				return true
			}
			if c := n.GetAConst(); c != nil && (c.GetIval() == nil || int(c.GetIval().Ival) == i+1) {
				return true
			}
			if c := n.GetColumnRef(); c != nil && len(c.Fields) == 1 {
				name := c.Fields[0].GetString_().GetSval()
				if name == t.Name || t.Name == "" && name == columnName(t.Val) {
					return true
				}
			}
		}
	}
	return false
}
