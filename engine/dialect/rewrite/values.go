package rewrite

import (
	"strconv"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// The columns of VALUES are column1, column2, ... (documentation, 7.7); to the
// engine they are col0, col1, ...

// valuesInFrom names the columns of (VALUES ...) alias.
func (r *rewriter) valuesInFrom(s *pg.RangeSubselect, q *pg.SelectStmt) {
	if len(q.ValuesLists) == 0 || s.Alias == nil {
		return
	}
	close := r.lastOfValues(q)
	if !r.is(close, ')') {
		r.giveUp()
		return
	}
	alias := close + 1
	if r.isWord(alias, "as") {
		alias++
	}
	r.columnList(alias, len(q.ValuesLists[0].GetList().GetItems()), s.Alias.Colnames)
}

// lastOfValues is the token behind all of a VALUES query: the bracket that closes
// what it is in.
func (r *rewriter) lastOfValues(q *pg.SelectStmt) int {
	items := q.ValuesLists[0].GetList().GetItems()
	if len(items) == 0 {
		r.giveUp()
		return 0
	}
	row := r.enclosing(r.firstOf(items[0]))
	for row > 0 && !r.isWord(row-1, "values") {
		row = r.enclosing(row)
	}
	outer := r.enclosing(row)
	if outer < 0 {
		r.giveUp()
		return 0
	}
	return r.tokens[outer].match
}

// enclosing is the bracket in which token i stands, or -1.
func (r *rewriter) enclosing(i int) int {
	for i--; i >= 0; i-- {
		switch m := r.tokens[i].match; {
		case m > i:
			return i
		case m >= 0:
			i = m
		}
	}
	return -1
}

// columnList completes the list of columns behind the alias at token i.
func (r *rewriter) columnList(i, columns int, given []*pg.Node) {
	if len(given) >= columns {
		return
	}
	var names []string
	for n := len(given) + 1; n <= columns; n++ {
		names = append(names, "column"+strconv.Itoa(n))
	}
	list := strings.Join(names, ", ")
	if len(given) > 0 {
		r.insertAfter(r.tokens[i+1].match-1, ", "+list)
		return
	}
	r.insertAfter(i, "("+list+")")
}

// valuesOfCTE names the columns of WITH name AS (VALUES ...).
func (r *rewriter) valuesOfCTE(c *pg.CommonTableExpr) {
	q := c.GetCtequery().GetSelectStmt()
	for q.GetLarg() != nil {
		q = q.Larg
	}
	if len(q.GetValuesLists()) == 0 {
		return
	}
	r.columnList(r.at(c.Location), len(q.ValuesLists[0].GetList().GetItems()), c.Aliascolnames)
}
