package pglex

// Lexer reads the tokens of a text one after the other. The zero Lexer reads
// an empty text.
type Lexer struct {
	sql    string
	pos    int // of the next byte to be read
	tokens int // read so far
	depth  int // of open brackets
	limits Limits
	err    *Error
}

// New returns a Lexer at the start of sql.
func New(sql string, limits Limits) Lexer {
	l := Lexer{sql: sql, limits: limits.orDefaults()}
	if len(sql) > l.limits.Bytes {
		l.err = &Error{Code: "54000", Message: "statement is too long"}
	}
	return l
}

// Next returns the next token. At the end of the text it returns an empty EOF
// token, again and again. The error is an [*Error], and then the same each time.
func (l *Lexer) Next() (Token, error) {
	if l.err == nil {
		l.skipSpace()
	}
	if l.err != nil {
		return Token{}, l.err
	}
	t := Token{Start: l.pos}
	if l.pos < len(l.sql) {
		if l.tokens++; l.tokens > l.limits.Tokens {
			l.err = &Error{Code: "54001", Message: "statement too complex: it has too many tokens", Position: l.pos + 1}
			return Token{}, l.err
		}
		t.Kind = l.scan()
	}
	t.End = l.pos
	if l.err != nil {
		return Token{}, l.err
	}
	return t, nil
}

// Depth is the number of brackets that are open after the last token.
func (l *Lexer) Depth() int { return l.depth }

// scan reads the token at pos, of which there is at least one byte, and returns
// its kind.
func (l *Lexer) scan() Kind {
	c := l.sql[l.pos]
	switch classOf(c) {
	case letter:
		if kind := l.prefixed(c); kind != EOF {
			return kind
		}
		l.identifier()
		return Ident
	case digit:
		l.number()
		return Number
	case quoteMark:
		return l.quoted(l.pos)
	case operator:
		l.operator()
		return Operator
	case punctuation:
		return l.punctuation(c)
	case dollar:
		return l.dollar()
	}
	l.pos++
	return Other
}

// prefixed reads a string or identifier that begins with a letter: E'...',
// B'...', X'...', U&'...', U&"...", or nothing. In N'...' the N is a word of its
// own.
func (l *Lexer) prefixed(c byte) Kind {
	start := l.pos
	switch lower(c) {
	case 'e':
		if l.at(1) == '\'' {
			l.pos++
			l.escapeString(start)
			return String
		}
	case 'b', 'x':
		if l.at(1) == '\'' {
			l.pos++
			l.bitString(start)
			return BitString
		}
	case 'u':
		if l.at(1) == '&' && (l.at(2) == '\'' || l.at(2) == '"') {
			l.pos += 2
			return l.quoted(start)
		}
	}
	return EOF
}

func (l *Lexer) identifier() {
	for l.pos < len(l.sql) {
		switch classOf(l.sql[l.pos]) {
		case letter:
			if UnicodeSpace(l.sql[l.pos:]) > 0 {
				return
			}
		case digit, dollar:
		default:
			return
		}
		l.pos++
	}
}

// operator reads the longest operator (PostgreSQL documentation, 4.1.3): it
// ends before a comment, and it ends in + or - only if it has one of the
// characters that no operator of the SQL standard has.
func (l *Lexer) operator() {
	start := l.pos
	special := false
	for l.pos < len(l.sql) && classOf(l.sql[l.pos]) == operator {
		c, next := l.sql[l.pos], l.at(1)
		if c == '-' && next == '-' || c == '/' && next == '*' {
			break
		}
		switch c {
		case '~', '!', '@', '#', '^', '&', '|', '`', '?', '%':
			special = true
		}
		l.pos++
	}
	for !special && l.pos-start > 1 && (l.sql[l.pos-1] == '+' || l.sql[l.pos-1] == '-') {
		l.pos--
	}
}

// punctuation reads one character, but for ::, := and .. and numbers like .5.
func (l *Lexer) punctuation(c byte) Kind {
	next := l.at(1)
	switch {
	case c == '.' && isDecimal(next):
		l.number()
		return Number
	case c == '.' && next == '.', c == ':' && (next == ':' || next == '='):
		l.pos += 2
		return Operator
	}
	switch c {
	case '(', '[', '{':
		if l.depth++; l.depth > l.limits.Depth {
			l.err = &Error{Code: "54001", Message: "statement too complex: brackets are nested too deep", Position: l.pos + 1}
		}
	case ')', ']', '}':
		if l.depth > 0 {
			l.depth--
		}
	}
	l.pos++
	return Punct
}

// at is the byte n behind pos, or 0 behind the end.
func (l *Lexer) at(n int) byte {
	if l.pos+n < len(l.sql) {
		return l.sql[l.pos+n]
	}
	return 0
}
