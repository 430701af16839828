package pglex

import "strings"

// skipSpace skips white space and comments.
func (l *Lexer) skipSpace() {
	for l.pos < len(l.sql) {
		switch c := l.sql[l.pos]; {
		case classOf(c) == space:
			l.pos++
		case c == '-' && l.at(1) == '-':
			l.lineComment()
		case c == '/' && l.at(1) == '*':
			l.blockComment()
			if l.err != nil {
				return
			}
		case c >= 0x80:
			n := UnicodeSpace(l.sql[l.pos:])
			if n == 0 {
				return
			}
			l.pos += n
		default:
			return
		}
	}
}

// lineComment skips a comment up to the end of the line, which is \n or \r.
func (l *Lexer) lineComment() {
	n := strings.IndexAny(l.sql[l.pos:], "\r\n")
	if n < 0 {
		n = len(l.sql) - l.pos
	}
	l.pos += n
}

// blockComment skips a comment and those inside it. They are bounded because
// the scanners derived from PostgreSQL's need quadratic time for nested ones.
func (l *Lexer) blockComment() {
	start, depth := l.pos, 0
	for {
		n := strings.IndexAny(l.sql[l.pos:], "*/")
		if n < 0 {
			l.err = unterminated("/* comment", l.sql, start)
			return
		}
		l.pos += n
		switch {
		case l.sql[l.pos] == '/' && l.at(1) == '*':
			if depth++; depth > l.limits.Depth {
				l.err = &Error{Code: "54001", Message: "statement too complex: comments are nested too deep", Position: l.pos + 1}
				return
			}
			l.pos += 2
		case l.sql[l.pos] == '*' && l.at(1) == '/':
			l.pos += 2
			if depth--; depth == 0 {
				return
			}
		default:
			l.pos++
		}
	}
}
