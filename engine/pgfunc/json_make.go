package pgfunc

import (
	"strconv"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/pgfunc/jsonb"
)

// jsonMaking are the functions that make a json or jsonb of other values
// (PostgreSQL documentation, 9.16, table 9.47).
func jsonMaking() []engine.Function {
	var all []engine.Function
	for _, f := range []struct {
		name string
		make func(args []argument, row int, dst []byte) ([]byte, error)
	}{
		{"to_json%", toJSON},
		{"json%_build_array", buildArray},
		{"json%_build_object", buildObject},
	} {
		all = append(all, jsonOf(f.name, json, f.make), jsonOf(f.name, jsonB, f.make))
	}
	for _, t := range (types{json, jsonB}) {
		all = append(all,
			define(nameFor("json%_object", t), t, types{texts1}, func(r row) (any, error) {
				list := r.texts(0)
				if len(list)%2 != 0 {
					return nil, engine.Errorf("2202E", "array must have even number of elements")
				}
				var keys, values []*string
				for i := 0; i < len(list); i += 2 {
					keys, values = append(keys, list[i]), append(values, list[i+1])
				}
				return objectOf(keys, values, t)
			}),
			define(nameFor("json%_object", t), t, types{texts1, texts1}, func(r row) (any, error) {
				return objectOf(r.texts(0), r.texts(1), t)
			}))
	}
	return append(all,
		// The text of an item of json_agg: a row or an array begins a line.
		jsonOf("json_item", json, func(args []argument, row int, dst []byte) ([]byte, error) {
			if args[0].nested && !args[0].IsNull(row) {
				dst = append(dst, "\n "...)
			}
			return args[0].append(dst, row), nil
		}),
		jsonOf("json_member", json, func(args []argument, row int, dst []byte) ([]byte, error) {
			if args[0].IsNull(row) {
				return nil, engine.Errorf("22023", "field name must not be null")
			}
			dst, err := args[0].appendKey(dst, row)
			return args[1].append(append(dst, " : "...), row), err
		}))
}

// nameFor puts b in the place of % for a function that makes a jsonb.
func nameFor(name string, t arrow.DataType) string {
	b := ""
	if arrow.TypeEqual(t, jsonB) {
		b = "b"
	}
	for i := range name {
		if name[i] == '%' {
			return name[:i] + b + name[i+1:]
		}
	}
	return name
}

// argument is an argument of any type.
type argument struct {
	*encoding.Printer                   // of JSON
	key               *encoding.Printer // of text
	nested            bool              // it is a row or a list
}

func (a argument) append(dst []byte, row int) []byte {
	if a.IsNull(row) {
		return append(dst, "null"...)
	}
	return a.Append(dst, row)
}

// appendKey appends the key of an object.
func (a argument) appendKey(dst []byte, row int) ([]byte, error) {
	if a.nested || a.key.IsJSON() {
		return dst, engine.Errorf("22023", "key value must be scalar, not array, composite, or json")
	}
	return jsonb.AppendString(dst, string(a.key.Append(nil, row))), nil
}

func arguments(batch arrow.RecordBatch) []argument {
	args := make([]argument, batch.NumCols())
	for i, f := range batch.Schema().Fields() {
		args[i] = argument{Printer: encoding.NewJSONPrinter(f), key: encoding.NewPrinter(f)}
		_, args[i].nested = f.Type.(arrow.NestedType)
		args[i].Bind(batch.Column(i))
		args[i].key.Bind(batch.Column(i))
	}
	return args
}

// jsonOf makes a function of one that appends a JSON text for a row. Its name has
// a % where that of the one that makes a jsonb has a b.
func jsonOf(name string, t arrow.DataType, f func(args []argument, row int, dst []byte) ([]byte, error)) engine.Function {
	normal := arrow.TypeEqual(t, jsonB)
	return variadic(nameFor(name, t), t, func(batch arrow.RecordBatch, out array.Builder) error {
		args := arguments(batch)
		buffer := []byte{}
		for i := range int(batch.NumRows()) {
			dst, err := f(args, i, buffer[:0])
			if err != nil {
				return err
			}
			if dst == nil {
				out.AppendNull()
				continue
			}
			s := string(dst)
			if normal {
				if s, err = ToJSONB(s); err != nil {
					return err
				}
			}
			out.(*array.StringBuilder).Append(s)
			buffer = dst
		}
		return nil
	})
}

// toJSON is to_json of one argument, of which NULL is NULL.
func toJSON(args []argument, row int, dst []byte) ([]byte, error) {
	if len(args) != 1 {
		return nil, engine.Errorf("42883", "function to_json with %d arguments does not exist", len(args))
	}
	if args[0].IsNull(row) {
		return nil, nil
	}
	return args[0].Append(dst, row), nil
}

func buildArray(args []argument, row int, dst []byte) ([]byte, error) {
	dst = append(dst, '[')
	for i := range args {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = args[i].append(dst, row)
	}
	return append(dst, ']'), nil
}

func buildObject(args []argument, row int, dst []byte) ([]byte, error) {
	if len(args)%2 != 0 {
		return nil, engine.Errorf("22023", "argument list must have even number of elements")
	}
	dst = append(dst, '{')
	for i := 0; i < len(args); i += 2 {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		if args[i].IsNull(row) {
			return nil, engine.Errorf("22023", "argument %s cannot be null", strconv.Itoa(i+1))
		}
		var err error
		if dst, err = args[i].appendKey(dst, row); err != nil {
			return nil, err
		}
		dst = args[i+1].append(append(dst, " : "...), row)
	}
	return append(dst, '}'), nil
}

// objectOf is json_object or jsonb_object of lists of keys and values.
func objectOf(keys, values []*string, t arrow.DataType) (any, error) {
	if len(keys) != len(values) {
		return nil, engine.Errorf("2202E", "mismatched array dimensions")
	}
	dst := []byte{'{'}
	for i, k := range keys {
		if k == nil {
			return nil, engine.Errorf("22004", "null value not allowed for object key")
		}
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = append(jsonb.AppendString(dst, *k), " : "...)
		if values[i] == nil {
			dst = append(dst, "null"...)
		} else {
			dst = jsonb.AppendString(dst, *values[i])
		}
	}
	dst = append(dst, '}')
	if arrow.TypeEqual(t, jsonB) {
		return ToJSONB(string(dst))
	}
	return string(dst), nil
}
