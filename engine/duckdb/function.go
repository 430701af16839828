package duckdb

import (
	"errors"
	"fmt"
	"sync"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
)

// registerFunctions makes the functions, those of a name together.
func (e *Engine) registerFunctions(c *connection, functions []engine.Function) error {
	var names []string
	byName := map[string][]engine.Function{}
	for _, f := range functions {
		if byName[f.Name] == nil {
			names = append(names, f.Name)
		}
		byName[f.Name] = append(byName[f.Name], f)
	}
	for _, name := range names {
		if err := e.registerOverloads(c, name, byName[name]); err != nil {
			return err
		}
	}
	return nil
}

func (e *Engine) registerOverloads(c *connection, name string, functions []engine.Function) error {
	set := duck.CreateScalarFunctionSet(name)
	defer duck.DestroyScalarFunctionSet(&set)
	for _, f := range functions {
		native, err := e.nativeFunction(f)
		if err != nil {
			return fmt.Errorf("function %q: %w", name, err)
		}
		state := duck.AddScalarFunctionToSet(set, native)
		duck.DestroyScalarFunction(&native)
		if state == duck.StateError {
			return fmt.Errorf("function %q: two of the same arguments", name)
		}
	}
	if duck.RegisterScalarFunctionSet(c.native, set) == duck.StateError {
		return fmt.Errorf("function %q cannot be registered", name)
	}
	return nil
}

// function is a Function of an Engine.
type function struct {
	engine.Function
	engine *Engine
}

func (e *Engine) nativeFunction(f engine.Function) (duck.ScalarFunction, error) {
	types := make([]duck.LogicalType, 0, len(f.Args)+1)
	defer func() { destroyTypes(types) }()
	for _, t := range append(f.Args[:len(f.Args):len(f.Args)], f.Return) {
		native, err := logicalType(t)
		if err != nil {
			return duck.ScalarFunction{}, err
		}
		types = append(types, native)
	}
	native := duck.CreateScalarFunction()
	duck.ScalarFunctionSetName(native, f.Name)
	for _, t := range types[:len(f.Args)] {
		duck.ScalarFunctionAddParameter(native, t)
	}
	if f.Variadic {
		anything := duck.CreateLogicalType(duck.TypeAny)
		duck.ScalarFunctionSetVarargs(native, anything)
		duck.DestroyLogicalType(&anything)
	}
	duck.ScalarFunctionSetReturnType(native, types[len(f.Args)])
	duck.ScalarFunctionSetSpecialHandling(native) // NULLs are the function's business
	if f.Volatile {
		duck.ScalarFunctionSetVolatile(native)
	}
	duck.ScalarFunctionSetExtraInfo(native, newCell(&function{f, e}), freeHandle)
	duck.ScalarFunctionSetBind(native, functionBind)
	duck.ScalarFunctionSetFunction(native, functionCall)
	return native, nil
}

// boundFunction is a function in a statement.
type boundFunction struct {
	*function
	session *session

	// Of the arguments of a variadic function.
	once      sync.Once
	schema    *schema
	schemaErr error
}

func bindFunction(info duck.BindInfo) (err error) {
	defer recovered(&err)
	f := cellValue[*function](duck.ScalarFunctionBindGetExtraInfo(info))
	var context duck.ClientContext
	duck.ScalarFunctionGetClientContext(info, &context)
	s := f.engine.sessionOf(context) // nil for a macro that is made
	duck.ScalarFunctionSetBindData(info, newCell(&boundFunction{function: f, session: s}), freeHandle)
	duck.ScalarFunctionSetBindDataCopy(info, copyHandle)
	return nil
}

// arguments makes a batch of a function's arguments, which the caller releases.
func (f *boundFunction) arguments(args duck.DataChunk) (arrow.RecordBatch, error) {
	if f.Variadic {
		s, err := f.schemaOf(args)
		if err != nil {
			return nil, err
		}
		return s.batch(f.session.arrow, args)
	}
	n := int(duck.DataChunkGetSize(args))
	fields := make([]arrow.Field, len(f.Args))
	columns := make([]arrow.Array, 0, len(f.Args))
	defer func() {
		for _, c := range columns {
			c.Release()
		}
	}()
	for i, t := range f.Args {
		t = storageType(t)
		fields[i] = arrow.Field{Type: t, Nullable: true}
		c, err := readVector(duck.DataChunkGetVector(args, duck.IdxT(i)), n, t)
		if err != nil {
			return nil, err
		}
		columns = append(columns, c)
	}
	return array.NewRecordBatch(arrow.NewSchema(fields, nil), columns, int64(n)), nil
}

// storageType is t without extension types.
func storageType(t arrow.DataType) arrow.DataType {
	switch t := t.(type) {
	case arrow.ExtensionType:
		return t.StorageType()
	case *arrow.ListType:
		return arrow.ListOf(storageType(t.Elem()))
	}
	return t
}

// schemaOf is the schema of a variadic function's arguments in a statement. It is
// that of their values: an argument that is a query has no type when the function
// is bound.
func (f *boundFunction) schemaOf(args duck.DataChunk) (*schema, error) {
	f.once.Do(func() {
		n := int(duck.DataChunkGetColumnCount(args))
		types, names := make([]duck.LogicalType, n), make([]string, n)
		defer func() { destroyTypes(types) }()
		for i := range types {
			types[i] = duck.VectorGetColumnType(duck.DataChunkGetVector(args, duck.IdxT(i)))
		}
		f.schema, f.schemaErr = newSchema(f.session.arrow, types, names)
	})
	return f.schema, f.schemaErr
}

func callFunction(info duck.FunctionInfo, args duck.DataChunk, result duck.Vector) (err error) {
	defer recovered(&err)
	f := cellValue[*boundFunction](duck.ScalarFunctionGetBindData(info))
	if f.session == nil {
		return errors.New("no session")
	}
	n := int(duck.DataChunkGetSize(args))
	batch, err := f.arguments(args)
	if err != nil {
		return err
	}
	defer batch.Release()
	out := array.NewBuilder(memory.DefaultAllocator, storageType(f.Return))
	defer out.Release()
	if err := f.Eval(functionValues{f.session}, batch, out); err != nil {
		return err
	}
	values := out.NewArray()
	defer values.Release()
	if values.Len() != n {
		return fmt.Errorf("function %q made %d values of %d", f.Name, values.Len(), n)
	}
	_, err = writeVector(result, values)
	return err
}
