package rewrite

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// rowsColumn is a column of a function that returns rows: its name, and the
// engine's function that gives its values as a list. Without a name it has that of
// the function, or the alias.
type rowsColumn struct{ name, list string }

// rowsColumns are the columns of such a function, or nil.
func rowsColumns(name string) []rowsColumn {
	switch strings.Replace(name, "jsonb_", "json_", 1) {
	case "json_each":
		return []rowsColumn{{"key", goFunction("json_keys")}, {"value", goFunction("json_values")}}
	case "json_each_text":
		return []rowsColumn{{"key", goFunction("json_keys")}, {"value", goFunction("json_texts")}}
	case "json_array_elements":
		return []rowsColumn{{"value", goFunction("json_elements")}}
	case "json_array_elements_text":
		return []rowsColumn{{"value", goFunction("json_elements_text")}}
	case "json_object_keys":
		return []rowsColumn{{"", goFunction("json_object_keys")}}
	case "regexp_split_to_table":
		return []rowsColumn{{"", goFunction("regexp_split")}}
	case "regexp_matches":
		return []rowsColumn{{"", goFunction("regexp_matches")}}
	case "json_path_query", "json_path_query_tz":
		return []rowsColumn{{"", goFunction("jsonb_path_query")}}
	case "generate_subscripts":
		return []rowsColumn{{"", macros + "subscripts"}}
	case "string_to_table":
		return []rowsColumn{{"", macros + "string_to_array"}}
	}
	return nil
}

// rowsCall rewrites such a function among expressions. It reports whether it was
// one. regexp_matches is one where the select list has it; elsewhere the engine's
// says whether there is a match.
func (r *rewriter) rowsCall(n *pg.Node, f *pg.FuncCall, name string) bool {
	columns := rowsColumns(name)
	if len(columns) != 1 || name == "regexp_matches" && !r.rows[f] {
		return false
	}
	r.rowsArguments(f, name)
	r.rename(f, columns[0].list)
	r.wrap(span{r.at(f.Location), r.lastOf(n)}, "unnest(", ")")
	return true
}

// rowsArguments rewrites the arguments of such a function.
func (r *rewriter) rowsArguments(f *pg.FuncCall, name string) {
	switch {
	case strings.HasPrefix(name, "jsonb_path_"):
		r.pathArguments(f)
	case strings.HasPrefix(name, "jsonb_"):
		r.asJSONB(f.Args)
	}
}

// rowsTarget marks regexp_matches in the select list.
func (r *rewriter) rowsTarget(n *pg.Node) {
	if i := n.GetAIndirection(); i != nil {
		n = i.Arg
	}
	if f := n.GetFuncCall(); f != nil && lastName(f.Funcname) == "regexp_matches" {
		if r.rows == nil {
			r.rows = map[*pg.FuncCall]bool{}
		}
		r.rows[f] = true
	}
}

// rowsInFrom rewrites such a function in FROM as a query. It reports whether it
// was one.
func (r *rewriter) rowsInFrom(f *pg.RangeFunction, call *pg.FuncCall) bool {
	name := lastName(call.Funcname)
	columns := rowsColumns(name)
	if columns == nil || len(call.Args) == 0 {
		return false
	}
	r.rowsArguments(call, name)
	open := r.open(call)
	argument := r.render(span{open + 1, r.tokens[open].match - 1})
	alias := f.Alias.GetAliasname()
	if alias == "" {
		alias = name
	}
	var list []string
	for _, c := range columns {
		if c.name == "" {
			c.name = alias
		}
		list = append(list, "unnest("+c.list+"("+argument+")) AS "+quote(c.name))
	}
	text := "(SELECT " + strings.Join(list, ", ") + ")"
	if f.Alias == nil {
		text += " AS " + quote(alias)
	}
	r.overwrite(span{r.at(call.Location), r.tokens[open].match}, text)
	return true
}
