package rewrite

import (
	"errors"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/csvsql/csvsql/engine/pgfunc/regex"
)

// regex writes ~ and its family as regexp_matches: to the engine ~ means that
// all of the string matches. A constant expression is translated for it, others
// are for a function in Go.
func (r *rewriter) regex(e *pg.A_Expr, name string) {
	at := r.at(e.Location)
	l, right := r.left(e.Lexpr, at), r.right(e.Rexpr, at)
	r.regexOperator(e, name, span{at, at}, l, right)
}

// regexOperator is regex for an operator that may be written in several tokens.
func (r *rewriter) regexOperator(e *pg.A_Expr, name string, operator, l, right span) {
	before, after := "", ")"
	if name[0] == '!' {
		before, after = "(NOT ", "))"
	}
	flags := regex.Flags{IgnoreCase: strings.HasSuffix(name, "*")}
	pattern, constant := isString(e.Rexpr)
	engines, err := regex.Translate(pattern, flags)
	if constant && !errors.Is(err, regex.ErrBacktracking) {
		var wrong *regex.Error
		if errors.As(err, &wrong) {
			r.overwrite(span{l.first, right.last}, "CAST(error("+literal("SQLSTATE "+wrong.Code+": "+wrong.Message)+") AS BOOLEAN)")
			return
		}
		r.overwrite(right, literal(engines))
		before += "regexp_matches("
	} else {
		before += goFunction("regexp_like") + "("
		if flags.IgnoreCase {
			after = ", 'i'" + after
		}
	}
	r.replace(operator, ",")
	r.wrap(span{l.first, right.last}, before, after)
}

// regexCall rewrites the functions of regular expressions. It reports whether it
// was one.
func (r *rewriter) regexCall(n *pg.Node, f *pg.FuncCall, name string) bool {
	switch name {
	case "regexp_like", "regexp_match", "regexp_count", "regexp_instr", "regexp_substr":
		r.rename(f, goFunction(name))
	case "regexp_split_to_array":
		r.rename(f, goFunction("regexp_split"))
	case "regexp_replace":
		if pattern, ok := isString(f.Args[min(1, len(f.Args)-1)]); ok && len(f.Args) == 3 && regex.IsWhole(pattern, regex.Flags{}) {
			if with, ok := isString(f.Args[2]); ok && !strings.Contains(with, `\&`) {
				engines, _ := regex.Translate(pattern, regex.Flags{})
				i := r.at(f.Args[1].GetAConst().Location)
				r.replace(span{i, i}, literal(engines))
				return true
			}
		}
		r.rename(f, goFunction(name))
	default:
		return false
	}
	return true
}

// similar writes SIMILAR TO a constant pattern as a match of the regular
// expression it stands for (documentation, 9.7.2).
func (r *rewriter) similar(e *pg.A_Expr, name string) {
	f := e.Rexpr.GetFuncCall()
	if f == nil || len(f.Args) == 0 {
		r.giveUp()
		return
	}
	op := r.words(r.at(e.Location), "similar", "to")
	l := r.left(e.Lexpr, op.first)
	right := r.closed(span{op.last + 1, r.lastOf(f.Args[len(f.Args)-1])})
	r.replace(op, ",")
	call, after := goFunction("similar_to")+"(", ")"
	if engines, ok := r.similarConstant(f.Args); ok {
		call = "regexp_matches("
		r.overwrite(right, literal(engines))
	} else if len(f.Args) == 2 {
		i := op.last + 1
		for ; i < right.last && !r.isWord(i, "escape"); i++ {
			i = max(i, r.tokens[i].match)
		}
		r.replace(span{i, i}, ",")
	}
	if name == "!~" {
		call, after = "(NOT "+call, after+")"
	}
	r.wrap(span{l.first, right.last}, call, after)
}

// similarConstant is the engine's regular expression for a constant pattern of
// SIMILAR TO. What is wrong with one is said when it is used.
func (r *rewriter) similarConstant(args []*pg.Node) (string, bool) {
	pattern, ok := isString(args[0])
	escape := `\`
	if len(args) == 2 && ok {
		escape, ok = isString(args[1])
	}
	if !ok {
		return "", false
	}
	expression, err := regex.Similar(pattern, escape)
	if err != nil {
		return "", false
	}
	engines, err := regex.Translate(expression, regex.Flags{})
	return engines, err == nil
}
