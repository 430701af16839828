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
	if pattern, ok := isString(e.Rexpr); ok {
		engines, err := regex.Translate(pattern, flags)
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
	pattern, ok := "", false
	escape := byte('\\')
	if f != nil && len(f.Args) > 0 {
		pattern, ok = isString(f.Args[0])
		if len(f.Args) == 2 {
			s, isConst := isString(f.Args[1])
			if ok = ok && isConst && len(s) == 1; ok {
				escape = s[0]
			}
		}
	}
	if !ok {
		r.giveUp()
		return
	}
	op := r.words(r.at(e.Location), "similar", "to")
	l := r.left(e.Lexpr, op.first)
	right := r.closed(span{op.last + 1, r.lastOf(f.Args[len(f.Args)-1])})
	r.replace(op, ",")
	r.replace(right, literal(similarPattern(pattern, escape)))
	call, after := "regexp_full_match(", ", 's')"
	if name == "!~" {
		call, after = "(NOT "+call, after+")"
	}
	r.wrap(span{l.first, right.last}, call, after)
}

func similarPattern(pattern string, escape byte) string {
	var b strings.Builder
	inClass := false
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		switch {
		case c == escape && i+1 < len(pattern):
			i++
			if strings.IndexByte(`\.+*?()|[]{}^$`, pattern[i]) >= 0 {
				b.WriteByte('\\')
			}
			b.WriteByte(pattern[i])
		case inClass:
			inClass = c != ']'
			b.WriteByte(c)
		case c == '[':
			inClass = true
			b.WriteByte(c)
		case c == '%':
			b.WriteString(".*")
		case c == '_':
			b.WriteByte('.')
		case c == '.' || c == '^' || c == '$' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c == '(':
			b.WriteString("(?:")
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
