package rewrite

import (
	pg "github.com/pganalyze/pg_query_go/v6"
)

// shadow stands for the call of an aggregate or window function where only its
// type counts: the engine cannot choose the overload of a macro by an argument
// that has such a call in it.
type shadow struct {
	span
	text     string
	from, to int // the edits that were made in the call
}

// maxRendered bounds the text that is repeated for its type.
const maxRendered = 32 << 10

// isAggregate reports whether a call is of an aggregate or window function.
func isAggregate(f *pg.FuncCall) bool {
	if f.Over != nil || f.AggStar || f.AggDistinct || f.AggFilter != nil || len(f.AggOrder) > 0 || f.AggWithinGroup {
		return true
	}
	switch lastName(f.Funcname) {
	case "count", "sum", "avg", "min", "max", "stddev", "stddev_samp", "stddev_pop", "variance", "var_samp", "var_pop",
		"bool_and", "bool_or", "every", "bit_and", "bit_or", "bit_xor", "string_agg", "array_agg", "json_agg",
		"jsonb_agg", "json_object_agg", "jsonb_object_agg", "corr", "covar_pop", "covar_samp", "regr_slope",
		"regr_intercept", "regr_count", "regr_r2", "regr_avgx", "regr_avgy", "regr_sxx", "regr_sxy", "regr_syy",
		"any_value", "median", "quantile", "approx_count_distinct", "first", "last", "arg_min", "arg_max", "list":
		return true
	}
	return false
}

// shadowText is the shadow's text for a call whose first argument has the text arg.
func shadowText(name, arg string) string {
	switch name {
	case "count", "row_number", "rank", "dense_rank", "regr_count":
		return "0::BIGINT"
	case "ntile":
		return "0"
	case "sum":
		return macros + "sum_type(" + arg + ")"
	case "avg", "stddev", "stddev_samp", "stddev_pop", "variance", "var_samp", "var_pop":
		return macros + "avg_type(" + arg + ")"
	case "min", "max", "first_value", "last_value", "nth_value", "lag", "lead", "any_value", "first", "last":
		return arg
	case "string_agg":
		return "''"
	case "bool_and", "bool_or", "every":
		return "true"
	}
	return "0::DOUBLE"
}

// typeOf is a text for the engine that has the type of a span, and no aggregate.
func (r *rewriter) typeOf(s span) string {
	if r.gaveUp || s.first > s.last {
		r.giveUp()
		return ""
	}
	start, end := r.start(s), r.end(s)
	hidden := make([]bool, len(r.edits))
	var edits []edit
	for i := len(r.shadows) - 1; i >= 0; i-- { // outer calls are behind inner ones
		w := r.shadows[i]
		if w.first < s.first || w.last > s.last || w.from < w.to && hidden[w.from] || covered(edits, r.start(w.span)) {
			continue
		}
		for k := w.from; k < w.to; k++ {
			hidden[k] = true
		}
		edits = append(edits, edit{r.start(w.span), r.end(w.span), w.text, replacing, -1})
	}
	for i, e := range r.edits {
		if !hidden[i] && within(e, start, end) {
			edits = append(edits, e)
		}
	}
	sortEdits(edits)
	text, _ := apply(r.sql, edits, start, end)
	if len(text) > maxRendered {
		r.giveUp()
	}
	return text
}

func covered(edits []edit, at int) bool {
	for _, e := range edits {
		if e.start <= at && at < e.end {
			return true
		}
	}
	return false
}

// overload is the rest of a macro's call, behind its arguments: what it chooses
// its overload by.
func (r *rewriter) overload(spans ...span) string {
	text := ""
	for _, s := range spans {
		text += ", " + r.typeOf(s)
	}
	return text + ")"
}
