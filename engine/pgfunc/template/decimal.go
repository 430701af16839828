package template

import (
	"fmt"
	"math/big"
	"strings"
)

// Numbers as the text of a numeric: digits with a point and a sign.

// shiftPoint multiplies a number by 10 to the power n.
func shiftPoint(number string, n int) string {
	sign, whole, fraction := split(number)
	fraction += strings.Repeat("0", max(0, n-len(fraction)))
	whole += fraction[:n]
	if fraction = fraction[n:]; fraction != "" {
		fraction = "." + fraction
	}
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	return sign + whole + fraction
}

func split(number string) (sign, whole, fraction string) {
	if strings.HasPrefix(number, "-") {
		sign, number = "-", number[1:]
	}
	whole, fraction, _ = strings.Cut(number, ".")
	return sign, whole, fraction
}

// roundDecimal rounds to so many digits behind the point, half away from zero.
func roundDecimal(number string, digits int) string {
	sign, whole, fraction := split(number)
	if strings.Trim(whole+fraction, "0123456789") != "" {
		return number // NaN, Infinity
	}
	up := len(fraction) > digits && fraction[digits] >= '5'
	if len(fraction) > digits {
		fraction = fraction[:digits]
	}
	fraction += strings.Repeat("0", digits-len(fraction))
	all, _ := new(big.Int).SetString("0"+whole+fraction, 10)
	if up {
		all.Add(all, big.NewInt(1))
	}
	text := fmt.Sprintf("%0*s", digits+1, all.String())
	if all.Sign() == 0 {
		sign = ""
	}
	if digits == 0 {
		return sign + text
	}
	return sign + text[:len(text)-digits] + "." + text[len(text)-digits:]
}

// exponential writes a number with one digit before the point, so many behind it,
// and an exponent. false: it is NaN or infinite.
func exponential(number string, digits int) (string, bool) {
	mantissa, _, hasExponent := strings.Cut(number, "e")
	sign, whole, fraction := split(mantissa)
	if strings.Trim(whole+fraction, "0123456789") != "" || whole+fraction == "" {
		return "", false
	}
	if hasExponent { // of a float, which is rounded already
		return number, true
	}
	all := strings.TrimLeft(whole+fraction, "0")
	if all == "" {
		return roundDecimal("0", digits) + "e+00", true
	}
	power := len(all) - len(fraction) - 1
	// A 9.5 that is rounded to 10 keeps its exponent, as in PostgreSQL.
	return fmt.Sprintf("%s%se%+03d", sign, roundDecimal(all[:1]+"."+all[1:], digits), power), true
}

// romanNumber is a number of 1 to 3999 in Roman numerals; others are signs.
func romanNumber(n int) string {
	if n < 1 || n > 3999 {
		return strings.Repeat("#", 15)
	}
	var b strings.Builder
	for i, v := range [...]int{1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1} {
		for ; n >= v; n -= v {
			b.WriteString([...]string{"M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"}[i])
		}
	}
	return b.String()
}
