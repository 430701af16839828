package pgfunc

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/pgfunc/jsonb"
	"github.com/csvsql/csvsql/engine/pgfunc/jsonpath"
)

// jsonPaths are the functions of a jsonb, a path, variables and silent, the last two
// of which may be missing (PostgreSQL documentation, 9.16.2). That for rows returns
// a list.
func jsonPaths() []engine.Function {
	var all []engine.Function
	for _, f := range []struct {
		name   string
		result arrow.DataType
		find   func(p *jsonpath.Path, in jsonpath.Input) (any, error)
	}{
		{"jsonb_path_exists", boolean, func(p *jsonpath.Path, in jsonpath.Input) (any, error) {
			return ifKnown(p.Exists(in))
		}},
		{"jsonb_path_match", boolean, func(p *jsonpath.Path, in jsonpath.Input) (any, error) {
			return ifKnown(p.Match(in))
		}},
		{"jsonb_path_query", arrow.ListOf(jsonB), func(p *jsonpath.Path, in jsonpath.Input) (any, error) {
			found, err := p.Query(in)
			texts := make([]string, len(found))
			for i, v := range found {
				texts[i] = shown(v)
			}
			return texts, err
		}},
		{"jsonb_path_query_array", jsonB, func(p *jsonpath.Path, in jsonpath.Input) (any, error) {
			found, err := p.Query(in)
			list := jsonb.Value{Kind: jsonb.Array}
			for _, v := range found {
				list.Items = append(list.Items, jsonb.Item{Value: v})
			}
			return shown(list), err
		}},
		{"jsonb_path_query_first", jsonB, func(p *jsonpath.Path, in jsonpath.Input) (any, error) {
			found, err := p.Query(in)
			if len(found) == 0 {
				return nil, err
			}
			return shown(found[0]), err
		}},
	} {
		for n := 2; n <= 4; n++ {
			all = append(all, onPath(f.name, f.result, types{jsonB, text, jsonB, boolean}[:n], f.find))
		}
	}
	return all
}

func ifKnown(value, known bool, err error) (any, error) {
	if err != nil || !known {
		return nil, err
	}
	return value, nil
}

// onPath makes such a function. A path is parsed again only if it is another one.
func onPath(name string, result arrow.DataType, args types, find func(p *jsonpath.Path, in jsonpath.Input) (any, error)) engine.Function {
	f := define(name, result, args, nil)
	f.Eval = func(v engine.Values, batch arrow.RecordBatch, out array.Builder) error {
		var path *jsonpath.Path
		last := ""
		perRow := define(name, result, args, func(r row) (any, error) {
			if s := r.text(1); path == nil || s != last {
				var err error
				if path, err = jsonpath.Parse(s); err != nil {
					return nil, err
				}
				last = s
			}
			in, err := pathInput(r)
			if err != nil {
				return nil, err
			}
			return find(path, in)
		})
		return perRow.Eval(v, batch, out)
	}
	return f
}

// pathInput are the arguments but for the path.
func pathInput(r row) (in jsonpath.Input, err error) {
	in.Vars.Kind = jsonb.Object
	if in.Target, err = jsonb.Parse(r.text(0)); err != nil {
		return in, err
	}
	if len(r.columns) > 2 {
		if in.Vars, err = jsonb.Parse(r.text(2)); err != nil {
			return in, err
		}
	}
	in.Silent = len(r.columns) > 3 && r.boolean(3)
	return in, nil
}
