// Package regex matches PostgreSQL's regular expressions (PostgreSQL
// documentation, 9.7.3) by Go's, which are RE2's, and by those of package regexp2
// if they have lookahead, lookbehind or back references.
//
// An expression is translated; what the two cannot agree on is refused with
// 0A000: greedy and non-greedy quantifiers in one expression. PostgreSQL takes the longest match, and inside of
// it the longest for earlier parts, where RE2 takes the first alternative. So a
// match is looked for both ways, and if the two differ in what is asked for, it is
// refused too.
package regex

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// Error is what is wrong with an expression or its flags.
type Error struct {
	Code    string // SQLSTATE
	Message string
}

func (e *Error) Error() string { return e.Message }

// SQLState is the code.
func (e *Error) SQLState() string { return e.Code }

func errInvalid(what string) error {
	return &Error{"2201B", "invalid regular expression: " + what}
}

func errUnsupported(what string) error {
	return &Error{"0A000", "regular expressions with " + what + " are not supported"}
}

// Flags are the letters that functions take beside an expression.
type Flags struct {
	Global       bool // g
	IgnoreCase   bool // i
	LineEnds     bool // n, m, w: ^ and $ match at lines
	DotNoNewline bool // n, m, p: . and [^ do not match a line break
	Extended     bool // x: blanks and comments mean nothing
	Literal      bool // q
}

// ParseFlags reads flags. What b and e stand for is refused.
func ParseFlags(s string) (f Flags, err error) {
	for _, c := range s {
		switch c {
		case 'g':
			f.Global = true
		case 'i':
			f.IgnoreCase = true
		case 'c':
			f.IgnoreCase = false
		case 'm', 'n':
			f.LineEnds, f.DotNoNewline = true, true
		case 'p':
			f.LineEnds, f.DotNoNewline = false, true
		case 'w':
			f.LineEnds, f.DotNoNewline = true, false
		case 's':
			f.LineEnds, f.DotNoNewline = false, false
		case 'x':
			f.Extended = true
		case 't':
			f.Extended = false
		case 'q':
			f.Literal = true
		case 'b', 'e':
			return f, errUnsupported("the flag " + string(c))
		default:
			return f, &Error{"22023", `invalid regular expression option: "` + string(c) + `"`}
		}
	}
	return f, nil
}

// Regex is an expression.
type Regex struct {
	first, longest program
	lazy           bool // its quantifiers are not greedy
	repeated       bool // what is captured in the last round depends on the way
	risky          bool // captures may depend on the order of alternatives
	ended          bool // it ends with the text
	ascii          bool // it is right for texts in ASCII only
	groups         int
	backtracking   *backtracking // what first and longest are not made for
}

// program is an expression for matches that begin at the start of a text, and
// behind its first character, which is then no more than what is before.
type program struct {
	atStart, behind *regexp.Regexp // anchored but for atStart
}

// Compile reads an expression. Errors are of type *Error.
func Compile(pattern string, f Flags) (*Regex, error) {
	t := translator{s: pattern, flags: f}
	text, err := t.translate()
	if err != nil {
		return nil, err
	}
	if t.backtracks {
		return t.backtracking(text)
	}
	first, err := regexp.Compile(text)
	if err != nil {
		return nil, errInvalid(strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	if t.lazy && (t.greedy || t.alternatives) {
		return nil, errUnsupported("greedy and non-greedy parts")
	}
	r := &Regex{lazy: t.lazy, repeated: t.repeated, risky: t.alternatives, ended: t.ended, ascii: t.ascii, groups: first.NumSubexp()}
	anchored := `\A(?s:.)(` + text + ")"
	r.first = program{first, regexp.MustCompile(anchored)}
	r.longest = program{regexp.MustCompile(text), regexp.MustCompile(anchored)}
	r.longest.atStart.Longest()
	r.longest.behind.Longest()
	return r, nil
}

// backtracking makes the Regex of an expression that RE2 has not. Of letters beyond
// ASCII the two do not know the same cases.
func (t *translator) backtracking(text string) (*Regex, error) {
	b, err := compileBacktracking(text)
	if err != nil {
		return nil, err
	}
	return &Regex{
		backtracking: b, lazy: t.lazy, repeated: t.repeated, risky: t.alternatives,
		ascii: t.ascii || t.flags.IgnoreCase, groups: t.captured,
	}, nil
}

// Translate writes an expression for RE2, which says of any text whether there is
// a match as PostgreSQL would. Errors are of type *Error, or ErrBacktracking.
func Translate(pattern string, f Flags) (string, error) {
	t := translator{s: pattern, flags: f}
	text, err := t.translate()
	if err == nil && t.backtracks {
		err = ErrBacktracking
	}
	return text, err
}

// Groups is how many captures there are.
func (r *Regex) Groups() int { return r.groups }

// Match reports whether there is a match.
func (r *Regex) Match(s string) (bool, error) {
	if err := r.check(s); err != nil {
		return false, err
	}
	if r.backtracking != nil {
		return r.backtracking.match(s)
	}
	return r.first.atStart.MatchString(s), nil
}

func (r *Regex) check(s string) error {
	if !r.ascii {
		return nil
	}
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return errUnsupported("these classes or borders of words, for texts that are not ASCII,")
		}
	}
	return nil
}

// Find is the first match that begins at byte from of s or behind, as pairs of
// offsets for it and, if they are wanted, each capture, -1 for one that took no
// part; nil: there is none.
func (r *Regex) Find(s string, from int, captures bool) ([]int, error) {
	if err := r.check(s); err != nil {
		return nil, err
	}
	if r.backtracking != nil {
		switch {
		case r.lazy:
			return nil, errUnsupported("lookahead, lookbehind or back references, and quantifiers that are not greedy,")
		case captures && r.groups > 0 && (r.repeated || r.risky):
			return nil, errUnsupported("captures that are repeated, or depend on the order of alternatives")
		}
		return r.backtracking.find(s, from)
	}
	first := r.first.find(s, from)
	if first == nil {
		return nil, nil
	}
	if captures && r.repeated {
		return nil, errUnsupported("captures that are repeated")
	}
	if r.lazy {
		if !r.ended && r.shorter(s, first) {
			return nil, errUnsupported("a match that depends on the order of quantifiers")
		}
		return first, nil
	}
	longest := r.longest.at(s, first[0])
	if !captures || r.groups == 0 {
		return longest[:2], nil
	}
	same := first[1] == longest[1]
	for i := range first {
		same = same && (!r.risky || first[i] == longest[i])
	}
	if !same {
		return nil, errUnsupported("captures that depend on the order of alternatives")
	}
	return first, nil
}

// find is the first match at or behind a byte.
func (p program) find(s string, from int) []int {
	if from == 0 {
		return p.atStart.FindStringSubmatchIndex(s)
	}
	for at := from; at <= len(s); {
		if m := p.at(s, at); m != nil {
			return m
		}
		_, size := utf8.DecodeRuneInString(s[at:])
		at += max(size, 1)
	}
	return nil
}

// at is the match that begins at a byte.
func (p program) at(s string, from int) []int {
	if from == 0 {
		return p.atStart.FindStringSubmatchIndex(s)
	}
	_, size := utf8.DecodeLastRuneInString(s[:from])
	m := p.behind.FindStringSubmatchIndex(s[from-size:])
	if m == nil {
		return nil
	}
	m = m[2:] // of the brackets around all
	for i := range m {
		if m[i] >= 0 {
			m[i] += from - size
		}
	}
	return m
}

// maxLazy bounds how long a match that is not greedy may be: whether it is the
// shortest has to be tried for each length.
const maxLazy = 4096

// shorter reports whether a match could end before it does.
func (r *Regex) shorter(s string, match []int) bool {
	if match[1]-match[0] > maxLazy {
		return true
	}
	for end := match[0]; end < match[1]; end++ {
		if m := r.first.at(s[:end], match[0]); m != nil && m[0] == match[0] {
			return true
		}
	}
	return false
}

// IsWhole reports whether all matches of an expression are of whole texts, so
// that no way to look for them finds another.
func IsWhole(pattern string, f Flags) bool {
	t := translator{s: pattern, flags: f}
	_, err := t.translate()
	return err == nil && t.ended && strings.HasPrefix(pattern, "^") && !t.alternatives && !t.lazy && !t.repeated && !t.backtracks && !f.LineEnds
}
