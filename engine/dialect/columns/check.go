package columns

import (
	"fmt"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/csvsql/csvsql/engine/dialect/rewrite"
	"github.com/csvsql/csvsql/wire/pgvalue"
)

// Problem is why PostgreSQL refuses a statement that an engine would answer, or
// refuse for another reason.
type Problem struct {
	Code, Message string
	Hint          string
	Position      int // in bytes from 1; 0 if there is none
}

// Check looks for what PostgreSQL refuses in a query by its types and by the places
// that things stand in: a number where a condition has to be, an alias in WHERE. It
// says nothing of what it does not know the type of. What it has found out of types
// is there for the translation; nil if that is nothing. dates is how dates are read
// that may be written in several orders.
func Check(sql string, c Catalog, dates pgvalue.DateOrder) (*Problem, *rewrite.Types) {
	statement, ok := rewrite.Parse(sql)
	if !ok {
		return nil, nil
	}
	k := &checker{scope: &scope{catalog: c}, sql: sql, found: &rewrite.Types{}, dates: dates}
	k.statement(statement)
	if k.found.IsEmpty() {
		return k.problem, nil
	}
	return k.problem, k.found
}

// checker is a scope that is looked at for problems. It keeps the first one.
type checker struct {
	*scope
	problem *Problem
	found   *rewrite.Types
	dates   pgvalue.DateOrder
	windows map[string]bool // names of the query's windows
	window  bool            // the node around is a window's
	types   map[*pg.Node]Type
	sql     string
	refused *refusal // if names are looked at too
}

func (k *checker) report(location int32, code, format string, args ...any) {
	if k.problem == nil {
		k.problem = &Problem{Code: code, Message: fmt.Sprintf(format, args...), Position: int(location) + 1}
	}
}

func (k *checker) statement(n *pg.Node) {
	switch e := n.GetNode().(type) {
	case *pg.Node_SelectStmt:
		k.query(e.SelectStmt)
	case *pg.Node_InsertStmt:
		k.insert(e.InsertStmt)
	case *pg.Node_UpdateStmt:
		k.addWith(e.UpdateStmt.WithClause)
		k.source(&pg.Node{Node: &pg.Node_RangeVar{RangeVar: e.UpdateStmt.Relation}})
		k.from(e.UpdateStmt.FromClause)
		k.update(e.UpdateStmt.Relation, e.UpdateStmt.TargetList)
		k.condition(e.UpdateStmt.WhereClause, "WHERE")
		if k.refused != nil {
			k.assigned(e.UpdateStmt.Relation, e.UpdateStmt.TargetList)
		}
		k.returned(e.UpdateStmt.ReturningList)
	case *pg.Node_DeleteStmt:
		k.addWith(e.DeleteStmt.WithClause)
		k.source(&pg.Node{Node: &pg.Node_RangeVar{RangeVar: e.DeleteStmt.Relation}})
		k.from(e.DeleteStmt.UsingClause)
		k.condition(e.DeleteStmt.WhereClause, "WHERE")
		k.returned(e.DeleteStmt.ReturningList)
	case *pg.Node_CreateStmt:
		k.newTable(e.CreateStmt)
	case *pg.Node_CreateTableAsStmt:
		k.statement(e.CreateTableAsStmt.Query)
	case *pg.Node_ViewStmt:
		k.statement(e.ViewStmt.Query)
	case *pg.Node_ExplainStmt:
		k.statement(e.ExplainStmt.Query)
	default:
		k.unsupportedStatement(n)
	}
}

func (k *checker) newTable(s *pg.CreateStmt) {
	k.unsupportedTable(s)
	seen := map[string]bool{}
	for _, n := range s.TableElts {
		if c := n.GetColumnDef(); c != nil {
			if seen[c.Colname] {
				k.report(-1, "42701", `column "%s" specified more than once`, c.Colname)
			}
			seen[c.Colname] = true
			k.typeName(c.TypeName)
		}
	}
}

// nested checks a query in a scope of its own.
func (k *checker) nested(q *pg.SelectStmt) { k.within(k.inner(), q) }

func (k *checker) within(s *scope, q *pg.SelectStmt) {
	inner := &checker{scope: s, problem: k.problem, sql: k.sql, refused: k.refused, found: k.found, dates: k.dates}
	inner.query(q)
	k.problem = inner.problem
}

func (k *checker) query(q *pg.SelectStmt) {
	k.common(q)
	if q.Op != pg.SetOperation_SETOP_NONE {
		k.combination(q)
		return
	}
	for i, row := range q.ValuesLists {
		items := row.GetList().GetItems()
		k.all(items)
		if first := q.ValuesLists[0].GetList().GetItems(); i > 0 && len(first) == len(items) {
			for c := range items {
				k.match(first[c], items[c], "VALUES")
			}
		}
	}
	k.fromItems(q.FromClause)
	star, known := k.scope.from(q.FromClause)
	if known && !rewrite.StarInOrder(q.FromClause) {
		k.star(q, star)
	}
	k.lateral(q.FromClause)
	k.namedWindows(q.WindowClause)
	k.quals(q.FromClause)
	for _, n := range q.TargetList {
		k.expr(n.GetResTarget().GetVal())
	}
	k.alias(q, q.WhereClause)
	k.alias(q, q.HavingClause)
	k.condition(q.WhereClause, "WHERE")
	k.condition(q.HavingClause, "HAVING")
	k.sorted(q, q.SortClause)
	k.sorted(q, q.GroupClause)
	k.positions(q, q.GroupClause, "GROUP BY")
	k.positions(q, q.SortClause, "ORDER BY")
	k.distinct(q)
}

// common checks what single queries and combinations have.
func (k *checker) common(q *pg.SelectStmt) {
	if q.WithClause != nil {
		seen := map[string]bool{}
		for _, n := range q.WithClause.Ctes {
			cte := n.GetCommonTableExpr()
			if seen[cte.Ctename] {
				k.report(cte.Location, "42712", `WITH query name "%s" specified more than once`, cte.Ctename)
			}
			seen[cte.Ctename] = true
		}
		k.addWith(q.WithClause)
		for _, n := range q.WithClause.Ctes {
			if inner := n.GetCommonTableExpr().Ctequery.GetSelectStmt(); inner != nil {
				k.nested(inner)
			}
		}
	}
	if n := q.LimitCount.GetAConst(); n.GetIval().GetIval() < 0 {
		k.report(-1, "2201W", "LIMIT must not be negative")
	}
	if n := q.LimitOffset.GetAConst(); n.GetIval().GetIval() < 0 {
		k.report(-1, "2201X", "OFFSET must not be negative")
	}
}

// combination checks a UNION and its like: its columns have to be of one type.
func (k *checker) combination(q *pg.SelectStmt) {
	for _, side := range []*pg.SelectStmt{q.Larg, q.Rarg} {
		k.within(k.part(), side)
	}
	left, right := targets(q.Larg), targets(q.Rarg)
	if len(left) != len(right) || len(q.Larg.FromClause)+len(q.Rarg.FromClause) > 0 {
		return // columns of tables are known in their scopes only
	}
	for i := range left {
		k.match(left[i], right[i], q.Op.String()[len("SETOP_"):])
	}
}

// targets are the expressions of a select list without stars; nil if it has any.
func targets(q *pg.SelectStmt) []*pg.Node {
	var list []*pg.Node
	for _, n := range q.TargetList {
		t := n.GetResTarget().GetVal()
		fields := t.GetColumnRef().GetFields()
		if len(fields) > 0 && fields[len(fields)-1].GetAStar() != nil || expandsFields(t) {
			return nil
		}
		list = append(list, t)
	}
	return list
}

// fromItems checks the items of FROM: their names have to differ, and a query has
// to have one.
func (k *checker) fromItems(list []*pg.Node) {
	seen := map[string]bool{}
	var item func(n *pg.Node)
	named := func(name string) {
		if seen[name] && name != "" {
			k.report(-1, "42712", `table name "%s" specified more than once`, name)
		}
		seen[name] = true
	}
	item = func(n *pg.Node) {
		switch e := n.GetNode().(type) {
		case *pg.Node_RangeVar:
			v := e.RangeVar
			if v.Alias != nil {
				named(v.Alias.Aliasname)
			} else if v.Schemaname == "" {
				named(v.Relname)
			}
		case *pg.Node_RangeSubselect:
			if e.RangeSubselect.Alias == nil {
				what := "subquery"
				if len(e.RangeSubselect.Subquery.GetSelectStmt().GetValuesLists()) > 0 {
					what = "VALUES"
				}
				k.report(-1, "42601", "%s in FROM must have an alias", what)
			}
			named(e.RangeSubselect.GetAlias().GetAliasname())
			if q := e.RangeSubselect.Subquery.GetSelectStmt(); q != nil && !e.RangeSubselect.Lateral {
				k.nested(q)
			}
		case *pg.Node_JoinExpr:
			item(e.JoinExpr.Larg)
			item(e.JoinExpr.Rarg)
		case *pg.Node_RangeFunction:
			for _, f := range e.RangeFunction.Functions {
				for _, n := range f.GetList().GetItems() {
					k.expr(n)
				}
			}
		}
	}
	for _, n := range list {
		item(n)
	}
}

// lateral checks the queries in FROM that see the tables beside them.
func (k *checker) lateral(list []*pg.Node) {
	for _, n := range list {
		switch e := n.GetNode().(type) {
		case *pg.Node_RangeSubselect:
			if q := e.RangeSubselect.Subquery.GetSelectStmt(); q != nil && e.RangeSubselect.Lateral {
				k.nested(q)
			}
		case *pg.Node_JoinExpr:
			k.lateral([]*pg.Node{e.JoinExpr.Larg, e.JoinExpr.Rarg})
		}
	}
}

// alias looks for the alias of a target where only columns may be named.
func (k *checker) alias(q *pg.SelectStmt, condition *pg.Node) {
	if condition == nil || len(k.tables) == 0 {
		return
	}
	for _, t := range k.tables {
		if !t.closed {
			return
		}
	}
	visit(condition, func(n *pg.Node) {
		ref := n.GetColumnRef()
		if len(ref.GetFields()) != 1 {
			return
		}
		name := ref.Fields[0].GetString_().GetSval()
		for _, t := range q.TargetList {
			if t.GetResTarget().Name != name || name == "" {
				continue
			}
			if _, ok := k.find(ref); !ok {
				k.report(ref.Location, "42703", `column "%s" does not exist`, name)
			}
		}
	})
}

// positions checks numbers in ORDER BY and GROUP BY.
func (k *checker) positions(q *pg.SelectStmt, list []*pg.Node, clause string) {
	n := len(q.TargetList)
	if targets(q) == nil {
		columns, ok := (&scope{catalog: k.catalog, outer: k.outer, with: k.with}).query(q)
		if !ok {
			return
		}
		n = len(columns)
	}
	for _, item := range list {
		if by := item.GetSortBy(); by != nil {
			item = by.Node
		}
		if c := item.GetAConst(); c.GetIval() != nil && (int(c.GetIval().Ival) > n || c.GetIval().Ival < 1) {
			k.report(c.Location, "42P10", "%s position %d is not in select list", clause, c.GetIval().Ival)
		}
	}
}

// distinct checks that ORDER BY begins with what DISTINCT ON names.
func (k *checker) distinct(q *pg.SelectStmt) {
	on := map[string]bool{}
	for _, n := range q.DistinctClause {
		ref := n.GetColumnRef()
		if ref == nil {
			return
		}
		on[ref.Fields[len(ref.Fields)-1].GetString_().GetSval()] = true
	}
	for _, n := range q.SortClause {
		if len(on) == 0 {
			return
		}
		ref := n.GetSortBy().Node.GetColumnRef()
		if ref == nil {
			return
		}
		name := ref.Fields[len(ref.Fields)-1].GetString_().GetSval()
		if !on[name] {
			k.report(ref.Location, "42P10", "SELECT DISTINCT ON expressions must match initial ORDER BY expressions")
		}
		delete(on, name)
	}
}

func (k *checker) namedWindows(list []*pg.Node) {
	k.windows = map[string]bool{}
	for _, n := range list {
		k.windows[n.GetWindowDef().GetName()] = true
		k.frame(n.GetWindowDef())
	}
}
