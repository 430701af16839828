package regex

import (
	"strconv"
	"strings"
)

// group says of a group whether there is a capture in it, and whether it can match
// texts of several lengths.
type group struct {
	captures, varies bool
	look             bool // it is lookahead or lookbehind
	own              bool // it is itself a capture
}

func (t *translator) open() error {
	t.i++
	captures := t.peek() != '?' && !t.inLook()
	t.nested = t.nested || len(t.groups) > 0
	t.groups = append(t.groups, group{captures: captures, own: captures})
	if captures {
		t.b.WriteByte('(')
	} else if t.peek() != '?' {
		t.b.WriteString("(?:")
	} else if strings.HasPrefix(t.rest(), "?:") {
		t.i += 2
		t.b.WriteString("(?:")
	} else if !t.openLook() {
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
	if g.own {
		t.captured++
	}
	t.atom = !g.look
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
	t.quantified = t.quantified || t.closed != nil
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
