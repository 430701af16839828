package numeric

import (
	"github.com/cockroachdb/apd/v3"

	"github.com/csvsql/csvsql/engine"
)

// Add makes z the sum of x and y.
func Add(z, x, y *Decimal) error { return add(z, x, y, y.Negative) }

// Sub makes z the difference of x and y.
func Sub(z, x, y *Decimal) error { return add(z, x, y, !y.Negative) }

// add adds y, taken as negative or not.
func add(z, x, y *Decimal, negative bool) error {
	switch {
	case IsNaN(x) || IsNaN(y), x.Form == apd.Infinite && y.Form == apd.Infinite && x.Negative != negative:
		setNaN(z)
		return nil
	case x.Form == apd.Infinite:
		setInfinite(z, x.Negative)
		return nil
	case y.Form == apd.Infinite:
		setInfinite(z, negative)
		return nil
	}
	a, b := &x.Coeff, &y.Coeff
	var scaled apd.BigInt
	scale := max(Scale(x), Scale(y))
	if shift := scale - Scale(x); shift > 0 {
		a = scaled.Mul(a, pow10(shift))
	} else if shift := scale - Scale(y); shift > 0 {
		b = scaled.Mul(b, pow10(shift))
	}
	sign := x.Negative
	if sign == negative {
		z.Coeff.Add(a, b)
	} else if a.Cmp(b) >= 0 {
		z.Coeff.Sub(a, b)
	} else {
		z.Coeff.Sub(b, a)
		sign = negative
	}
	z.Form, z.Negative, z.Exponent = apd.Finite, sign, int32(-scale)
	return finish(z)
}

// Mul makes z the product of x and y.
func Mul(z, x, y *Decimal) error {
	if !finite(x) || !finite(y) {
		if IsNaN(x) || IsNaN(y) || isZero(x) || isZero(y) {
			setNaN(z)
		} else {
			setInfinite(z, x.Negative != y.Negative)
		}
		return nil
	}
	negative, scale := x.Negative != y.Negative, Scale(x)+Scale(y)
	z.Coeff.Mul(&x.Coeff, &y.Coeff)
	z.Form, z.Negative, z.Exponent = apd.Finite, negative, int32(-scale)
	return finish(z)
}

// Div makes z the quotient of x and y.
func Div(z, x, y *Decimal) error {
	if special, err := divideSpecial(z, x, y); special || err != nil {
		return err
	}
	divide(z, x, y, quotientScale(x, y))
	return finish(z)
}

// divideSpecial divides what is not finite.
func divideSpecial(z, x, y *Decimal) (bool, error) {
	switch {
	case IsNaN(x) || IsNaN(y), !finite(x) && !finite(y):
		setNaN(z)
		return true, nil
	case isZero(y):
		return true, errDivision()
	case !finite(x):
		setInfinite(z, x.Negative != y.Negative)
		return true, nil
	case !finite(y):
		SetInt64(z, 0)
		return true, nil
	}
	return false, nil
}

func errDivision() error { return engine.Errorf("22012", "division by zero") }

// divide makes z x / y, rounded to a scale.
func divide(z, x, y *Decimal, scale int) {
	negative := x.Negative != y.Negative
	var n, d apd.BigInt
	if shift := scale + Scale(y) - Scale(x); shift >= 0 {
		n.Mul(&x.Coeff, pow10(shift))
		d.Set(&y.Coeff)
	} else {
		n.Set(&x.Coeff)
		d.Mul(&y.Coeff, pow10(-shift))
	}
	divideRounded(&z.Coeff, &n, &d)
	z.Form, z.Negative, z.Exponent = apd.Finite, negative, int32(-scale)
}

// quotientScale is the scale that PostgreSQL chooses for x / y: at least 16
// significant digits, and no fewer behind the point than x or y have. It
// estimates where the first digit will be by the first groups of four digits.
func quotientScale(x, y *Decimal) int {
	weightX, firstX := leading(x)
	weightY, firstY := leading(y)
	weight := weightX - weightY
	if firstX <= firstY {
		weight--
	}
	return chosenScale(weight*groupDigits, Scale(x), Scale(y))
}

// chosenScale is the scale of a result whose first digit has about this weight,
// and whose operands have these scales.
func chosenScale(weight int, scales ...int) int {
	scale := max(minSignificant-weight, 0)
	for _, s := range scales {
		scale = max(scale, s)
	}
	return min(scale, maxChosenScale)
}

// leading is the first group of four digits of a number, counted from the point,
// and how many groups stand between it and the point.
func leading(x *Decimal) (weight, first int) {
	if x.Coeff.Sign() == 0 {
		return 0, 0
	}
	n := digits(&x.Coeff)
	point := n - Scale(x) // digits before the point, or minus the zeros behind it
	weight = floorDiv(point-1, groupDigits)
	return weight, firstDigits(x, n, point-weight*groupDigits)
}

// firstDigits are the first size digits of x, which has n.
func firstDigits(x *Decimal, n, size int) int {
	var head apd.BigInt
	if size <= n {
		head.Quo(&x.Coeff, pow10(n-size))
	} else {
		head.Mul(&x.Coeff, pow10(size-n))
	}
	return int(head.Int64())
}

func floorDiv(a, b int) int {
	if a < 0 {
		return -((-a + b - 1) / b)
	}
	return a / b
}

// Mod makes z the rest of x / y, which has the sign of x.
func Mod(z, x, y *Decimal) error {
	switch {
	case IsNaN(x) || IsNaN(y), !finite(x) && !isZero(y):
		setNaN(z)
		return nil
	case isZero(y):
		return errDivision()
	case !finite(y):
		z.Set(x)
		return nil
	}
	scale := max(Scale(x), Scale(y))
	var n, d apd.BigInt
	n.Mul(&x.Coeff, pow10(scale-Scale(x)))
	d.Mul(&y.Coeff, pow10(scale-Scale(y)))
	negative := x.Negative
	z.Coeff.Rem(&n, &d)
	z.Form, z.Negative, z.Exponent = apd.Finite, negative, int32(-scale)
	return finish(z)
}

// Quo makes z the quotient of x and y, cut to an integer.
func Quo(z, x, y *Decimal) error {
	if special, err := divideSpecial(z, x, y); special || err != nil {
		return err
	}
	negative := x.Negative != y.Negative
	var n, d apd.BigInt
	scale := max(Scale(x), Scale(y))
	n.Mul(&x.Coeff, pow10(scale-Scale(x)))
	d.Mul(&y.Coeff, pow10(scale-Scale(y)))
	z.Coeff.Quo(&n, &d)
	z.Form, z.Negative, z.Exponent = apd.Finite, negative, 0
	return finish(z)
}

// Neg makes z -x.
func Neg(z, x *Decimal) error {
	z.Set(x)
	z.Negative = !x.Negative && !isZero(x) && !IsNaN(x)
	return nil
}

// Abs makes z the absolute value of x.
func Abs(z, x *Decimal) error {
	z.Set(x)
	z.Negative = false
	return nil
}

// Sign makes z the sign of x.
func Sign(z, x *Decimal) error {
	if IsNaN(x) {
		setNaN(z)
		return nil
	}
	SetInt64(z, int64(sign(x)))
	return nil
}

// Round makes z x with a scale, rounded, halves away from zero. A negative scale
// rounds digits before the point.
func Round(z, x *Decimal, scale int) error {
	z.Set(x)
	if !finite(x) {
		return nil
	}
	scale = min(max(scale, -maxWhole), maxScale)
	rescale(z, scale)
	if scale < 0 {
		rescale(z, 0)
	}
	return finish(z)
}

// Trunc makes z x with a scale, cut.
func Trunc(z, x *Decimal, scale int) error {
	z.Set(x)
	if !finite(x) {
		return nil
	}
	scale = min(max(scale, -maxWhole), maxScale)
	if drop := Scale(x) - scale; drop > 0 {
		z.Coeff.Quo(&z.Coeff, pow10(drop))
		z.Exponent = int32(-scale)
	}
	rescale(z, max(scale, 0))
	return finish(z)
}

// Ceil makes z the least integer that is not below x.
func Ceil(z, x *Decimal) error { return integer(z, x, false) }

// Floor makes z the greatest integer that is not above x.
func Floor(z, x *Decimal) error { return integer(z, x, true) }

func integer(z, x *Decimal, down bool) error {
	z.Set(x)
	if !finite(x) {
		return nil
	}
	var rest apd.BigInt
	negative := x.Negative
	z.Coeff.QuoRem(&z.Coeff, pow10(Scale(x)), &rest)
	z.Exponent = 0
	if rest.Sign() != 0 && negative == down {
		z.Coeff.Add(&z.Coeff, one)
	}
	return finish(z)
}

// TrimScale makes z x with the smallest scale that holds it.
func TrimScale(z, x *Decimal) error {
	z.Set(x)
	if finite(x) {
		for Scale(z) > 0 {
			var quotient, rest apd.BigInt
			quotient.QuoRem(&z.Coeff, ten, &rest)
			if rest.Sign() != 0 {
				break
			}
			z.Coeff.Set(&quotient)
			z.Exponent++
		}
	}
	return nil
}

// MinScale is the smallest scale that holds x.
func MinScale(x *Decimal) int {
	var z Decimal
	_ = TrimScale(&z, x) // which never fails
	return Scale(&z)
}
