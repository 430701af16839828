package template

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// number reads an integer of width digits, or of any number of them in fill mode
// or where what follows is no digit. It says how many characters it took.
func (r *reader) number(n node, width int, separated bool) (value, taken int, err error) {
	start := r.at
	r.blanks()
	field := r.rest()[:min(width, len(r.rest()))]
	var text string
	if n.fill || separated {
		text = integerPrefix(r.text[start:])
		r.at = start + len(text)
	} else {
		if len(field) < width {
			return 0, 0, &Error{
				Code: "22007", Message: `source string too short for "` + n.pattern + `" formatting field`,
				Detail: fmt.Sprintf("Field requires %d characters, but only %d remain.", width, len(field)),
				Hint:   fixedWidthHint,
			}
		}
		text = integerPrefix(field)
		if text != "" && len(text) < width {
			return 0, 0, &Error{
				Code: "22007", Message: invalidValue(field, n),
				Detail: fmt.Sprintf("Field requires %d characters, but only %d could be parsed.", width, len(text)),
				Hint:   fixedWidthHint,
			}
		}
		r.at += len(text)
	}
	if text == "" && r.at == start {
		return 0, 0, &Error{Code: "22007", Message: invalidValue(field, n), Detail: "Value must be an integer."}
	}
	v, err := strconv.ParseInt(strings.TrimLeft(text, blankCharacters), 10, 32)
	if err != nil && text != "" {
		return 0, 0, &Error{
			Code: "22008", Message: `value for "` + n.pattern + `" in source string is out of range`,
			Detail: fmt.Sprintf("Value must be in the range %d to %d.", math.MinInt32, math.MaxInt32),
		}
	}
	return int(v), r.at - start, nil
}

const fixedWidthHint = `If your source string is not fixed-width, try using the "FM" modifier.`

func invalidValue(field string, n node) string {
	return `invalid value "` + strings.ToValidUTF8(field, "") + `" for "` + n.pattern + `"`
}

// integerPrefix is the integer that a text begins with, blanks before it
// included; "" if there is none.
func integerPrefix(s string) string {
	i := len(s) - len(strings.TrimLeft(s, blankCharacters))
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		i++
	}
	first := i
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	if i == first {
		return ""
	}
	return s[:i]
}

// grouped reads a year with a comma, as in 2,024.
func (r *reader) grouped() (year int, err error) {
	thousands := integerPrefix(r.rest())
	after, ok := strings.CutPrefix(r.rest()[len(thousands):], ",")
	rest := strings.TrimLeft(after, blankCharacters)
	hundreds := integerPrefix(rest[:min(3, len(rest))])
	if thousands == "" || !ok || hundreds == "" {
		return 0, &Error{Code: "22007", Message: `invalid input string for "Y,YYY"`}
	}
	r.at += len(thousands) + 1 + len(after) - len(rest) + len(hundreds)
	k, _ := strconv.ParseInt(strings.TrimLeft(thousands, blankCharacters), 10, 32)
	h, _ := strconv.Atoi(hundreds)
	if k > math.MaxInt32/1000-1 || k < math.MinInt32/1000+1 {
		return 0, &Error{Code: "22008", Message: `value for "Y,YYY" in source string is out of range`}
	}
	return int(k)*1000 + h, nil
}
