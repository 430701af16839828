package rewrite

import (
	pg "github.com/pganalyze/pg_query_go/v6"
)

// series writes generate_series among expressions as rows: to the engine it is a
// list there.
func (r *rewriter) series(n *pg.Node, f *pg.FuncCall) {
	list := r.arguments(r.open(f))
	if len(list) < 2 {
		return
	}
	types := r.seriesTypes(f, list)
	r.rename(f, macros+"series")
	r.insertAfter(list[len(list)-1].last, types)
	r.wrap(span{r.at(f.Location), r.lastOf(n)}, "unnest(", ")")
}

// seriesTypes are the types of the first and the last value of a series, and of the
// step, for the macro. A constant without a type has that of the other; of all types
// that there are series of, PostgreSQL prefers timestamptz.
func (r *rewriter) seriesTypes(f *pg.FuncCall, list []span) string {
	first, last := r.typeOf(list[0]), r.typeOf(list[1])
	_, firstText := isString(f.Args[0])
	_, lastText := isString(f.Args[1])
	switch {
	case firstText && lastText:
		first, last = "NULL::TIMESTAMPTZ", "NULL::TIMESTAMPTZ"
	case firstText:
		first = last
	case lastText:
		last = first
	}
	types := ", " + first + ", " + last
	if len(list) > 2 {
		if _, ok := isString(f.Args[2]); ok {
			return types + ", NULL::INTERVAL"
		}
		types += ", " + r.typeOf(list[2])
	}
	return types
}

// functionInFrom rewrites generate_series and unnest in FROM: an alias names
// their column too (documentation, 7.2.1.4), and a series of integers is of
// integers, not of bigints.
func (r *rewriter) functionInFrom(f *pg.RangeFunction, n *pg.Node, call *pg.FuncCall) {
	if r.rowsInFrom(f, call) {
		return
	}
	name := lastName(call.Funcname)
	if name != "generate_series" && name != "unnest" || f.Ordinality || f.IsRowsfrom || len(f.Coldeflist) > 0 {
		return
	}
	list := r.arguments(r.open(call))
	if name == "unnest" && len(list) != 1 {
		return
	}
	whole := span{r.at(call.Location), r.lastOf(n)}
	alias := whole.last + 1
	if r.isWord(alias, "as") {
		alias++
	}
	column := name
	if f.Alias != nil {
		column = f.Alias.Aliasname
		if len(f.Alias.Colnames) == 0 {
			r.insertAfter(alias, "("+quote(column)+")")
		}
	}
	if name == "unnest" || len(list) < 2 {
		return
	}
	constant := true
	for _, a := range call.Args {
		k := a.GetAConst()
		constant = constant && k != nil && k.GetIval() != nil
	}
	if constant {
		r.wrap(whole, "(SELECT generate_series::INTEGER AS generate_series FROM ", ")")
	} else {
		r.insertAfter(list[len(list)-1].last, r.seriesTypes(call, list))
		r.rename(call, "unnest("+macros+"series")
		r.insertAfter(whole.last, ")")
	}
	if f.Alias == nil {
		r.insertAfter(whole.last, " AS generate_series(generate_series)")
	}
}
