package rewrite

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// call rewrites a function call and its arguments.
func (r *rewriter) call(n *pg.Node, f *pg.FuncCall, p place) {
	if name := lastName(f.Funcname); (name == "nextval" || name == "currval") && r.sequenceName(f) {
		return
	}
	from := len(r.edits)
	r.callInside(n, f, p)
	if r.gaveUp || !isAggregate(f) {
		return
	}
	w := shadow{span: span{r.at(f.Location), r.lastOf(n)}, from: from, to: len(r.edits)}
	arg := ""
	if arguments := r.arguments(r.open(f)); len(arguments) > 0 {
		arg = r.typeOf(r.withoutDistinct(arguments[0], f))
	}
	w.text = shadowText(lastName(f.Funcname), arg)
	r.shadows = append(r.shadows, w)
}

// withoutDistinct is the span of an aggregate's first argument, without the word
// DISTINCT before and the ORDER BY behind it.
func (r *rewriter) withoutDistinct(argument span, f *pg.FuncCall) span {
	if r.isWord(argument.first, "distinct", "all") {
		argument.first++
	}
	if len(f.AggOrder) > 0 && len(f.Args) > 0 && !f.AggWithinGroup {
		argument.last = r.closed(span{argument.first, r.lastOf(f.Args[0])}).last
	}
	return argument
}

func (r *rewriter) callInside(n *pg.Node, f *pg.FuncCall, p place) {
	name := lastName(f.Funcname)
	r.beforeCall(f)
	r.lambdaArguments(f, name)
	if f.AggFilter != nil { // the engine computes arguments of rows that the filter drops
		was := r.filtered
		r.filtered = true
		defer func() { r.filtered = was }()
	}
	windowed := r.windowed
	r.windowed = windowed || f.Over != nil
	r.exprs(f.Args, inside)
	r.windowed = windowed
	r.exprs(f.AggOrder, inside)
	switch {
	case name == "count":
		r.countRows(f)
	case name == "cardinality" && len(f.Args) == 1 && isNested(f.Args[0]):
		r.wrap(r.spanOf(f.Args[0]), "flatten(", ")")
	}
	if f.AggDistinct && name == "count" {
		r.keys(f.Args)
	} else if len(f.AggOrder) > 1 && !f.AggDistinct {
		r.keys(f.AggOrder)
	}
	r.expr(f.AggFilter, inside)
	r.window(f.Over)
	if r.gaveUp {
		return
	}
	if schema := f.Funcname[0].GetString_().GetSval(); len(f.Funcname) > 1 && schema != "pg_catalog" && schema != "information_schema" {
		return
	}
	if r.byteaCall(n, f, name) {
		return
	}
	if f.Funcformat == pg.CoercionForm_COERCE_SQL_SYNTAX {
		r.syntaxCall(n, f, name)
		return
	}
	if r.catalogCall(n, f, name) {
		return
	}
	r.unqualify(f)
	if f.AggDistinct && len(f.AggOrder) == 0 {
		r.sortDistinct(f, name)
	}
	r.floatArgument(f, name)
	if r.jsonCall(n, f, name) || r.regexCall(n, f, name) {
		return
	}
	switch name {
	case "columns": // the engine's, which stands for several
		r.giveUp()
		return
	case "generate_series":
		r.series(n, f)
		return
	case "to_char":
		r.toChar(f)
		return
	case "to_date", "to_timestamp", "to_number":
		r.fromTemplate(f, name)
		return
	case "format":
		r.format(f)
		return
	case "encode", "decode", "convert_from", "convert_to":
		if len(f.Args) == 2 { // those of one argument are the engine's own
			if name == "encode" || name == "convert_from" {
				r.byteaArgument(f.Args[0])
			}
			r.rename(f, goFunction(name))
		}
		return
	case "num_nulls", "num_nonnulls":
		if f.FuncVariadic && len(f.Args) == 1 {
			r.replace(span{r.open(f) + 1, r.open(f) + 1}, "")
			r.rename(f, macros+name)
			return
		}
		r.rename(f, goFunction(name))
		return
	case "array_position":
		if len(f.Args) == 3 {
			r.rename(f, macros+"array_position_from")
			return
		}
	case "width_bucket":
		if len(f.Args) == 2 {
			r.rename(f, macros+"bucket_of")
			return
		}
	case "cosd", "sind", "tand", "asind", "acosd", "atand", "atan2d", "cotd",
		"sha224", "sha384", "sha512", "get_byte", "set_byte", "is_normalized", "reverse",
		"make_date", "make_time", "make_timestamp", "justify_days", "justify_hours", "justify_interval",
		"parse_ident", "unistr", "array_ndims", "array_dims", "array_to_string", "clock_timestamp":
		r.rename(f, goFunction(name))
		return
	case "array_length":
		if c := f.Args[len(f.Args)-1].GetAConst(); len(f.Args) == 2 && c.GetIval().GetIval() != 1 {
			r.rename(f, goFunction(name))
			return
		}
	case "bit_count":
		r.byteaArgument(f.Args[0])
		r.typedCall(f, name, 0)
		return
	case "substring":
		r.substring(f)
		return
	case "string_agg":
		if len(f.Args) == 2 && f.Args[1].GetAConst().GetIsnull() { // nothing between
			i := r.at(f.Args[1].GetAConst().Location)
			r.replace(span{i, i}, "''")
		}
		r.stringAggregate(n, f)
		return
	case "unnest":
		if len(f.Args) == 1 && isNested(f.Args[0]) {
			r.insertAfter(r.arguments(r.open(f))[0].last, ", recursive := true")
		}
		return
	case "concat", "concat_ws":
		r.concatArguments(f)
		return
	case "sum", "avg":
		r.aggregate(n, f, name)
		return
	case "percentile_cont":
		for _, by := range f.AggOrder {
			if r.maybeNumeric(by.GetSortBy().GetNode()) {
				r.wrap(r.spanOf(by.GetSortBy().Node), "(", ")::DOUBLE")
			}
		}
	case "mod":
		r.rename(f, r.division("csvsql_modulo"))
		return
	case "round":
		r.round(f)
		return
	case "trunc":
		if len(f.Args) == 2 {
			r.rename(f, "csvsql_trunc")
		}
		return
	}
	if field, ok := "", len(f.Args) == 2; name == "date_part" && ok {
		if field, ok = isString(f.Args[0]); ok && isFraction(unit(field)) {
			list := r.arguments(r.open(f))
			r.rename(f, macros+"extract_"+unit(field))
			r.replace(span{list[0].first, list[1].first - 1}, "")
			r.insertAfter(r.lastOf(n), "::DOUBLE")
			return
		}
	}
	if typ := resultType(name); typ != "" {
		r.insertAfter(r.lastOf(n), "::"+typ)
	}
	if argument, ok := typedMacro(name); ok {
		r.typedCall(f, name, argument)
	} else if hasMacro(name) {
		r.rename(f, macros+name)
	} else if other := otherName(name); other != "" {
		r.ownAggregate(n, f)
		r.rename(f, other)
	}
}

// floatArgument gives a constant string that is the only argument of a function of
// numbers the type that PostgreSQL prefers for it.
func (r *rewriter) floatArgument(f *pg.FuncCall, name string) {
	if len(f.Args) != 1 {
		return
	}
	switch name {
	case "abs", "ceil", "ceiling", "floor", "round", "sign", "sqrt", "cbrt", "exp", "ln", "log", "log10", "degrees", "radians":
		if _, ok := isString(f.Args[0]); ok {
			r.insertAfter(r.lastOf(f.Args[0]), "::DOUBLE")
		}
	}
}

// format writes PostgreSQL's format as a function in Go. A constant without its
// specifiers is one of the engine's own, as in format('{}', 1).
func (r *rewriter) format(f *pg.FuncCall) {
	if template, ok := isString(f.Args[0]); ok && !strings.Contains(template, "%") && !f.FuncVariadic {
		return
	}
	if f.FuncVariadic && len(f.Args) == 2 {
		list := r.arguments(r.open(f))
		r.replace(span{list[1].first, list[1].first}, "")
		r.rename(f, goFunction("format_list"))
		return
	}
	if f.FuncVariadic { // of anything else it does not exist
		r.rename(f, goFunction("format_list"))
		return
	}
	r.rename(f, goFunction("format"))
}

// open is the bracket that a call's arguments are in.
func (r *rewriter) open(f *pg.FuncCall) int {
	i := r.lastOfName(r.at(f.Location)) + 1
	if !r.is(i, '(') {
		r.giveUp()
	}
	return i
}

// unqualify takes the schema pg_catalog from a function's name.
func (r *rewriter) unqualify(f *pg.FuncCall) {
	if len(f.Funcname) < 2 {
		return
	}
	at := r.at(f.Location)
	if r.isWord(at, "pg_catalog") && r.is(at+1, '.') {
		r.replace(span{at, at + 1}, "")
	}
}

func (r *rewriter) rename(f *pg.FuncCall, name string) {
	i := r.open(f) - 1
	r.replace(span{i, i}, name)
}

// resultType is the engine's name for the type of a function's result, where the
// engine has another one.
func resultType(name string) string {
	switch name {
	case "length", "char_length", "character_length", "octet_length", "bit_length", "strpos",
		"ascii", "array_length", "cardinality", "array_position", "ntile":
		return "INTEGER"
	case "date_part":
		return "DOUBLE"
	}
	return ""
}

// typedCall calls a macro in the place of a function; it chooses its overload by
// the type of an argument, counted from 0.
func (r *rewriter) typedCall(f *pg.FuncCall, macro string, argument int) {
	list := r.arguments(r.open(f))
	if argument >= len(list) {
		return
	}
	typ := ", " + r.typeOf(list[argument])
	r.rename(f, macros+macro)
	r.insertAfter(list[len(list)-1].last, typ)
}

// typedMacro reports whether a function is a macro that chooses its overload by
// the type of an argument, and which.
func typedMacro(name string) (argument int, ok bool) {
	switch name {
	case "date_trunc":
		return 1, true
	}
	return 0, false
}

// hasMacro reports whether a function is a macro of postgres.sql.
func hasMacro(name string) bool {
	switch name {
	case "btrim", "octet_length", "array_length", "initcap", "cardinality", "to_hex", "lpad", "rpad", "array_upper",
		"array_lower", "string_to_array", "quote_literal", "quote_nullable", "array_remove", "array_replace",
		"array_positions", "array_append", "array_prepend", "array_cat", "trim_array", "date_bin",
		"chr", "substr", "split_part", "overlay", "array_fill", "make_interval", "sha256":
		return true
	}
	return false
}

// otherName is what the engine calls a function that means the same there.
func otherName(name string) string {
	switch name {
	case "every":
		return "bool_and"
	case "statement_timestamp":
		return "now"
	case "stddev":
		return "csvsql_stddev_samp"
	case "variance":
		return "csvsql_var_samp"
	case "pow":
		return "csvsql_power"
	case "log10":
		return "csvsql_log"
	case "stddev_samp", "stddev_pop", "var_samp", "var_pop", "corr", "covar_pop", "covar_samp", "regr_slope", "regr_intercept",
		"regr_r2", "regr_avgx", "regr_avgy", "regr_sxx", "regr_syy", "regr_sxy",
		"ln", "log", "sqrt", "power", "exp", "sign", "div", "scale", "min_scale", "trim_scale", "width_bucket":
		return "csvsql_" + name
	}
	return ""
}

// syntaxCall rewrites functions that SQL has a syntax of their own for.
func (r *rewriter) syntaxCall(n *pg.Node, f *pg.FuncCall, name string) {
	switch name {
	case "position":
		r.insertAfter(r.lastOf(n), "::INTEGER")
	case "substring":
		r.substring(f)
	case "overlay":
		r.keywordArguments(f, "placing", "from", "for")
		r.rename(f, macros+"overlay")
	case "extract":
		r.extract(n, f)
	case "overlaps":
		r.overlaps(f)
	case "is_normalized":
		r.isNormalized(f)
	case "normalize":
		if len(f.Args) == 2 {
			list := r.arguments(r.open(f))
			form, _ := isString(f.Args[1])
			r.replace(list[1], literal(form)) // it is a keyword
		}
		r.rename(f, goFunction(name))
	}
}

// aggregate gives sum and avg PostgreSQL's types: sum of integers is bigint, of
// bigint numeric (what the engine makes of it too), avg of both numeric. The
// engine's own sum does not know numeric.
func (r *rewriter) aggregate(n *pg.Node, f *pg.FuncCall, name string) {
	if len(f.Args) != 1 || f.AggWithinGroup {
		return
	}
	open := r.open(f)
	argument := r.withoutDistinct(r.arguments(open)[0], f)
	outer := r.usesOuter(argument) // its type is not known when a macro is chosen
	if !outer && !r.windowed && !f.AggDistinct && len(f.AggOrder) == 0 && f.AggFilter == nil && f.Over == nil {
		typ := ", " + r.typeOf(argument)
		r.rename(f, macros+name)
		close := r.tokens[open].match // the shadow's argument ends before it
		r.wrap(span{close, close}, typ, "")
		return
	}
	s := span{r.at(f.Location), r.lastOf(n)}
	sum := "sum"
	if outer || r.maybeNumeric(f.Args[0]) {
		sum = "csvsql_sum"
		r.ownAggregate(n, f)
	}
	typ := r.typeOf(argument)
	switch {
	case name == "avg" && outer:
		rest := r.render(span{open, s.last})
		r.rename(f, sum)
		r.wrap(s, "csvsql_average(", ", count"+rest+")")
	case name == "avg":
		rest := r.render(span{open, s.last})
		r.wrap(s, macros+"average(", ", "+sum+rest+", count"+rest+", "+typ+")")
	case outer, sum != "sum":
		r.rename(f, sum)
	default:
		r.wrap(s, macros+"sum_as(", ", "+typ+")")
	}
}

// sortDistinct sorts what an aggregate collects of different values, as PostgreSQL
// finds them by sorting.
func (r *rewriter) sortDistinct(f *pg.FuncCall, name string) {
	switch name {
	case "array_agg", "string_agg":
		list := r.arguments(r.open(f))
		r.insertAfter(list[len(list)-1].last, " ORDER BY "+r.render(r.withoutDistinct(list[0], f)))
	}
}

// maxRound is how many digits behind the point a decimal is rounded to.
const maxRound = 18

// round rewrites round: of a float it rounds to even, of a decimal to as many
// digits as it is told, also where the decimal has fewer.
func (r *rewriter) round(f *pg.FuncCall) {
	list := r.arguments(r.open(f))
	if len(list) == 0 || r.usesOuter(list[0]) {
		r.rename(f, "csvsql_round")
		return
	}
	typ := ", " + r.typeOf(list[0])
	if len(list) == 1 {
		r.rename(f, macros+"round")
		r.insertAfter(list[0].last, typ)
		return
	}
	digits := f.Args[1].GetAConst()
	if digits == nil || digits.Isnull || digits.GetIval() == nil && digits.Val != nil || digits.GetIval().GetIval() < 0 || digits.GetIval().GetIval() > maxRound {
		r.rename(f, "csvsql_round")
		return
	}
	zero := "0." + strings.Repeat("0", int(digits.GetIval().GetIval()))
	r.rename(f, macros+"round")
	r.insertAfter(list[1].last, ", "+zero+typ)
}
