package rewrite

import (
	"encoding/json"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// functions is the schema of PostgreSQL's functions in Go (engine/pgfunc), a part
// of their names.
const functions = "postgres."

// goFunction is the engine's name of a function in Go.
func goFunction(name string) string { return quote(functions + name) }

// jsonOperator writes the operators on json and jsonb as calls: the engine has
// others by these names, or none (documentation, 9.16).
func (r *rewriter) jsonOperator(e *pg.A_Expr, name string) {
	if r.lambdas[e] {
		return
	}
	switch name {
	case "->":
		r.toFunction(e, "json_get")
	case "->>":
		r.toFunction(e, "json_get_text")
	case "#>":
		r.pathOperand(e.Rexpr)
		r.toFunction(e, "json_path")
	case "#>>":
		r.pathOperand(e.Rexpr)
		r.toFunction(e, "json_path_text")
	case "#-":
		r.pathOperand(e.Rexpr)
		r.toFunction(e, "jsonb_delete_path")
	case "?":
		r.toFunction(e, "jsonb_has")
	case "?|":
		r.pathOperand(e.Rexpr)
		r.toFunction(e, "jsonb_has_any")
	case "?&":
		r.pathOperand(e.Rexpr)
		r.toFunction(e, "jsonb_has_all")
	case "@?", "@@":
		r.jsonPathOperator(e, name)
	case "@>":
		if isJSONB(e.Lexpr) || isJSONB(e.Rexpr) || isJSONText(e.Rexpr) {
			r.toFunction(e, "jsonb_contains")
		}
	case "<@":
		if isJSONB(e.Lexpr) || isJSONB(e.Rexpr) || isJSONText(e.Lexpr) {
			at := r.at(e.Location)
			l, right := r.left(e.Lexpr, at), r.right(e.Rexpr, at)
			text := goFunction("jsonb_contains") + "(" + r.render(right) + ", " + r.render(l) + ")"
			r.overwrite(span{l.first, right.last}, text)
		}
	}
}

// toFunction makes a binary operator a call of a function in Go.
func (r *rewriter) toFunction(e *pg.A_Expr, name string) { r.asCall(e, goFunction(name)) }

// asCall writes a binary operator as a function of the engine's.
func (r *rewriter) asCall(e *pg.A_Expr, function string) {
	at := r.at(e.Location)
	l, right := r.left(e.Lexpr, at), r.right(e.Rexpr, at)
	r.replace(span{at, at}, ",")
	r.wrap(span{l.first, right.last}, function+"(", ")")
}

// pathOperand turns '{a,b}', which stands for an array of text, into a list.
func (r *rewriter) pathOperand(n *pg.Node) {
	s, ok := isString(n)
	if !ok {
		return
	}
	list, ok := arrayLiteral(s)
	if !ok || strings.HasPrefix(list, "[[") {
		r.giveUp()
		return
	}
	i := r.at(n.GetAConst().Location)
	r.replace(span{i, i}, list+"::VARCHAR[]")
}

// isJSONB reports whether an expression says of itself that it is a jsonb.
func isJSONB(n *pg.Node) bool {
	switch e := n.GetNode().(type) {
	case *pg.Node_TypeCast:
		return lastName(e.TypeCast.TypeName.Names) == "jsonb" && len(e.TypeCast.TypeName.ArrayBounds) == 0
	case *pg.Node_FuncCall:
		switch name := lastName(e.FuncCall.Funcname); name {
		case "jsonb_typeof", "jsonb_array_length", "jsonb_pretty", "jsonb_object_keys":
			return false
		default:
			return (strings.HasPrefix(name, "jsonb_") || name == "to_jsonb") && !strings.HasSuffix(name, "_text")
		}
	case *pg.Node_AExpr:
		switch lastName(e.AExpr.Name) {
		case "->", "#>", "-", "#-":
			return isJSONB(e.AExpr.Lexpr)
		case "||":
			return isJSONB(e.AExpr.Lexpr) || isJSONB(e.AExpr.Rexpr)
		}
	}
	return false
}

// isJSONText reports whether an expression is a constant that is an object or an
// array of JSON, or a string that no array looks like.
func isJSONText(n *pg.Node) bool {
	s, ok := isString(n)
	if !ok {
		return false
	}
	s = strings.TrimLeft(s, " \t\r\n")
	if _, isArray := arrayLiteral(s); isArray && s != "{}" && !strings.Contains(s, ":") {
		return false
	}
	return s != "" && strings.IndexByte(`{["`, s[0]) >= 0 && json.Valid([]byte(s))
}

// jsonCall rewrites the functions of json and jsonb. It reports whether it was
// one.
func (r *rewriter) jsonCall(n *pg.Node, f *pg.FuncCall, name string) bool {
	args := f.Args
	switch name {
	case "json_agg", "jsonb_agg", "json_object_agg", "jsonb_object_agg", "to_json", "to_jsonb", "row_to_json",
		"json_build_array", "jsonb_build_array", "json_build_object", "jsonb_build_object":
		r.wholeRows(args)
	}
	switch name {
	case "json_agg", "jsonb_agg":
		r.jsonAggregate(n, f, "json_item")
		return true
	case "json_object_agg", "jsonb_object_agg":
		r.jsonAggregate(n, f, "json_member")
		return true
	case "to_json", "to_jsonb", "json_build_array", "json_build_object", "jsonb_build_array", "jsonb_build_object",
		"jsonb_pretty", "jsonb_strip_nulls", "json_strip_nulls", "json_typeof":
	case "row_to_json", "array_to_json":
		name = "to_json" // with a second argument it does not exist
	case "jsonb_typeof":
		name = "json_typeof"
	case "jsonb_path_exists", "jsonb_path_match", "jsonb_path_query_array", "jsonb_path_query_first",
		"jsonb_path_exists_tz", "jsonb_path_match_tz", "jsonb_path_query_array_tz", "jsonb_path_query_first_tz":
		r.pathArguments(f)
		r.rename(f, goFunction(strings.TrimSuffix(name, "_tz")))
		return true
	case "json_object", "jsonb_object":
		if s, ok := isString(args[0]); len(args) > 2 || len(args) == 0 || ok && !strings.HasPrefix(s, "{") {
			return false // the engine's own
		}
		for _, a := range args {
			r.pathOperand(a)
		}
	case "jsonb_set_lax":
		if len(args) > 1 {
			r.pathOperand(args[1])
		}
		r.asJSONB(args)
		if len(args) > 2 {
			r.asJSONB(args[2:])
		}
		r.rename(f, macros+name)
		return true
	case "jsonb_set", "jsonb_insert":
		if len(args) > 1 {
			r.pathOperand(args[1])
		}
	case "jsonb_array_length":
		r.asJSONB(args)
		name = "json_array_length"
	case "json_array_length":
		if len(args) != 1 {
			return false // the engine's own
		}
	case "json_extract_path", "jsonb_extract_path", "json_extract_path_text", "jsonb_extract_path_text":
		return r.extractPath(f, name)
	default:
		return r.rowsCall(n, f, name)
	}
	if strings.HasPrefix(name, "jsonb_") && name != "jsonb_build_array" && name != "jsonb_build_object" && name != "jsonb_object" {
		r.asJSONB(args)
	}
	r.rename(f, goFunction(name))
	return true
}

// wholeRows writes t.* among a function's arguments, where it is a row, as the
// engine does.
func (r *rewriter) wholeRows(args []*pg.Node) {
	for _, n := range args {
		if c := n.GetColumnRef(); c != nil && len(c.Fields) == 2 && expands(n) {
			last := r.lastOf(n)
			r.replace(span{last - 1, last}, "")
		}
	}
}

// asJSONB gives a constant that is a function's first argument its type.
func (r *rewriter) asJSONB(args []*pg.Node) {
	if len(args) > 0 {
		if _, ok := isString(args[0]); ok {
			r.insertAfter(r.lastOf(args[0]), "::JSONB")
		}
	}
}

// extractPath writes the steps of json_extract_path(j, a, b) as a list, which those of
// json_extract_path(j, VARIADIC steps) are.
func (r *rewriter) extractPath(f *pg.FuncCall, name string) bool {
	if s, ok := isString(f.Args[len(f.Args)-1]); len(f.Args) < 2 || f.FuncVariadic && len(f.Args) > 2 || ok && strings.HasPrefix(s, "$") {
		return false // the engine's own
	}
	list := r.arguments(r.open(f))
	if strings.HasPrefix(name, "jsonb_") {
		r.asJSONB(f.Args)
	}
	to := "json_path"
	if strings.HasSuffix(name, "_text") {
		to = "json_path_text"
	}
	r.rename(f, goFunction(to))
	steps := span{list[1].first, list[len(list)-1].last}
	if f.FuncVariadic { // they are a list
		r.replace(span{steps.first, steps.first}, "")
		r.pathOperand(f.Args[1])
		return true
	}
	r.wrap(steps, "[", "]::VARCHAR[]")
	return true
}

// jsonAggregate writes json_agg(x ...) as the text that PostgreSQL makes of its
// items, and jsonb_agg as the jsonb of that.
func (r *rewriter) jsonAggregate(n *pg.Node, f *pg.FuncCall, item string) {
	name := lastName(f.Funcname)
	list := r.arguments(r.open(f))
	if len(f.Args) == 0 || len(list) < len(f.Args) {
		r.giveUp()
		return
	}
	first := r.withoutDistinct(list[0], f)
	last := list[len(f.Args)-1]
	if len(f.AggOrder) > 0 {
		last.last = r.closed(span{r.firstOf(f.Args[len(f.Args)-1]), r.lastOf(f.Args[len(f.Args)-1])}).last
	}
	item, after := goFunction(item)+"(", ")::VARCHAR"
	if f.AggFilter != nil { // of rows that it drops the engine would compute the item
		item, after = "CASE WHEN "+r.render(r.spanOf(f.AggFilter))+" THEN "+item, after+" END"
	}
	open, end := "'{ ' || string_agg", " || ' }'"
	if len(f.Args) == 1 { // without what is before the first item
		open, end = "'[' || ltrim(string_agg", ", chr(10) || ' ') || ']'"
	}
	typ := "JSON)"
	if strings.HasPrefix(name, "jsonb") {
		typ = "JSONB)"
	}
	r.rename(f, "CAST("+open)
	r.wrap(span{first.first, last.last}, item, after+", ', '")
	r.insertAfter(r.lastOf(n), end+" AS "+typ)
}
