package numeric

import (
	"math"

	"github.com/cockroachdb/apd/v3"

	"github.com/csvsql/csvsql/engine"
)

// Power makes z x to the power of y.
func Power(z, x, y *Decimal) error {
	if done, err := powerSpecial(z, x, y); done || err != nil {
		return err
	}
	whole := isInteger(y)
	switch {
	case isZero(x) && sign(y) < 0:
		return engine.Errorf("2201F", "zero raised to a negative power is undefined")
	case x.Negative && !whole:
		return engine.Errorf("2201F", "a negative number raised to a non-integer power yields a complex result")
	case isZero(x) && !whole:
		SetInt64(z, 0)
		rescale(z, minSignificant)
		return nil
	}
	scale := chosenScale(0, Scale(x))
	weight := 0 // about that of the result's first digit
	switch {
	case isZero(x):
	case whole:
		w := Float64(y) * log10(x)
		if w > maxResultWeight {
			return engine.Errorf("22003", "value overflows numeric format")
		}
		if w+1 < -maxChosenScale {
			SetInt64(z, 0)
			return rounded(z, scale)
		}
		weight = int(w)
	default:
		w, err := powerWeight(x, y)
		if err != nil {
			return err
		}
		if w > maxExponent*math.Log10E {
			return engine.Errorf("22003", "value overflows numeric format")
		}
		if w < -maxExponent*math.Log10E {
			SetInt64(z, 0)
			return rounded(z, maxChosenScale)
		}
		weight = int(w)
		scale = chosenScale(weight, Scale(x), Scale(y))
	}
	var a, b Decimal
	a.Set(x)
	b.Set(y)
	a.Negative = false
	negative := x.Negative && isOdd(y)
	if isZero(&a) && isZero(&b) {
		SetInt64(z, 1)
	} else if _, err := context(max(scale+weight, 0)+1).Pow(z, &a, &b); err != nil {
		return err
	}
	z.Negative = negative
	return rounded(z, scale)
}

// powerWeight is the decimal logarithm of the power of x to a y that is no
// integer, as exactly as PostgreSQL estimates it: from eight digits of ln(x).
func powerWeight(x, y *Decimal) (float64, error) {
	digits := max(8-logarithmWeight(x), 0)
	var l Decimal
	if err := ln(&l, x, 8); err != nil {
		return 0, err
	}
	if err := rounded(&l, digits); err != nil {
		return 0, err
	}
	if err := Mul(&l, &l, y); err != nil {
		return 0, err
	}
	rescale(&l, digits)
	return Float64(&l) * math.Log10E, nil
}

// log10 is the logarithm of |x|, which is not zero, to 15 digits.
func log10(x *Decimal) float64 {
	n := digits(&x.Coeff)
	size := min(n, 17)
	head := firstDigits(x, n, size)
	return math.Log10(float64(head)) + float64(n-size-Scale(x))
}

func isInteger(x *Decimal) bool {
	var rest apd.BigInt
	rest.Rem(&x.Coeff, pow10(Scale(x)))
	return rest.Sign() == 0
}

// isOdd reports whether an integer is odd.
func isOdd(x *Decimal) bool {
	var whole apd.BigInt
	whole.Quo(&x.Coeff, pow10(Scale(x)))
	return whole.Bit(0) == 1
}

// powerSpecial raises what is not finite, as IEEE 754 has it.
func powerSpecial(z, x, y *Decimal) (bool, error) {
	if finite(x) && finite(y) {
		return false, nil
	}
	var c Decimal
	SetInt64(&c, 1)
	if IsNaN(x) || IsNaN(y) {
		if isZero(y) || !IsNaN(x) && Cmp(x, &c) == 0 {
			SetInt64(z, 1)
		} else {
			setNaN(z)
		}
		return true, nil
	}
	if !finite(y) {
		var a Decimal
		if err := Abs(&a, x); err != nil {
			return true, err
		}
		switch cmp := Cmp(&a, &c); {
		case Cmp(x, &c) == 0:
			SetInt64(z, 1)
		case isZero(x) && y.Negative:
			return true, engine.Errorf("2201F", "zero raised to a negative power is undefined")
		case cmp == 0:
			SetInt64(z, 1)
		case cmp > 0 == !y.Negative:
			setInfinite(z, false)
		default:
			SetInt64(z, 0)
		}
		return true, nil
	}
	// x is infinite.
	switch {
	case isZero(y):
		SetInt64(z, 1)
	case x.Negative && !isInteger(y):
		return true, engine.Errorf("2201F", "a negative number raised to a non-integer power yields a complex result")
	case y.Negative:
		SetInt64(z, 0)
	default:
		setInfinite(z, x.Negative && isOdd(y))
	}
	return true, nil
}
