package rewrite

import (
	"fmt"
	"strconv"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// maxDigits is how many digits the engine's widest decimal has.
const maxDigits = 38

// isExactNumber reports whether the text of a number is one that the engine takes
// for a double, or refuses, and PostgreSQL for a numeric.
func isExactNumber(text string) bool {
	return strings.ContainsAny(text, "eE") && !strings.HasPrefix(strings.ToLower(text), "0x") || len(text) > maxDigits
}

// exactNumber writes such a constant as a decimal, or, if it has too many digits
// for one, as a numeric.
func (r *rewriter) exactNumber(n *pg.Node) {
	if !isExactNumber(n.GetAConst().GetFval().GetFval()) {
		return
	}
	i := r.lastOf(n) // behind its sign
	text := r.text(i)
	name := "pg_numeric"
	if scale, width := digits(text); width <= maxDigits {
		name = fmt.Sprintf("DECIMAL(%d,%d)", width, scale)
	}
	r.replace(span{i, i}, literal(text)+"::"+name)
}

// constantScale is the number of digits behind the point of a constant number, which
// may be written as a string, if it fits into a decimal.
func constantScale(n *pg.Node) (scale int, ok bool) {
	c := n.GetAConst()
	text := ""
	switch {
	case c == nil:
		return 0, false
	case c.GetIval() != nil:
		return 0, true
	case c.GetFval() != nil:
		text = c.GetFval().Fval
	case c.GetSval() != nil:
		text = strings.TrimSpace(c.GetSval().Sval)
	}
	scale, width := digits(text)
	return scale, width <= maxDigits
}

// digits are the digits behind the point and all digits of the text of a number:
// more than a decimal has if it is none, or has an exponent beyond all decimals.
func digits(text string) (scale, width int) {
	exponent := 0
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		n, err := strconv.Atoi(text[i+1:])
		if err != nil || n > maxDigits || n < -maxDigits {
			return 0, maxDigits + 1
		}
		exponent, text = n, text[:i]
	}
	whole, fraction, _ := strings.Cut(strings.TrimLeft(text, "+-"), ".")
	if whole == "" && fraction == "" || strings.Trim(whole+fraction, "0123456789") != "" {
		return 0, maxDigits + 1
	}
	scale = max(0, len(fraction)-exponent)
	return scale, scale + max(1, len(strings.TrimLeft(whole, "0"))+exponent)
}
