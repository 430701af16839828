package duckdb

import (
	"math"
	"strconv"
	"unsafe"

	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/numeric"
)

// A division by zero is an error, or NULL.
func errZero() (ok bool, err error) { return false, engine.Errorf("22012", "division by zero") }

func noQuotient() (ok bool, err error) { return false, nil }

// divisions are a / b: of two integers an integer of the wider type, of other
// exact numbers a numeric, with a double a double.
func divisions(name string, zero func() (bool, error)) []scalar {
	list := []scalar{
		{name, exact2(), duck.TypeBlob, func(chunk duck.DataChunk, rows []int, n int, out duck.Vector) error {
			args, err := operandsOf(chunk, 2)
			if err != nil {
				return err
			}
			return divideNumbers(args, rows, n, out, zero)
		}},
		plain2(name, duck.TypeFloat, duck.TypeFloat, duck.TypeFloat, func(a, b float32) (float32, bool, error) {
			r, ok, err := divideDoubles(float64(a), float64(b), zero)
			return float32(r), ok, err
		}),
	}
	for _, id := range append(inexact(), duck.TypeAny) {
		list = append(list, divideInterval(name, id, zero))
	}
	divide := func(a, b float64) (float64, bool, error) { return divideDoubles(a, b, zero) }
	for _, args := range [][]duck.Type{
		{duck.TypeDouble, duck.TypeDouble}, {duck.TypeDouble, duck.TypeFloat}, {duck.TypeFloat, duck.TypeDouble},
		{duck.TypeDouble, duck.TypeAny}, {duck.TypeAny, duck.TypeDouble}, {duck.TypeFloat, duck.TypeAny}, {duck.TypeAny, duck.TypeFloat},
	} {
		list = append(list, double2(name, args, divide))
	}
	return append(list, integerDivisions(name, zero, false)...)
}

// divideNumbers divides exact numbers.
func divideNumbers(args []operand, rows []int, n int, out duck.Vector, zero func() (bool, error)) error {
	k := newKeys()
	defer k.store(out)
	var x, y, z numeric.Decimal
	for _, i := range rows {
		k.skipTo(i)
		a, small := args[0].small(i)
		if b, ok := args[1].small(i); small && ok {
			if q, ok := numeric.QuoSmall(a, b); ok {
				k.addSmall(q)
				continue
			}
		}
		if err := args[0].read(&x, i); err != nil {
			return err
		}
		if err := args[1].read(&y, i); err != nil {
			return err
		}
		if numeric.IsZero(&y) && !numeric.IsNaN(&x) {
			if ok, err := zero(); err != nil {
				return err
			} else if !ok {
				setNull(out, i)
			}
			continue
		}
		if err := numeric.Div(&z, &x, &y); err != nil {
			return err
		}
		k.add(&z)
	}
	k.skipTo(n)
	return nil
}

func divideInterval(name string, by duck.Type, zero func() (bool, error)) scalar {
	return scalar{name, []duck.Type{duck.TypeInterval, by}, duck.TypeInterval, func(chunk duck.DataChunk, rows []int, _ int, out duck.Vector) error {
		b, err := doubles(duck.DataChunkGetVector(chunk, 1))
		if err != nil {
			return err
		}
		a, r := column(chunk, 0), duck.VectorGetData(out)
		for _, i := range rows {
			if b(i) == 0 {
				if ok, err := zero(); err != nil {
					return err
				} else if !ok {
					setNull(out, i)
				}
				continue
			}
			v, err := at[duckInterval](a, i).divide(b(i))
			if err != nil {
				return err
			}
			*(*duckInterval)(unsafe.Add(r, 16*i)) = v
		}
		return nil
	}}
}

func divideDoubles(a, b float64, zero func() (bool, error)) (float64, bool, error) {
	if b == 0 && a == a {
		ok, err := zero()
		return 0, ok, err
	}
	r := a / b
	if r == 0 && a != 0 && !math.IsInf(b, 0) {
		return 0, false, errUnderflow()
	}
	return r, true, inRange(r, a, b)
}

// integerType is an integer of at most 64 bits: how it is read, and which type of
// PostgreSQL's holds it.
type integerType struct {
	id, wide duck.Type
	read     func(data unsafe.Pointer, i int) int64
}

var integerTypes = []integerType{
	{duck.TypeTinyInt, duck.TypeSmallInt, readInteger[int8]}, {duck.TypeSmallInt, duck.TypeSmallInt, readInteger[int16]},
	{duck.TypeInteger, duck.TypeInteger, readInteger[int32]}, {duck.TypeBigInt, duck.TypeBigInt, readInteger[int64]},
	{duck.TypeUTinyInt, duck.TypeSmallInt, readInteger[uint8]}, {duck.TypeUSmallInt, duck.TypeInteger, readInteger[uint16]},
	{duck.TypeUInteger, duck.TypeBigInt, readInteger[uint32]},
}

func readInteger[T int8 | int16 | int32 | int64 | uint8 | uint16 | uint32](data unsafe.Pointer, i int) int64 {
	return int64(at[T](data, i))
}

// integerDivisions are a / b or a % b of all types of integers.
func integerDivisions(name string, zero func() (bool, error), modulo bool) []scalar {
	list := []scalar{sameIntegers[int32](name, duck.TypeInteger, zero, modulo), sameIntegers[int64](name, duck.TypeBigInt, zero, modulo)}
	for _, a := range integerTypes {
		for _, b := range integerTypes {
			if a.id == b.id && (a.id == duck.TypeInteger || a.id == duck.TypeBigInt) {
				continue
			}
			list = append(list, ofIntegers(name, a, b, zero, func(n, d int64) (int64, bool) {
				switch {
				case modulo && d == -1:
					return 0, true
				case modulo:
					return n % d, true
				}
				return n / d, d != -1 || n != math.MinInt64
			}))
		}
	}
	return list
}

// sameIntegers divides integers of one type, which is what most are.
func sameIntegers[T int32 | int64](name string, id duck.Type, zero func() (bool, error), modulo bool) scalar {
	return scalar{name, []duck.Type{id, id}, id, func(chunk duck.DataChunk, rows []int, n int, out duck.Vector) error {
		a, b, r := unsafe.Slice((*T)(column(chunk, 0)), n), unsafe.Slice((*T)(column(chunk, 1)), n), vectorData[T](out, n)
		for _, i := range rows {
			n, d := a[i], b[i]
			switch {
			case d == 0:
				if ok, err := zero(); err != nil {
					return err
				} else if !ok {
					setNull(out, i)
				}
			case d == -1 && modulo:
				r[i] = 0
			case d == -1:
				if r[i] = -n; n < 0 && r[i] < 0 { // the least integer
					return engine.Errorf("22003", "%s out of range", postgresName("INT"+strconv.Itoa(8*int(unsafe.Sizeof(n)))))
				}
			case modulo:
				r[i] = n % d
			default:
				r[i] = n / d
			}
		}
		return nil
	}}
}

// ofIntegers is a function of two integers, of which the second divides: compute
// is not called with a zero.
func ofIntegers(name string, first, second integerType, zero func() (bool, error), compute func(n, d int64) (r int64, ok bool)) scalar {
	result, most, typ := first.wide, int64(math.MaxInt64), "bigint"
	if result == duck.TypeSmallInt || second.wide == duck.TypeBigInt {
		result = second.wide
	}
	write := func(r unsafe.Pointer, i int, v int64) { *(*int64)(unsafe.Add(r, 8*i)) = v }
	switch result {
	case duck.TypeSmallInt:
		most, typ = math.MaxInt16, "smallint"
		write = func(r unsafe.Pointer, i int, v int64) { *(*int16)(unsafe.Add(r, 2*i)) = int16(v) }
	case duck.TypeInteger:
		most, typ = math.MaxInt32, "integer"
		write = func(r unsafe.Pointer, i int, v int64) { *(*int32)(unsafe.Add(r, 4*i)) = int32(v) }
	}
	return scalar{name, []duck.Type{first.id, second.id}, result, func(chunk duck.DataChunk, rows []int, _ int, out duck.Vector) error {
		a, b, r := column(chunk, 0), column(chunk, 1), duck.VectorGetData(out)
		for _, i := range rows {
			n, d := first.read(a, i), second.read(b, i)
			if d == 0 {
				if ok, err := zero(); err != nil {
					return err
				} else if !ok {
					setNull(out, i)
				}
				continue
			}
			v, ok := compute(n, d)
			if !ok || v > most {
				return engine.Errorf("22003", "%s out of range", typ)
			}
			write(r, i, v)
		}
		return nil
	}}
}

// modulos are a % b, which PostgreSQL has for exact numbers only.
func modulos(name string, zero func() (bool, error)) []scalar {
	list := []scalar{numeric2(name, exact2(), func(z, x, y *numeric.Decimal) (bool, error) {
		if numeric.IsZero(y) && !numeric.IsNaN(x) {
			return zero()
		}
		return true, numeric.Mod(z, x, y)
	})}
	return append(list, integerDivisions(name, zero, true)...)
}

// Units of an interval.
const (
	daysPerMonth  = 30
	secondsPerDay = 24 * 60 * 60
)

// divide divides an interval: what a part leaves over goes to the next smaller one.
func (a duckInterval) divide(b float64) (duckInterval, error) {
	months, days := float64(a.months)/b, float64(a.days)/b
	if !(math.Abs(months) <= math.MaxInt32 && math.Abs(days) <= math.MaxInt32) {
		return duckInterval{}, engine.Errorf("22008", "interval out of range")
	}
	r := duckInterval{months: int32(months), days: int32(days)}
	restDays := roundMicros((months - math.Trunc(months)) * daysPerMonth)
	seconds := roundMicros((days - math.Trunc(days) + restDays - math.Trunc(restDays)) * secondsPerDay)
	if math.Abs(seconds) >= secondsPerDay {
		whole := math.Trunc(seconds / secondsPerDay)
		r.days += int32(whole)
		seconds -= whole * secondsPerDay
	}
	r.days += int32(restDays)
	r.micros = int64(math.RoundToEven(float64(a.micros)/b + seconds*1e6))
	return r, nil
}

// normal is a as whole months, days of a month and time of a day: by what they are
// together, intervals compare.
func (a duckInterval) normal() duckInterval {
	const microsPerDay = secondsPerDay * 1000000
	days := a.micros / microsPerDay
	micros := a.micros % microsPerDay
	if micros < 0 {
		days, micros = days-1, micros+microsPerDay
	}
	days += int64(a.days)
	months := days / daysPerMonth
	if days %= daysPerMonth; days < 0 {
		months, days = months-1, days+daysPerMonth
	}
	months = max(math.MinInt32, min(months+int64(a.months), math.MaxInt32))
	return duckInterval{months: int32(months), days: int32(days), micros: micros}
}

// roundMicros rounds to six digits behind the point.
func roundMicros(x float64) float64 { return math.RoundToEven(x*1e6) / 1e6 }
