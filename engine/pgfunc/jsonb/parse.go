package jsonb

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	// maxDepth is how deep arrays and objects may be nested. The engine's own
	// functions of JSON call themselves for each level.
	maxDepth = 1000
	// maxValues bounds the memory that a text takes once it is read.
	maxValues = 4 << 20
)

func errSyntax() error { return &Error{"22P02", "invalid input syntax for type json"} }

// Parse reads a text. Errors are of type *Error: 22P02, 22P05, 54000 or 54001.
func Parse(text string) (Value, error) {
	p := parser{s: text}
	p.space()
	v, err := p.value(0)
	if err != nil {
		return Value{}, err
	}
	p.space()
	if p.i != len(p.s) {
		return Value{}, errSyntax()
	}
	return v, nil
}

type parser struct {
	s      string
	i      int
	values int
}

func (p *parser) space() {
	for p.i < len(p.s) && strings.IndexByte(" \t\n\r", p.s[p.i]) >= 0 {
		p.i++
	}
}

func (p *parser) peek() byte {
	if p.i < len(p.s) {
		return p.s[p.i]
	}
	return 0
}

func (p *parser) value(depth int) (Value, error) {
	if depth > maxDepth {
		return Value{}, &Error{"54001", "stack depth limit exceeded"}
	}
	if p.values++; p.values > maxValues {
		return Value{}, &Error{"54000", "a json of more than " + strconv.Itoa(maxValues) + " values"}
	}
	start := p.i
	v, err := p.token(depth)
	if err != nil {
		return Value{}, err
	}
	v.source = p.s[start:p.i]
	return v, nil
}

func (p *parser) token(depth int) (Value, error) {
	switch c := p.peek(); {
	case c == '{':
		return p.object(depth)
	case c == '[':
		return p.array(depth)
	case c == '"':
		text, err := p.string()
		return Value{Kind: String, Text: text}, err
	case c == '-' || '0' <= c && c <= '9':
		return p.number()
	}
	word := p.word()
	switch word {
	case "null":
		return Value{Text: word}, nil
	case "true", "false":
		return Value{Kind: Bool, Text: word}, nil
	}
	return Value{}, errSyntax()
}

func (p *parser) word() string {
	start := p.i
	for 'a' <= p.peek() && p.peek() <= 'z' {
		p.i++
	}
	return p.s[start:p.i]
}

func (p *parser) number() (Value, error) {
	start := p.i
	if p.peek() == '-' {
		p.i++
	}
	if whole := p.digits(); whole == "" || len(whole) > 1 && whole[0] == '0' {
		return Value{}, errSyntax()
	}
	if p.peek() == '.' {
		p.i++
		if p.digits() == "" {
			return Value{}, errSyntax()
		}
	}
	if c := p.peek(); c == 'e' || c == 'E' {
		p.i++
		if c := p.peek(); c == '+' || c == '-' {
			p.i++
		}
		if p.digits() == "" {
			return Value{}, errSyntax()
		}
	}
	if c := p.peek(); c >= 0x80 || c == '_' || 'a' <= c|0x20 && c|0x20 <= 'z' {
		return Value{}, errSyntax()
	}
	return Value{Kind: Number, Text: p.s[start:p.i]}, nil
}

func (p *parser) digits() string {
	start := p.i
	for '0' <= p.peek() && p.peek() <= '9' {
		p.i++
	}
	return p.s[start:p.i]
}

func (p *parser) array(depth int) (Value, error) {
	v := Value{Kind: Array}
	p.i++
	if p.space(); p.peek() == ']' {
		p.i++
		return v, nil
	}
	for {
		p.space()
		item, err := p.value(depth + 1)
		if err != nil {
			return v, err
		}
		v.Items = append(v.Items, Item{Value: item})
		if more, err := p.more(']'); !more || err != nil {
			return v, err
		}
	}
}

func (p *parser) object(depth int) (Value, error) {
	v := Value{Kind: Object}
	p.i++
	if p.space(); p.peek() == '}' {
		p.i++
		return v, nil
	}
	for {
		p.space()
		if p.peek() != '"' {
			return v, errSyntax()
		}
		key, err := p.string()
		if err != nil {
			return v, err
		}
		if p.space(); p.peek() != ':' {
			return v, errSyntax()
		}
		p.i++
		p.space()
		item, err := p.value(depth + 1)
		if err != nil {
			return v, err
		}
		v.Items = append(v.Items, Item{key, item})
		if more, err := p.more('}'); !more || err != nil {
			return v, err
		}
	}
}

// more reads the comma behind an item, or what ends them.
func (p *parser) more(end byte) (bool, error) {
	p.space()
	c := p.peek()
	if c != ',' && c != end {
		return false, errSyntax()
	}
	p.i++
	return c == ',', nil
}

func (p *parser) string() (string, error) {
	p.i++
	start := p.i
	for p.i < len(p.s) {
		switch c := p.s[p.i]; {
		case c == '"':
			p.i++
			return p.s[start : p.i-1], nil
		case c == '\\':
			return p.escaped([]byte(p.s[start:p.i]))
		case c < ' ':
			return "", errSyntax()
		}
		p.i++
	}
	return "", errSyntax()
}

// escaped reads the rest of a string from its first escape on.
func (p *parser) escaped(b []byte) (string, error) {
	for p.i < len(p.s) {
		c := p.s[p.i]
		p.i++
		switch {
		case c == '"':
			return string(b), nil
		case c < ' ':
			return "", errSyntax()
		case c != '\\':
			b = append(b, c)
			continue
		}
		c = p.peek()
		p.i++
		if c == 'u' {
			r, err := p.codePoint()
			if err != nil {
				return "", err
			}
			b = utf8.AppendRune(b, r)
			continue
		}
		at := strings.IndexByte(`"\/bfnrt`, c)
		if at < 0 || c == 0 {
			return "", errSyntax()
		}
		b = append(b, "\"\\/\b\f\n\r\t"[at])
	}
	return "", errSyntax()
}

// codePoint reads the digits of \u, and a second \u if the first was one half of
// a pair.
func (p *parser) codePoint() (rune, error) {
	r, ok := p.hex4()
	switch {
	case !ok:
		return 0, errSyntax()
	case r == 0:
		return 0, &Error{"22P05", "unsupported Unicode escape sequence"}
	case !utf16.IsSurrogate(r):
		return r, nil
	}
	if !strings.HasPrefix(p.s[p.i:], `\u`) {
		return 0, errSyntax()
	}
	p.i += 2
	low, ok := p.hex4()
	if r = utf16.DecodeRune(r, low); !ok || r == utf8.RuneError {
		return 0, errSyntax()
	}
	return r, nil
}

func (p *parser) hex4() (rune, bool) {
	if p.i+4 > len(p.s) {
		return 0, false
	}
	n, err := strconv.ParseUint(p.s[p.i:p.i+4], 16, 16)
	if err != nil {
		return 0, false
	}
	p.i += 4
	return rune(n), true
}
