package rewrite

import (
	pg "github.com/pganalyze/pg_query_go/v6"
)

// keywordArguments writes the keywords between the arguments of a function, as in
// overlay(a placing b from 1 for 2), as commas.
func (r *rewriter) keywordArguments(f *pg.FuncCall, words ...string) {
	open := r.open(f)
	if r.gaveUp {
		return
	}
	for i := open + 1; i < r.tokens[open].match; i++ {
		if m := r.tokens[i].match; m > i {
			i = m
		} else if r.isWord(i, words...) && !r.is(i-1, '.') {
			r.replace(span{i, i}, ",")
		}
	}
}

// hasKeyword reports whether a word is between the arguments of a function.
func (r *rewriter) hasKeyword(f *pg.FuncCall, word string) bool {
	open := r.open(f)
	for i := open + 1; !r.gaveUp && i < r.tokens[open].match; i++ {
		if m := r.tokens[i].match; m > i {
			i = m
		} else if r.isWord(i, word) && !r.is(i-1, '.') {
			return true
		}
	}
	return false
}

// substring rewrites substring(s from a for n), whose parts may lie before the
// first character, substring(s from pattern) and substring(s similar pattern escape
// e).
func (r *rewriter) substring(f *pg.FuncCall) {
	_, isPattern := isString(f.Args[len(f.Args)-1])
	switch {
	case len(f.Args) == 3 && (isPattern || r.hasKeyword(f, "similar")):
		r.keywordArguments(f, "similar", "escape", "from", "for")
		r.rename(f, goFunction("similar_substring"))
	case isPattern && len(f.Args) == 2:
		r.keywordArguments(f, "from")
		r.rename(f, goFunction("regexp_substring"))
	case len(f.Args) < 2 || len(f.Args) > 3 || isPattern:
	default:
		open := r.open(f)
		forOnly := r.isWord(r.lastOf(f.Args[0])+1, "for") && len(f.Args) == 3 && f.Args[1].GetAConst() != nil
		r.keywordArguments(f, "from", "for")
		if forOnly && r.is(open, '(') {
			r.insertAfter(r.lastOf(f.Args[0]), ", 1")
		}
		r.rename(f, macros+"substr")
	}
}
