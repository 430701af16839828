package duckdb

// #include <stdlib.h>
// #include "aggregate.h"
import "C"

import (
	"fmt"
	"unsafe"

	duck "github.com/duckdb/duckdb-go-bindings"
)

// aggregate is one overload of an aggregate. Its states lie in DuckDB's memory
// and hold no pointers.
type aggregate struct {
	name   string
	args   []duck.Type // as in scalar
	result duck.Type
	size   uintptr
	// update adds row i of the columns, none of which is NULL, to a state.
	update  func(columns []duck.Vector) (func(state unsafe.Pointer, i int) error, error)
	combine func(source, target unsafe.Pointer) error
	// finalize is called with the states, one for each row of the result from
	// offset on.
	finalize func(states []unsafe.Pointer, out duck.Vector, offset int) error
}

// registerAggregates makes the aggregates, those of a name together.
func (c *connection) registerAggregates(list []aggregate) error {
	sets := map[string]unsafe.Pointer{}
	for i := range list {
		a := &list[i]
		set, ok := sets[a.name]
		if !ok {
			name := C.CString(a.name)
			set = C.duckdb_create_aggregate_function_set(name)
			C.free(unsafe.Pointer(name))
			defer C.duckdb_destroy_aggregate_function_set(&set)
			sets[a.name] = set
		}
		native := a.native()
		state := C.duckdb_add_aggregate_function_to_set(set, native)
		C.duckdb_destroy_aggregate_function(&native)
		if state != 0 {
			return fmt.Errorf("aggregate %q: two of the same arguments", a.name)
		}
	}
	for name, set := range sets {
		if C.duckdb_register_aggregate_function_set(c.native.Ptr, set) != 0 {
			return fmt.Errorf("aggregate %q cannot be registered", name)
		}
	}
	return nil
}

func (a *aggregate) native() unsafe.Pointer {
	native := C.duckdb_create_aggregate_function()
	name := C.CString(a.name)
	defer C.free(unsafe.Pointer(name))
	C.duckdb_aggregate_function_set_name(native, name)
	for _, id := range a.args {
		t := typeByID(id)
		C.duckdb_aggregate_function_add_parameter(native, t.Ptr)
		duck.DestroyLogicalType(&t)
	}
	t := typeByID(a.result)
	C.duckdb_aggregate_function_set_return_type(native, t.Ptr)
	duck.DestroyLogicalType(&t)
	C.duckdb_aggregate_function_set_extra_info(native, newCell(a), freeHandle)
	C.duckdb_aggregate_function_set_functions(native, unsafe.Pointer(C.csvsqlStateSize), unsafe.Pointer(C.csvsqlStateInit),
		unsafe.Pointer(C.csvsqlStateUpdate), unsafe.Pointer(C.csvsqlStateCombine), unsafe.Pointer(C.csvsqlStateFinalize))
	return native
}

func aggregateOf(info unsafe.Pointer) *aggregate {
	return cellValue[*aggregate](C.duckdb_aggregate_function_get_extra_info(info))
}

// fail tells DuckDB of an error.
func fail(info unsafe.Pointer, err error) {
	if err != nil {
		text := C.CString(errorText(err))
		defer C.free(unsafe.Pointer(text))
		C.duckdb_aggregate_function_set_error(info, text)
	}
}

//export csvsqlStateSize
func csvsqlStateSize(info unsafe.Pointer) C.csvsql_idx { return C.csvsql_idx(aggregateOf(info).size) }

//export csvsqlStateInit
func csvsqlStateInit(info, state unsafe.Pointer) {
	a := aggregateOf(info)
	clear(unsafe.Slice((*byte)(state), a.size))
}

//export csvsqlStateUpdate
func csvsqlStateUpdate(info, chunk unsafe.Pointer, states *unsafe.Pointer) {
	a := aggregateOf(info)
	fail(info, a.updateChunk(duck.DataChunk{Ptr: chunk}, states))
}

func (a *aggregate) updateChunk(chunk duck.DataChunk, states *unsafe.Pointer) (err error) {
	defer recovered(&err)
	n := int(duck.DataChunkGetSize(chunk))
	columns, masks := make([]duck.Vector, len(a.args)), make([]unsafe.Pointer, len(a.args))
	for i := range columns {
		columns[i] = duck.DataChunkGetVector(chunk, duck.IdxT(i))
		masks[i] = duck.VectorGetValidity(columns[i])
	}
	add, err := a.update(columns)
	if err != nil {
		return err
	}
row:
	for i, state := range unsafe.Slice(states, n) {
		for _, mask := range masks {
			if isNull(mask, i) {
				continue row
			}
		}
		if err := add(state, i); err != nil {
			return err
		}
	}
	return nil
}

//export csvsqlStateCombine
func csvsqlStateCombine(info unsafe.Pointer, sources, targets *unsafe.Pointer, count C.csvsql_idx) {
	a := aggregateOf(info)
	into := unsafe.Slice(targets, count)
	for i, source := range unsafe.Slice(sources, count) {
		if err := a.combine(source, into[i]); err != nil {
			fail(info, err)
			return
		}
	}
}

//export csvsqlStateFinalize
func csvsqlStateFinalize(info unsafe.Pointer, states *unsafe.Pointer, vector unsafe.Pointer, count, offset C.csvsql_idx) {
	a := aggregateOf(info)
	fail(info, a.finish(unsafe.Slice(states, count), duck.Vector{Ptr: vector}, int(offset)))
}

func (a *aggregate) finish(states []unsafe.Pointer, out duck.Vector, offset int) (err error) {
	defer recovered(&err)
	return a.finalize(states, out, offset)
}
