package duckdb

import (
	"unsafe"

	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/numeric"
)

// aggregates are those that DuckDB has not for numeric, or computes otherwise.
func aggregates() []aggregate {
	list := sums()
	for _, d := range deviations {
		list = append(list, aggregate{
			name: d.name, args: []duck.Type{duck.TypeAny}, result: duck.TypeBlob, size: unsafe.Sizeof(numeric.Moments{}),
			update: readMoments(true), combine: combineMoments,
			finalize: finalizeMoments(func(z *numeric.Decimal, m *numeric.Moments) (bool, error) { return m.Variance(z, d.sample, d.root) }),
		}, d.ofDoubles(duck.TypeDouble), d.ofDoubles(duck.TypeFloat))
	}
	return append(list, regressions()...)
}

// deviations are the aggregates over squares.
var deviations = []deviation{
	{"csvsql_var_samp", true, false}, {"csvsql_var_pop", false, false},
	{"csvsql_stddev_samp", true, true}, {"csvsql_stddev_pop", false, true},
}

type deviation struct {
	name         string
	sample, root bool
}

func combineMoments(source, target unsafe.Pointer) error {
	return (*numeric.Moments)(target).Combine((*numeric.Moments)(source))
}

// readMoments adds the values of a column.
func readMoments(squares bool) func(columns []duck.Vector) (func(unsafe.Pointer, int) error, error) {
	return func(columns []duck.Vector) (func(unsafe.Pointer, int) error, error) {
		t := duck.VectorGetColumnType(columns[0])
		defer duck.DestroyLogicalType(&t)
		read, err := numbers(columns[0], t)
		if err != nil {
			return nil, engine.Errorf("42883", "function does not exist for type %s", typeName(t))
		}
		small := smalls(columns[0], t)
		var x numeric.Decimal
		return func(state unsafe.Pointer, i int) error {
			if v, ok := small(i); ok {
				return (*numeric.Moments)(state).AddSmall(v, squares)
			}
			if err := read(&x, i); err != nil {
				return err
			}
			return (*numeric.Moments)(state).Add(&x, squares)
		}, nil
	}
}

func finalizeMoments(f func(z *numeric.Decimal, m *numeric.Moments) (bool, error)) func([]unsafe.Pointer, duck.Vector, int) error {
	return func(states []unsafe.Pointer, out duck.Vector, offset int) error {
		var z numeric.Decimal
		for i, state := range states {
			ok, err := f(&z, (*numeric.Moments)(state))
			if err != nil {
				return err
			}
			if !ok {
				setNull(out, offset+i)
				continue
			}
			duck.VectorAssignStringElementLen(out, duck.IdxT(offset+i), numeric.AppendKey(nil, &z))
		}
		return nil
	}
}
