package rewrite

import (
	"slices"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// UnnamedIndex is a CREATE INDEX without a name.
type UnnamedIndex struct {
	Schema, Table string
	// Name is the one that PostgreSQL gives it, unless that is taken: then there is
	// a number behind it.
	Name string
}

// ParseUnnamedIndex reports whether a statement is a CREATE INDEX without a name.
func ParseUnnamedIndex(sql string) (UnnamedIndex, bool) {
	statement, _ := Parse(sql)
	s := statement.GetIndexStmt()
	if s == nil || s.Idxname != "" {
		return UnnamedIndex{}, false
	}
	parts := []string{s.Relation.Relname}
	for _, n := range slices.Concat(s.IndexParams, s.IndexIncludingParams) {
		e := n.GetIndexElem()
		switch name := e.GetName(); {
		case name != "":
			parts = append(parts, name)
		case e.GetExpr().GetFuncCall() != nil:
			parts = append(parts, lastName(e.Expr.GetFuncCall().Funcname))
		default:
			parts = append(parts, "expr")
		}
	}
	return UnnamedIndex{s.Relation.Schemaname, s.Relation.Relname, strings.Join(parts, "_") + "_idx"}, true
}

// index rewrites CREATE INDEX: it gets a name if it has none, and what says only how
// it is stored goes.
func (r *rewriter) index(s *pg.IndexStmt) {
	if s.Idxname == "" && r.options.IndexName != "" {
		for i := range r.tokens {
			if r.isWord(i, "on") {
				r.wrap(span{i, i}, quote(r.options.IndexName)+" ", "")
				break
			}
		}
	}
	for i := r.lastOfName(r.at(s.Relation.Location)) + 1; i < len(r.tokens); i++ {
		switch {
		case r.isWord(i, "using") && (s.AccessMethod == "btree" || s.AccessMethod == "hash"):
			r.replace(span{i, i + 1}, "")
			i++
		case r.isWord(i, "include") && r.is(i+1, '('):
			r.replace(span{i, r.tokens[i+1].match}, "")
			return
		case r.is(i, '('):
			i = r.tokens[i].match
		}
	}
}
