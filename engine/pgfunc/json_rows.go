package pgfunc

import (
	"github.com/apache/arrow-go/v18/arrow"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/pgfunc/jsonb"
)

// jsonRows are the lists that the functions are made of which return rows of what
// is in a json or jsonb (PostgreSQL documentation, 9.16, table 9.48).
func jsonRows() []engine.Function {
	lists := func(typ int) types { return types{arrow.ListOf(same(typ)[0])} }
	members := func(v jsonb.Value, name string, typ string) error {
		if v.Kind == jsonb.Object {
			return nil
		}
		if typ == "jsonb" {
			return engine.Errorf("22023", "cannot call %s on a non-object", name)
		}
		if v.Kind == jsonb.Array {
			return engine.Errorf("22023", "cannot deconstruct an array as an object")
		}
		return engine.Errorf("22023", "cannot deconstruct a scalar")
	}
	elements := func(v jsonb.Value) error {
		switch v.Kind {
		case jsonb.Array:
			return nil
		case jsonb.Object:
			return engine.Errorf("22023", "cannot extract elements from an object")
		}
		return engine.Errorf("22023", "cannot extract elements from a scalar")
	}
	sources := func(v jsonb.Value) any {
		out := make([]string, len(v.Items))
		for i, item := range v.Items {
			out[i] = item.Source()
		}
		return out
	}
	contents := func(v jsonb.Value) any {
		out := make([]*string, len(v.Items))
		for i, item := range v.Items {
			if s, ok := item.AsText(); ok {
				out[i] = &s
			}
		}
		return out
	}
	keys := func(v jsonb.Value) any {
		out := make([]string, len(v.Items))
		for i, item := range v.Items {
			out[i] = item.Key
		}
		return out
	}
	ofMembers := func(take func(jsonb.Value) any) func(v jsonb.Value, r row) (any, error) {
		return func(v jsonb.Value, _ row) (any, error) {
			if err := members(v, "jsonb_each", "json"); err != nil {
				return nil, err
			}
			return take(v), nil
		}
	}
	ofElements := func(take func(jsonb.Value) any) func(v jsonb.Value, r row) (any, error) {
		return func(v jsonb.Value, _ row) (any, error) {
			if err := elements(v); err != nil {
				return nil, err
			}
			return take(v), nil
		}
	}
	var all []engine.Function
	for _, f := range [][]engine.Function{
		onJSON("json_keys", always(texts1), with(), ofMembers(keys)),
		onJSON("json_values", lists, with(), ofMembers(sources)),
		onJSON("json_texts", always(texts1), with(), ofMembers(contents)),
		onJSON("json_elements", lists, with(), ofElements(sources)),
		onJSON("json_elements_text", always(texts1), with(), ofElements(contents)),
		onJSON("json_object_keys", always(texts1), with(), func(v jsonb.Value, _ row) (any, error) {
			switch v.Kind {
			case jsonb.Object:
				return keys(v), nil
			case jsonb.Array:
				return nil, engine.Errorf("22023", "cannot call json_object_keys on an array")
			}
			return nil, engine.Errorf("22023", "cannot call json_object_keys on a scalar")
		}),
	} {
		all = append(all, f...)
	}
	return all
}
