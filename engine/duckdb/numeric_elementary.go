package duckdb

// #cgo LDFLAGS: -lm
// #include <math.h>
import "C"

import (
	"math"
	"slices"
	"unsafe"

	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/numeric"
)

// elementary are the functions that PostgreSQL has for numeric and for double
// precision, which integers are cast to. They fail where DuckDB's are infinite.
// Those of doubles are the C library's, as PostgreSQL's are: Go's may differ in the
// last digit.
func elementary() []scalar {
	var list []scalar
	for _, f := range []struct {
		name  string
		exact func(z, x *numeric.Decimal) error
		float func(x float64) (float64, error)
	}{
		{"csvsql_sqrt", numeric.Sqrt, squareRoot},
		{"csvsql_exp", numeric.Exp, exponential},
		{"csvsql_ln", numeric.Ln, logarithm(func(x float64) float64 { return float64(C.log(C.double(x))) })},
		{"csvsql_log", log10, logarithm(func(x float64) float64 { return float64(C.log10(C.double(x))) })},
		{"csvsql_sign", numeric.Sign, signOf},
		{"csvsql_round", func(z, x *numeric.Decimal) error { return numeric.Round(z, x, 0) },
			func(x float64) (float64, error) { return math.RoundToEven(x), nil }},
	} {
		list = append(list, numeric1(f.name, f.exact))
		for _, id := range inexact() {
			list = append(list, double1(f.name, id, f.float))
		}
	}
	exponentiate := func(x, y float64) (float64, bool, error) {
		r, err := power(x, y)
		return r, true, err
	}
	list = append(list, numeric2("csvsql_log", exact2(), never(numeric.Log)), numeric2("csvsql_power", exact2(), never(numeric.Power)))
	for _, a := range inexact() {
		for _, b := range inexact() {
			list = append(list, double2("csvsql_power", []duck.Type{a, b}, exponentiate))
		}
	}
	for _, f := range []duck.Type{duck.TypeFloat, duck.TypeDouble} {
		list = append(list, double2("csvsql_power", []duck.Type{f, duck.TypeAny}, exponentiate),
			double2("csvsql_power", []duck.Type{duck.TypeAny, f}, exponentiate))
	}
	// A real beside another number is a double precision: DuckDB, which would make a
	// real of that, casts it to the double that is asked for here.
	for name, f := range map[string]func(x, y float64) float64{
		"+": func(x, y float64) float64 { return x + y },
		"-": func(x, y float64) float64 { return x - y },
		"*": func(x, y float64) float64 { return x * y },
	} {
		checked := func(x, y float64) (float64, bool, error) { return f(x, y), true, inRange(f(x, y), x, y) }
		for _, types := range [][]duck.Type{
			{duck.TypeBlob, duck.TypeFloat}, {duck.TypeBlob, duck.TypeDouble}, {duck.TypeFloat, duck.TypeBlob}, {duck.TypeDouble, duck.TypeBlob},
			{duck.TypeFloat, duck.TypeDouble}, {duck.TypeDouble, duck.TypeFloat},
		} {
			list = append(list, double2(name, types, checked))
		}
	}
	return list
}

// inexact are the types whose values these functions take as doubles.
func inexact() []duck.Type {
	list := []duck.Type{duck.TypeFloat, duck.TypeDouble}
	for _, t := range integerTypes {
		list = append(list, t.id)
	}
	return list
}

// trigonometry are DuckDB's functions of doubles for numeric.
func trigonometry() []scalar {
	var list []scalar
	for name, f := range map[string]func(x float64) float64{
		"acos": math.Acos, "asin": math.Asin, "atan": math.Atan, "cbrt": math.Cbrt, "cos": math.Cos, "cosh": math.Cosh,
		"cot": func(x float64) float64 { return 1 / math.Tan(x) }, "degrees": func(x float64) float64 { return x * 180 / math.Pi },
		"radians": func(x float64) float64 { return x * math.Pi / 180 }, "sin": math.Sin, "sinh": math.Sinh, "tan": math.Tan, "tanh": math.Tanh,
	} {
		list = append(list, double1(name, duck.TypeBlob, func(x float64) (float64, error) {
			r := f(x)
			if math.IsNaN(r) && !math.IsNaN(x) {
				return 0, engine.Errorf("22003", "input is out of range")
			}
			return r, inRange(r, x)
		}))
	}
	return list
}

// double1 and double2 are functions of numbers that are taken as doubles.
func double1(name string, arg duck.Type, f func(x float64) (float64, error)) scalar {
	return scalar{name, []duck.Type{arg}, duck.TypeDouble, func(chunk duck.DataChunk, rows []int, _ int, out duck.Vector) error {
		x, err := doubles(duck.DataChunkGetVector(chunk, 0))
		if err != nil {
			return err
		}
		r := duck.VectorGetData(out)
		for _, i := range rows {
			value, err := f(x(i))
			if err != nil {
				return err
			}
			*(*float64)(unsafe.Add(r, 8*i)) = value
		}
		return nil
	}}
}

func double2(name string, args []duck.Type, f func(x, y float64) (r float64, ok bool, err error)) scalar {
	return scalar{name, args, duck.TypeDouble, func(chunk duck.DataChunk, rows []int, _ int, out duck.Vector) error {
		x, err := doubles(duck.DataChunkGetVector(chunk, 0))
		if err != nil {
			return err
		}
		y, err := doubles(duck.DataChunkGetVector(chunk, 1))
		if err != nil {
			return err
		}
		r := duck.VectorGetData(out)
		for _, i := range rows {
			value, ok, err := f(x(i), y(i))
			if err != nil {
				return err
			}
			if !ok {
				setNull(out, i)
				continue
			}
			*(*float64)(unsafe.Add(r, 8*i)) = value
		}
		return nil
	}}
}

// inRange checks that the result of a function is infinite only if an argument is.
func inRange(r float64, args ...float64) error {
	if math.IsInf(r, 0) && !slices.ContainsFunc(args, func(a float64) bool { return math.IsInf(a, 0) }) {
		return engine.Errorf("22003", "value out of range: overflow")
	}
	return nil
}

func errUnderflow() error { return engine.Errorf("22003", "value out of range: underflow") }

func log10(z, x *numeric.Decimal) error {
	var base numeric.Decimal
	numeric.SetInt64(&base, 10)
	return numeric.Log(z, &base, x)
}

func squareRoot(x float64) (float64, error) {
	if x < 0 {
		return 0, engine.Errorf("2201F", "cannot take square root of a negative number")
	}
	return math.Sqrt(x), nil
}

func exponential(x float64) (float64, error) {
	r := float64(C.exp(C.double(x)))
	if r == 0 && !math.IsInf(x, 0) {
		return 0, errUnderflow()
	}
	return r, inRange(r, x)
}

func logarithm(f func(float64) float64) func(float64) (float64, error) {
	return func(x float64) (float64, error) {
		switch {
		case x == 0:
			return 0, engine.Errorf("2201E", "cannot take logarithm of zero")
		case x < 0:
			return 0, engine.Errorf("2201E", "cannot take logarithm of a negative number")
		}
		return f(x), nil
	}
}

func power(x, y float64) (float64, error) {
	switch {
	case math.IsNaN(x) || math.IsNaN(y): // of which it is but for x^0 and 1^y
		return math.Pow(x, y), nil
	case x == 0 && y < 0:
		return 0, engine.Errorf("2201F", "zero raised to a negative power is undefined")
	case x < 0 && math.Floor(y) != y:
		return 0, engine.Errorf("2201F", "a negative number raised to a non-integer power yields a complex result")
	}
	r := float64(C.pow(C.double(x), C.double(y)))
	if r == 0 && x != 0 && !math.IsInf(x, 0) && !math.IsInf(y, 0) {
		return 0, errUnderflow()
	}
	return r, inRange(r, x, y)
}

func signOf(x float64) (float64, error) {
	switch {
	case x > 0:
		return 1, nil
	case x < 0:
		return -1, nil
	}
	return 0, nil // of NaN too
}
