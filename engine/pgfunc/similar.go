package pgfunc

import (
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/pgfunc/regex"
)

// similars are SIMILAR TO and SUBSTRING ... SIMILAR (PostgreSQL documentation,
// 9.7.2).
func similars() []engine.Function {
	similar := func(r row, escape string) (any, error) {
		expression, err := regex.Similar(r.text(1), escape)
		if err != nil {
			return nil, err
		}
		p, err := compiled(expression, regex.Flags{})
		if err != nil {
			return nil, err
		}
		match, err := p.Match(r.text(0))
		return match, err
	}
	return []engine.Function{
		define("similar_to", boolean, types{text, text}, func(r row) (any, error) { return similar(r, `\`) }),
		define("similar_to", boolean, types{text, text, text}, func(r row) (any, error) { return similar(r, r.text(2)) }),
		define("similar_substring", text, types{text, text, text}, func(r row) (any, error) {
			p, err := regex.CompileSubstring(r.text(1), r.text(2))
			if err != nil {
				return nil, err
			}
			part, ok, err := p.Find(r.text(0))
			if !ok {
				return nil, err
			}
			return part, err
		}),
	}
}
