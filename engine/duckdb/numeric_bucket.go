package duckdb

import (
	"cmp"
	"math"

	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/numeric"
)

// buckets are width_bucket(operand, low, high, count): of exact numbers exactly,
// and of double precision if one of them is a float.
func buckets() []scalar {
	const name = "csvsql_width_bucket"
	ids := []duck.Type{duck.TypeFloat, duck.TypeDouble, duck.TypeAny}
	var list []scalar
	for _, x := range ids {
		for _, low := range ids {
			for _, high := range ids {
				args := []duck.Type{x, low, high, duck.TypeInteger}
				eval := bucketsOfDoubles
				if x == duck.TypeAny && low == duck.TypeAny && high == duck.TypeAny {
					eval = bucketsOfNumbers
				}
				list = append(list, scalar{name, args, duck.TypeInteger, eval})
			}
		}
	}
	return list
}

func bucketsOfNumbers(chunk duck.DataChunk, rows []int, n int, out duck.Vector) error {
	args, err := operandsOf(chunk, 3)
	if err != nil {
		return err
	}
	counts, r := column(chunk, 3), vectorData[int32](out, n)
	var x [3]numeric.Decimal
	for _, i := range rows {
		for k := range x {
			if err := args[k].read(&x[k], i); err != nil {
				return err
			}
		}
		if r[i], err = numeric.WidthBucket(&x[0], &x[1], &x[2], at[int32](counts, i)); err != nil {
			return err
		}
	}
	return nil
}

func bucketsOfDoubles(chunk duck.DataChunk, rows []int, n int, out duck.Vector) error {
	var x [3]func(i int) float64
	for k := range x {
		var err error
		if x[k], err = doubles(duck.DataChunkGetVector(chunk, duck.IdxT(k))); err != nil {
			return err
		}
	}
	counts, r := column(chunk, 3), vectorData[int32](out, n)
	for _, i := range rows {
		var err error
		if r[i], err = bucketOfDouble(x[0](i), x[1](i), x[2](i), at[int32](counts, i)); err != nil {
			return err
		}
	}
	return nil
}

func bucketOfDouble(x, low, high float64, count int32) (int32, error) {
	switch {
	case math.IsNaN(x) || math.IsNaN(low) || math.IsNaN(high):
		return 0, engine.Errorf(numeric.CodeWidthBucket, "operand, lower bound, and upper bound cannot be NaN")
	case math.IsInf(low, 0) || math.IsInf(high, 0):
		return 0, engine.Errorf(numeric.CodeWidthBucket, "lower and upper bounds must be finite")
	}
	return numeric.Bucket(cmp.Compare(x, low), cmp.Compare(x, high), cmp.Compare(low, high), count, func() int32 {
		part, width := x-low, high-low
		if math.IsInf(width, 0) {
			part, width = x/2-low/2, high/2-low/2
		}
		return int32(min(part/width*float64(count), float64(count-1))) // rounding may make it one more
	})
}
