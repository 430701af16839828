package duckdb

import (
	"slices"

	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine/numeric"
)

// numericScalars are the operators and functions that DuckDB has not for numeric,
// or that mean something else in PostgreSQL. What has a name of DuckDB's is an
// overload beside its own.
func numericScalars() []scalar {
	return slices.Concat(
		operator("+", numeric.Add), operator("-", numeric.Sub), operator("*", numeric.Mul),
		[]scalar{
			onNumeric("-", numeric.Neg), onNumeric("abs", numeric.Abs), onNumeric("ceil", numeric.Ceil),
			onNumeric("ceiling", numeric.Ceil), onNumeric("floor", numeric.Floor),
			onNumeric("trunc", func(z, x *numeric.Decimal) error { return numeric.Trunc(z, x, 0) }),
			numeric1("csvsql_trim_scale", numeric.TrimScale), scaleOf("csvsql_scale", numeric.Scale),
			scaleOf("csvsql_min_scale", numeric.MinScale), numeric2("csvsql_div", exact2(), never(numeric.Quo)),
			toScale("csvsql_round", numeric.Round), toScale("csvsql_trunc", numeric.Trunc),
		},
		divisions("csvsql_divide", errZero), divisions("csvsql_divide_or_null", noQuotient),
		modulos("csvsql_modulo", errZero), modulos("csvsql_modulo_or_null", noQuotient), averages(),
		elementary(), trigonometry(), buckets(), keysOf(),
	)
}

// keysOf are the functions csvsql_key, whose values compare as PostgreSQL's do:
// numerics without the zeros at their end, intervals with parts of one sign. Other types are taken as they are, for
// a statement is translated before they are known.
func keysOf() []scalar {
	const name = "csvsql_key"
	list := []scalar{
		numeric1(name, numeric.TrimScale),
		{name, []duck.Type{duck.TypeBlob}, duck.TypeBlob, func(chunk duck.DataChunk, rows []int, n int, out duck.Vector) error {
			data := column(chunk, 0)
			k := newKeys()
			defer k.store(out)
			for _, i := range rows {
				k.skipTo(i)
				k.data = numeric.AppendTrimmed(k.data, textAt(data, i))
				k.offsets = append(k.offsets, int32(len(k.data)))
			}
			k.skipTo(n)
			return nil
		}},
		same[float32](name, duck.TypeFloat), same[float64](name, duck.TypeDouble),
		plain1(name, duck.TypeInterval, duck.TypeInterval, func(x duckInterval) (duckInterval, error) { return x.normal(), nil }),
		same[bool](name, duck.TypeBoolean), same[int32](name, duck.TypeDate), same[int64](name, duck.TypeTime),
		same[int64](name, duck.TypeTimestamp), same[int64](name, duck.TypeTimestampTZ),
		same[int8](name, duck.TypeTinyInt), same[int16](name, duck.TypeSmallInt), same[int32](name, duck.TypeInteger), same[int64](name, duck.TypeBigInt),
		{name, []duck.Type{duck.TypeVarchar}, duck.TypeVarchar, func(chunk duck.DataChunk, rows []int, _ int, out duck.Vector) error {
			text := column(chunk, 0)
			for _, i := range rows {
				duck.VectorAssignStringElementLen(out, duck.IdxT(i), textAt(text, i))
			}
			return nil
		}},
	}
	return list
}

func same[T any](name string, id duck.Type) scalar {
	return plain1(name, id, id, func(x T) (T, error) { return x, nil })
}

// scaleOf is a function of how many digits a number has behind the point, which
// is NULL of what is not finite.
func scaleOf(name string, f func(x *numeric.Decimal) int) scalar {
	return scalar{name, []duck.Type{duck.TypeAny}, duck.TypeInteger, func(chunk duck.DataChunk, rows []int, n int, out duck.Vector) error {
		args, err := operandsOf(chunk, 1)
		if err != nil {
			return err
		}
		r := vectorData[int32](out, n)
		var x numeric.Decimal
		for _, i := range rows {
			if err := args[0].read(&x, i); err != nil {
				return err
			}
			if !numeric.IsFinite(&x) {
				setNull(out, i)
				continue
			}
			r[i] = int32(f(&x))
		}
		return nil
	}}
}

// averages make an average of a sum and the number of its values.
func averages() []scalar {
	const name = "csvsql_average"
	return []scalar{
		numericOf(name, []duck.Type{duck.TypeAny, duck.TypeBigInt}, func(args []operand) func(*numeric.Decimal, int) (bool, error) {
			var x, n numeric.Decimal
			return func(z *numeric.Decimal, i int) (bool, error) {
				if err := args[0].read(&x, i); err != nil {
					return false, err
				}
				count := at[int64](args[1].data, i)
				if count == 0 {
					return false, nil
				}
				numeric.SetInt64(&n, count)
				return true, numeric.Div(z, &x, &n)
			}
		}),
		plain2(name, duck.TypeDouble, duck.TypeBigInt, duck.TypeDouble, func(sum float64, count int64) (float64, bool, error) {
			return sum / float64(count), count > 0, nil
		}),
		plain2(name, duck.TypeFloat, duck.TypeBigInt, duck.TypeDouble, func(sum float32, count int64) (float64, bool, error) {
			return float64(sum) / float64(count), count > 0, nil
		}),
		plain2(name, duck.TypeInterval, duck.TypeBigInt, duck.TypeInterval, func(sum duckInterval, count int64) (duckInterval, bool, error) {
			if count == 0 {
				return sum, false, nil
			}
			r, err := sum.divide(float64(count))
			return r, true, err
		}),
	}
}
