package duckdb

// #include "aggregate.h"
import "C"

import (
	"fmt"
	"slices"
	"unsafe"

	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/numeric"
)

// scalar is one overload of a function over DuckDB's own vectors. Of its types,
// TypeBlob stands for numeric. An argument of TypeAny takes every exact number,
// which DuckDB prefers to a cast, and nothing else.
type scalar struct {
	name   string
	args   []duck.Type
	result duck.Type
	// eval computes the n rows of a chunk. Only those listed have no argument that
	// is NULL; the others are NULL already.
	eval func(chunk duck.DataChunk, rows []int, n int, out duck.Vector) error
}

// registerScalars makes the functions, those of a name together.
func (c *connection) registerScalars(list []scalar) error {
	sets := map[string]duck.ScalarFunctionSet{}
	for i := range list {
		f := &list[i]
		set, ok := sets[f.name]
		if !ok {
			set = duck.CreateScalarFunctionSet(f.name)
			defer duck.DestroyScalarFunctionSet(&set)
			sets[f.name] = set
		}
		native := f.native()
		state := duck.AddScalarFunctionToSet(set, native)
		duck.DestroyScalarFunction(&native)
		if state == duck.StateError {
			return fmt.Errorf("function %q: two of the same arguments", f.name)
		}
	}
	for name, set := range sets {
		if duck.RegisterScalarFunctionSet(c.native, set) == duck.StateError {
			return fmt.Errorf("function %q cannot be registered", name)
		}
	}
	return nil
}

func (f *scalar) native() duck.ScalarFunction {
	native := duck.CreateScalarFunction()
	duck.ScalarFunctionSetName(native, f.name)
	for _, id := range f.args {
		t := typeByID(id)
		duck.ScalarFunctionAddParameter(native, t)
		duck.DestroyLogicalType(&t)
	}
	t := typeByID(f.result)
	duck.ScalarFunctionSetReturnType(native, t)
	duck.DestroyLogicalType(&t)
	duck.ScalarFunctionSetSpecialHandling(native)
	duck.ScalarFunctionSetExtraInfo(native, newCell(f), freeHandle)
	if slices.Contains(f.args, duck.TypeAny) {
		duck.ScalarFunctionSetBind(native, unsafe.Pointer(C.csvsqlNumericBind))
	}
	duck.ScalarFunctionSetFunction(native, unsafe.Pointer(C.csvsqlNumericCall))
	return native
}

func typeByID(id duck.Type) duck.LogicalType {
	if id == duck.TypeBlob {
		return newNumericType()
	}
	return duck.CreateLogicalType(id)
}

//export csvsqlNumericBind
func csvsqlNumericBind(p unsafe.Pointer) {
	info := duck.BindInfo{Ptr: p}
	f := cellValue[*scalar](duck.ScalarFunctionBindGetExtraInfo(info))
	for i, id := range f.args {
		if id != duck.TypeAny {
			continue
		}
		e := duck.ScalarFunctionBindGetArgument(info, duck.IdxT(i))
		t := duck.ExpressionReturnType(e)
		if !isExact(t) {
			duck.ScalarFunctionBindSetError(info, errorText(engine.Errorf("42883", "function or operator does not exist for type %s", typeName(t))))
		}
		duck.DestroyLogicalType(&t)
		duck.DestroyExpression(&e)
	}
}

// isExact reports whether a type is numeric or has an implicit cast to it in
// PostgreSQL, or is that of a NULL or a parameter.
func isExact(t duck.LogicalType) bool {
	switch duck.GetTypeId(t) {
	case duck.TypeTinyInt, duck.TypeSmallInt, duck.TypeInteger, duck.TypeBigInt, duck.TypeHugeInt, duck.TypeDecimal,
		duck.TypeUTinyInt, duck.TypeUSmallInt, duck.TypeUInteger, duck.TypeUBigInt, duck.TypeUHugeInt,
		duck.TypeSQLNull, duck.TypeInvalid, duck.TypeAny:
		return true
	}
	return isNumericType(t)
}

//export csvsqlNumericCall
func csvsqlNumericCall(info, chunk, vector unsafe.Pointer) {
	i := duck.FunctionInfo{Ptr: info}
	f := cellValue[*scalar](duck.ScalarFunctionGetExtraInfo(i))
	if err := f.call(duck.DataChunk{Ptr: chunk}, duck.Vector{Ptr: vector}); err != nil {
		duck.ScalarFunctionSetError(i, errorText(err))
	}
}

func (f *scalar) call(chunk duck.DataChunk, out duck.Vector) (err error) {
	defer recovered(&err)
	n := int(duck.DataChunkGetSize(chunk))
	rows := make([]int, 0, n)
	masks := make([]unsafe.Pointer, len(f.args))
	for i := range masks {
		masks[i] = duck.VectorGetValidity(duck.DataChunkGetVector(chunk, duck.IdxT(i)))
	}
row:
	for i := range n {
		for _, mask := range masks {
			if isNull(mask, i) {
				setNull(out, i)
				continue row
			}
		}
		rows = append(rows, i)
	}
	return f.eval(chunk, rows, n, out)
}

func column(chunk duck.DataChunk, i int) unsafe.Pointer {
	return duck.VectorGetData(duck.DataChunkGetVector(chunk, duck.IdxT(i)))
}

// numericOf is a function with a numeric result: compute makes z of a row of its
// arguments.
func numericOf(name string, args []duck.Type, compute func(args []operand) func(z *numeric.Decimal, i int) (ok bool, err error)) scalar {
	return scalar{name, args, duck.TypeBlob, func(chunk duck.DataChunk, rows []int, n int, out duck.Vector) error {
		operands, err := operandsOf(chunk, len(args))
		if err != nil {
			return err
		}
		row := compute(operands)
		k := newKeys()
		defer k.store(out)
		var z numeric.Decimal
		for _, i := range rows {
			k.skipTo(i)
			ok, err := row(&z, i)
			if err != nil {
				return err
			}
			if !ok {
				setNull(out, i)
				continue
			}
			k.add(&z)
		}
		k.skipTo(n)
		return nil
	}}
}

// operand is an argument of a function: a number of any type, or an integer.
type operand struct {
	data  unsafe.Pointer
	read  readNumber
	small func(i int) (numeric.Small, bool)
}

func operandsOf(chunk duck.DataChunk, n int) ([]operand, error) {
	list := make([]operand, n)
	for i := range list {
		v := duck.DataChunkGetVector(chunk, duck.IdxT(i))
		t := duck.VectorGetColumnType(v)
		read, err := numbers(v, t)
		if err == nil {
			list[i] = operand{duck.VectorGetData(v), read, smalls(v, t)}
		}
		duck.DestroyLogicalType(&t)
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

// numeric1 is a function of one exact number.
func numeric1(name string, f func(z, x *numeric.Decimal) error) scalar {
	return numericOf(name, []duck.Type{duck.TypeAny}, ofNumeric(f))
}

// onNumeric is an overload for numeric of a function that DuckDB has for the
// other types.
func onNumeric(name string, f func(z, x *numeric.Decimal) error) scalar {
	return numericOf(name, []duck.Type{duck.TypeBlob}, ofNumeric(f))
}

func ofNumeric(f func(z, x *numeric.Decimal) error) func(args []operand) func(*numeric.Decimal, int) (bool, error) {
	return func(args []operand) func(*numeric.Decimal, int) (bool, error) {
		var x numeric.Decimal
		return func(z *numeric.Decimal, i int) (bool, error) {
			if err := args[0].read(&x, i); err != nil {
				return false, err
			}
			return true, f(z, &x)
		}
	}
}

// numeric2 is a function of two exact numbers, whose result may be NULL.
func numeric2(name string, args []duck.Type, f func(z, x, y *numeric.Decimal) (bool, error)) scalar {
	return numericOf(name, args, func(args []operand) func(*numeric.Decimal, int) (bool, error) {
		var x, y numeric.Decimal
		return func(z *numeric.Decimal, i int) (bool, error) {
			if err := args[0].read(&x, i); err != nil {
				return false, err
			}
			if err := args[1].read(&y, i); err != nil {
				return false, err
			}
			return f(z, &x, &y)
		}
	})
}

func exact2() []duck.Type { return []duck.Type{duck.TypeAny, duck.TypeAny} }

func never(f func(z, x, y *numeric.Decimal) error) func(z, x, y *numeric.Decimal) (bool, error) {
	return func(z, x, y *numeric.Decimal) (bool, error) { return true, f(z, x, y) }
}

// operator is an operator of DuckDB's where one side is a numeric, and the other
// any exact number.
func operator(name string, f func(z, x, y *numeric.Decimal) error) []scalar {
	n := duck.TypeBlob
	return []scalar{
		numeric2(name, []duck.Type{n, n}, never(f)),
		numeric2(name, []duck.Type{n, duck.TypeAny}, never(f)),
		numeric2(name, []duck.Type{duck.TypeAny, n}, never(f)),
	}
}

// toScale is a function of an exact number and a number of digits.
func toScale(name string, f func(z, x *numeric.Decimal, scale int) error) scalar {
	return numericOf(name, []duck.Type{duck.TypeAny, duck.TypeInteger}, func(args []operand) func(*numeric.Decimal, int) (bool, error) {
		var x numeric.Decimal
		return func(z *numeric.Decimal, i int) (bool, error) {
			if err := args[0].read(&x, i); err != nil {
				return false, err
			}
			return true, f(z, &x, int(at[int32](args[1].data, i)))
		}
	})
}

// plain1 and plain2 are functions of values that DuckDB stores as Go does.
func plain1[A, R any](name string, arg, result duck.Type, f func(a A) (R, error)) scalar {
	return scalar{name, []duck.Type{arg}, result, func(chunk duck.DataChunk, rows []int, _ int, out duck.Vector) error {
		a, r := column(chunk, 0), duck.VectorGetData(out)
		for _, i := range rows {
			value, err := f(at[A](a, i))
			if err != nil {
				return err
			}
			*(*R)(unsafe.Add(r, uintptr(i)*unsafe.Sizeof(value))) = value
		}
		return nil
	}}
}

func plain2[A, B, R any](name string, first, second, result duck.Type, f func(a A, b B) (r R, ok bool, err error)) scalar {
	return scalar{name, []duck.Type{first, second}, result, func(chunk duck.DataChunk, rows []int, _ int, out duck.Vector) error {
		a, b, r := column(chunk, 0), column(chunk, 1), duck.VectorGetData(out)
		for _, i := range rows {
			value, ok, err := f(at[A](a, i), at[B](b, i))
			if err != nil {
				return err
			}
			if !ok {
				setNull(out, i)
				continue
			}
			*(*R)(unsafe.Add(r, uintptr(i)*unsafe.Sizeof(value))) = value
		}
		return nil
	}}
}
