package rewrite

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v6"
)

func (r *rewriter) from(list []*pg.Node) {
	for _, n := range list {
		r.rangeItem(n)
	}
}

// rangeItem rewrites one item of FROM.
func (r *rewriter) rangeItem(n *pg.Node) {
	switch e := n.GetNode().(type) {
	case *pg.Node_RangeSubselect:
		q := e.RangeSubselect.Subquery.GetSelectStmt()
		if q == nil {
			r.giveUp()
			return
		}
		names := forNames
		if len(e.RangeSubselect.Alias.GetColnames()) >= len(q.TargetList) {
			names = forValue // the alias names the columns
		}
		r.query(q, names)
		r.noteValues(q, e.RangeSubselect.Alias)
		r.valuesInFrom(e.RangeSubselect, q)
	case *pg.Node_JoinExpr:
		r.rangeItem(e.JoinExpr.Larg)
		r.rangeItem(e.JoinExpr.Rarg)
		r.expr(e.JoinExpr.Quals, inside)
	case *pg.Node_RangeFunction:
		r.rangeFunction(e.RangeFunction)
	case *pg.Node_RangeVar:
		r.alias(e.RangeVar)
		if !r.catalogRelation(e.RangeVar) {
			r.sequence(e.RangeVar)
		}
	case *pg.Node_RangeTableSample:
		r.rangeItem(e.RangeTableSample.Relation)
		for _, percent := range e.RangeTableSample.Args {
			r.insertAfter(r.lastOf(percent), " PERCENT") // without it, the engine counts rows
		}
	}
}

// sequence writes a sequence as the row that PostgreSQL has for it: last_value,
// log_cnt and is_called.
func (r *rewriter) sequence(v *pg.RangeVar) {
	if r.options.Sequences == nil || r.ctes[v.Relname] || !r.options.Sequences.Is(v.Schemaname, v.Relname) {
		return
	}
	where := "sequence_name = " + literal(v.Relname)
	if v.Schemaname != "" {
		where += " AND schema_name = " + literal(v.Schemaname)
	}
	text := "(SELECT coalesce(last_value, start_value) AS last_value, 0::BIGINT AS log_cnt, last_value IS NOT NULL AS is_called" +
		" FROM duckdb_sequences() WHERE " + where + " LIMIT 1)"
	if v.Alias == nil {
		text += " AS " + quote(v.Relname)
	}
	first := r.at(v.Location)
	r.replace(span{first, r.lastOfName(first)}, text)
}

// isScalar reports whether a function of PostgreSQL's returns one value, and is
// known to be called in FROM all the same.
func isScalar(call *pg.FuncCall) bool {
	switch lastName(call.Funcname) {
	case "string_to_array", "regexp_split_to_array", "parse_ident", "regexp_match", "regexp_replace", "array_append", "array_cat",
		"array_to_string", "array_length", "cardinality",
		"abs", "ceil", "ceiling", "floor", "round", "trunc", "sign", "sqrt", "exp", "ln", "log", "power", "mod", "random",
		"lower", "upper", "initcap", "length", "char_length", "concat", "concat_ws", "format", "left", "right", "lpad", "rpad",
		"btrim", "ltrim", "rtrim", "replace", "reverse", "repeat", "split_part", "strpos", "substr", "substring", "translate", "md5",
		"now", "age", "date_trunc", "date_part", "make_date", "make_timestamp", "make_interval", "to_char", "to_date", "to_timestamp",
		"to_number", "to_json", "to_jsonb", "row_to_json", "json_build_array", "json_build_object", "jsonb_build_array",
		"jsonb_build_object", "jsonb_set", "gen_random_uuid", "coalesce", "regexp_substr",
		"jsonb_path_exists", "jsonb_path_match", "jsonb_path_query_array", "jsonb_path_query_first":
		return true
	}
	return false
}

// scalarInFrom writes a function that returns one value as a query of one row.
func (r *rewriter) scalarInFrom(f *pg.RangeFunction, n *pg.Node, call *pg.FuncCall) {
	leave := r.enter() // its arguments are columns of what is beside it
	was := r.nested
	r.nested = true
	r.expr(n, inside)
	r.nested = was
	leave()
	column := lastName(call.Funcname)
	after := ""
	if f.Alias != nil {
		column = f.Alias.Aliasname
	} else {
		after = " AS " + quote(column)
	}
	r.wrap(span{r.at(call.Location), r.lastOf(n)}, "(SELECT ", " AS "+quote(column)+")"+after)
}

// unnestOfSeveral writes unnest of several arrays, whose columns the alias names,
// as a query of one of each: the engine too fills the shorter ones up with NULL. It
// reports whether it was one.
func (r *rewriter) unnestOfSeveral(f *pg.RangeFunction, call *pg.FuncCall) bool {
	if lastName(call.Funcname) != "unnest" || len(call.Args) < 2 || f.Ordinality || len(f.Functions) != 1 ||
		len(f.Alias.GetColnames()) < len(call.Args) || slices.ContainsFunc(call.Args, isNested) {
		return false
	}
	open := r.open(call)
	r.replace(span{r.at(call.Location), open}, "(SELECT unnest(")
	for _, argument := range r.arguments(open)[1:] {
		r.replace(span{argument.first - 1, argument.first - 1}, "), unnest(")
	}
	r.insertAfter(r.tokens[open].match, ")")
	return true
}

// rangeFunction rewrites the functions of an item of FROM.
func (r *rewriter) rangeFunction(f *pg.RangeFunction) {
	if f.Ordinality || f.IsRowsfrom {
		for _, n := range f.Functions {
			for _, item := range n.GetList().GetItems() {
				if call := item.GetFuncCall(); call != nil && !isScalar(call) {
					r.exprs(call.Args, inside)
				} else {
					r.expr(item, inside)
				}
			}
		}
		if r.gaveUp || r.rowsFrom(f) {
			return
		}
	}
	for _, n := range f.Functions {
		if items := n.GetList().GetItems(); len(items) > 0 {
			r.tableFunction(f, items[0])
		}
	}
}

// tableFunction rewrites the arguments of a function in FROM.
func (r *rewriter) tableFunction(f *pg.RangeFunction, n *pg.Node) {
	if call := n.GetFuncCall(); call != nil {
		if isScalar(call) && !f.Ordinality {
			r.scalarInFrom(f, n, call)
			return
		}
		r.exprs(call.Args, inside)
		if r.unnestOfSeveral(f, call) {
			return
		}
		if !r.catalogRows(f, call) {
			r.unqualify(call)
			r.functionInFrom(f, n, call)
		}
		return
	}
	r.expr(n, inside)
}
