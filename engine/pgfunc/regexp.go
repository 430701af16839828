package pgfunc

import (
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/pgfunc/regex"
)

// regexps are functions of regular expressions (PostgreSQL documentation, 9.7.3).
func regexps() []engine.Function {
	var all []engine.Function
	// with makes overloads of a function, the last arguments of which may be missing.
	with := func(name string, result arrow.DataType, args types, least int, f func(r row, p *pattern) (any, error)) {
		for n := least; n <= len(args); n++ {
			all = append(all, define(name, result, args[:n:n], func(r row) (any, error) { return f(r, &pattern{}) }))
		}
	}
	with("regexp_like", boolean, types{text, text, text}, 2, func(r row, p *pattern) (any, error) {
		if err := p.compile(r, 1, 2, "regexp_like"); err != nil {
			return nil, err
		}
		return p.Match(r.text(0))
	})
	with("regexp_match", texts1, types{text, text, text}, 2, func(r row, p *pattern) (any, error) {
		if err := p.compile(r, 1, 2, "regexp_match"); err != nil {
			return nil, err
		}
		m, err := p.Find(r.text(0), 0, true)
		if m == nil || err != nil {
			return nil, err
		}
		return captures(r.text(0), m), nil
	})
	with("regexp_matches", arrow.ListOf(texts1), types{text, text, text}, 2, func(r row, p *pattern) (any, error) {
		if err := p.compile(r, 1, 2, ""); err != nil {
			return nil, err
		}
		matches, err := p.all(r.text(0), 0, p.flags.Global, true)
		lists := make([][]*string, len(matches))
		for i, m := range matches {
			lists[i] = captures(r.text(0), m)
		}
		return lists, err
	})
	with("regexp_substring", text, types{text, text}, 2, func(r row, p *pattern) (any, error) {
		if err := p.compile(r, 1, -1, ""); err != nil {
			return nil, err
		}
		m, err := p.Find(r.text(0), 0, p.Groups() > 0)
		return part(r.text(0), m, min(1, p.Groups())), err
	})
	with("regexp_split", texts1, types{text, text, text}, 2, func(r row, p *pattern) (any, error) {
		if err := p.compile(r, 1, 2, "regexp_split_to_array"); err != nil {
			return nil, err
		}
		return p.split(r.text(0))
	})
	with("regexp_replace", text, types{text, text, text, text}, 3, func(r row, p *pattern) (any, error) {
		if err := p.compile(r, 1, 3, ""); err != nil {
			return nil, err
		}
		n := int64(1)
		if p.flags.Global {
			n = 0
		}
		return p.replace(r.text(0), r.text(2), 1, n)
	})
	with("regexp_replace", text, types{text, text, text, bigint, bigint, text}, 4, func(r row, p *pattern) (any, error) {
		if err := p.compile(r, 1, 5, ""); err != nil {
			return nil, err
		}
		n := int64(1)
		if p.flags.Global && len(r.columns) < 5 {
			n = 0
		}
		if len(r.columns) > 4 {
			n = r.bigint(4)
		}
		return p.replace(r.text(0), r.text(2), r.bigint(3), n)
	})
	with("regexp_count", integer, types{text, text, bigint, text}, 2, func(r row, p *pattern) (any, error) {
		if err := p.compile(r, 1, 3, "regexp_count"); err != nil {
			return nil, err
		}
		from, err := startOf(r, 2)
		if err != nil {
			return nil, err
		}
		matches, err := p.all(r.text(0), from, true, false)
		return int32(len(matches)), err
	})
	with("regexp_instr", integer, types{text, text, bigint, bigint, bigint, text, bigint}, 2, instr)
	with("regexp_substr", text, types{text, text, bigint, bigint, text, bigint}, 2, substr)
	return all
}

// pattern is a compiled expression.
type pattern struct {
	*regex.Regex
	flags regex.Flags
}

// compile reads the expression in argument at, and the flags in argument flagsAt,
// if there is one. A function that has no use for the flag g is named.
func (p *pattern) compile(r row, at, flagsAt int, function string) (err error) {
	if flagsAt >= 0 && flagsAt < len(r.columns) {
		if p.flags, err = regex.ParseFlags(r.text(flagsAt)); err != nil {
			return err
		}
	}
	if p.flags.Global && function != "" {
		return engine.Errorf("22023", `%s() does not support the "global" option`, function)
	}
	p.Regex, err = compiled(r.text(at), p.flags)
	return err
}

// all are the matches at or behind a byte: one, or all.
func (p *pattern) all(s string, from int, global, captures bool) ([][]int, error) {
	var matches [][]int
	for from <= len(s) {
		m, err := p.Find(s, from, captures)
		if m == nil || err != nil {
			return matches, err
		}
		if matches = append(matches, m); !global {
			break
		}
		from = behind(s, m)
	}
	return matches, nil
}

// behind is where the next match is looked for: behind an empty one, a character
// further.
func behind(s string, m []int) int {
	if m[0] != m[1] {
		return m[1]
	}
	_, size := utf8.DecodeRuneInString(s[m[1]:])
	return m[1] + max(size, 1)
}

// captures are the texts of the captures, or of the match if there are none.
func captures(s string, m []int) []*string {
	if len(m) == 2 {
		return []*string{ref(s[m[0]:m[1]])}
	}
	out := make([]*string, 0, len(m)/2-1)
	for i := 2; i < len(m); i += 2 {
		if m[i] < 0 {
			out = append(out, nil)
		} else {
			out = append(out, ref(s[m[i]:m[i+1]]))
		}
	}
	return out
}

func ref(s string) *string { return &s }

// part is the text of a capture, 0 being the match.
func part(s string, m []int, group int) any {
	if m == nil || 2*group >= len(m) || m[2*group] < 0 {
		return nil
	}
	return s[m[2*group]:m[2*group+1]]
}

// split cuts a text at matches. Empty ones at its ends, or behind another, do not
// count.
func (p *pattern) split(s string) ([]string, error) {
	var out []string
	last, end, from := 0, 0, 0
	for from <= len(s) {
		m, err := p.Find(s, from, false)
		if err != nil {
			return nil, err
		}
		if m == nil {
			break
		}
		if m[0] < len(s) && m[1] > end {
			out = append(out, s[last:m[0]])
			last = m[1]
		}
		end = m[1]
		from = behind(s, m)
	}
	return append(out, s[last:]), nil
}

// maxReplaced bounds the text that replacements make.
const maxReplaced = 1 << 30

// replace replaces match n behind a character, or all if n is 0.
func (p *pattern) replace(s, with string, start, n int64) (any, error) {
	if start < 1 {
		return nil, errParameter("start", start)
	}
	if n < 0 {
		return nil, errParameter("n", n)
	}
	from, ok := byteAt(s, start)
	var out []byte
	copied := 0
	for i := int64(1); ok && from <= len(s); i++ {
		m, err := p.Find(s, from, true)
		if err != nil {
			return nil, err
		}
		if m == nil {
			break
		}
		if n == 0 || i == n {
			out = append(out, s[copied:m[0]]...)
			out = expand(out, with, s, m)
			copied = m[1]
		}
		if i == n {
			break
		}
		if len(out) > maxReplaced {
			return nil, engine.Errorf("54000", "requested length too large")
		}
		from = behind(s, m)
	}
	return string(append(out, s[copied:]...)), nil
}

// expand appends a replacement, in which \1 is a capture and \& the match.
func expand(dst []byte, with, s string, m []int) []byte {
	for i := 0; i < len(with); i++ {
		c := with[i]
		if c != '\\' || i+1 == len(with) {
			dst = append(dst, c)
			continue
		}
		i++
		switch c := with[i]; {
		case c == '&':
			dst = append(dst, s[m[0]:m[1]]...)
		case '1' <= c && c <= '9':
			if text, ok := part(s, m, int(c-'0')).(string); ok {
				dst = append(dst, text...)
			}
		case c == '\\':
			dst = append(dst, c)
		default:
			dst = append(dst, '\\', c)
		}
	}
	return dst
}

func errParameter(name string, value int64) error {
	return engine.Errorf("22023", `invalid value for parameter "%s": %d`, name, value)
}

// byteAt is the offset of a character, counted from 1; false if it is behind the
// end.
func byteAt(s string, n int64) (int, bool) {
	at := 0
	for ; n > 1; n-- {
		if at >= len(s) {
			return 0, false
		}
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
	}
	return at, true
}

// startOf is the offset of the character that argument k names; without one it is
// the first.
func startOf(r row, k int) (int, error) {
	if k >= len(r.columns) {
		return 0, nil
	}
	start := r.bigint(k)
	if start < 1 {
		return 0, errParameter("start", start)
	}
	at, ok := byteAt(r.text(0), start)
	if !ok {
		at = len(r.text(0)) + 1
	}
	return at, nil
}

// number is argument k, which has to be at least so much.
func (r row) number(k int, name string, least, otherwise int64) (int64, error) {
	if k >= len(r.columns) {
		return otherwise, nil
	}
	if n := r.bigint(k); n >= least {
		return n, nil
	}
	return 0, errParameter(name, r.bigint(k))
}

// instr is regexp_instr(string, pattern, start, n, endoption, flags, subexpr).
func instr(r row, p *pattern) (any, error) {
	end, err := r.number(4, "endoption", 0, 0)
	if err == nil && end > 1 {
		err = errParameter("endoption", end)
	}
	if err != nil {
		return nil, err
	}
	m, group, err := p.nth(r, 3, 5, 6, "regexp_instr")
	if m == nil || err != nil || 2*group >= len(m) || m[2*group] < 0 {
		return int32(0), err
	}
	return int32(utf8.RuneCountInString(r.text(0)[:m[2*group+int(end)]]) + 1), nil
}

// substr is regexp_substr(string, pattern, start, n, flags, subexpr).
func substr(r row, p *pattern) (any, error) {
	m, group, err := p.nth(r, 3, 4, 5, "regexp_substr")
	return part(r.text(0), m, group), err
}

// nth is the match that the arguments name, and which capture of it.
func (p *pattern) nth(r row, n, flags, subexpr int, function string) (m []int, group int, err error) {
	if err := p.compile(r, 1, flags, function); err != nil {
		return nil, 0, err
	}
	from, err := startOf(r, 2)
	if err != nil {
		return nil, 0, err
	}
	count, err := r.number(n, "n", 1, 1)
	if err != nil {
		return nil, 0, err
	}
	g, err := r.number(subexpr, "subexpr", 0, 0)
	if err != nil || g > int64(p.Groups()) {
		return nil, 0, err
	}
	for ; from <= len(r.text(0)); count-- {
		m, err := p.Find(r.text(0), from, g > 0)
		if m == nil || err != nil || count == 1 {
			return m, int(g), err
		}
		from = behind(r.text(0), m)
	}
	return nil, 0, nil
}
