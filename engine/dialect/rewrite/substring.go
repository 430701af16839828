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

// substring rewrites substring(s from a for n), whose parts may lie before the
// first character, and substring(s from pattern).
func (r *rewriter) substring(f *pg.FuncCall) {
	_, isPattern := isString(f.Args[len(f.Args)-1])
	switch {
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
