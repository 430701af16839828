package duckdb

import (
	"unsafe"

	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/numeric"
)

// sums are sum where the argument may be a numeric. DuckDB takes no overloads for
// its own, which is the faster one for whatever is known to be none.
func sums() []aggregate {
	const name = "csvsql_sum"
	moment := func(arg, result duck.Type, finalize func([]unsafe.Pointer, duck.Vector, int) error) aggregate {
		return aggregate{
			name: name, args: []duck.Type{arg}, result: result, size: unsafe.Sizeof(numeric.Moments{}),
			update: readMoments(false), combine: combineMoments, finalize: finalize,
		}
	}
	return []aggregate{
		moment(duck.TypeAny, duck.TypeBlob, finalizeMoments(func(z *numeric.Decimal, m *numeric.Moments) (bool, error) {
			return m.Sum(z), nil
		})),
		moment(duck.TypeSmallInt, duck.TypeBigInt, finalizeSum(bigSum)), moment(duck.TypeInteger, duck.TypeBigInt, finalizeSum(bigSum)),
		moment(duck.TypeBigInt, duck.TypeHugeInt, finalizeSum(hugeSum)),
		moment(duck.TypeHugeInt, duck.TypeHugeInt, finalizeSum(hugeSum)),
		{
			name: name, args: []duck.Type{duck.TypeInterval}, result: duck.TypeInterval, size: unsafe.Sizeof(intervalSum{}),
			update: func(columns []duck.Vector) (func(unsafe.Pointer, int) error, error) {
				data := duck.VectorGetData(columns[0])
				return func(state unsafe.Pointer, i int) error {
					return (*intervalSum)(state).add(intervalSum{1, at[duckInterval](data, i)})
				}, nil
			},
			combine: func(source, target unsafe.Pointer) error { return (*intervalSum)(target).add(*(*intervalSum)(source)) },
			finalize: func(states []unsafe.Pointer, out duck.Vector, offset int) error {
				data := duck.VectorGetData(out)
				for i, state := range states {
					s := (*intervalSum)(state)
					if s.count == 0 {
						setNull(out, offset+i)
						continue
					}
					*(*duckInterval)(unsafe.Add(data, 16*(offset+i))) = s.sum
				}
				return nil
			},
		},
		sumOfFloats[float32](name, duck.TypeFloat), sumOfFloats[float64](name, duck.TypeDouble),
	}
}

func bigSum(data unsafe.Pointer, i int, _, low uint64) { *(*uint64)(unsafe.Add(data, 8*i)) = low }

func hugeSum(data unsafe.Pointer, i int, high, low uint64) {
	*(*duckHugeInt)(unsafe.Add(data, 16*i)) = duckHugeInt{low, int64(high)}
}

// finalizeSum writes sums of integers.
func finalizeSum(write func(data unsafe.Pointer, i int, high, low uint64)) func([]unsafe.Pointer, duck.Vector, int) error {
	return func(states []unsafe.Pointer, out duck.Vector, offset int) error {
		data := duck.VectorGetData(out)
		for i, state := range states {
			high, low, ok := (*numeric.Moments)(state).Sum128()
			if !ok {
				setNull(out, offset+i)
				continue
			}
			write(data, offset+i, high, low)
		}
		return nil
	}
}

// intervalSum is the state of a sum of intervals.
type intervalSum struct {
	count int64
	sum   duckInterval
}

func (s *intervalSum) add(v intervalSum) error {
	months, days := int64(s.sum.months)+int64(v.sum.months), int64(s.sum.days)+int64(v.sum.days)
	micros := s.sum.micros + v.sum.micros
	if int64(int32(months)) != months || int64(int32(days)) != days || (micros > s.sum.micros) != (v.sum.micros > 0) && v.sum.micros != 0 {
		return engine.Errorf("22008", "interval out of range")
	}
	*s = intervalSum{s.count + v.count, duckInterval{int32(months), int32(days), micros}}
	return nil
}

// floatSum is the state of a sum of floats.
type floatSum struct {
	count int64
	sum   float64
}

func sumOfFloats[T float32 | float64](name string, id duck.Type) aggregate {
	return aggregate{
		name: name, args: []duck.Type{id}, result: id, size: unsafe.Sizeof(floatSum{}),
		update: func(columns []duck.Vector) (func(unsafe.Pointer, int) error, error) {
			data := duck.VectorGetData(columns[0])
			return func(state unsafe.Pointer, i int) error {
				s, v := (*floatSum)(state), float64(at[T](data, i))
				sum := s.sum + v
				if err := inRange(float64(T(sum)), s.sum, v); err != nil {
					return err
				}
				s.count, s.sum = s.count+1, sum
				return nil
			}, nil
		},
		combine: func(source, target unsafe.Pointer) error {
			from, into := (*floatSum)(source), (*floatSum)(target)
			into.count += from.count
			into.sum += from.sum
			return nil
		},
		finalize: func(states []unsafe.Pointer, out duck.Vector, offset int) error {
			data := duck.VectorGetData(out)
			for i, state := range states {
				s := (*floatSum)(state)
				if s.count == 0 {
					setNull(out, offset+i)
					continue
				}
				*(*T)(unsafe.Add(data, uintptr(offset+i)*unsafe.Sizeof(T(0)))) = T(s.sum)
			}
			return nil
		},
	}
}
