package jsonb

import "strings"

// Append appends a value as a jsonb is shown: {"a": 1, "b": [true, null]}.
func (v Value) Append(dst []byte) []byte { return v.appendWith(dst, ", ", ": ") }

// AppendCompact appends a value without blanks.
func (v Value) AppendCompact(dst []byte) []byte { return v.appendWith(dst, ",", ":") }

func (v Value) appendWith(dst []byte, comma, colon string) []byte {
	switch v.Kind {
	case String:
		return AppendString(dst, v.Text)
	case Array, Object:
	default:
		return append(dst, v.Text...)
	}
	open, end := brackets(v.Kind)
	dst = append(dst, open)
	for i, item := range v.Items {
		if i > 0 {
			dst = append(dst, comma...)
		}
		if v.Kind == Object {
			dst = append(AppendString(dst, item.Key), colon...)
		}
		dst = item.appendWith(dst, comma, colon)
	}
	return append(dst, end)
}

func brackets(k Kind) (open, end byte) {
	if k == Array {
		return '[', ']'
	}
	return '{', '}'
}

// AppendPretty appends a value as jsonb_pretty shows it: an item to a line, and
// four blanks for each level that it is in.
func (v Value) AppendPretty(dst []byte) []byte { return v.appendPretty(dst, 0) }

func (v Value) appendPretty(dst []byte, level int) []byte {
	if v.IsScalar() {
		return v.Append(dst)
	}
	line := func(level int) { dst = append(append(dst, '\n'), strings.Repeat("    ", level)...) }
	open, end := brackets(v.Kind)
	dst = append(dst, open)
	for i, item := range v.Items {
		if i > 0 {
			dst = append(dst, ',')
		}
		line(level + 1)
		if v.Kind == Object {
			dst = append(AppendString(dst, item.Key), ": "...)
		}
		dst = item.appendPretty(dst, level+1)
	}
	line(level)
	return append(dst, end)
}

// AppendString appends a string in quotes, with the escapes of PostgreSQL.
func AppendString(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for i := range len(s) {
		c := s[i]
		if c == '"' || c == '\\' {
			dst = append(dst, '\\', c)
		} else if c >= ' ' {
			dst = append(dst, c)
		} else if at := strings.IndexByte("\b\f\n\r\t", c); at >= 0 {
			dst = append(dst, '\\', "bfnrt"[at])
		} else {
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(dst, '"')
}
