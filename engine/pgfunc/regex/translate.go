package regex

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// translator reads an expression and writes it for RE2.
type translator struct {
	s     string
	i     int
	b     strings.Builder
	flags Flags

	atom         bool    // what is written last can be repeated
	groups       []group // that are open
	closed       *group  // that is written last
	greedy, lazy bool    // a quantifier that is, or is not
	alternatives bool
	ended, ascii bool
	repeated     bool // a capture of this or that is repeated
}

// group says of a group whether there is a capture in it, and whether it can match
// texts of several lengths.
type group struct{ captures, varies bool }

func (t *translator) peek() byte {
	if t.i < len(t.s) {
		return t.s[t.i]
	}
	return 0
}

func (t *translator) rest() string { return t.s[t.i:] }

// rune takes the next character.
func (t *translator) rune() rune {
	r, size := utf8.DecodeRuneInString(t.rest())
	t.i += size
	return r
}

func (t *translator) translate() (string, error) {
	if rest, ok := strings.CutPrefix(t.s, "***="); ok {
		t.s, t.flags.Literal = rest, true
	} else if rest, ok := strings.CutPrefix(t.s, "***:"); ok {
		t.s = rest
	} else if strings.HasPrefix(t.s, "***") {
		return "", errInvalid("quantifier operand invalid")
	}
	if t.flags.Literal {
		return t.options() + regexp.QuoteMeta(t.s), nil
	}
	if err := t.embedded(); err != nil {
		return "", err
	}
	for t.i < len(t.s) {
		if err := t.part(); err != nil {
			return "", err
		}
	}
	if len(t.groups) > 0 {
		return "", errInvalid("parentheses () not balanced")
	}
	return t.options() + t.b.String(), nil
}

// options are the flags for RE2, where a group around all keeps alternatives
// together.
func (t *translator) options() string {
	options := ""
	if t.flags.IgnoreCase {
		options += "i"
	}
	if t.flags.LineEnds {
		options += "m"
	}
	if !t.flags.DotNoNewline {
		options += "s"
	}
	if options == "" {
		return ""
	}
	return "(?" + options + ")"
}

// embedded reads flags at the start, as in (?i)abc.
func (t *translator) embedded() error {
	if !strings.HasPrefix(t.s, "(?") {
		return nil
	}
	letters, after, ok := strings.Cut(t.s[2:], ")")
	if !ok || letters == "" || strings.Trim(letters, "abcdefghijklmnopqrstuvwxyz") != "" {
		return nil
	}
	more, err := ParseFlags(letters)
	if err != nil || more.Global {
		return errInvalid("invalid embedded option")
	}
	global := t.flags.Global
	t.flags = more
	t.flags.Global = global
	t.s = after
	return nil
}

func (t *translator) part() error {
	if c := t.peek(); c != '*' && c != '+' && c != '?' && c != '{' {
		t.closed = nil
	}
	if t.flags.Extended && t.comment() {
		return nil
	}
	switch c := t.peek(); c {
	case '*', '+', '?':
		t.i++
		return t.quantifier(string(c))
	case '{':
		if d := t.s[t.i+1:]; d != "" && '0' <= d[0] && d[0] <= '9' {
			return t.bounds()
		}
		t.i++
		t.literal('{')
	case '(':
		return t.open()
	case ')':
		return t.close()
	case '|':
		t.i++
		t.b.WriteByte('|')
		t.atom, t.alternatives, t.ended = false, true, false
		t.varies()
	case '^':
		t.constraint("^")
	case '$':
		t.constraint("$")
		t.ended = t.ended || t.i == len(t.s) && !t.flags.LineEnds
	case '.':
		t.i++
		t.b.WriteByte('.')
		t.atom = true
	case '[':
		return t.bracket()
	case '\\':
		return t.escape()
	default:
		t.literal(t.rune())
	}
	return nil
}

// comment skips a blank or a comment. It reports whether there was one.
func (t *translator) comment() bool {
	switch c := t.peek(); {
	case c == '#':
		if _, after, ok := strings.Cut(t.rest(), "\n"); ok {
			t.i = len(t.s) - len(after)
		} else {
			t.i = len(t.s)
		}
	case c == ' ' || c >= '\t' && c <= '\r':
		t.i++
	default:
		return false
	}
	return true
}

func (t *translator) literal(r rune) {
	t.b.WriteString(regexp.QuoteMeta(string(r)))
	t.atom = true
}

// constraint writes what matches a place.
func (t *translator) constraint(text string) {
	t.i++
	t.b.WriteString(text)
	t.atom = false
}

func (t *translator) open() error {
	t.i++
	t.groups = append(t.groups, group{captures: t.peek() != '?'})
	if t.peek() != '?' {
		t.b.WriteByte('(')
	} else if strings.HasPrefix(t.rest(), "?:") {
		t.i += 2
		t.b.WriteString("(?:")
	} else {
		for _, look := range []string{"?=", "?!", "?<=", "?<!"} {
			if strings.HasPrefix(t.rest(), look) {
				return errUnsupported("lookahead or lookbehind")
			}
		}
		return errInvalid("quantifier operand invalid")
	}
	t.atom = false
	return nil
}

func (t *translator) close() error {
	last := len(t.groups) - 1
	if last < 0 {
		return errInvalid("parentheses () not balanced")
	}
	t.i++
	t.b.WriteByte(')')
	g := t.groups[last]
	t.closed, t.groups = &g, t.groups[:last]
	if last > 0 {
		outer := &t.groups[last-1]
		outer.captures, outer.varies = outer.captures || g.captures, outer.varies || g.varies
	}
	t.atom = true
	return nil
}

// varies says that the group around can match texts of several lengths.
func (t *translator) varies() {
	if last := len(t.groups) - 1; last >= 0 {
		t.groups[last].varies = true
	}
}

// quantifier writes *, +, ? or bounds.
func (t *translator) quantifier(q string) error {
	if !t.atom {
		return errInvalid("quantifier operand invalid")
	}
	t.atom = false
	fixed := q[0] == '{' && !strings.Contains(q, ",")
	t.repeated = t.repeated || t.closed != nil && t.closed.captures && t.closed.varies
	if !fixed {
		t.varies()
	}
	t.b.WriteString(q)
	if t.peek() == '?' {
		t.i++
		if !fixed {
			t.b.WriteByte('?')
			t.lazy = true
		}
	} else if !fixed {
		t.greedy = true
	}
	switch t.peek() {
	case '*', '+', '?':
		return errInvalid("quantifier operand invalid")
	}
	return nil
}

// maxRepeat is the highest bound.
const maxRepeat = 255

func (t *translator) bounds() error {
	text, after, ok := strings.Cut(t.s[t.i+1:], "}")
	if !ok {
		return errInvalid("braces {} not balanced")
	}
	low, high, isRange := strings.Cut(text, ",")
	n, err := strconv.Atoi(low)
	m := n
	if isRange && high != "" && err == nil {
		m, err = strconv.Atoi(high)
	}
	if err != nil || n < 0 || m < n || m > maxRepeat {
		return errInvalid("invalid repetition count(s)")
	}
	t.i = len(t.s) - len(after)
	return t.quantifier("{" + text + "}")
}

// wordRunes is what a word is made of.
const (
	wordRunes  = `\pL\pN_`
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
		return errUnsupported("back references")
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

// bracket reads [...].
func (t *translator) bracket() error {
	t.i++
	var class strings.Builder
	negated := t.peek() == '^'
	if negated {
		t.i++
		class.WriteByte('^')
		if t.flags.DotNoNewline {
			class.WriteString(`\n`)
		}
	}
	for first := true; ; first = false {
		if t.i >= len(t.s) {
			return errInvalid("brackets [] not balanced")
		}
		if t.peek() == ']' && !first {
			break
		}
		if err := t.bracketItem(&class); err != nil {
			return err
		}
	}
	t.i++
	t.b.WriteString("[" + class.String() + "]")
	t.atom = true
	return nil
}

func (t *translator) bracketItem(class *strings.Builder) error {
	switch rest := t.rest(); {
	case strings.HasPrefix(rest, "[:"):
		return t.named(class)
	case strings.HasPrefix(rest, `\`) && len(rest) > 1:
		if runes, negated, ok := classEscape(rest[1]); ok {
			if negated {
				return errInvalid(`invalid escape \ sequence`)
			}
			t.i += 2
			class.WriteString(runes)
			return nil
		}
	}
	low, err := t.bracketRune()
	if err != nil {
		return err
	}
	high := low
	if rest := t.rest(); strings.HasPrefix(rest, "-") && !strings.HasPrefix(rest, "-]") {
		t.i++
		if high, err = t.bracketRune(); err != nil {
			return err
		}
	}
	if high < low {
		return errInvalid("invalid character range")
	}
	fmt.Fprintf(class, `\x{%x}-\x{%x}`, low, high)
	return nil
}

// bracketRune reads a character in brackets.
func (t *translator) bracketRune() (rune, error) {
	rest := t.rest()
	switch {
	case rest == "":
		return 0, errInvalid("brackets [] not balanced")
	case strings.HasPrefix(rest, "[=") || strings.HasPrefix(rest, "[."):
		r, size := utf8.DecodeRuneInString(rest[2:])
		if !strings.HasPrefix(rest[2+size:], rest[1:2]+"]") {
			return 0, errInvalid("invalid collating element")
		}
		t.i += 4 + size
		return r, nil
	case rest[0] == '\\':
		if len(rest) == 1 {
			return 0, errInvalid(`invalid escape \ sequence`)
		}
		return t.character()
	}
	return t.rune(), nil
}

// named reads [:alpha:].
func (t *translator) named(class *strings.Builder) error {
	name, after, ok := strings.Cut(t.rest()[2:], ":]")
	if !ok {
		return errInvalid("brackets [] not balanced")
	}
	t.i = len(t.s) - len(after)
	switch name {
	case "alpha":
		class.WriteString(`\pL`)
	case "digit":
		class.WriteString("0-9")
	case "alnum":
		class.WriteString(`\pL\pN`)
	case "upper":
		class.WriteString(`\p{Lu}`)
	case "lower":
		class.WriteString(`\p{Ll}`)
	case "space":
		class.WriteString(spaceRunes)
	case "word":
		class.WriteString(wordRunes)
	case "blank", "punct", "xdigit", "cntrl", "print", "graph", "ascii":
		class.WriteString("[:" + name + ":]")
		t.ascii = t.ascii || name != "xdigit" && name != "ascii"
	case "<", ">":
		return errUnsupported("[[:" + name + ":]]")
	default:
		return errInvalid("invalid character class")
	}
	return nil
}
