package regex

import (
	"regexp"
	"strings"
)

// Similar writes a pattern of SIMILAR TO as a regular expression that is matched by
// whole texts (PostgreSQL documentation, 9.7.2). escape is one character, or none.
// Errors are of type *Error.
func Similar(pattern, escape string) (string, error) {
	parts, err := similarParts(pattern, escape)
	if err != nil {
		return "", err
	}
	return "^(?:" + strings.Join(parts, "") + ")$", nil
}

// similarParts are the regular expressions of the parts of a pattern, between which
// it has an escape character and a double quote.
func similarParts(pattern, escape string) ([]string, error) {
	if len([]rune(escape)) > 1 {
		return nil, &Error{"22025", "invalid escape string"}
	}
	parts := []string{""}
	var b strings.Builder
	escaped, inBrackets := false, false
	for _, c := range pattern {
		switch {
		case escaped && c == '"' && !inBrackets:
			if len(parts) == 3 {
				return nil, &Error{"2200C", "SQL regular expression may not contain more than two escape-double-quote separators"}
			}
			parts[len(parts)-1] = b.String()
			parts = append(parts, "")
			b.Reset()
			escaped = false
		case escaped:
			b.WriteString(`\` + string(c))
			escaped = false
		case string(c) == escape:
			escaped = true
		case inBrackets:
			if c == '\\' {
				b.WriteByte('\\')
			}
			b.WriteRune(c)
			inBrackets = c != ']'
		case c == '[':
			b.WriteByte('[')
			inBrackets = true
		case c == '%':
			b.WriteString(".*")
		case c == '_':
			b.WriteByte('.')
		case c == '(':
			b.WriteString("(?:")
		case strings.ContainsRune(`\.^$`, c):
			b.WriteString(`\` + string(c))
		default:
			b.WriteRune(c)
		}
	}
	parts[len(parts)-1] = b.String()
	return parts, nil
}

// Substring is a pattern of SUBSTRING(text SIMILAR pattern ESCAPE escape).
type Substring struct {
	before, middle, after *regexp.Regexp // of whole texts
	rest                  *regexp.Regexp // middle and after
	ascii                 bool           // it is right for texts in ASCII only
}

// CompileSubstring reads such a pattern. Errors are of type *Error.
func CompileSubstring(pattern, escape string) (*Substring, error) {
	parts, err := similarParts(pattern, escape)
	if err != nil {
		return nil, err
	}
	if len(parts) == 1 { // all of the text
		parts = []string{"", parts[0]}
	}
	if len(parts) == 2 {
		parts = append(parts, "")
	}
	s := &Substring{}
	compile := func(text string) (*regexp.Regexp, error) {
		t := translator{s: text}
		engines, err := t.translate()
		if err != nil {
			return nil, err
		}
		s.ascii = s.ascii || t.ascii
		r, err := regexp.Compile(`\A(?:` + engines + `)\z`)
		if err != nil {
			return nil, errInvalid(strings.TrimPrefix(err.Error(), "error parsing regexp: "))
		}
		return r, nil
	}
	for i, to := range []**regexp.Regexp{&s.before, &s.middle, &s.after} {
		if *to, err = compile(parts[i]); err != nil {
			return nil, err
		}
	}
	s.rest, err = compile("(?:" + parts[1] + ")(?:" + parts[2] + ")")
	return s, err
}

// maxSubstring bounds the text: each of its places may have to be tried.
const maxSubstring = 4096

// Find is the part of a text that matches the part of the pattern between the double
// quotes: it begins as early and ends as late as it can.
func (s *Substring) Find(text string) (string, bool, error) {
	if err := (&Regex{ascii: s.ascii}).check(text); err != nil {
		return "", false, err
	}
	if len(text) > maxSubstring && !s.before.MatchString("") {
		return "", false, errUnsupported("parts that begin anywhere, for texts of more than 4096 bytes,")
	}
	for i := range boundaries(text) {
		if !s.before.MatchString(text[:i]) || !s.rest.MatchString(text[i:]) {
			continue
		}
		for j := len(text); j >= i; j-- {
			if s.middle.MatchString(text[i:j]) && s.after.MatchString(text[j:]) {
				return text[i:j], true, nil
			}
		}
	}
	return "", false, nil
}

// boundaries yields where characters of a text begin, and its end.
func boundaries(text string) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for i := range text {
			if !yield(i) {
				return
			}
		}
		yield(len(text))
	}
}
