package pglex

import "strings"

// quoted reads a string or identifier that knows no escape but the doubled
// quotation mark. pos is at the mark, start at the token's prefix.
func (l *Lexer) quoted(start int) Kind {
	if l.sql[l.pos] == '\'' {
		l.until('\'', "quoted string", start)
		return String
	}
	open := l.pos
	l.until('"', "quoted identifier", start)
	if l.err == nil && l.pos == open+2 {
		l.err = &Error{
			Code:     "42601",
			Message:  "zero-length delimited identifier at or near " + quote(l.sql[start:l.pos]),
			Position: start + 1,
		}
	}
	return QuotedIdent
}

// until skips the mark at pos and what follows, up to the next mark that is not
// doubled.
func (l *Lexer) until(mark byte, what string, start int) {
	for l.pos++; ; l.pos += 2 {
		n := strings.IndexByte(l.sql[l.pos:], mark)
		if n < 0 {
			l.err = unterminated(what, l.sql, start)
			return
		}
		l.pos += n
		if l.at(1) != mark {
			l.pos++
			return
		}
	}
}

// escapeString reads E'...', in which a backslash takes the next byte with it.
func (l *Lexer) escapeString(start int) {
	for l.pos++; ; l.pos += 2 {
		n := strings.IndexAny(l.sql[l.pos:], `'\`)
		if n < 0 || l.sql[l.pos+n] == '\\' && l.pos+n+1 == len(l.sql) {
			l.err = unterminated("quoted string", l.sql, start)
			return
		}
		l.pos += n
		if l.sql[l.pos] == '\'' && l.at(1) != '\'' {
			l.pos++
			return
		}
	}
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
		case c >= 0x80 && unicodeSpace(l.sql[l.pos:]) > 0:
			return
		case classOf(c) != letter && classOf(c) != digit:
			return
		}
		l.pos++
	}
}
