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
	if err := c.registerJSONBScalars(t); err != nil {
		return err
	}
	// A cast would take the text without a look at the value.
	for _, from := range []duck.LogicalType{duck.CreateLogicalType(duck.TypeVarchar), aliasOfText("JSON")} {
		err := c.registerCast(from, t)
		duck.DestroyLogicalType(&from)
		if err != nil {
			return err
		}
	}
	return nil
}

// registerCast makes a cast, from or to a type of ours. It is made where it is
// written, where a value is stored, and where the two types meet in a comparison, a
// CASE or a UNION; a constant is cast wherever a value of the type is asked for.
func (c *connection) registerCast(from, to duck.LogicalType) error {
	if C.csvsql_register_cast(C.duckdb_connection(c.native.Ptr), C.duckdb_logical_type(from.Ptr), C.duckdb_logical_type(to.Ptr)) != 0 {
		return engine.Errorf("XX000", "a cast from %s to %s cannot be registered", typeName(from), typeName(to))
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
	from, to := duck.VectorGetColumnType(input), duck.VectorGetColumnType(output)
	defer duck.DestroyLogicalType(&from)
	defer duck.DestroyLogicalType(&to)
	if isJSONB(from) {
		return castJSONB(n, input, numberVector{output, to}, try)
	}
	if isNumericType(from) || isNumericType(to) {
		return castNumbers(n, numberVector{input, from}, numberVector{output, to}, try)
	}
	if isTIDType(from) || isTIDType(to) {
		return castTIDs(n, input, output, isTIDType(to), try)
	}
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
