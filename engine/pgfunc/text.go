package pgfunc

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

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
		define("unistr", text, types{text}, func(r row) (any, error) { return unistr(r.text(0)) }),
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

func listOrNil(list []string, err error) (any, error) { return list, err }
