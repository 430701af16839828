package pgfunc

import (
	"bytes"
	"slices"

	"github.com/csvsql/csvsql/engine"
)

// byteaTexts are functions of bytea that there are for texts too (PostgreSQL
// documentation, 9.5, tables 9.11 and 9.12).
func byteaTexts() []engine.Function {
	trim := func(name string, left, right bool) engine.Function {
		return define(name, bytea, types{bytea, bytea}, func(r row) (any, error) {
			b, set := r.bytea(0), r.bytea(1)
			for left && len(b) > 0 && bytes.IndexByte(set, b[0]) >= 0 {
				b = b[1:]
			}
			for right && len(b) > 0 && bytes.IndexByte(set, b[len(b)-1]) >= 0 {
				b = b[:len(b)-1]
			}
			return b, nil
		})
	}
	length := func(name string, unit int) engine.Function {
		return define(name, integer, types{bytea}, func(r row) (any, error) { return int32(len(r.bytea(0)) * unit), nil })
	}
	all := []engine.Function{
		trim("bytea_btrim", true, true), trim("bytea_ltrim", true, false), trim("bytea_rtrim", false, true),
		length("bytea_length", 1), length("bytea_octet_length", 1), length("bytea_bit_length", 8),
		// The text is behind IN, which is the first argument of PostgreSQL's function.
		define("bytea_position", integer, types{bytea, bytea}, func(r row) (any, error) {
			return int32(bytes.Index(r.bytea(1), r.bytea(0)) + 1), nil
		}),
		define("bytea_overlay", bytea, types{bytea, bytea, bigint}, func(r row) (any, error) {
			return overlay(r.bytea(0), r.bytea(1), r.bigint(2), int64(len(r.bytea(1))))
		}),
		define("bytea_overlay", bytea, types{bytea, bytea, bigint, bigint}, func(r row) (any, error) {
			return overlay(r.bytea(0), r.bytea(1), r.bigint(2), r.bigint(3))
		}),
	}
	for _, name := range []string{"bytea_substr", "bytea_substring"} {
		all = append(all,
			define(name, bytea, types{bytea, bigint}, func(r row) (any, error) {
				return between(r.bytea(0), r.bigint(1), int64(len(r.bytea(0)))+1), nil
			}),
			define(name, bytea, types{bytea, bigint, bigint}, func(r row) (any, error) {
				if r.bigint(2) < 0 {
					return nil, errLength()
				}
				return between(r.bytea(0), r.bigint(1), r.bigint(1)+r.bigint(2)), nil
			}))
	}
	return all
}

func errLength() error { return engine.Errorf("22011", "negative substring length not allowed") }

// between are the bytes from one, counted from 1, to before another one.
func between(b []byte, from, to int64) []byte {
	end := int64(len(b)) + 1
	from, to = min(max(from, 1), end), min(max(to, 1), end)
	return b[from-1 : max(from, to)-1]
}

// overlay replaces count bytes from one, counted from 1.
func overlay(b, with []byte, from, count int64) (any, error) {
	if from < 1 {
		return nil, errLength()
	}
	return slices.Concat(between(b, 1, from), with, between(b, from+count, int64(len(b))+1)), nil
}
