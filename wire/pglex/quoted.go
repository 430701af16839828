package pglex

import "strings"

// A string goes on after white space that has a line break, if another mark
// follows (PostgreSQL documentation, 4.1.2.1): 'a' and 'b' on two lines are one
// token. The second part is read like the first, with escapes or without.

// quoted reads a string or identifier that knows no escape but the doubled
// mark. pos is at the mark, start at the token's prefix.
func (l *Lexer) quoted(start int) Kind {
	if l.sql[l.pos] == '"' {
		l.quotedIdent(start)
		return QuotedIdent
	}
	for l.untilSingle() && l.continued() {
	}
	l.terminated("quoted string", start)
	return String
}

func (l *Lexer) quotedIdent(start int) {
	open := l.pos
	l.untilSingle()
	l.terminated("quoted identifier", start)
	if l.err == nil && l.pos == open+2 {
		l.err = &Error{
			Code:     "42601",
			Message:  "zero-length delimited identifier at or near " + quote(l.sql[start:l.pos]),
			Position: start + 1,
		}
	}
}

// escapeString reads E'...'.
func (l *Lexer) escapeString(start int) {
	for l.untilUnescaped() && l.continued() {
	}
	l.terminated("quoted string", start)
}

// bitString reads B'...' and X'...', which know no escape at all.
func (l *Lexer) bitString(start int) {
	for l.untilFirst() && l.continued() {
	}
	what := "bit string literal"
	if lower(l.sql[start]) == 'x' {
		what = "hexadecimal string literal"
	}
	l.terminated(what, start)
}

// terminated makes an error of a token that the end of the text cut off: the
// methods that look for the closing mark leave pos behind the text then.
func (l *Lexer) terminated(what string, start int) {
	if l.pos > len(l.sql) {
		l.pos = len(l.sql)
		l.err = unterminated(what, l.sql, start)
	}
}

// untilSingle skips the mark at pos and what follows, up to the next one that
// is not doubled, or reports that there is none.
func (l *Lexer) untilSingle() bool {
	mark := l.sql[l.pos]
	for l.pos++; ; l.pos += 2 {
		n := strings.IndexByte(l.sql[l.pos:], mark)
		if n < 0 {
			l.pos = len(l.sql) + 1
			return false
		}
		l.pos += n
		if l.at(1) != mark {
			l.pos++
			return true
		}
	}
}

// untilUnescaped is untilSingle for E'...', in which a backslash takes the next byte
// with it.
func (l *Lexer) untilUnescaped() bool {
	for l.pos++; l.pos < len(l.sql); l.pos += 2 {
		n := strings.IndexAny(l.sql[l.pos:], `'\`)
		if n < 0 {
			break
		}
		l.pos += n
		if l.sql[l.pos] == '\'' && l.at(1) != '\'' {
			l.pos++
			return true
		}
	}
	l.pos = len(l.sql) + 1
	return false
}

// untilFirst is untilSingle for strings that know no doubled mark.
func (l *Lexer) untilFirst() bool {
	n := strings.IndexByte(l.sql[l.pos+1:], '\'')
	if n < 0 {
		l.pos = len(l.sql) + 1
		return false
	}
	l.pos += n + 2
	return true
}

// continued goes to the mark at which a string goes on, if it does.
func (l *Lexer) continued() bool {
	end, line := l.pos, false
	for l.pos < len(l.sql) {
		switch c := l.sql[l.pos]; {
		case classOf(c) == space:
			line = line || c == '\n' || c == '\r'
			l.pos++
		case c == '-' && l.at(1) == '-':
			l.lineComment()
		case c == '\'' && line:
			return true
		default:
			n := UnicodeSpace(l.sql[l.pos:])
			if n == 0 {
				l.pos = end
				return false
			}
			l.pos += n
		}
	}
	l.pos = end
	return false
}

// dollar reads what begins with a dollar sign: a parameter, a dollar-quoted
// string (PostgreSQL documentation, 4.1.2.4), or neither.
func (l *Lexer) dollar() Kind {
	start := l.pos
	if classOf(l.at(1)) == digit {
		for l.pos++; classOf(l.at(0)) == digit; l.pos++ {
		}
		return Param
	}
	l.pos++
	if classOf(l.at(0)) == letter {
		l.tag()
	}
	if l.at(0) != '$' {
		l.pos = start + 1
		return Other
	}
	l.pos++
	tag := l.sql[start:l.pos]
	n := strings.Index(l.sql[l.pos:], tag)
	if n < 0 {
		l.err = unterminated("dollar-quoted string", l.sql, start)
		return String
	}
	l.pos += n + len(tag)
	return String
}

// tag skips the tag of a dollar quote: an identifier without dollar signs.
func (l *Lexer) tag() {
	for l.pos < len(l.sql) {
		switch c := l.sql[l.pos]; {
		case c >= 0x80 && UnicodeSpace(l.sql[l.pos:]) > 0:
			return
		case classOf(c) != letter && classOf(c) != digit:
			return
		}
		l.pos++
	}
}
