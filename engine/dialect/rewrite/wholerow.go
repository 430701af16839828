package rewrite

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// The whole row of a table, t or t.*, is NULL where an outer join has none for it. To
// the engine it is then a row of NULLs, which is not NULL.

// row is the table of which a name is the whole row.
func (t *Types) row(c *pg.ColumnRef) (Row, bool) {
	if t == nil || c == nil {
		return Row{}, false
	}
	row, ok := t.Rows[c.Location]
	return row, ok
}

// each is a test of every column.
func (w Row) each(test, between string) string {
	tests := make([]string, len(w.Columns))
	for i, column := range w.Columns {
		tests[i] = quote(w.Table) + "." + quote(column) + test
	}
	return "(" + strings.Join(tests, between) + ")"
}

// wholeRow writes the row of a table that an outer join may have no row of as NULL
// where all its columns are.
func (r *rewriter) wholeRow(n *pg.Node, c *pg.ColumnRef) {
	if row, ok := r.options.Types.row(c); ok && row.Optional && len(c.Fields) == 1 {
		r.wrap(r.spanOf(n), "CASE WHEN "+row.each(" IS NOT NULL", " OR ")+" THEN ", " END")
	}
}

// countRows writes the argument of count(t) or count(t.*).
func (r *rewriter) countRows(f *pg.FuncCall) {
	if len(f.Args) != 1 {
		return
	}
	row, ok := r.options.Types.row(f.Args[0].GetColumnRef())
	switch argument := r.spanOf(f.Args[0]); {
	case !ok || len(f.Args[0].GetColumnRef().Fields) == 1:
	case row.Optional:
		r.overwrite(argument, "CASE WHEN "+row.each(" IS NOT NULL", " OR ")+" THEN "+quote(row.Table)+" END")
	default:
		r.overwrite(argument, quote(row.Table))
	}
}

// nullTable writes t IS [NOT] NULL as what it is of each column (documentation, 9.2).
// It reports whether it was such a test.
func (r *rewriter) nullTable(t *pg.NullTest) bool {
	row, ok := r.options.Types.row(t.Arg.GetColumnRef())
	if !ok {
		return false
	}
	test := " IS NULL"
	if t.Nulltesttype == pg.NullTestType_IS_NOT_NULL {
		test = " IS NOT NULL"
	}
	last := r.lastOfTest(t.Location, "isnull", "notnull", "null")
	r.overwrite(span{r.firstOf(t.Arg), last}, row.each(test, " AND "))
	return true
}
