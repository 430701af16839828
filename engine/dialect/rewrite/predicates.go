package rewrite

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// Predicates that SQL has a syntax of their own for.

// rowBefore is the span of the row that ends before token i: (a, b) or ROW(a, b).
func (r *rewriter) rowBefore(i int) span {
	if !r.is(i-1, ')') {
		r.giveUp()
		return span{i, i}
	}
	first := r.tokens[i-1].match
	if r.isWord(first-1, "row") {
		first--
	}
	return span{first, i - 1}
}

// overlaps rewrites (a, b) OVERLAPS (c, d), whose second values may be intervals
// (documentation, 9.9).
func (r *rewriter) overlaps(f *pg.FuncCall) {
	at := r.at(f.Location)
	if !r.isWord(at, "overlaps") || len(f.Args) != 4 {
		r.giveUp()
		return
	}
	left := r.rowBefore(at)
	open := at + 1
	if r.isWord(open, "row") {
		open++
	}
	ends := append(r.arguments(r.tokens[at-1].match), r.arguments(open)...)
	if r.gaveUp || len(ends) != 4 {
		r.giveUp()
		return
	}
	var parts []string
	for i := 0; i < 4; i += 2 {
		start, end := r.render(ends[i]), r.render(ends[i+1])
		if f.Args[i+1].GetAConst().GetIsnull() {
			parts = append(parts, start, end)
			continue
		}
		parts = append(parts, start, macros+"period_end("+start+", "+end+", "+r.typeOf(ends[i+1])+")")
	}
	r.overwrite(span{left.first, r.tokens[open].match}, macros+"overlapping("+strings.Join(parts, ", ")+")")
}

// isNormalized rewrites x IS [NOT] [form] NORMALIZED (documentation, 9.4).
func (r *rewriter) isNormalized(f *pg.FuncCall) {
	at := r.at(f.Location)
	if !r.isWord(at, "is") {
		r.giveUp()
		return
	}
	last := r.lastOfCall(f)
	x := r.left(f.Args[0], at)
	call := goFunction("is_normalized") + "(" + r.render(x)
	if len(f.Args) == 2 {
		form, _ := isString(f.Args[1])
		call += ", " + literal(form)
	}
	call += ")"
	if r.isWord(at+1, "not") {
		call = "(NOT " + call + ")"
	}
	r.overwrite(span{x.first, last}, call)
}

// nullRow writes a row IS [NOT] NULL as what it is of each value (documentation,
// 9.2): to the engine a row is never NULL.
func (r *rewriter) nullRow(t *pg.NullTest) {
	if r.nullTable(t) {
		return
	}
	row := t.Arg.GetRowExpr()
	if row == nil || len(row.Args) == 0 {
		return
	}
	whole := r.spanOf(t.Arg)
	values := r.arguments(r.tokens[whole.last].match)
	if r.gaveUp || len(values) != len(row.Args) {
		return
	}
	test := " IS NULL"
	if t.Nulltesttype == pg.NullTestType_IS_NOT_NULL {
		test = " IS NOT NULL"
	}
	tests := make([]string, len(values))
	for i, v := range values {
		tests[i] = "(" + r.render(v) + ")" + test
	}
	last := r.lastOfTest(t.Location, "isnull", "notnull", "null")
	r.overwrite(span{whole.first, last}, "("+strings.Join(tests, " AND ")+")")
}
