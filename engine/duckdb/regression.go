package duckdb

import (
	"math"
	"unsafe"

	duck "github.com/duckdb/duckdb-go-bindings"

	"github.com/csvsql/csvsql/engine"
)

// The aggregates over squares of doubles sum squares of differences from the mean
// so far (Youngs and Cramer, 1971), as PostgreSQL does, to the last digit.

// regression is the state of such an aggregate of pairs of doubles; those of one
// double leave x alone.
type regression struct {
	n                     float64
	sx, sxx, sy, syy, sxy float64
}

func (r *regression) add(y, x float64) error {
	r.n++
	before := *r
	r.sx += x
	r.sy += y
	if r.n == 1 {
		if !isFinite(x) {
			r.sxx, r.sxy = math.NaN(), math.NaN()
		}
		if !isFinite(y) {
			r.syy, r.sxy = math.NaN(), math.NaN()
		}
		return nil
	}
	dx, dy := x*r.n-r.sx, y*r.n-r.sy
	scale := 1 / (r.n * (r.n - 1))
	r.sxx += dx * dx * scale
	r.syy += dy * dy * scale
	r.sxy += dx * dy * scale
	return r.check(&before, x, y)
}

// addOne adds a value where there is only one: PostgreSQL divides then.
func (r *regression) addOne(y float64) error {
	r.n++
	before := *r
	r.sy += y
	if r.n == 1 {
		if !isFinite(y) {
			r.syy = math.NaN()
		}
		return nil
	}
	d := y*r.n - r.sy
	r.syy += d * d / (r.n * (r.n - 1))
	return r.check(&before, 0, y)
}

// check makes a sum that has become infinite an error, unless an argument was, or
// a sum before.
func (r *regression) check(before *regression, x, y float64) error {
	infinite := func(list ...float64) bool {
		for _, f := range list {
			if math.IsInf(f, 0) {
				return true
			}
		}
		return false
	}
	if !infinite(r.sx, r.sxx, r.sy, r.syy, r.sxy) {
		return nil
	}
	if !infinite(before.sx, before.sy, x, y) {
		return engine.Errorf("22003", "value out of range: overflow")
	}
	for _, f := range []*float64{&r.sxx, &r.syy, &r.sxy} {
		if math.IsInf(*f, 0) {
			*f = math.NaN()
		}
	}
	return nil
}

func isFinite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }

func combineRegressions(source, target unsafe.Pointer) error {
	a, b := (*regression)(target), (*regression)(source)
	switch {
	case b.n == 0:
		return nil
	case a.n == 0:
		*a = *b
		return nil
	}
	n := a.n + b.n
	dx, dy := a.sx/a.n-b.sx/b.n, a.sy/a.n-b.sy/b.n
	*a = regression{
		n:   n,
		sx:  a.sx + b.sx,
		sxx: a.sxx + b.sxx + a.n*b.n*dx*dx/n,
		sy:  a.sy + b.sy,
		syy: a.syy + b.syy + a.n*b.n*dy*dy/n,
		sxy: a.sxy + b.sxy + a.n*b.n*dx*dy/n,
	}
	return nil
}

// ofDoubles is the overload of a deviation for a type of floats.
func (d deviation) ofDoubles(id duck.Type) aggregate {
	return aggregate{
		name: d.name, args: []duck.Type{id}, result: duck.TypeDouble, size: unsafe.Sizeof(regression{}),
		update: func(columns []duck.Vector) (func(unsafe.Pointer, int) error, error) {
			y, err := doubles(columns[0])
			return func(state unsafe.Pointer, i int) error { return (*regression)(state).addOne(y(i)) }, err
		},
		combine: combineRegressions,
		finalize: finalizeRegressions(func(r *regression) (float64, bool) {
			n := r.n
			if d.sample {
				n--
			}
			v := r.syy / n
			if d.root {
				v = math.Sqrt(v)
			}
			return v, n > 0
		}),
	}
}

func finalizeRegressions(f func(r *regression) (float64, bool)) func([]unsafe.Pointer, duck.Vector, int) error {
	return func(states []unsafe.Pointer, out duck.Vector, offset int) error {
		data := duck.VectorGetData(out)
		for i, state := range states {
			value, ok := f((*regression)(state))
			if !ok {
				setNull(out, offset+i)
				continue
			}
			*(*float64)(unsafe.Add(data, 8*(offset+i))) = value
		}
		return nil
	}
}

// regressions are the aggregates of two doubles (documentation, 9.21): those that
// DuckDB makes NaN of too few values, or of values that are all alike.
func regressions() []aggregate {
	list := map[string]func(r *regression) (float64, bool){
		"csvsql_corr": func(r *regression) (float64, bool) {
			return r.sxy / math.Sqrt(r.sxx*r.syy), r.n > 0 && r.sxx != 0 && r.syy != 0
		},
		"csvsql_covar_pop":      func(r *regression) (float64, bool) { return r.sxy / r.n, r.n > 0 },
		"csvsql_covar_samp":     func(r *regression) (float64, bool) { return r.sxy / (r.n - 1), r.n > 1 },
		"csvsql_regr_slope":     func(r *regression) (float64, bool) { return r.sxy / r.sxx, r.n > 0 && r.sxx != 0 },
		"csvsql_regr_intercept": func(r *regression) (float64, bool) { return (r.sy - r.sx*r.sxy/r.sxx) / r.n, r.n > 0 && r.sxx != 0 },
		"csvsql_regr_r2": func(r *regression) (float64, bool) {
			if r.syy == 0 {
				return 1, r.n > 0 && r.sxx != 0
			}
			return r.sxy * r.sxy / (r.sxx * r.syy), r.n > 0 && r.sxx != 0
		},
		"csvsql_regr_avgx": func(r *regression) (float64, bool) { return r.sx / r.n, r.n > 0 },
		"csvsql_regr_avgy": func(r *regression) (float64, bool) { return r.sy / r.n, r.n > 0 },
		"csvsql_regr_sxx":  func(r *regression) (float64, bool) { return r.sxx, r.n > 0 },
		"csvsql_regr_syy":  func(r *regression) (float64, bool) { return r.syy, r.n > 0 },
		"csvsql_regr_sxy":  func(r *regression) (float64, bool) { return r.sxy, r.n > 0 },
	}
	var all []aggregate
	for name, f := range list {
		for _, args := range [][]duck.Type{
			{duck.TypeDouble, duck.TypeDouble},
			{duck.TypeBlob, duck.TypeDouble}, {duck.TypeDouble, duck.TypeBlob}, {duck.TypeBlob, duck.TypeBlob}, // numerics
		} {
			all = append(all, aggregate{
				name: name, args: args, result: duck.TypeDouble, size: unsafe.Sizeof(regression{}),
				update: func(columns []duck.Vector) (func(unsafe.Pointer, int) error, error) {
					y, err := doubles(columns[0])
					if err != nil {
						return nil, err
					}
					x, err := doubles(columns[1])
					return func(state unsafe.Pointer, i int) error { return (*regression)(state).add(y(i), x(i)) }, err
				},
				combine: combineRegressions, finalize: finalizeRegressions(f),
			})
		}
	}
	return all
}
