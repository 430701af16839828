package regex

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// wordRunes is what a word is made of.
const (
	wordRunes  = `\p{L}\p{N}_`
	spaceRunes = `\t-\r \x{1680}\x{2000}-\x{2006}\x{2008}-\x{200a}\x{2028}\x{2029}\x{205f}\x{3000}`
)

// classEscape is the class that a letter behind a backslash stands for.
func classEscape(c byte) (class string, negated, ok bool) {
	switch c {
	case 'd', 'D':
		class = "0-9"
	case 'w', 'W':
		class = wordRunes
	case 's', 'S':
		class = spaceRunes
	default:
		return "", false, false
	}
	return class, c < 'a', true
}

func (t *translator) escape() error {
	if t.i+1 == len(t.s) {
		return errInvalid(`invalid escape \ sequence`)
	}
	c := t.s[t.i+1]
	if class, negated, ok := classEscape(c); ok {
		t.i += 2
		if negated {
			class = "^" + class
		}
		t.b.WriteString("[" + class + "]")
		t.atom = true
		return nil
	}
	switch c {
	case 'A':
		t.i++
		t.constraint(`\A`)
		return nil
	case 'Z':
		t.i++
		t.constraint(`\z`)
		t.ended = t.ended || t.i == len(t.s)
		return nil
	case 'y', 'Y', 'm', 'M':
		return t.border(c)
	}
	if '1' <= c && c <= '9' {
		return t.backReference()
	}
	r, err := t.character()
	if err == nil {
		t.literal(r)
	}
	return err
}

// border writes a border of words, where the one that RE2 has means the same.
func (t *translator) border(c byte) error {
	before := t.s[:t.i]
	t.i++
	switch {
	case c == 'Y':
		t.constraint(`\B`)
	case c == 'y',
		c == 'm' && t.i+1 < len(t.s) && isWord(t.s[t.i+1]) && !strings.ContainsAny(t.s[t.i+2:min(t.i+3, len(t.s))], "*?{"),
		c == 'M' && before != "" && isWord(before[len(before)-1]) && !strings.HasSuffix(before[:len(before)-1], `\`):
		t.constraint(`\b`)
	case c == 'm' && strings.HasPrefix(t.s[t.i+1:], `\w`) && !strings.ContainsAny(t.s[t.i+3:min(t.i+4, len(t.s))], "*?{"), c == 'M' && (strings.HasSuffix(before, `\w`) || strings.HasSuffix(before, `\w+`)):
		t.constraint(`\b`)
	default:
		return errUnsupported(`\` + string(c) + " here")
	}
	t.ascii = true
	return nil
}

func isWord(c byte) bool {
	return c == '_' || 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9'
}

// character reads an escape that stands for a character.
func (t *translator) character() (rune, error) {
	invalid := errInvalid(`invalid escape \ sequence`)
	t.i++ // the backslash
	c := t.peek()
	if c < utf8.RuneSelf && !isWord(c) || c >= utf8.RuneSelf || c == '_' {
		return t.rune(), nil
	}
	t.i++
	hex := func(digits int) (rune, error) {
		if len(t.rest()) < digits {
			return 0, invalid
		}
		n, err := strconv.ParseUint(t.rest()[:digits], 16, 32)
		if err != nil || n > utf8.MaxRune {
			return 0, invalid
		}
		t.i += digits
		return rune(n), nil
	}
	switch c {
	case 'a':
		return 7, nil
	case 'b':
		return 8, nil
	case 'B':
		return '\\', nil
	case 'e':
		return 27, nil
	case 'f':
		return '\f', nil
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	case 'v':
		return '\v', nil
	case 'u':
		return hex(4)
	case 'U':
		return hex(8)
	case 'x':
		digits := len(t.rest()) - len(strings.TrimLeft(t.rest(), "0123456789abcdefABCDEF"))
		if digits == 0 || digits > 8 {
			return 0, invalid
		}
		return hex(digits)
	case 'c':
		if t.i < len(t.s) {
			return t.rune() & 31, nil
		}
	}
	return 0, invalid
}
