package duckdb

/*
#include "cast.h"

static int csvsql_register_cast(duckdb_connection connection, duckdb_logical_type from, duckdb_logical_type to) {
	duckdb_cast_function cast = duckdb_create_cast_function();
	duckdb_cast_function_set_source_type(cast, from);
	duckdb_cast_function_set_target_type(cast, to);
	duckdb_cast_function_set_implicit_cast_cost(cast, -1); // never
	duckdb_cast_function_set_function(cast, (duckdb_cast_function_t)csvsqlCast);
	int state = duckdb_register_cast_function(connection, cast);
	duckdb_destroy_cast_function(&cast);
	return state;
}
*/
import "C"

import (
	"errors"
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/pgfunc"
)

// jsonbAlias is the name of the type jsonb, which is text to DuckDB.
const jsonbAlias = "JSONB"

// aliasOfText is a type that is stored as text, which the caller destroys.
func aliasOfText(alias string) duck.LogicalType {
	t := duck.CreateLogicalType(duck.TypeVarchar)
	duck.LogicalTypeSetAlias(t, alias)
	return t
}

// registerJSONB makes the type jsonb and the casts to it.
func (c *connection) registerJSONB() error {
	t := aliasOfText(jsonbAlias)
	defer duck.DestroyLogicalType(&t)
	if duck.RegisterLogicalType(c.native, t, duck.CreateTypeInfo{}) == duck.StateError {
		return engine.Errorf("XX000", "the type jsonb cannot be registered")
	}
	return errors.Join(c.registerCast(duck.CreateLogicalType(duck.TypeVarchar)), c.registerCast(aliasOfText("JSON")))
}

// registerCast makes the cast from a type of text to jsonb, which DuckDB would do
// without a look at the value. It is made where it is written, or a value is
// stored; a constant is cast wherever a jsonb is asked for.
func (c *connection) registerCast(from duck.LogicalType) error {
	defer duck.DestroyLogicalType(&from)
	to := aliasOfText(jsonbAlias)
	defer duck.DestroyLogicalType(&to)
	if C.csvsql_register_cast(C.duckdb_connection(c.native.Ptr), C.duckdb_logical_type(from.Ptr), C.duckdb_logical_type(to.Ptr)) != 0 {
		return engine.Errorf("XX000", "the casts to jsonb cannot be registered")
	}
	return nil
}

//export csvsqlCast
func csvsqlCast(p unsafe.Pointer, count C.idx_t, input, output unsafe.Pointer) C.bool {
	info := C.duckdb_function_info(p)
	try := C.duckdb_cast_function_get_cast_mode(info) != 0
	ok, err := castVector(int(count), duck.Vector{Ptr: input}, duck.Vector{Ptr: output}, try)
	if err != nil {
		text := C.CString(errorText(err))
		defer C.free(unsafe.Pointer(text))
		C.duckdb_cast_function_set_error(info, text)
	}
	return C.bool(ok && err == nil)
}

// castVector converts n values. Of those that cannot be converted it makes NULL
// if it only has to try, and reports false.
func castVector(n int, input, output duck.Vector, try bool) (ok bool, err error) {
	defer recovered(&err)
	values, err := readVector(input, n, arrow.BinaryTypes.String)
	if err != nil {
		return false, err
	}
	defer values.Release()
	texts := values.(*array.String)
	out := array.NewStringBuilder(memory.DefaultAllocator)
	defer out.Release()
	ok = true
	for i := range n {
		if texts.IsNull(i) {
			out.AppendNull()
			continue
		}
		text, err := pgfunc.ToJSONB(texts.Value(i))
		switch {
		case err == nil:
			out.Append(text)
		case try:
			ok = false
			out.AppendNull()
		default:
			return false, err
		}
	}
	converted := out.NewArray()
	defer converted.Release()
	_, err = writeVector(output, converted)
	return ok, err
}
