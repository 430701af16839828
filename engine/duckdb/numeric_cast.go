package duckdb

import (
	"fmt"
	"math"
	"unsafe"

	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/numeric"
)

// numberVector is a vector and its type.
type numberVector struct {
	duck.Vector
	typ duck.LogicalType
}

// castNumbers casts n values, from numeric or to it. Of those that cannot be cast
// it makes NULL if it only has to try, and reports false.
func castNumbers(n int, input, output numberVector, try bool) (ok bool, err error) {
	read, err := numbers(input.Vector, input.typ)
	if err != nil {
		return false, err
	}
	var write func(x *numeric.Decimal, i int) error
	small := func(int) bool { return false }
	if isNumericType(output.typ) {
		k, values := newKeys(), smalls(input.Vector, input.typ)
		defer k.store(output.Vector)
		write = func(x *numeric.Decimal, i int) error {
			k.skipTo(i)
			k.add(x)
			return nil
		}
		small = func(i int) bool {
			v, ok := values(i)
			if ok {
				k.skipTo(i)
				k.addSmall(v)
			}
			return ok
		}
	} else if write, err = numberWriter(output.Vector, output.typ); err != nil {
		return false, err
	}
	mask := duck.VectorGetValidity(input.Vector)
	var x numeric.Decimal
	ok = true
	for i := range n {
		if isNull(mask, i) {
			setNull(output.Vector, i)
			continue
		}
		if small(i) {
			continue
		}
		err := read(&x, i)
		if err == nil {
			err = write(&x, i)
		}
		switch {
		case err == nil:
		case try:
			ok = false
			setNull(output.Vector, i)
		default:
			return false, err
		}
	}
	return ok, nil
}

// numberWriter writes numerics into a vector of another type.
func numberWriter(v duck.Vector, t duck.LogicalType) (func(x *numeric.Decimal, i int) error, error) {
	data := duck.VectorGetData(v)
	var z numeric.Decimal
	whole := func(x *numeric.Decimal, low, high int64, name string) (int64, error) {
		if err := numeric.Round(&z, x, 0); err != nil {
			return 0, err
		}
		n, ok := numeric.Int64(&z)
		if !ok || n < low || n > high {
			return 0, outOfRange(x, name)
		}
		return n, nil
	}
	switch id := duck.GetTypeId(t); id {
	case duck.TypeVarchar:
		return func(x *numeric.Decimal, i int) error {
			duck.VectorAssignStringElementLen(v, duck.IdxT(i), numeric.AppendText(nil, x))
			return nil
		}, nil
	case duck.TypeDouble:
		return func(x *numeric.Decimal, i int) error {
			*(*float64)(unsafe.Add(data, 8*i)) = numeric.Float64(x)
			return nil
		}, nil
	case duck.TypeFloat:
		return func(x *numeric.Decimal, i int) error {
			*(*float32)(unsafe.Add(data, 4*i)) = float32(numeric.Float64(x))
			return nil
		}, nil
	case duck.TypeTinyInt:
		return func(x *numeric.Decimal, i int) error {
			n, err := whole(x, math.MinInt8, math.MaxInt8, "tinyint")
			*(*int8)(unsafe.Add(data, i)) = int8(n)
			return err
		}, nil
	case duck.TypeSmallInt:
		return func(x *numeric.Decimal, i int) error {
			n, err := whole(x, math.MinInt16, math.MaxInt16, "smallint")
			*(*int16)(unsafe.Add(data, 2*i)) = int16(n)
			return err
		}, nil
	case duck.TypeInteger:
		return func(x *numeric.Decimal, i int) error {
			n, err := whole(x, math.MinInt32, math.MaxInt32, "integer")
			*(*int32)(unsafe.Add(data, 4*i)) = int32(n)
			return err
		}, nil
	case duck.TypeBigInt:
		return func(x *numeric.Decimal, i int) error {
			n, err := whole(x, math.MinInt64, math.MaxInt64, "bigint")
			*(*int64)(unsafe.Add(data, 8*i)) = n
			return err
		}, nil
	case duck.TypeUTinyInt:
		return func(x *numeric.Decimal, i int) error {
			n, err := whole(x, 0, math.MaxUint8, "utinyint")
			*(*uint8)(unsafe.Add(data, i)) = uint8(n)
			return err
		}, nil
	case duck.TypeUSmallInt:
		return func(x *numeric.Decimal, i int) error {
			n, err := whole(x, 0, math.MaxUint16, "usmallint")
			*(*uint16)(unsafe.Add(data, 2*i)) = uint16(n)
			return err
		}, nil
	case duck.TypeUInteger:
		return func(x *numeric.Decimal, i int) error {
			n, err := whole(x, 0, math.MaxUint32, "uinteger")
			*(*uint32)(unsafe.Add(data, 4*i)) = uint32(n)
			return err
		}, nil
	case duck.TypeHugeInt, duck.TypeUHugeInt, duck.TypeUBigInt:
		return integerWriter(data, id), nil
	case duck.TypeDecimal:
		return decimalWriter(data, t), nil
	default:
		return nil, fmt.Errorf("numeric cannot be cast to %s", simpleName(id))
	}
}

func outOfRange(x *numeric.Decimal, name string) error {
	switch {
	case numeric.IsNaN(x):
		return engine.Errorf("0A000", "cannot convert NaN to %s", name)
	case !numeric.IsFinite(x):
		return engine.Errorf("0A000", "cannot convert infinity to %s", name)
	}
	return engine.Errorf("22003", "%s out of range", name)
}

// integerWriter writes the wide integers.
func integerWriter(data unsafe.Pointer, id duck.Type) func(x *numeric.Decimal, i int) error {
	var z numeric.Decimal
	return func(x *numeric.Decimal, i int) error {
		if err := numeric.Round(&z, x, 0); err != nil {
			return err
		}
		high, low, ok := numeric.Uint128(&z)
		switch {
		case !ok, z.Negative && id != duck.TypeHugeInt, id == duck.TypeHugeInt && high>>63 != 0, id == duck.TypeUBigInt && high != 0:
			return outOfRange(x, simpleName(id))
		case id == duck.TypeUBigInt:
			*(*uint64)(unsafe.Add(data, 8*i)) = low
		default:
			*(*duckHugeInt)(unsafe.Add(data, 16*i)) = signed(z.Negative, high, low)
		}
		return nil
	}
}

// signed is the integer with a sign and a magnitude.
func signed(negative bool, high, low uint64) duckHugeInt {
	n := duckHugeInt{low, int64(high)}
	if negative {
		n.low, n.high = -low, ^int64(high)
		if low == 0 {
			n.high++
		}
	}
	return n
}

// decimalWriter writes decimals, rounded to their scale.
func decimalWriter(data unsafe.Pointer, t duck.LogicalType) func(x *numeric.Decimal, i int) error {
	width, scale, internal := int(duck.DecimalWidth(t)), int(duck.DecimalScale(t)), duck.DecimalInternalType(t)
	var z numeric.Decimal
	return func(x *numeric.Decimal, i int) error {
		if err := numeric.Round(&z, x, scale); err != nil {
			return err
		}
		high, low, ok := numeric.Uint128(&z)
		if !ok || numeric.Digits(&z) > width {
			e := engine.Errorf("22003", "numeric field overflow")
			e.Detail = fmt.Sprintf("A field with precision %d, scale %d must round to an absolute value less than 10^%d.", width, scale, width-scale)
			return e
		}
		n := signed(z.Negative, high, low)
		switch internal {
		case duck.TypeSmallInt:
			*(*int16)(unsafe.Add(data, 2*i)) = int16(n.low)
		case duck.TypeInteger:
			*(*int32)(unsafe.Add(data, 4*i)) = int32(n.low)
		case duck.TypeBigInt:
			*(*int64)(unsafe.Add(data, 8*i)) = int64(n.low)
		default:
			*(*duckHugeInt)(unsafe.Add(data, 16*i)) = n
		}
		return nil
	}
}
