// Package pgfunc has functions of PostgreSQL's that the engine lacks, or has
// with another meaning, written in Go.
//
// A function is either right for all that PostgreSQL's documentation says, or
// refuses what it cannot do with 0A000. Statements reach them through
// engine/dialect/rewrite, under names in the schema postgres: "postgres.to_char".
// They run in the engine's process, over values of users: none may panic, or take
// memory out of proportion to its arguments.
package pgfunc

import (
	"errors"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/pgfunc/jsonpath"
	"github.com/csvsql/csvsql/engine/pgfunc/template"
)

// Schema is the schema of the functions in SQL, a part of their names.
const Schema = "postgres."

// Functions are all of them.
func Functions() []engine.Function {
	var all []engine.Function
	for _, group := range [][]engine.Function{
		jsonAccess(), jsonOrder(), jsonChanges(), jsonRows(), jsonMaking(), jsonPaths(),
		texts(), binaries(), bitsAndBytes(), byteaTexts(), similars(), makeTimes(), {formatting(), formattingList(), toChar()}, fromTemplates(), regexps(), intervals(), numbers(), dimensionsOf(),
	} {
		all = append(all, group...)
	}
	for i := range all {
		all[i].Name = Schema + all[i].Name
	}
	return all
}

// The types of arguments and results.
var (
	text    arrow.DataType = arrow.BinaryTypes.String
	texts1  arrow.DataType = arrow.ListOf(text)
	integer arrow.DataType = arrow.PrimitiveTypes.Int32
	bigint  arrow.DataType = arrow.PrimitiveTypes.Int64
	boolean arrow.DataType = arrow.FixedWidthTypes.Boolean
	float   arrow.DataType = arrow.PrimitiveTypes.Float64
	bytea   arrow.DataType = arrow.BinaryTypes.Binary
	json                   = engine.TypeJSON()
	jsonB                  = engine.TypeJSONB()
)

type types = []arrow.DataType

// row is one row of a function's arguments.
type row struct {
	columns []arrow.Array
	i       int
}

func (r row) null(k int) bool     { return r.columns[k].IsNull(r.i) }
func (r row) text(k int) string   { return r.columns[k].(*array.String).Value(r.i) }
func (r row) bigint(k int) int64  { return r.columns[k].(*array.Int64).Value(r.i) }
func (r row) float(k int) float64 { return r.columns[k].(*array.Float64).Value(r.i) }
func (r row) boolean(k int) bool  { return r.columns[k].(*array.Boolean).Value(r.i) }
func (r row) bytea(k int) []byte  { return r.columns[k].(*array.Binary).Value(r.i) }

// texts are the elements of an array; nil is NULL.
func (r row) texts(k int) []*string {
	list := r.columns[k].(*array.List)
	from, to := list.ValueOffsets(r.i)
	elements := list.ListValues().(*array.String)
	out := make([]*string, 0, to-from)
	for i := int(from); i < int(to); i++ {
		if elements.IsNull(i) {
			out = append(out, nil)
			continue
		}
		s := elements.Value(i)
		out = append(out, &s)
	}
	return out
}

// define makes a function of one that works on a row; nil is NULL. It is not
// called for rows with a NULL among the arguments: then the result is NULL.
func define(name string, result arrow.DataType, args types, f func(r row) (any, error)) engine.Function {
	return engine.Function{Name: name, Args: args, Return: result, Eval: func(_ engine.Values, batch arrow.RecordBatch, out array.Builder) error {
		r := row{columns: batch.Columns()}
		for r.i = range int(batch.NumRows()) {
			if r.anyNull() {
				out.AppendNull()
				continue
			}
			if err := appendResult(out, f, r); err != nil {
				return err
			}
		}
		return nil
	}}
}

func (r row) anyNull() bool {
	for k := range r.columns {
		if r.null(k) {
			return true
		}
	}
	return false
}

func appendResult(out array.Builder, f func(r row) (any, error), r row) error {
	v, err := f(r)
	if err != nil {
		return withCode(err)
	}
	appendValue(out, v)
	return nil
}

func appendValue(out array.Builder, v any) {
	switch v := v.(type) {
	case nil:
		out.AppendNull()
	case string:
		out.(*array.StringBuilder).Append(v)
	case bool:
		out.(*array.BooleanBuilder).Append(v)
	case int32:
		out.(*array.Int32Builder).Append(v)
	case int64:
		out.(*array.Int64Builder).Append(v)
	case float64:
		out.(*array.Float64Builder).Append(v)
	case []byte:
		out.(*array.BinaryBuilder).Append(v)
	case arrow.Timestamp:
		out.(*array.TimestampBuilder).Append(v)
	case arrow.Date32:
		out.(*array.Date32Builder).Append(v)
	case arrow.Time64:
		out.(*array.Time64Builder).Append(v)
	case []string:
		list := out.(*array.ListBuilder)
		list.Append(true)
		for _, s := range v {
			list.ValueBuilder().(*array.StringBuilder).Append(s)
		}
	case []*string:
		list := out.(*array.ListBuilder)
		list.Append(true)
		for _, s := range v {
			if s == nil {
				list.ValueBuilder().AppendNull()
			} else {
				list.ValueBuilder().(*array.StringBuilder).Append(*s)
			}
		}
	case [][]*string:
		list := out.(*array.ListBuilder)
		list.Append(true)
		for _, inner := range v {
			appendValue(list.ValueBuilder(), inner)
		}
	}
}

// withCode makes an error of the engine's of one that has a SQLSTATE.
func withCode(err error) error {
	var e *engine.Error
	if errors.As(err, &e) {
		return err
	}
	var wrong *template.Error
	if errors.As(err, &wrong) {
		return &engine.Error{Code: wrong.Code, Message: wrong.Message, Detail: wrong.Detail, Hint: wrong.Hint}
	}
	var path *jsonpath.Error
	if errors.As(err, &path) {
		return &engine.Error{Code: path.Code, Message: path.Message, Detail: path.Detail, Hint: path.Hint}
	}
	var coded interface{ SQLState() string }
	if errors.As(err, &coded) {
		return &engine.Error{Code: coded.SQLState(), Message: err.Error()}
	}
	return err
}

// variadic makes a function of arguments of any type.
func variadic(name string, result arrow.DataType, eval func(args arrow.RecordBatch, out array.Builder) error) engine.Function {
	return engine.Function{Name: name, Return: result, Variadic: true, Eval: func(_ engine.Values, args arrow.RecordBatch, out array.Builder) error {
		return withCodeOrNil(eval(args, out))
	}}
}

func withCodeOrNil(err error) error {
	if err == nil {
		return nil
	}
	return withCode(err)
}
