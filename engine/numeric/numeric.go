// Package numeric is the arithmetic of PostgreSQL's type numeric (documentation,
// 8.1.2 and 9.3): exact, with as many digits as a value needs, each value with
// the number of digits behind the point that is shown, its scale. How many those
// of a quotient, a root or a logarithm are, PostgreSQL decides for each value:
// at least 16 significant ones, and no fewer than the operands have.
//
// A value is a [Decimal] whose Exponent is minus its scale, and never positive.
// Functions put their result into z, which may be an operand, and return an
// error with PostgreSQL's SQLSTATE.
package numeric

import (
	"math"

	"github.com/cockroachdb/apd/v3"

	"github.com/csvsql/csvsql/engine"
)

// Decimal is a value.
type Decimal = apd.Decimal

// Limits of numeric: digits before the point, digits behind it, and what a
// function chooses at most.
const (
	maxWhole        = 131072
	maxScale        = 16383
	maxChosenScale  = 1000
	minSignificant  = 16
	groupDigits     = 4 // decimal digits in one of PostgreSQL's own
	maxResultWeight = 131072
)

// Scale is the number of digits behind the point that are shown.
func Scale(x *Decimal) int { return int(-x.Exponent) }

// IsNaN reports whether x is not a number.
func IsNaN(x *Decimal) bool { return x.Form == apd.NaN || x.Form == apd.NaNSignaling }

func finite(x *Decimal) bool { return x.Form == apd.Finite }

func setNaN(z *Decimal) { *z = Decimal{Form: apd.NaN} }

func setInfinite(z *Decimal, negative bool) { *z = Decimal{Form: apd.Infinite, Negative: negative} }

func isZero(x *Decimal) bool { return finite(x) && x.Coeff.Sign() == 0 }

// sign is that of x: -1, 0 or 1. x is a number.
func sign(x *Decimal) int {
	switch {
	case isZero(x):
		return 0
	case x.Negative:
		return -1
	}
	return 1
}

// SetInt64 makes z an integer.
func SetInt64(z *Decimal, x int64) {
	z.Form, z.Negative, z.Exponent = apd.Finite, x < 0, 0
	z.Coeff.SetInt64(x)
	z.Coeff.Abs(&z.Coeff)
}

// SetUint128 makes z the integer high·2^64 + low, or its negative, over 10^scale.
func SetUint128(z *Decimal, negative bool, high, low uint64, scale int) {
	z.Form, z.Exponent = apd.Finite, int32(-scale)
	if high == 0 {
		z.Coeff.SetUint64(low)
	} else {
		var rest apd.BigInt
		z.Coeff.Lsh(z.Coeff.SetUint64(high), 64)
		z.Coeff.Add(&z.Coeff, rest.SetUint64(low))
	}
	z.Negative = negative && z.Coeff.Sign() != 0
}

// SetFloat64 makes z the number that x is written as with digits significant
// digits: PostgreSQL casts a double with 15, a real with 6.
func SetFloat64(z *Decimal, x float64, digits int) error {
	switch {
	case math.IsNaN(x):
		setNaN(z)
	case math.IsInf(x, 0):
		setInfinite(z, x < 0)
	default:
		return Parse(z, formatFloat(x, digits))
	}
	return nil
}

// finish checks the limits of a result.
func finish(z *Decimal) error {
	if !finite(z) {
		return nil
	}
	if z.Coeff.Sign() == 0 {
		z.Negative = false
	}
	if z.Exponent > 0 || Scale(z) > maxScale {
		rescale(z, min(max(Scale(z), 0), maxScale))
	}
	if z.Coeff.BitLen() > 0 && digits(&z.Coeff)-Scale(z) > maxWhole {
		return engine.Errorf("22003", "value overflows numeric format")
	}
	return nil
}

// digits is the number of decimal digits of n; those of 0 are 1.
func digits(n *apd.BigInt) int { return int(apd.NumDigits(n)) }

// rescale gives z another scale, and rounds it to it, halves away from zero.
func rescale(z *Decimal, scale int) {
	if shift := scale - Scale(z); shift >= 0 {
		z.Coeff.Mul(&z.Coeff, pow10(shift))
	} else {
		divideRounded(&z.Coeff, &z.Coeff, pow10(-shift))
	}
	z.Exponent = int32(-scale)
	if z.Coeff.Sign() == 0 {
		z.Negative = false
	}
}

// divideRounded makes z the integer nearest to n / d, of two halves away from
// zero the upper one. Neither is negative.
func divideRounded(z, n, d *apd.BigInt) {
	var rest apd.BigInt
	z.QuoRem(n, d, &rest)
	if rest.Lsh(&rest, 1).Cmp(d) >= 0 {
		z.Add(z, one)
	}
}

var (
	one    = apd.NewBigInt(1)
	ten    = apd.NewBigInt(10)
	powers = func() (list [128]apd.BigInt) {
		list[0].SetInt64(1)
		for i := 1; i < len(list); i++ {
			list[i].Mul(&list[i-1], ten)
		}
		return list
	}()
)

// pow10 is 10^n, which is only read.
func pow10(n int) *apd.BigInt {
	if n < len(powers) {
		return &powers[n]
	}
	return new(apd.BigInt).Exp(ten, apd.NewBigInt(int64(n)), nil)
}

// Cmp compares: -1, 0 or 1. NaN equals NaN and is greater than any other value.
func Cmp(x, y *Decimal) int {
	if IsNaN(x) || IsNaN(y) {
		switch {
		case !IsNaN(y):
			return 1
		case !IsNaN(x):
			return -1
		}
		return 0
	}
	return x.Cmp(y)
}

// IsFinite reports whether x is neither infinite nor NaN.
func IsFinite(x *Decimal) bool { return finite(x) }

// Digits is the number of significant digits of x with its scale, 0 having none.
func Digits(x *Decimal) int {
	if x.Coeff.Sign() == 0 {
		return 0
	}
	return digits(&x.Coeff)
}

// Int64 is the value of an integer, if it fits.
func Int64(x *Decimal) (int64, bool) {
	if !finite(x) || x.Exponent != 0 {
		return 0, false
	}
	var n apd.BigInt
	n.Set(&x.Coeff)
	if x.Negative {
		n.Neg(&n)
	}
	return n.Int64(), n.IsInt64()
}

// Uint128 are the digits of |x| as one integer, if it fits.
func Uint128(x *Decimal) (high, low uint64, ok bool) {
	if !finite(x) || x.Coeff.BitLen() > 128 {
		return 0, 0, false
	}
	var word apd.BigInt
	low = word.And(&x.Coeff, lowWord).Uint64()
	return word.Rsh(&x.Coeff, 64).Uint64(), low, true
}

var lowWord = new(apd.BigInt).SetUint64(math.MaxUint64)

// IsZero reports whether x is zero, of whatever scale.
func IsZero(x *Decimal) bool { return isZero(x) }
