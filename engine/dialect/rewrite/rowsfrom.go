package rewrite

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// rowsFrom writes functions in FROM side by side, ROWS FROM (f(...), g(...)), and
// those WITH ORDINALITY, as a query of a list for each column (documentation,
// 7.2.1.4): the engine too fills the shorter ones up with NULL. It reports whether
// it could. The arguments are rewritten already.
func (r *rewriter) rowsFrom(f *pg.RangeFunction) bool {
	if !f.Ordinality && !f.IsRowsfrom {
		return false
	}
	calls := make([]*pg.FuncCall, len(f.Functions))
	for i, n := range f.Functions {
		items := n.GetList().GetItems()
		if len(items) == 0 {
			return false
		}
		if len(items) > 1 && len(items[1].GetList().GetItems()) > 0 { // a list of columns
			return false
		}
		if calls[i] = items[0].GetFuncCall(); calls[i] == nil || !r.isListed(calls[i]) {
			return false
		}
	}
	var columns []rowsColumn
	for _, call := range calls {
		columns = append(columns, r.listsOf(call)...)
	}
	if r.gaveUp {
		return false
	}
	name := lastName(calls[0].Funcname)
	if len(columns) == 1 && columns[0].name == "" && f.Alias != nil {
		columns[0].name = f.Alias.Aliasname
	}
	r.overwrite(r.rowsFromSpan(f, calls), rowsQuery(columns, calls, f.Ordinality)+r.aliasFor(f, name))
	return true
}

// rowsQuery is the query of lists. Columns without a name have that of their
// function.
func rowsQuery(columns []rowsColumn, calls []*pg.FuncCall, ordinality bool) string {
	var targets, lengths []string
	for _, c := range columns {
		targets = append(targets, "unnest("+c.list+") AS "+quote(c.name))
		lengths = append(lengths, "len("+c.list+")")
	}
	if ordinality {
		targets = append(targets, "unnest(range(1, greatest("+strings.Join(lengths, ", ")+") + 1)) AS ordinality")
	}
	return "(SELECT " + strings.Join(targets, ", ") + ")"
}

func (r *rewriter) aliasFor(f *pg.RangeFunction, name string) string {
	if f.Alias != nil {
		return ""
	}
	return " AS " + quote(name)
}

// isListed reports whether listsOf knows a function.
func (r *rewriter) isListed(call *pg.FuncCall) bool {
	name := lastName(call.Funcname)
	return len(call.Args) > 0 && !call.FuncVariadic &&
		(rowsColumns(name) != nil || name == "generate_series" && len(call.Args) > 1 || name == "unnest" || isScalar(call))
}

// listsOf are the columns of a function, each with an expression that is the list of
// its values.
func (r *rewriter) listsOf(call *pg.FuncCall) []rowsColumn {
	name := lastName(call.Funcname)
	columns := rowsColumns(name)
	if columns != nil {
		r.rowsArguments(call, name)
	}
	open := r.open(call)
	if r.gaveUp {
		return nil
	}
	list := r.arguments(open)
	arguments := r.render(span{open + 1, r.tokens[open].match - 1})
	switch {
	case columns != nil:
		for i, c := range columns {
			if c.name == "" {
				c.name = name
			}
			columns[i] = rowsColumn{c.name, c.list + "(" + arguments + ")"}
		}
		return columns
	case name == "generate_series":
		series := macros + "series(" + arguments + ", " + r.typeOf(list[0]) + ", " + r.typeOf(list[1]) + ")"
		return []rowsColumn{{name, series}}
	case name == "unnest":
		for _, a := range list {
			columns = append(columns, rowsColumn{name, r.render(a)})
		}
		return columns
	}
	return []rowsColumn{{name, "[" + r.render(span{r.at(call.Location), r.tokens[open].match}) + "]"}}
}

// rowsFromSpan is what is written as the query: from ROWS, or the function, to WITH
// ORDINALITY.
func (r *rewriter) rowsFromSpan(f *pg.RangeFunction, calls []*pg.FuncCall) span {
	s := span{r.at(calls[0].Location), r.tokens[r.open(calls[0])].match}
	if f.IsRowsfrom { // rows from (
		s.last = r.tokens[s.first-1].match
		s.first -= 3
	}
	if f.Ordinality {
		s.last += 2
	}
	return s
}
