package pgfunc

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/csvsql/csvsql/engine"
)

// parseIdent is parse_ident(text, strict): the parts of a qualified name.
func parseIdent(s string, strict bool) ([]string, error) {
	invalid := func() error { return engine.Errorf("22023", "string is not a valid identifier: %q", s) }
	const blanks = " \t\n\r\f"
	var parts []string
	rest := strings.TrimLeft(s, blanks)
	for {
		part := ""
		switch {
		case strings.HasPrefix(rest, `"`):
			quoted := rest[1:]
			for {
				before, after, ok := strings.Cut(quoted, `"`)
				if !ok {
					return nil, invalid()
				}
				part += before
				if !strings.HasPrefix(after, `"`) {
					rest = after
					break
				}
				part, quoted = part+`"`, after[1:]
			}
			if part == "" {
				return nil, invalid()
			}
		default:
			n := 0
			for n < len(rest) && isIdent(rest[n], n > 0) {
				n++
			}
			if n == 0 {
				return nil, invalid()
			}
			part, rest = strings.ToLower(rest[:n]), rest[n:]
		}
		parts = append(parts, part)
		rest = strings.TrimLeft(rest, blanks)
		if !strings.HasPrefix(rest, ".") {
			break
		}
		rest = strings.TrimLeft(rest[1:], blanks)
	}
	if rest != "" && strict {
		return nil, invalid()
	}
	return parts, nil
}

func isIdent(c byte, more bool) bool {
	return c == '_' || c >= 0x80 || 'a' <= c|0x20 && c|0x20 <= 'z' || more && ('0' <= c && c <= '9' || c == '$')
}

// unistr reads \XXXX, \+XXXXXX, \uXXXX and \UXXXXXXXX.
func unistr(s string) (any, error) {
	invalid := func() error { return engine.Errorf("42601", "invalid Unicode escape") }
	var out []byte
	for {
		before, rest, found := strings.Cut(s, `\`)
		out = append(out, before...)
		if !found {
			return string(out), nil
		}
		if strings.HasPrefix(rest, `\`) {
			out, s = append(out, '\\'), rest[1:]
			continue
		}
		r, size, ok := codePoint(rest)
		if !ok {
			return nil, invalid()
		}
		rest = rest[size:]
		if utf16.IsSurrogate(r) {
			after, isEscape := strings.CutPrefix(rest, `\`)
			low, size, ok := codePoint(after)
			if r = utf16.DecodeRune(r, low); !isEscape || !ok || r == utf8.RuneError {
				return nil, engine.Errorf("42601", "invalid Unicode surrogate pair")
			}
			rest = after[size:]
		}
		if r == 0 || r > utf8.MaxRune {
			return nil, engine.Errorf("42601", "invalid Unicode escape value")
		}
		out, s = utf8.AppendRune(out, r), rest
	}
}

// codePoint reads the digits behind a backslash.
func codePoint(s string) (r rune, size int, ok bool) {
	skip, digits := 0, 4
	switch {
	case strings.HasPrefix(s, "+"):
		skip, digits = 1, 6
	case strings.HasPrefix(s, "u"):
		skip = 1
	case strings.HasPrefix(s, "U"):
		skip, digits = 1, 8
	}
	if len(s) < skip+digits {
		return 0, 0, false
	}
	n, err := strconv.ParseUint(s[skip:skip+digits], 16, 32)
	if err != nil || n > 1<<31-1 {
		return 0, 0, false
	}
	return rune(n), skip + digits, true
}

// dimensionsOf are array_dims and array_ndims, which look at the lists in a list.
func dimensionsOf() []engine.Function {
	each := func(name string, result arrow.DataType, f func(dims []int) any) engine.Function {
		return variadic(name, result, func(args arrow.RecordBatch, out array.Builder) error {
			if args.NumCols() != 1 {
				return engine.Errorf("42883", "function %s with %d arguments does not exist", name, args.NumCols())
			}
			list, ok := args.Column(0).(array.ListLike)
			if !ok {
				return engine.Errorf("42883", "function %s does not exist for what is no array", name)
			}
			for i := range list.Len() {
				dims := listDimensions(list, i, nil)
				if len(dims) == 0 {
					out.AppendNull()
					continue
				}
				appendValue(out, f(dims))
			}
			return nil
		})
	}
	return []engine.Function{
		arrayLength(),
		each("array_ndims", integer, func(dims []int) any { return int32(len(dims)) }),
		each("array_dims", text, func(dims []int) any {
			s := ""
			for _, n := range dims {
				s += "[1:" + strconv.Itoa(n) + "]"
			}
			return s
		}),
	}
}

// arrayLength is array_length(array, dimension).
func arrayLength() engine.Function {
	return variadic("array_length", integer, func(args arrow.RecordBatch, out array.Builder) error {
		missing := engine.Errorf("42883", "function array_length does not exist for these arguments")
		if args.NumCols() != 2 {
			return missing
		}
		list, ok := args.Column(0).(array.ListLike)
		if !ok {
			return missing
		}
		at := func(int) int64 { return 0 } // of NULL
		switch c := args.Column(1).(type) {
		case *array.Int8:
			at = func(i int) int64 { return int64(c.Value(i)) }
		case *array.Int16:
			at = func(i int) int64 { return int64(c.Value(i)) }
		case *array.Int32:
			at = func(i int) int64 { return int64(c.Value(i)) }
		case *array.Null:
		default:
			return missing
		}
		for i := range list.Len() {
			dims := listDimensions(list, i, nil)
			if n := at(i); !args.Column(1).IsNull(i) && n >= 1 && n <= int64(len(dims)) {
				appendValue(out, int32(dims[n-1]))
			} else {
				out.AppendNull()
			}
		}
		return nil
	})
}

// listDimensions are the lengths of a list and of the first lists in it; none if
// it has no elements.
func listDimensions(list array.ListLike, i int, dims []int) []int {
	if list.IsNull(i) {
		return dims
	}
	from, to := list.ValueOffsets(i)
	if from == to {
		return nil
	}
	dims = append(dims, int(to-from))
	if inner, ok := list.ListValues().(array.ListLike); ok {
		return listDimensions(inner, int(from), dims)
	}
	return dims
}
