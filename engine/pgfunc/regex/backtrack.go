package regex

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/dlclark/regexp2"
)

// Expressions with lookahead, lookbehind or back references, which RE2 has not. They
// are matched by trying one way after the other, which takes the first match where
// PostgreSQL takes the longest: whether there is a match is the same, and where it
// ends only if no other way ends later.

// ErrBacktracking says that an expression is none of RE2's.
var ErrBacktracking = errors.New("the expression needs backtracking")

// maxMatchTime bounds a match: some take a time that is exponential.
const maxMatchTime = time.Second

// backtracking is such an expression.
type backtracking struct {
	text  string
	first *regexp2.Regexp // at a place or behind it
}

func compileBacktracking(text string) (*backtracking, error) {
	b := &backtracking{text: text}
	var err error
	b.first, err = b.compile(text)
	return b, err
}

func (b *backtracking) compile(text string) (*regexp2.Regexp, error) {
	r, err := regexp2.Compile(text, regexp2.RE2)
	if err != nil {
		return nil, errInvalid(err.Error())
	}
	r.MatchTimeout = maxMatchTime
	return r, nil
}

func errTooLong(error) error {
	return &Error{"54000", "the regular expression takes too long"}
}

func (b *backtracking) match(s string) (bool, error) {
	ok, err := b.first.MatchString(s)
	if err != nil {
		return false, errTooLong(err)
	}
	return ok, nil
}

// find is the first match at or behind a byte, as Regex.Find has it. It is refused if
// another match from there is longer.
func (b *backtracking) find(s string, from int) ([]int, error) {
	m, err := b.first.FindRunesMatchStartingAt([]rune(s), utf8.RuneCountInString(s[:from]))
	if err != nil {
		return nil, errTooLong(err)
	}
	if m == nil {
		return nil, nil
	}
	end := m.Index + m.Length
	longer, err := b.compile(fmt.Sprintf(`\G(?:%s)(?<=\A[\s\S]{%d,})`, b.text, end+1))
	if err != nil {
		return nil, err
	}
	other, err := longer.FindRunesMatchStartingAt([]rune(s), m.Index)
	if err != nil {
		return nil, errTooLong(err)
	}
	if other != nil {
		return nil, errUnsupported("a match that depends on the order of quantifiers")
	}
	offsets := byteOffsets(s)
	var out []int
	for _, g := range m.Groups() {
		if len(g.Captures) == 0 {
			out = append(out, -1, -1)
			continue
		}
		out = append(out, offsets[g.Index], offsets[g.Index+g.Length])
	}
	return out, nil
}

// byteOffsets are where the characters of a text begin, and where it ends.
func byteOffsets(s string) []int {
	offsets := make([]int, 0, len(s)+1)
	for i := range s {
		offsets = append(offsets, i)
	}
	return append(offsets, len(s))
}

// lookAround are the beginnings of lookahead and lookbehind.
var lookAround = []string{"?=", "?!", "?<=", "?<!"}

// openLook reads the beginning of lookahead or lookbehind. It reports whether it was
// one.
func (t *translator) openLook() bool {
	for _, look := range lookAround {
		if strings.HasPrefix(t.rest(), look) {
			t.i += len(look)
			t.b.WriteString("(" + look)
			t.groups[len(t.groups)-1].look = true
			t.backtracks = true
			return true
		}
	}
	return false
}

// inLook reports whether lookahead or lookbehind is around, where nothing is
// captured.
func (t *translator) inLook() bool {
	for _, g := range t.groups {
		if g.look {
			return true
		}
	}
	return false
}

// backReference reads \1: what a capture before it has matched.
func (t *translator) backReference() error {
	n := int(t.s[t.i+1] - '0')
	switch {
	case t.i+2 < len(t.s) && '0' <= t.s[t.i+2] && t.s[t.i+2] <= '9':
		return errUnsupported("back references of two digits")
	case t.inLook():
		return errUnsupported("back references in lookahead or lookbehind")
	case n > t.captured:
		return errInvalid("invalid backreference number")
	}
	t.i += 2
	fmt.Fprintf(&t.b, `(?:\%d)`, n)
	t.backtracks, t.refers, t.atom = true, true, true
	return nil
}

// checkReferences refuses back references where PostgreSQL, which cuts a match into
// parts from the left, does not try all ways to cut it.
func (t *translator) checkReferences() error {
	if t.refers && (t.nested || t.alternatives || t.quantified) {
		return errUnsupported("back references beside groups that are nested or repeated, or alternatives,")
	}
	return nil
}
