package numeric

import (
	"math"

	"github.com/cockroachdb/apd/v3"

	"github.com/csvsql/csvsql/engine"
)

// guardDigits are computed beyond those of a result, which is then rounded.
const guardDigits = 12

// context computes with so many significant digits.
func context(precision int) *apd.Context {
	return &apd.Context{
		Precision:   uint32(max(precision, 1) + guardDigits),
		MaxExponent: apd.MaxExponent,
		MinExponent: apd.MinExponent,
		Rounding:    apd.RoundHalfUp,
	}
}

// rounded gives z, which may have any exponent, a scale.
func rounded(z *Decimal, scale int) error {
	if !finite(z) {
		return nil
	}
	if z.Exponent > maxWhole {
		return engine.Errorf("22003", "value overflows numeric format")
	}
	rescale(z, scale)
	return finish(z)
}

// Sqrt makes z the square root of x.
func Sqrt(z, x *Decimal) error {
	switch {
	case IsNaN(x):
		setNaN(z)
		return nil
	case sign(x) < 0:
		return engine.Errorf("2201F", "cannot take square root of a negative number")
	case !finite(x):
		setInfinite(z, false)
		return nil
	}
	weight, _ := leading(x)
	return sqrt(z, x, chosenScale(floorDiv((weight+1)*groupDigits, 2)-1, Scale(x)))
}

// sqrt makes z the square root of x, rounded to a scale.
func sqrt(z, x *Decimal, scale int) error {
	var n, rest apd.BigInt
	if shift := 2*scale - Scale(x); shift >= 0 {
		n.Mul(&x.Coeff, pow10(shift))
	} else {
		n.Quo(&x.Coeff, pow10(-shift))
	}
	z.Coeff.Sqrt(&n)
	// n - root² > root: the root is nearer to the next integer.
	rest.Sub(&n, rest.Mul(&z.Coeff, &z.Coeff))
	if rest.Cmp(&z.Coeff) > 0 {
		z.Coeff.Add(&z.Coeff, one)
	}
	z.Form, z.Negative, z.Exponent = apd.Finite, false, int32(-scale)
	return finish(z)
}

// maxExponent bounds the powers of e.
const maxExponent = 6000

// Exp makes z e to the power of x.
func Exp(z, x *Decimal) error {
	switch {
	case IsNaN(x):
		setNaN(z)
		return nil
	case !finite(x) && x.Negative:
		SetInt64(z, 0)
		return nil
	case !finite(x):
		setInfinite(z, false)
		return nil
	}
	power := Float64(x)
	if power > maxExponent {
		return engine.Errorf("22003", "value overflows numeric format")
	}
	weight := power * math.Log10E
	weight = max(weight, -2*maxChosenScale)
	scale := chosenScale(int(weight), Scale(x))
	if power < -maxExponent {
		SetInt64(z, 0)
		return rounded(z, scale)
	}
	var y Decimal
	y.Set(x)
	if _, err := context(scale+max(int(weight), 0)).Exp(z, &y); err != nil {
		return err
	}
	return rounded(z, scale)
}

// Ln makes z the natural logarithm of x.
func Ln(z, x *Decimal) error {
	if special, err := logarithmSpecial(z, x); special || err != nil {
		return err
	}
	weight := logarithmWeight(x)
	scale := chosenScale(weight, Scale(x))
	if err := ln(z, x, scale+weight); err != nil {
		return err
	}
	return rounded(z, scale)
}

// ln makes z the logarithm of x with so many significant digits, and more.
func ln(z, x *Decimal, precision int) error {
	var y Decimal
	y.Set(x)
	_, err := context(precision).Ln(z, &y)
	return err
}

// logarithmSpecial deals with what has no finite logarithm.
func logarithmSpecial(z, x *Decimal) (bool, error) {
	switch {
	case IsNaN(x):
		setNaN(z)
		return true, nil
	case sign(x) < 0:
		return true, engine.Errorf("2201E", "cannot take logarithm of a negative number")
	case sign(x) == 0:
		return true, engine.Errorf("2201E", "cannot take logarithm of zero")
	case !finite(x):
		setInfinite(z, false)
		return true, nil
	}
	return false, nil
}

// logarithmWeight estimates the weight of the first digit of ln(x), as PostgreSQL
// does: of an x near 1 by x - 1, else by the first two groups of digits.
func logarithmWeight(x *Decimal) int {
	if f := Float64(x); f >= 0.9 && f <= 1.1 {
		var d, c Decimal
		SetInt64(&c, 1)
		if Sub(&d, x, &c) != nil || isZero(&d) {
			return 0
		}
		return digits(&d.Coeff) - Scale(&d) - 1
	}
	n := digits(&x.Coeff)
	point := n - Scale(x)
	weight := floorDiv(point-1, groupDigits) - 1
	first := firstDigits(x, n, point-weight*groupDigits)
	value := math.Log(float64(first)) + float64(weight*groupDigits)*math.Ln10
	return int(math.Log10(math.Abs(value)))
}

// Log makes z the logarithm of x to a base.
func Log(z, base, x *Decimal) error {
	if IsNaN(base) || IsNaN(x) {
		setNaN(z)
		return nil
	}
	var b, n Decimal
	infiniteBase, err := logarithmSpecial(&b, base)
	if err != nil {
		return err
	}
	infinite, err := logarithmSpecial(&n, x)
	switch {
	case err != nil:
		return err
	case infiniteBase && infinite:
		setNaN(z)
		return nil
	case infiniteBase:
		SetInt64(z, 0)
		return nil
	case infinite:
		setInfinite(z, false)
		return nil
	}
	weight := logarithmWeight(x) - logarithmWeight(base)
	scale := chosenScale(weight, Scale(base), Scale(x))
	precision := scale + max(weight, 0)
	if err := ln(&b, base, precision); err != nil {
		return err
	}
	if isZero(&b) {
		return errDivision()
	}
	if err := ln(&n, x, precision); err != nil {
		return err
	}
	if _, err := context(precision).Quo(z, &n, &b); err != nil {
		return err
	}
	return rounded(z, scale)
}
