package jsonpath

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// token is a part of the text: a special character or several, a number, a string,
// a name.
type token struct {
	kind tokenKind
	text string // without quotes and escapes
	raw  string // as it is written
	end  int    // where it ends in the text
}

type tokenKind uint8

const (
	end tokenKind = iota
	special
	number
	quoted
	name
	variableName
)

// is reports whether t is a special token.
func (t token) is(text string) bool { return t.kind == special && t.text == text }

// isWord reports whether t is a keyword. Those for constants are in lower case.
func (t token) isWord(word string) bool {
	switch word {
	case "null", "true", "false":
		return t.kind == name && t.text == word && t.raw == word
	}
	return t.kind == name && t.raw == t.text && strings.EqualFold(t.text, word)
}

const (
	specials = `?%$.[]{}()|&!=<>@#,*:-+/`
	blanks   = " \t\n\r\f"
)

// lexer takes an expression apart.
type lexer struct {
	s string
	i int
}

func (l *lexer) rest() string { return l.s[l.i:] }

// errSyntax says that a token is not what is expected.
func errSyntax(t token) error {
	if t.kind == end {
		return &Error{Code: "42601", Message: "syntax error at end of jsonpath input"}
	}
	return &Error{Code: "42601", Message: `syntax error at or near "` + t.raw + `" of jsonpath input`}
}

func errAt(message, raw string) error {
	return &Error{Code: "42601", Message: message + ` at or near "` + raw + `" of jsonpath input`}
}

// next is the next token.
func (l *lexer) next() (token, error) {
	if err := l.skip(); err != nil {
		return token{}, err
	}
	start := l.i
	finish := func(kind tokenKind, text string) (token, error) {
		return token{kind, text, l.s[start:l.i], l.i}, nil
	}
	if l.i == len(l.s) {
		return finish(end, "")
	}
	for _, operator := range []string{"&&", "||", "==", "!=", "<>", "<=", ">=", "**"} {
		if strings.HasPrefix(l.rest(), operator) {
			l.i += 2
			return finish(special, operator)
		}
	}
	switch c := l.s[l.i]; {
	case c == '"':
		text, err := l.quoted()
		if err != nil {
			return token{}, err
		}
		return finish(quoted, text)
	case c == '$' && strings.HasPrefix(l.s[l.i+1:], `"`):
		l.i++
		text, err := l.quoted()
		if err != nil {
			return token{}, err
		}
		return finish(variableName, text)
	case c == '$' && l.i+1 < len(l.s) && !strings.ContainsRune(specials+blanks+`"\`, rune(l.s[l.i+1])):
		l.i++
		text, err := l.name()
		if err != nil {
			return token{}, err
		}
		return finish(variableName, text)
	case isDigit(c) || c == '.' && l.i+1 < len(l.s) && isDigit(l.s[l.i+1]):
		if err := l.number(); err != nil {
			return token{}, err
		}
		return finish(number, l.s[start:l.i])
	case strings.IndexByte(specials, c) >= 0:
		l.i++
		return finish(special, string(c))
	}
	text, err := l.name()
	if err != nil {
		return token{}, err
	}
	return finish(name, text)
}

// skip skips blanks and comments.
func (l *lexer) skip() error {
	for {
		l.i = len(l.s) - len(strings.TrimLeft(l.rest(), blanks))
		if !strings.HasPrefix(l.rest(), "/*") {
			return nil
		}
		_, after, ok := strings.Cut(l.s[l.i+2:], "*/")
		if !ok {
			l.i = len(l.s)
			return &Error{Code: "42601", Message: "unexpected end of comment at end of jsonpath input"}
		}
		l.i = len(l.s) - len(after)
	}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// digits skips digits and says how many.
func (l *lexer) digits() int {
	n := len(l.rest()) - len(strings.TrimLeft(l.rest(), "0123456789"))
	l.i += n
	return n
}

// number reads 12, 1.5, .5, 1.e3.
func (l *lexer) number() error {
	start := l.i
	if l.s[l.i] == '0' {
		l.i++
	} else {
		l.digits()
	}
	if strings.HasPrefix(l.rest(), ".") {
		l.i++
		l.digits()
	}
	if rest := l.rest(); strings.HasPrefix(rest, "e") || strings.HasPrefix(rest, "E") {
		l.i++
		if strings.HasPrefix(l.rest(), "+") || strings.HasPrefix(l.rest(), "-") {
			l.i++
		}
		if l.digits() == 0 {
			return errAt("trailing junk after numeric literal", l.s[start:l.i])
		}
	}
	if r, size := utf8.DecodeRuneInString(l.rest()); size > 0 && !strings.ContainsRune(specials+blanks+`"\`, r) {
		return errAt("trailing junk after numeric literal", l.s[start:l.i+size])
	}
	return nil
}

// name reads a name, which may have escapes.
func (l *lexer) name() (string, error) {
	var b strings.Builder
	for l.i < len(l.s) {
		c := l.s[l.i]
		if c == '\\' {
			if err := l.escape(&b); err != nil {
				return "", err
			}
			continue
		}
		if c == '"' || strings.IndexByte(specials+blanks, c) >= 0 {
			break
		}
		b.WriteByte(c)
		l.i++
	}
	return b.String(), nil
}

// quoted reads a string in quotes.
func (l *lexer) quoted() (string, error) {
	l.i++
	var b strings.Builder
	for l.i < len(l.s) {
		switch c := l.s[l.i]; c {
		case '"':
			l.i++
			return b.String(), nil
		case '\\':
			if err := l.escape(&b); err != nil {
				return "", err
			}
		default:
			b.WriteByte(c)
			l.i++
		}
	}
	return "", &Error{Code: "42601", Message: "unexpected end of quoted string at end of jsonpath input"}
}

// escape reads what is behind a backslash.
func (l *lexer) escape(b *strings.Builder) error {
	start := l.i
	if l.i++; l.i == len(l.s) {
		return &Error{Code: "42601", Message: "unexpected end after backslash at end of jsonpath input"}
	}
	c := l.s[l.i]
	switch c {
	case 'b', 'f', 'n', 'r', 't', 'v':
		l.i++
		b.WriteByte(map[byte]byte{'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v'}[c])
	case 'x':
		r, ok := l.hex(1, 2, 2)
		if !ok {
			return errAt("invalid hexadecimal character sequence", l.s[start:l.i])
		}
		return writeRune(b, r)
	case 'u':
		r, err := l.unicode(start)
		if err != nil {
			return err
		}
		return writeRune(b, r)
	default:
		_, size := utf8.DecodeRuneInString(l.rest())
		b.WriteString(l.rest()[:size])
		l.i += size
	}
	return nil
}

// unicode reads \u0041 or \u{41}, and two that are a surrogate pair.
func (l *lexer) unicode(start int) (rune, error) {
	one := func() (rune, bool) {
		if strings.HasPrefix(l.s[l.i+1:], "{") {
			r, ok := l.hex(2, 1, 6)
			if ok = ok && strings.HasPrefix(l.rest(), "}"); ok {
				l.i++
			}
			return r, ok
		}
		return l.hex(1, 4, 4)
	}
	r, ok := one()
	if !ok {
		return 0, errAt("invalid unicode sequence", l.s[start:l.i])
	}
	if r >= 0xD800 && r < 0xDC00 {
		if !strings.HasPrefix(l.rest(), `\u`) {
			return 0, errSurrogate("Unicode low surrogate must follow a high surrogate.")
		}
		l.i++
		low, ok := one()
		if !ok {
			return 0, errAt("invalid unicode sequence", l.s[start:l.i])
		}
		if low < 0xDC00 || low > 0xDFFF {
			return 0, errSurrogate("Unicode low surrogate must follow a high surrogate.")
		}
		return 0x10000 + (r-0xD800)<<10 + (low - 0xDC00), nil
	}
	if r >= 0xDC00 && r <= 0xDFFF {
		return 0, errSurrogate("Unicode low surrogate must follow a high surrogate.")
	}
	return r, nil
}

func errSurrogate(detail string) error {
	return &Error{Code: "22P02", Message: "invalid input syntax for type jsonpath", Detail: detail}
}

// hex reads least to most hexadecimal digits behind skip characters.
func (l *lexer) hex(skip, least, most int) (rune, bool) {
	l.i += skip
	rest := l.rest()
	n := len(rest) - len(strings.TrimLeft(rest, "0123456789abcdefABCDEF"))
	n = min(n, most)
	l.i += n
	if n < least {
		return 0, false
	}
	v, err := strconv.ParseUint(rest[:n], 16, 32)
	return rune(v), err == nil
}

func writeRune(b *strings.Builder, r rune) error {
	if r == 0 {
		return &Error{Code: "22P05", Message: "unsupported Unicode escape sequence", Detail: `\u0000 cannot be converted to text.`}
	}
	b.WriteRune(r)
	return nil
}
