package rewrite

import pg "github.com/pganalyze/pg_query_go/v6"

// valueFunction writes current_user and its like, which have no brackets, as calls.
// As names they would be columns to the query of a CREATE TABLE or a view that has a
// column named after them.
func (r *rewriter) valueFunction(f *pg.SQLValueFunction) {
	at := r.at(f.Location)
	switch f.Op {
	case pg.SQLValueFunctionOp_SVFOP_CURRENT_SCHEMA:
		r.replace(span{at, at}, `"pg_catalog.current_schema"()`)
	case pg.SQLValueFunctionOp_SVFOP_CURRENT_ROLE, pg.SQLValueFunctionOp_SVFOP_CURRENT_USER:
		r.replace(span{at, at}, `"current_user"()`)
	case pg.SQLValueFunctionOp_SVFOP_SESSION_USER:
		r.replace(span{at, at}, `"session_user"()`)
	case pg.SQLValueFunctionOp_SVFOP_USER:
		r.replace(span{at, at}, `"user"()`)
	case pg.SQLValueFunctionOp_SVFOP_CURRENT_CATALOG:
		r.replace(span{at, at}, `"current_catalog"()`)
	case pg.SQLValueFunctionOp_SVFOP_CURRENT_TIMESTAMP_N:
		r.roundedNow(at, "timestamptz", f.Typmod)
	case pg.SQLValueFunctionOp_SVFOP_LOCALTIMESTAMP_N:
		r.roundedNow(at, "timestamp", f.Typmod)
	}
}

// roundedNow writes current_timestamp(n), and its like, that stands at token i.
func (r *rewriter) roundedNow(i int, typ string, digits int32) {
	before, after, _ := rounded(typ, int(digits))
	if !r.is(i+1, '(') || digits > 5 {
		r.giveUp()
		return
	}
	r.replace(span{i, r.tokens[i+1].match}, before+"CAST(now() AS "+typ+")"+after)
}
