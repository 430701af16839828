package pgfunc

import (
	"github.com/apache/arrow-go/v18/arrow"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/numeric"
	"github.com/csvsql/csvsql/engine/pgfunc/jsonb"
)

// ToJSONB is the text of a jsonb for that of a json, or for a text that may be none
// (22P02).
func ToJSONB(s string) (string, error) {
	v, err := parseJSONB(s)
	if err != nil {
		return "", withCode(err)
	}
	return shown(v), nil
}

func parseJSONB(s string) (jsonb.Value, error) {
	v, err := jsonb.Parse(s)
	if err != nil {
		return v, err
	}
	return v.Normal()
}

// jsonOrder is the function whose values sort as those of jsonb do.
func jsonOrder() []engine.Function {
	return onJSON("jsonb_key", always(bytea), with(), func(v jsonb.Value, _ row) (any, error) {
		v, err := v.Normal()
		if err != nil {
			return nil, err
		}
		return v.AppendKey(nil, func(dst []byte, text string) ([]byte, error) {
			var x numeric.Decimal
			if err := numeric.Parse(&x, text); err != nil {
				return dst, err
			}
			return numeric.AppendTrimmed(dst, numeric.AppendKey(nil, &x)), nil
		})
	})
}

func shown(v jsonb.Value) string { return string(v.Append(nil)) }

// sourceOf is a value that was found in another one.
func sourceOf(v jsonb.Value, ok bool) any {
	if !ok {
		return nil
	}
	return v.Source()
}

func textOf(v jsonb.Value, ok bool) any {
	if ok {
		if s, ok := v.AsText(); ok {
			return s
		}
	}
	return nil
}

// pathOf are the steps of a path; false if one is NULL.
func pathOf(steps []*string) ([]string, bool) {
	path := make([]string, len(steps))
	for i, s := range steps {
		if s == nil {
			return nil, false
		}
		path[i] = *s
	}
	return path, true
}

// onJSON makes a function whose first argument is a json or jsonb.
func onJSON(name string, result, argument func(typ int) types, f func(v jsonb.Value, r row) (any, error)) []engine.Function {
	var out []engine.Function
	for i := range jsonTypes {
		out = append(out, define(name, result(i)[0], argument(i), func(r row) (any, error) {
			v, err := jsonb.Parse(r.text(0))
			if err != nil {
				return nil, err
			}
			return f(v, r)
		}))
	}
	return out
}

// jsonTypes are the types that hold a JSON; a plain text counts as a json.
var jsonTypes = types{json, jsonB, text}

func same(typ int) types { // the result's type for the argument's
	return types{types{json, jsonB, json}[typ]}
}

func always(t ...arrow.DataType) func(int) types { return func(int) types { return t } }

func with(more ...arrow.DataType) func(int) types {
	return func(typ int) types { return append(types{jsonTypes[typ]}, more...) }
}

// jsonAccess are the operators that take a part of a json or jsonb
// (PostgreSQL documentation, 9.16, table 9.45).
func jsonAccess() []engine.Function {
	at := func(take func(jsonb.Value, bool) any) func(v jsonb.Value, r row) (any, error) {
		return func(v jsonb.Value, r row) (any, error) { return take(v.At(r.bigint(1))), nil }
	}
	get := func(take func(jsonb.Value, bool) any) func(v jsonb.Value, r row) (any, error) {
		return func(v jsonb.Value, r row) (any, error) { return take(v.Get(r.text(1))), nil }
	}
	path := func(take func(jsonb.Value, bool) any) func(v jsonb.Value, r row) (any, error) {
		return func(v jsonb.Value, r row) (any, error) {
			steps, ok := pathOf(r.texts(1))
			if !ok {
				return nil, nil
			}
			if len(steps) == 0 {
				return take(v, true), nil
			}
			return take(v.Path(steps)), nil
		}
	}
	var all []engine.Function
	for _, f := range [][]engine.Function{
		onJSON("json_get", same, with(text), get(sourceOf)),
		onJSON("json_get", same, with(bigint), at(sourceOf)),
		onJSON("json_get_text", always(text), with(text), get(textOf)),
		onJSON("json_get_text", always(text), with(bigint), at(textOf)),
		onJSON("json_path", same, with(texts1), path(sourceOf)),
		onJSON("json_path_text", always(text), with(texts1), path(textOf)),
		onJSON("json_typeof", always(text), with(), func(v jsonb.Value, _ row) (any, error) { return v.Kind.String(), nil }),
		onJSON("json_array_length", always(integer), with(), func(v jsonb.Value, _ row) (any, error) {
			switch v.Kind {
			case jsonb.Array:
				return int32(len(v.Items)), nil
			case jsonb.Object:
				return nil, engine.Errorf("22023", "cannot get array length of a non-array")
			}
			return nil, engine.Errorf("22023", "cannot get array length of a scalar")
		}),
	} {
		all = append(all, f...)
	}
	return append(all,
		define("jsonb_contains", boolean, types{jsonB, jsonB}, func(r row) (any, error) {
			v, w, err := twoJSONB(r)
			return v.Contains(w), err
		}),
		define("jsonb_has", boolean, types{jsonB, text}, func(r row) (any, error) {
			v, err := jsonb.Parse(r.text(0))
			return v.Has(r.text(1)), err
		}),
		define("jsonb_has_any", boolean, types{jsonB, texts1}, func(r row) (any, error) {
			v, err := jsonb.Parse(r.text(0))
			for _, key := range r.texts(1) {
				if key != nil && v.Has(*key) {
					return true, err
				}
			}
			return false, err
		}),
		define("jsonb_has_all", boolean, types{jsonB, texts1}, func(r row) (any, error) {
			v, err := jsonb.Parse(r.text(0))
			for _, key := range r.texts(1) {
				if key != nil && !v.Has(*key) {
					return false, err
				}
			}
			return true, err
		}),
	)
}

func twoJSONB(r row) (v, w jsonb.Value, err error) {
	if v, err = jsonb.Parse(r.text(0)); err == nil {
		w, err = jsonb.Parse(r.text(1))
	}
	return v, w, err
}
