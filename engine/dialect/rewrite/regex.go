package rewrite

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// regex writes ~ and its family as regexp_matches: to the engine ~ means that
// all of the string matches. In PostgreSQL a dot matches a line break too
// (documentation, 9.7.3), which is the option s.
func (r *rewriter) regex(e *pg.A_Expr, name string) {
	at := r.at(e.Location)
	l, right := r.left(e.Lexpr, at), r.right(e.Rexpr, at)
	if pattern, ok := isString(e.Rexpr); ok {
		engines, ok := regexPattern(pattern)
		if !ok {
			r.giveUp()
			return
		}
		if engines != pattern {
			r.replace(right, literal(engines))
		}
	}
	call, options := regexCall(name)
	r.replace(span{at, at}, ",")
	r.wrap(span{l.first, right.last}, call, options)
}

// regexCall is what stands before and behind the operands of ~ or one of its
// family.
func regexCall(name string) (before, after string) {
	before, after = "regexp_matches(", ", 's')"
	if strings.HasSuffix(name, "*") {
		after = ", 'si')"
	}
	if name[0] == '!' {
		before, after = "(NOT "+before, after+")"
	}
	return before, after
}

// regexPattern turns PostgreSQL's escapes for the borders of words and of the
// text into those of RE2.
func regexPattern(pattern string) (string, bool) {
	if !strings.Contains(pattern, `\`) {
		return pattern, true
	}
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		if pattern[i] != '\\' || i+1 == len(pattern) {
			b.WriteByte(pattern[i])
			continue
		}
		i++
		switch pattern[i] {
		case 'm', 'M', 'y':
			b.WriteString(`\b`)
		case 'Y':
			b.WriteString(`\B`)
		case 'Z':
			b.WriteString(`\z`)
		default:
			b.WriteByte('\\')
			b.WriteByte(pattern[i])
		}
	}
	return b.String(), true
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
