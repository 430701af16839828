package rewrite

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// jsonColumn is a column of a function that returns rows of what is in a json or
// jsonb: its name, and the function in Go that gives its values as a list.
type jsonColumn struct{ name, function string }

// jsonColumns are the columns of such a function, or nil.
func jsonColumns(name string) []jsonColumn {
	switch strings.Replace(name, "jsonb_", "json_", 1) {
	case "json_each":
		return []jsonColumn{{"key", "json_keys"}, {"value", "json_values"}}
	case "json_each_text":
		return []jsonColumn{{"key", "json_keys"}, {"value", "json_texts"}}
	case "json_array_elements":
		return []jsonColumn{{"value", "json_elements"}}
	case "json_array_elements_text":
		return []jsonColumn{{"value", "json_elements_text"}}
	case "json_object_keys":
		return []jsonColumn{{"", "json_object_keys"}} // its name is the function's, or the alias
	}
	return nil
}

// jsonRows rewrites such a function among expressions. It reports whether it was
// one.
func (r *rewriter) jsonRows(n *pg.Node, f *pg.FuncCall, name string) bool {
	columns := jsonColumns(name)
	if len(columns) != 1 || len(f.Args) != 1 {
		return false
	}
	if strings.HasPrefix(name, "jsonb_") {
		r.asJSONB(f.Args)
	}
	r.rename(f, goFunction(columns[0].function))
	r.wrap(span{r.at(f.Location), r.lastOf(n)}, "unnest(", ")")
	return true
}

// jsonRowsInFrom rewrites such a function in FROM as a query. It reports whether
// it was one.
func (r *rewriter) jsonRowsInFrom(f *pg.RangeFunction, call *pg.FuncCall) bool {
	name := lastName(call.Funcname)
	columns := jsonColumns(name)
	if columns == nil || len(call.Args) != 1 || f.Ordinality || f.IsRowsfrom {
		return false
	}
	if strings.HasPrefix(name, "jsonb_") {
		r.asJSONB(call.Args)
	}
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
		list = append(list, "unnest("+goFunction(c.function)+"("+argument+")) AS "+quote(c.name))
	}
	text := "(SELECT " + strings.Join(list, ", ") + ")"
	if f.Alias == nil {
		text += " AS " + quote(alias)
	}
	r.overwrite(span{r.at(call.Location), r.tokens[open].match}, text)
	return true
}
