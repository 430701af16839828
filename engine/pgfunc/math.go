package pgfunc

import (
	"math"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/csvsql/csvsql/engine"
)

// numbers are functions of numbers (PostgreSQL documentation, 9.3), and those that
// count their arguments (9.2).
func numbers() []engine.Function {
	degrees := func(name string, f func(float64) float64) engine.Function {
		return define(name, float, types{float}, func(r row) (any, error) {
			x := r.float(0)
			if math.IsInf(x, 0) {
				return nil, engine.Errorf("22003", "input is out of range")
			}
			return f(x), nil
		})
	}
	inverse := func(name string, f func(float64) float64) engine.Function {
		return define(name, float, types{float}, func(r row) (any, error) {
			x := r.float(0)
			if x < -1 || x > 1 {
				return nil, engine.Errorf("22003", "input is out of range")
			}
			return f(x), nil
		})
	}
	return []engine.Function{
		inverse("asind", asind),
		inverse("acosd", acosd),
		define("atand", float, types{float}, func(r row) (any, error) { return atand(r.float(0)), nil }),
		define("atan2d", float, types{float, float}, func(r row) (any, error) {
			return math.Atan2(r.float(0), r.float(1)) / math.Atan(1) * 45, nil
		}),
		degrees("cotd", cotd),
		degrees("sind", sind),
		degrees("cosd", func(x float64) float64 { return sind(90-math.Abs(math.Mod(x, 360))) + 0 }), // never -0
		degrees("tand", tand),
		counting("num_nulls", func(null bool) bool { return null }),
		counting("num_nonnulls", func(null bool) bool { return !null }),
	}
}

// counting makes a function that counts the arguments which are NULL, or not.
func counting(name string, counted func(null bool) bool) engine.Function {
	return variadic(name, integer, func(args arrow.RecordBatch, out array.Builder) error {
		for i := range int(args.NumRows()) {
			n := int32(0)
			for _, c := range args.Columns() {
				if counted(c.IsNull(i) || c.DataType().ID() == arrow.NULL) {
					n++
				}
			}
			out.(*array.Int32Builder).Append(n)
		}
		return nil
	})
}

// sind is exact where the sine of a number of degrees is: at multiples of 30.
func sind(x float64) float64 {
	x = math.Mod(x, 360)
	sign := 1.0
	if x < 0 {
		x, sign = -x, -sign
	}
	if x > 180 {
		x, sign = 360-x, -sign
	}
	if x > 90 {
		x = 180 - x
	}
	if x <= 30 {
		return sign * math.Sin(radians(x)) / math.Sin(radians(30)) / 2
	}
	return sign * (1 - (1-math.Cos(radians(90-x)))/(1-math.Cos(radians(60)))/2)
}

func tand(x float64) float64 {
	c := sind(90 - math.Abs(math.Mod(x, 360)))
	if c == 0 {
		return math.Copysign(math.Inf(1), sind(x))
	}
	v := (sind(x) / c) / (sind(45) / sind(45))
	if v == 0 {
		return 0 // never -0
	}
	return v
}

func cotd(x float64) float64 {
	s := sind(x)
	c := sind(90 - math.Abs(math.Mod(x, 360)))
	if s == 0 {
		return math.Copysign(math.Inf(1), c)
	}
	v := (c / s) / (sind(45) / sind(45))
	if v == 0 {
		return 0 // never -0
	}
	return v
}

// asind and acosd are exact where the angle is a multiple of 30 degrees, and atand
// of 45.
func asind(x float64) float64 {
	if x < 0 {
		return -asind(-x)
	}
	if x <= 0.5 {
		return math.Asin(x) / math.Asin(0.5) * 30
	}
	return 90 - math.Acos(x)/math.Acos(0.5)*60
}

func acosd(x float64) float64 {
	switch {
	case x < 0:
		return 90 + asind(-x)
	case x <= 0.5:
		return 90 - math.Asin(x)/math.Asin(0.5)*30
	}
	return math.Acos(x) / math.Acos(0.5) * 60
}

func atand(x float64) float64 { return math.Atan(x) / math.Atan(1) * 45 }

func radians(degrees float64) float64 { return degrees * (math.Pi / 180) }
