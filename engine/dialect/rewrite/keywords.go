package rewrite

import (
	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/csvsql/csvsql/wire/pglex"
)

// isReserved reports whether the engine reserves a word that PostgreSQL's
// grammar takes as a name.
func isReserved(word string) bool {
	switch word {
	case "at", "pivot", "pivot_longer", "pivot_wider", "unpivot", "qualify", "show", "describe", "summarize",
		"semi", "anti", "asof", "positional", "glob", "index", "exclude", "columns", "lambda", "map", "struct", "over", "filter":
		return true
	}
	return false
}

// name quotes the name at token i, if the engine would read a keyword there.
func (r *rewriter) name(i int) {
	if r.kind(i) == pglex.Ident && isReserved(pglex.Fold(r.text(i))) {
		r.replace(span{i, i}, quote(pglex.Fold(r.text(i))))
	}
}

// alias quotes the alias of a table. Without AS, words that begin a join of the
// engine's own (t SEMI JOIN u) are left to it.
func (r *rewriter) alias(v *pg.RangeVar) {
	if v.Alias == nil {
		return
	}
	i := r.lastOfName(r.at(v.Location)) + 1
	switch {
	case r.isWord(i, "as"):
		r.name(i + 1)
	case r.isWord(i, "at", "show", "describe", "summarize", "index", "columns", "map", "struct"):
		r.name(i)
	}
}

// nameOfTarget quotes the alias of a target.
func (r *rewriter) nameOfTarget(t *pg.ResTarget) {
	if t.GetName() == "" || t.Val == nil {
		return
	}
	i := r.spanInList(t).last + 1
	if !r.isWord(i, "as") {
		if r.kind(i) == pglex.Ident { // the engine takes few keywords without AS
			r.wrap(span{i, i}, "AS ", "")
		}
		i--
	}
	r.name(i + 1)
}

// columnReference quotes the parts of a column's name.
func (r *rewriter) columnReference(c *pg.ColumnRef) {
	for _, f := range c.Fields {
		if isReserved(f.GetString_().GetSval()) {
			first := r.at(c.Location)
			for i := first; i <= r.lastOfName(first); i += 2 {
				r.name(i)
			}
			return
		}
	}
}

// relation quotes the parts of a table's name.
func (r *rewriter) relation(v *pg.RangeVar) {
	if isReserved(v.Relname) {
		first := r.at(v.Location)
		r.name(r.lastOfName(first))
	}
}
