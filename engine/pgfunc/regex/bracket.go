package regex

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

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
		class.WriteString(`\p{L}`)
	case "digit":
		class.WriteString("0-9")
	case "alnum":
		class.WriteString(`\p{L}\p{N}`)
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
