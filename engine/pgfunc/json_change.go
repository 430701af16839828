package pgfunc

import (
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/pgfunc/jsonb"
)

// jsonChanges are the functions that make another jsonb of one
// (PostgreSQL documentation, 9.16, tables 9.46 and 9.48).
func jsonChanges() []engine.Function {
	set := func(v jsonb.Value, r row, how jsonb.Change) (jsonb.Value, error) {
		with, err := jsonb.Parse(r.text(2))
		if err != nil {
			return v, err
		}
		return v.ChangeAt(r.texts(1), how, with)
	}
	return []engine.Function{
		change("jsonb_concat", types{jsonB}, func(v jsonb.Value, r row) (jsonb.Value, error) {
			w, err := jsonb.Parse(r.text(1))
			return jsonb.Concat(v, w), err
		}),
		change("jsonb_delete", types{text}, func(v jsonb.Value, r row) (jsonb.Value, error) { return v.Without(r.text(1)) }),
		change("jsonb_delete", types{texts1}, func(v jsonb.Value, r row) (jsonb.Value, error) {
			var keys []string
			for _, k := range r.texts(1) {
				if k != nil {
					keys = append(keys, *k)
				}
			}
			return v.Without(keys...)
		}),
		change("jsonb_delete", types{bigint}, func(v jsonb.Value, r row) (jsonb.Value, error) { return v.WithoutAt(r.bigint(1)) }),
		change("jsonb_delete_path", types{texts1}, func(v jsonb.Value, r row) (jsonb.Value, error) {
			return v.ChangeAt(r.texts(1), jsonb.Delete, jsonb.Value{})
		}),
		change("jsonb_set", types{texts1, jsonB}, func(v jsonb.Value, r row) (jsonb.Value, error) { return set(v, r, jsonb.Create) }),
		change("jsonb_set", types{texts1, jsonB, boolean}, func(v jsonb.Value, r row) (jsonb.Value, error) {
			if r.boolean(3) {
				return set(v, r, jsonb.Create)
			}
			return set(v, r, jsonb.Replace)
		}),
		change("jsonb_insert", types{texts1, jsonB}, func(v jsonb.Value, r row) (jsonb.Value, error) { return set(v, r, jsonb.InsertBefore) }),
		change("jsonb_insert", types{texts1, jsonB, boolean}, func(v jsonb.Value, r row) (jsonb.Value, error) {
			if r.boolean(3) {
				return set(v, r, jsonb.InsertAfter)
			}
			return set(v, r, jsonb.InsertBefore)
		}),
		change("jsonb_strip_nulls", nil, func(v jsonb.Value, _ row) (jsonb.Value, error) { return v.StripNulls(), nil }),
		define("json_strip_nulls", json, types{json}, func(r row) (any, error) {
			v, err := jsonb.Parse(r.text(0))
			return string(v.StripNulls().AppendCompact(nil)), err
		}),
		define("jsonb_pretty", text, types{jsonB}, func(r row) (any, error) {
			v, err := jsonb.Parse(r.text(0))
			return string(v.AppendPretty(nil)), err
		}),
	}
}

// change makes a function whose first argument and result are a jsonb.
func change(name string, args types, f func(v jsonb.Value, r row) (jsonb.Value, error)) engine.Function {
	return define(name, jsonB, append(types{jsonB}, args...), func(r row) (any, error) {
		v, err := jsonb.Parse(r.text(0))
		if err != nil {
			return nil, err
		}
		if v, err = f(v, r); err != nil {
			return nil, err
		}
		return shown(v), nil
	})
}
