package pgfunc

import (
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"golang.org/x/text/unicode/norm"

	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/pgfunc/jsonb"
)

// texts are functions of text.
func texts() []engine.Function {
	return []engine.Function{
		// || of a jsonb or a text and a constant that may be either.
		define("concat", jsonB, types{jsonB, jsonB}, func(r row) (any, error) {
			v, w, err := twoJSONB(r)
			return shown(jsonb.Concat(v, w)), err
		}),
		define("concat", text, types{text, text}, func(r row) (any, error) { return r.text(0) + r.text(1), nil }),
		define("parse_ident", texts1, types{text}, func(r row) (any, error) { return listOrNil(parseIdent(r.text(0), true)) }),
		define("parse_ident", texts1, types{text, boolean}, func(r row) (any, error) {
			return listOrNil(parseIdent(r.text(0), r.boolean(1)))
		}),
		define("normalize", text, types{text}, func(r row) (any, error) { return norm.NFC.String(r.text(0)), nil }),
		define("normalize", text, types{text, text}, func(r row) (any, error) { return normalize(r.text(0), r.text(1)) }),
		define("is_normalized", boolean, types{text}, func(r row) (any, error) { return norm.NFC.IsNormalString(r.text(0)), nil }),
		define("is_normalized", boolean, types{text, text}, func(r row) (any, error) {
			normal, err := normalize(r.text(0), r.text(1))
			return normal == any(r.text(0)), err
		}),
		define("reverse", text, types{text}, func(r row) (any, error) {
			runes := []rune(r.text(0))
			slices.Reverse(runes)
			return string(runes), nil
		}),
		define("unistr", text, types{text}, func(r row) (any, error) { return unistr(r.text(0)) }),
		variadic("array_to_string", text, arrayToString),
		engine.Function{
			Name: "clock_timestamp", Volatile: true, Return: &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"},
			Eval: func(_ engine.Values, args arrow.RecordBatch, out array.Builder) error {
				for range int(args.NumRows()) {
					appendValue(out, arrow.Timestamp(time.Now().UnixMicro()))
				}
				return nil
			},
		},
		// x::text of a type whose text is another one to the engine.
		variadic("text", text, func(args arrow.RecordBatch, out array.Builder) error {
			p := encoding.NewPrinter(args.Schema().Field(0))
			p.Bind(args.Column(0))
			var dst []byte
			for i := range int(args.NumRows()) {
				if p.IsNull(i) {
					out.AppendNull()
					continue
				}
				dst = p.Append(dst[:0], i)
				out.(*array.StringBuilder).Append(string(dst))
			}
			return nil
		}),
	}
}

// normalize brings a text into a normal form of Unicode.
func normalize(s, form string) (any, error) {
	switch strings.ToUpper(form) {
	case "NFC":
		return norm.NFC.String(s), nil
	case "NFD":
		return norm.NFD.String(s), nil
	case "NFKC":
		return norm.NFKC.String(s), nil
	case "NFKD":
		return norm.NFKD.String(s), nil
	}
	return nil, engine.Errorf("22023", "invalid normalization form: %s", form)
}

func listOrNil(list []string, err error) (any, error) { return list, err }

// arrayToString is array_to_string(array, delimiter[, text for NULL]).
func arrayToString(args arrow.RecordBatch, out array.Builder) error {
	n := int(args.NumCols())
	list, ok := args.Column(0).(array.ListLike)
	if !ok || n < 2 || n > 3 {
		return engine.Errorf("42883", "function array_to_string does not exist for these arguments")
	}
	rest := make([]*encoding.Printer, n)
	for k := 1; k < n; k++ {
		rest[k] = encoding.NewPrinter(args.Schema().Field(k))
		rest[k].Bind(args.Column(k))
	}
	items, element := innermost(list)
	p := encoding.NewPrinter(element)
	p.Bind(items)
	for i := range list.Len() {
		if list.IsNull(i) || rest[1].IsNull(i) {
			out.AppendNull()
			continue
		}
		delimiter := string(rest[1].Append(nil, i))
		var dst []byte
		first := true
		for k := range elements(list, i) {
			null := p.IsNull(k)
			if null && (n < 3 || rest[2].IsNull(i)) {
				continue
			}
			if !first {
				dst = append(dst, delimiter...)
			}
			first = false
			if null {
				dst = rest[2].Append(dst, i)
			} else {
				dst = p.Append(dst, k)
			}
		}
		out.(*array.StringBuilder).Append(string(dst))
	}
	return nil
}

// innermost are the elements of lists in lists, and their field.
func innermost(list array.ListLike) (arrow.Array, arrow.Field) {
	for {
		items := list.ListValues()
		inner, ok := items.(array.ListLike)
		if !ok {
			return items, list.DataType().(arrow.ListLikeType).ElemField()
		}
		list = inner
	}
}

// elements are the indices of the innermost elements of a list.
func elements(list array.ListLike, i int) iter.Seq[int] {
	return func(yield func(int) bool) {
		from, to := list.ValueOffsets(i)
		inner, nested := list.ListValues().(array.ListLike)
		for k := int(from); k < int(to); k++ {
			if !nested {
				if !yield(k) {
					return
				}
				continue
			}
			for e := range elements(inner, k) {
				if !yield(e) {
					return
				}
			}
		}
	}
}
