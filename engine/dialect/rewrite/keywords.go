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

// name quotes the name at token i, if the engine would read a keyword there. A name
// that is not quoted is in lower case; the engine keeps its capitals.
func (r *rewriter) name(i int) {
	if r.kind(i) != pglex.Ident {
		return
	}
	switch name := pglex.Fold(r.text(i)); {
	case isReserved(name):
		r.replace(span{i, i}, quote(name))
	case name != r.text(i):
		r.replace(span{i, i}, name)
	}
}

// names does the same with the list of names in brackets that opens at token i, if
// there is one.
func (r *rewriter) names(i int) {
	if !r.is(i, '(') {
		return
	}
	for k := i + 1; k < r.tokens[i].match; k++ {
		r.name(k)
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
		r.names(i + 2)
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
