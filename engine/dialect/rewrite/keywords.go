package rewrite

import (
	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/csvsql/csvsql/wire/pglex"
)

// isReserved reports whether the engine reserves a word that PostgreSQL's
// grammar takes as a name.
func isReserved(word string) bool {
	switch word {
	case "at", "by", "show", "columns", "index", "exclude", "over", "filter":
		return true
	}
	return isEngineWord(word)
}

// isEngineWord reports whether a word is one of the engine's grammar and none of
// PostgreSQL's, where it can only be a name.
func isEngineWord(word string) bool {
	switch word {
	case "anti", "asof", "describe", "glob", "lambda", "map", "pivot", "pivot_longer", "pivot_wider", "positional", "qualify",
		"semi", "struct", "summarize", "unpack", "unpivot":
		return true
	}
	return false
}

// reservedNames quotes names of all kinds, of columns, tables, constraints, in which
// the engine would read a keyword. It comes before all other edits, which may repeat
// what it has written.
func (r *rewriter) reservedNames() {
	for i, t := range r.tokens {
		if t.Kind == pglex.Ident && r.isKeptName(i) {
			r.replace(span{i, i}, quote(pglex.Fold(r.text(i))))
		}
	}
}

// isKeptName reports whether token i is a word of the engine's that is a name in
// this place.
func (r *rewriter) isKeptName(i int) bool {
	switch word := pglex.Fold(r.text(i)); word {
	case "by":
		return !r.isWord(i-1, "order", "group", "partition", "increment", "owned", "generated")
	case "at":
		return !r.isWord(i+1, "time", "local")
	case "show":
		return i > 0
	case "semi", "anti", "asof", "positional": // t SEMI JOIN u is left to the engine
		return !r.isWord(i+1, "join") || r.isWord(i-1, "as", "from", "join", "only") || r.is(i-1, '.')
	default:
		return isEngineWord(word)
	}
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
