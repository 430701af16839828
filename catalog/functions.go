package catalog

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/csvsql/csvsql/catalog/builtin"
	"github.com/csvsql/csvsql/engine"
)

// FunctionSchema is the schema of the functions in SQL, a part of their names:
// "pg_catalog.format_type".
const FunctionSchema = "pg_catalog."

// Builtins are the relations and functions for an engine that is a
// engine.CatalogHost.
func Builtins() engine.Builtins {
	b := engine.Builtins{Functions: functions()}
	for i := range builtin.All() {
		r := &builtin.All()[i]
		relation := engine.Relation{
			Name:     engine.TableName{Schema: r.Schema, Name: r.Name},
			Schema:   r.ArrowSchema(),
			Database: databaseColumns(r),
			System:   systemColumns(r),
			Rows:     r.Rows,
		}
		if ofSession[r.Name] && r.Schema == "pg_catalog" {
			relation.Rows = nil // all rows are the session's
		}
		b.Relations = append(b.Relations, relation)
	}
	return b
}

// ofSession are the relations of pg_catalog that a session has no rows of from
// package builtin.
var ofSession = map[string]bool{"pg_settings": true, "pg_database": true}

// databaseColumns are the columns of information_schema that hold the name of
// the database in every row.
func databaseColumns(r *builtin.Relation) []int {
	var at []int
	for i, c := range r.Columns {
		switch c.Name {
		case "table_catalog", "constraint_catalog", "catalog_name", "sequence_catalog", "view_catalog", "udt_catalog",
			"routine_catalog", "specific_catalog", "unique_constraint_catalog", "default_collate_catalog":
			if r.Schema == "information_schema" {
				at = append(at, i)
			}
		}
	}
	return at
}

// systemColumns are those that tables have in PostgreSQL beside their own.
func systemColumns(r *builtin.Relation) []engine.SystemColumn {
	if r.Schema != "pg_catalog" {
		return nil
	}
	return []engine.SystemColumn{
		{Name: "tableoid", Value: uint32(r.OID)}, {Name: "xmin", Value: 1}, {Name: "xmax", Value: 0}, {Name: "cmin", Value: 0}, {Name: "cmax", Value: 0},
	}
}

func functions() []engine.Function {
	var all []engine.Function
	for _, group := range [][]engine.Function{
		visibleFunctions(), definitionFunctions(), descriptionFunctions(), referenceFunctions(), privilegeFunctions(),
		sizeFunctions(), sessionFunctions(), backendFunctions(),
	} {
		all = append(all, group...)
	}
	for i := range all {
		all[i].Name = FunctionSchema + all[i].Name
	}
	return all
}

// argument is a type that functions take and return in Go.
type argument interface {
	string | int64 | uint32 | bool | []string
}

func arrowType[T argument]() arrow.DataType {
	var zero T
	switch any(zero).(type) {
	case string:
		return arrow.BinaryTypes.String
	case int64:
		return arrow.PrimitiveTypes.Int64
	case uint32:
		return arrow.PrimitiveTypes.Uint32
	case bool:
		return arrow.FixedWidthTypes.Boolean
	}
	return arrow.ListOf(arrow.BinaryTypes.String)
}

// value is value i of a column of type T.
func value[T argument](a arrow.Array, i int) T {
	var v any
	switch a := a.(type) {
	case *array.String:
		v = a.Value(i)
	case *array.Int64:
		v = a.Value(i)
	case *array.Uint32:
		v = a.Value(i)
	case *array.Boolean:
		v = a.Value(i)
	}
	return v.(T)
}

func appendResult[T argument](out array.Builder, v T) {
	switch v := any(v).(type) {
	case string:
		out.(*array.StringBuilder).Append(v)
	case int64:
		out.(*array.Int64Builder).Append(v)
	case uint32:
		out.(*array.Uint32Builder).Append(v)
	case bool:
		out.(*array.BooleanBuilder).Append(v)
	case []string:
		list := out.(*array.ListBuilder)
		list.Append(true)
		for _, s := range v {
			list.ValueBuilder().(*array.StringBuilder).Append(s)
		}
	}
}

// result is what a function makes of a row; nil is NULL.
type result[R argument] struct {
	value R
	null  bool
}

func some[R argument](v R) result[R] { return result[R]{value: v} }
func null[R argument]() result[R]    { return result[R]{null: true} }

// textOr is some text, or NULL if there is none.
func found[R argument](v R, ok bool) result[R] { return result[R]{v, !ok} }

// each makes a function of one that works on a row, in which no argument is
// NULL: then the result is NULL.
func each[R argument](name string, args []arrow.DataType, f func(l *lookup, batch arrow.RecordBatch, i int) (result[R], error)) engine.Function {
	return engine.Function{Name: name, Args: args, Return: arrowType[R](), Eval: func(v engine.Values, batch arrow.RecordBatch, out array.Builder) error {
		l, err := lookupOf(v)
		if err != nil {
			return err
		}
		for i := range int(batch.NumRows()) {
			if anyNull(batch, i) {
				out.AppendNull()
				continue
			}
			r, err := f(l, batch, i)
			if err != nil {
				return err
			}
			if r.null {
				out.AppendNull()
			} else {
				appendResult(out, r.value)
			}
		}
		return nil
	}}
}

func anyNull(batch arrow.RecordBatch, i int) bool {
	for _, c := range batch.Columns() {
		if c.IsNull(i) {
			return true
		}
	}
	return false
}

// constant, unary, binary and ternary are each for functions of so many
// arguments.
func constant[R argument](name string, f func(l *lookup) result[R]) engine.Function {
	return each(name, nil, func(l *lookup, _ arrow.RecordBatch, _ int) (result[R], error) { return f(l), nil })
}

func unary[A, R argument](name string, f func(l *lookup, a A) (result[R], error)) engine.Function {
	return each(name, []arrow.DataType{arrowType[A]()}, func(l *lookup, b arrow.RecordBatch, i int) (result[R], error) {
		return f(l, value[A](b.Column(0), i))
	})
}

func binary[A, B, R argument](name string, f func(l *lookup, a A, b B) (result[R], error)) engine.Function {
	return each(name, []arrow.DataType{arrowType[A](), arrowType[B]()}, func(l *lookup, b arrow.RecordBatch, i int) (result[R], error) {
		return f(l, value[A](b.Column(0), i), value[B](b.Column(1), i))
	})
}

func ternary[A, B, C, R argument](name string, f func(l *lookup, a A, b B, c C) (result[R], error)) engine.Function {
	args := []arrow.DataType{arrowType[A](), arrowType[B](), arrowType[C]()}
	return each(name, args, func(l *lookup, b arrow.RecordBatch, i int) (result[R], error) {
		return f(l, value[A](b.Column(0), i), value[B](b.Column(1), i), value[C](b.Column(2), i))
	})
}

// volatile marks functions that are evaluated for every row.
func volatile(f engine.Function) engine.Function {
	f.Volatile = true
	return f
}

// object is an OID as an argument: wide enough for every integer that SQL has.
type object = int64
