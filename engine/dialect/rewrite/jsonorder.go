package rewrite

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// To the engine a jsonb is a text. Where values are compared or sorted, keys are
// that sort as PostgreSQL sorts values of jsonb.

// isOrderedJSONB reports whether an expression that is compared or sorted is a
// jsonb, as far as its text says: a json cannot be.
func (r *rewriter) isOrderedJSONB(n *pg.Node) bool {
	if c := n.GetColumnRef(); c != nil {
		return r.jsonbs[lastName(c.Fields)]
	}
	if e := n.GetAExpr(); e != nil && !r.lambdas[e] {
		switch lastName(e.Name) {
		case "->", "#>":
			return true
		}
	}
	return isJSONB(n)
}

// compareJSONB compares by keys what is a jsonb. It reports whether it was.
func (r *rewriter) compareJSONB(operands []*pg.Node) bool {
	if !slices.ContainsFunc(operands, r.isOrderedJSONB) {
		return false
	}
	for _, n := range operands {
		r.jsonKey(n)
	}
	return true
}

// sortKey sorts by its key what is a jsonb.
func (r *rewriter) sortKey(n *pg.Node) {
	if r.isOrderedJSONB(n) {
		r.jsonKey(n)
	}
}

func (r *rewriter) jsonKey(n *pg.Node) {
	if _, ok := isString(n); ok {
		r.insertAfter(r.lastOf(n), "::JSONB")
	}
	r.wrap(r.spanOf(n), goFunction("jsonb_key")+"(", ")")
}

// noteJSONB keeps the name of a query's column that is a jsonb.
func (r *rewriter) noteJSONB(name string, n *pg.Node) {
	if !isJSONB(n) {
		return
	}
	if r.jsonbs == nil {
		r.jsonbs = map[string]bool{}
	}
	r.jsonbs[name] = true
}

// noteValues keeps the names of the columns of VALUES that are jsonb.
func (r *rewriter) noteValues(q *pg.SelectStmt, alias *pg.Alias) {
	if len(q.ValuesLists) == 0 {
		return
	}
	names := alias.GetColnames()
	for i, n := range q.ValuesLists[0].GetList().GetItems() {
		if i < len(names) {
			r.noteJSONB(names[i].GetString_().GetSval(), n)
		}
	}
}
