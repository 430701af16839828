package rewrite

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// Tables says which columns a table has: (schema, name), where the schema may be
// ""; nil if there is no such table.
type Tables struct {
	Columns func(schema, name string) []string
}

// insert names the columns of an INSERT without a list of them that has fewer
// values than the table has columns: PostgreSQL gives the others their defaults,
// the engine wants all.
func (r *rewriter) insert(s *pg.InsertStmt) {
	if r.options.Tables == nil || len(s.Cols) > 0 {
		return
	}
	values := valuesOf(s.SelectStmt.GetSelectStmt())
	columns := r.options.Tables.Columns(s.Relation.Schemaname, s.Relation.Relname)
	if values == 0 || values >= len(columns) {
		return
	}
	last := r.lastOfName(r.at(s.Relation.Location))
	if s.Relation.Alias != nil {
		last += 2 // AS alias
	}
	var list []string
	for _, c := range columns[:values] {
		list = append(list, quote(c))
	}
	r.insertAfter(last, " ("+strings.Join(list, ", ")+")")
}

// valuesOf is the number of columns of a query, 0 if it takes more than its text to
// tell.
func valuesOf(q *pg.SelectStmt) int {
	for q.GetLarg() != nil {
		q = q.Larg
	}
	if len(q.GetValuesLists()) > 0 {
		return len(q.ValuesLists[0].GetList().GetItems())
	}
	for _, n := range q.GetTargetList() {
		if expands(n.GetResTarget().GetVal()) {
			return 0
		}
	}
	return len(q.GetTargetList())
}
