package rewrite

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/csvsql/csvsql/wire/pglex"
)

// The engine compares rows as values in which NULLs are equal. PostgreSQL compares
// them field by field, and does not know what a NULL decides (documentation, 9.24.5
// Row Constructor Comparison). So a comparison of rows that are written out is
// written as those of their fields.

// mayCompareRows reports whether brackets that open at token i may be a row, or the
// end of one, that is compared.
func mayCompareRows(sql string, tokens []token, i int) bool {
	end := tokens[i].match
	if end <= i || end+1 >= len(tokens) {
		return false
	}
	next := tokens[end+1]
	return (next.Kind == pglex.Operator || next.IsWord(sql, "in") || next.IsWord(sql, "not")) &&
		strings.Contains(sql[tokens[i].Start:tokens[end].Start], ",")
}

// compareRows writes a comparison of rows, or one row that is IN a list of others. It
// reports whether it was one.
func (r *rewriter) compareRows(e *pg.A_Expr, name string) bool {
	left, isIn := e.Lexpr.GetRowExpr(), e.Kind == pg.A_Expr_Kind_AEXPR_IN
	others := []*pg.Node{e.Rexpr}
	if isIn {
		others = e.Rexpr.GetList().GetItems()
	}
	at := r.at(e.Location)
	first, isRow := r.rowSpan(left, len(left.GetArgs()))
	if !isRow || first.last != at-1 {
		return false
	}
	rows := make([]*pg.RowExpr, len(others))
	last := at
	if isIn {
		if name == "<>" {
			last++ // NOT IN
		}
		last++ // the bracket
	}
	for i, n := range others {
		rows[i] = n.GetRowExpr()
		s, isRow := r.rowSpan(rows[i], len(left.Args))
		if !isRow || s.first != last+1 {
			return false // brackets around it
		}
		if last = s.last; i < len(others)-1 {
			last++ // the comma
		}
	}
	if isIn {
		last++
	}
	for i, field := range left.Args {
		list := make([]*pg.Node, len(rows))
		for k, row := range rows {
			list[k] = row.Args[i]
		}
		r.comparison(&pg.A_Expr{Lexpr: field, Rexpr: pg.MakeListNode(list)})
	}
	a := r.fields(left)
	if !isIn {
		r.overwrite(span{first.first, last}, rowComparison(name, a, r.fields(rows[0])))
		return true
	}
	equal := make([]string, len(rows))
	for i, row := range rows {
		equal[i] = rowComparison("=", a, r.fields(row))
	}
	text := "(" + strings.Join(equal, " OR ") + ")"
	if name == "<>" {
		text = "(NOT " + text + ")"
	}
	r.overwrite(span{first.first, last}, text)
	return true
}

// rowComparison compares the fields of two rows.
func rowComparison(operator string, a, b []string) string {
	var parts []string
	switch operator {
	case "=", "<>":
		for i := range a {
			parts = append(parts, a[i]+" "+operator+" "+b[i])
		}
		return "(" + strings.Join(parts, map[string]string{"=": " AND ", "<>": " OR "}[operator]) + ")"
	}
	if len(a) == 1 {
		return "(" + a[0] + " " + operator + " " + b[0] + ")"
	}
	strict := operator[:1]
	return "(" + a[0] + " " + strict + " " + b[0] + " OR (" + a[0] + " = " + b[0] + " AND " + rowComparison(operator, a[1:], b[1:]) + "))"
}

// rowSpan is the span of a row of n fields that are written out; false if it is none.
func (r *rewriter) rowSpan(row *pg.RowExpr, n int) (span, bool) {
	if row == nil || len(row.Args) != n || n == 0 {
		return span{}, false
	}
	for _, field := range row.Args {
		if expands(field) || field.GetRowExpr() != nil {
			return span{}, false
		}
	}
	open := r.openOf(row)
	return span{r.at(row.Location), r.tokens[open].match}, len(r.arguments(open)) == n
}

// fields are the fields of a row as they are rewritten.
func (r *rewriter) fields(row *pg.RowExpr) []string {
	list := r.arguments(r.openOf(row))
	texts := make([]string, len(list))
	for i, s := range list {
		texts[i] = "(" + r.render(s) + ")"
	}
	return texts
}

// openOf is the bracket that opens a row.
func (r *rewriter) openOf(row *pg.RowExpr) int {
	at := r.at(row.Location)
	if !r.is(at, '(') { // ROW
		at++
	}
	return at
}
