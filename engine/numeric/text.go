package numeric

import (
	"strconv"
	"strings"

	"github.com/cockroachdb/apd/v3"

	"github.com/csvsql/csvsql/engine"
)

// Parse reads a number as PostgreSQL's input of numeric does: blanks around it,
// an exponent, NaN, inf, Infinity.
func Parse(z *Decimal, text string) error {
	s := strings.Trim(text, " \t\n\r\v\f")
	unsigned, negative := s, false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		unsigned, negative = s[1:], s[0] == '-'
	}
	switch strings.ToLower(unsigned) {
	case "nan":
		if unsigned == s {
			setNaN(z)
			return nil
		}
	case "inf", "infinity":
		setInfinite(z, negative)
		return nil
	}
	mantissa, exponent := unsigned, 0
	if i := strings.IndexAny(unsigned, "eE"); i >= 0 {
		n, err := strconv.Atoi(unsigned[i+1:])
		if err != nil {
			return syntaxError(text)
		}
		mantissa, exponent = unsigned[:i], n
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if whole+fraction == "" || strings.Trim(whole+fraction, "0123456789") != "" {
		return syntaxError(text)
	}
	scale := len(fraction) - exponent
	if scale > maxScale || -scale > maxWhole || len(whole)+exponent > maxWhole {
		return engine.Errorf("22003", "value overflows numeric format")
	}
	if _, ok := z.Coeff.SetString(whole+fraction, 10); !ok {
		return syntaxError(text)
	}
	z.Form, z.Negative, z.Exponent = apd.Finite, negative, int32(-scale)
	return finish(z)
}

func syntaxError(text string) error {
	return engine.Errorf("22P02", `invalid input syntax for type numeric: "%s"`, text)
}

// AppendText appends x as PostgreSQL writes it.
func AppendText(dst []byte, x *Decimal) []byte {
	if x.Form != apd.Finite {
		return append(dst, special(x)...)
	}
	if x.Negative {
		dst = append(dst, '-')
	}
	var buf [48]byte
	return appendDigits(dst, x.Coeff.Append(buf[:0], 10), Scale(x))
}

func special(x *Decimal) string {
	switch {
	case IsNaN(x):
		return "NaN"
	case x.Negative:
		return "-Infinity"
	}
	return "Infinity"
}

// appendDigits puts the point into the digits of an integer.
func appendDigits(dst, digits []byte, scale int) []byte {
	whole := len(digits) - scale
	if whole <= 0 {
		dst = append(dst, '0')
	} else {
		dst = append(dst, digits[:whole]...)
	}
	if scale == 0 {
		return dst
	}
	dst = append(dst, '.')
	for ; whole < 0; whole++ {
		dst = append(dst, '0')
	}
	return append(dst, digits[whole:]...)
}

// Float64 is the double nearest to x.
func Float64(x *Decimal) float64 {
	f, _ := strconv.ParseFloat(string(AppendText(nil, x)), 64)
	return f
}

// formatFloat writes x with so many significant digits, without the zeros behind
// the last other one.
func formatFloat(x float64, digits int) string { return strconv.FormatFloat(x, 'g', digits, 64) }
