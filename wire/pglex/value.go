package pglex

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Value is what a token of sql stands for: an identifier folded to lower case,
// or without its quotation marks; a string without marks and escapes; the text
// of any other token. UESCAPE, which follows the token, is not applied.
//
// The error is an [*Error], a bad escape in E'...' or U&'...': 22025, 22021 or
// 42601.
func Value(sql string, t Token) (string, error) {
	text := t.Text(sql)
	switch t.Kind {
	case Ident:
		return Fold(text), nil
	case QuotedIdent, String:
	default:
		return text, nil
	}
	switch text[0] {
	case '$':
		tag := strings.IndexByte(text[1:], '$') + 2
		return text[tag : len(text)-tag], nil
	case 'e', 'E':
		return unescape(inside(text, 1, true), t)
	case 'u', 'U':
		return unescapeUnicode(undouble(text, 2), t)
	}
	return undouble(text, 0), nil
}

// Fold gives s as an unquoted identifier is read: with the letters of ASCII in
// lower case. It allocates only if there are capitals.
func Fold(s string) string {
	for i := range len(s) {
		if lower(s[i]) != s[i] {
			b := []byte(s)
			for ; i < len(b); i++ {
				b[i] = lower(b[i])
			}
			return string(b)
		}
	}
	return s
}

// inside is what is between the marks of a quoted text, the first of which is
// at open.
func inside(text string, open int, escapes bool) string {
	var all string
	for l := (Lexer{sql: text, pos: open}); ; {
		from := l.pos + 1
		if escapes {
			l.untilUnescaped()
		} else {
			l.untilSingle()
		}
		all += text[from : l.pos-1]
		if !l.continued() {
			return all
		}
	}
}

// undouble is inside with the doubled marks halved.
func undouble(text string, open int) string {
	mark := text[open : open+1]
	return strings.ReplaceAll(inside(text, open, false), mark+mark, mark)
}

// unescape reads the inside of E'...'
// (PostgreSQL documentation, 4.1.2.2 String Constants with C-Style Escapes).
func unescape(s string, t Token) (string, error) {
	if strings.IndexByte(s, '\\') < 0 {
		return strings.ReplaceAll(s, "''", "'"), nil
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		c := s[i]
		i++
		if c == '\'' {
			i++ // the second of two
		}
		if c != '\\' {
			b = append(b, c)
			continue
		}
		c = s[i]
		i++
		switch c {
		case 'b':
			b = append(b, '\b')
		case 'f':
			b = append(b, '\f')
		case 'n':
			b = append(b, '\n')
		case 'r':
			b = append(b, '\r')
		case 't':
			b = append(b, '\t')
		case '0', '1', '2', '3', '4', '5', '6', '7':
			v, n := digits(s[i-1:], 3, 8)
			b = append(b, byte(v))
			i += n - 1
		case 'x':
			v, n := digits(s[i:], 2, 16)
			if n == 0 {
				v = 'x'
			}
			b = append(b, byte(v))
			i += n
		case 'u', 'U':
			width := 4
			if c == 'U' {
				width = 8
			}
			r, n := escapedRune(s[i-2:], width, s[i-2:i])
			if n == 0 {
				return "", &Error{Code: "22025", Message: "invalid Unicode escape", Position: t.Start + 1}
			}
			b = utf8.AppendRune(b, r)
			i += n - 2
		default:
			b = append(b, c)
		}
	}
	return checked(b, t)
}

// unescapeUnicode reads the inside of U&'...' and U&"..."
// (PostgreSQL documentation, 4.1.2.3 String Constants with Unicode Escapes).
func unescapeUnicode(s string, t Token) (string, error) {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		switch {
		case s[i] != '\\':
			b = append(b, s[i])
			i++
		case strings.HasPrefix(s[i:], `\\`):
			b = append(b, '\\')
			i += 2
		default:
			r, n := escapedRune(s[i:], 4, `\`)
			if strings.HasPrefix(s[i:], `\+`) {
				r, n = escapedRune(s[i:], 6, `\+`)
			}
			if n == 0 {
				return "", &Error{Code: "42601", Message: "invalid Unicode escape", Position: t.Start + 1}
			}
			b = utf8.AppendRune(b, r)
			i += n
		}
	}
	return checked(b, t)
}

// escapedRune reads one escape of the given prefix and number of hexadecimal
// digits, or two that are a surrogate pair, and says how long it is: 0 if it is
// no escape or no character.
func escapedRune(s string, width int, prefix string) (rune, int) {
	r, n := oneEscape(s, width, prefix)
	if n > 0 && utf16.IsSurrogate(r) {
		low, m := oneEscape(s[n:], width, prefix)
		if r = utf16.DecodeRune(r, low); m == 0 || r == utf8.RuneError {
			return 0, 0
		}
		return r, n + m
	}
	if !utf8.ValidRune(r) {
		return 0, 0
	}
	return r, n
}

func oneEscape(s string, width int, prefix string) (rune, int) {
	if !strings.HasPrefix(s, prefix) {
		return 0, 0
	}
	v, n := digits(s[len(prefix):], width, 16)
	if n < width {
		return 0, 0
	}
	return rune(v), len(prefix) + n
}

// digits reads up to width digits of a base up to 16 and says how many.
func digits(s string, width int, base uint32) (v uint32, n int) {
	for n < width && n < len(s) {
		d := uint32(strings.IndexByte("0123456789abcdef", lower(s[n])))
		if d >= base { // also for no digit at all, which is the largest number
			break
		}
		v = v*base + d
		n++
	}
	return v, n
}

// checked refuses what escapes can make and a text cannot hold.
func checked(b []byte, t Token) (string, error) {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == 0 || r == utf8.RuneError && n == 1 {
			return "", &Error{
				Code:     "22021",
				Message:  fmt.Sprintf(`invalid byte sequence for encoding "UTF8": 0x%02x`, b[i]),
				Position: t.Start + 1,
			}
		}
		i += n
	}
	return string(b), nil
}
