package regex

import (
	"regexp"
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

	backtracks bool // it has lookahead, lookbehind or back references
	refers     bool // it has back references
	nested     bool // a group is in another one
	quantified bool // a group is repeated
	captured   int  // how many captures are closed
}

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
	if err := t.checkReferences(); err != nil {
		return "", err
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
		if t.flags.LineEnds {
			t.constraint("$")
		} else {
			t.constraint(`\z`)
		}
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
