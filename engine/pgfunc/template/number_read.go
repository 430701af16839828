package template

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Read reads a number by the template: to_number. The result is the text of a
// numeric, or of none if there are no digits. Errors are of type *Error.
func (t *Number) Read(text string) (string, error) {
	switch {
	case t.scientific:
		return "", &Error{Code: "0A000", Message: `"EEEE" not supported for input`}
	case t.roman:
		return "", &Error{Code: "0A000", Message: `"RN" not supported for input`}
	}
	r := numberReader{Number: t, rest: text, sign: ' '}
	for _, n := range t.nodes {
		if r.rest == "" {
			break
		}
		r.node(n)
	}
	if limit := t.whole + t.shift; len(strings.TrimLeft(string(r.whole), "0")) > limit {
		return "", errOverflow(limit, len(r.fraction))
	}
	number := string(r.sign) + string(r.whole)
	if len(r.fraction) > 0 {
		number += "." + string(r.fraction)
	}
	if t.shifted {
		return unshift(number, t.shift), nil
	}
	return number, nil
}

func errOverflow(whole, fraction int) error {
	bound := "1"
	if whole > 0 {
		bound = "10^" + strconv.Itoa(whole)
	}
	return &Error{
		Code: "22003", Message: "numeric field overflow",
		Detail: fmt.Sprintf("A field with precision %d, scale %d must round to an absolute value less than %s.", whole+fraction, fraction, bound),
	}
}

// powerScale is the scale of a power of ten with a negative exponent.
const powerScale = 16

// unshift divides an integer by 10 to the power n, as numeric does: with the
// digits that such a power has.
func unshift(number string, n int) string {
	if n > powerScale {
		return "0." + strings.Repeat("0", powerScale)
	}
	digits := strings.TrimLeft(number, " +-")
	if digits == "" {
		return number
	}
	digits = strings.Repeat("0", max(0, n+1-len(digits))) + digits
	point := len(digits) - n
	return number[:1] + digits[:point] + "." + digits[point:] + strings.Repeat("0", powerScale-n)
}

// numberReader reads the digits of a number.
type numberReader struct {
	*Number
	rest            string
	sign            byte // ' ' if none was read
	whole, fraction []byte
	pointRead       bool
}

// node reads what a node of the template stands for. Where a sign, a letter or a
// separator is missing, digits are left for the nodes behind it.
func (r *numberReader) node(n node) {
	if n.pattern == "" { // any character will do
		_, size := utf8.DecodeRuneInString(r.rest)
		r.rest = r.rest[size:]
		return
	}
	switch strings.ToUpper(n.pattern) {
	case "9", "0":
		r.place(true)
	case ".", "D":
		r.place(false)
	case ",", "G":
		if r.rest[0] == ',' && !r.fill { // in fill mode only between digits, of which none are counted
			r.rest = r.rest[1:]
		}
	case "L":
		r.skipOther(1)
	case "TH":
		r.skipOther(2)
	case "MI":
		r.signHere("-")
	case "PL":
		r.signHere("+")
	case "SG":
		r.signHere("+-")
	}
}

// skipOther skips up to n characters, but for those that numbers are made of.
func (r *numberReader) skipOther(n int) {
	for ; n > 0 && r.rest != "" && !strings.Contains("0123456789.,+-", r.rest[:1]); n-- {
		_, size := utf8.DecodeRuneInString(r.rest)
		r.rest = r.rest[size:]
	}
}

// signHere reads one of signs, or skips another character.
func (r *numberReader) signHere(signs string) {
	if !strings.Contains(signs, r.rest[:1]) {
		r.skipOther(1)
		return
	}
	r.sign = r.rest[0]
	r.rest = r.rest[1:]
}

// place reads what is in the place of a digit or of the point, and the sign before
// the first digit and behind the last. It takes a byte of the text, also if that is
// neither.
func (r *numberReader) place(ofDigit bool) {
	r.rest = strings.TrimPrefix(r.rest, " ")
	if r.rest != "" && r.sign == ' ' && ofDigit && !r.begun() {
		r.signBefore()
	}
	if r.rest == "" {
		return
	}
	taken := r.digit(r.rest[0])
	if r.sign == ' ' && r.begun() {
		r.signBehind(taken)
	}
	r.rest = r.rest[1:]
}

// digit takes a digit or the point. It reports whether c was one of them.
func (r *numberReader) digit(c byte) bool {
	switch {
	case isDigit(c) && !r.pointRead:
		r.whole = append(r.whole, c)
	case isDigit(c) && len(r.fraction) < r.Number.fraction:
		r.fraction = append(r.fraction, c)
	case c == '.' && r.point && !r.pointRead:
		r.pointRead = true
	default:
		return false
	}
	return true
}

func (r *numberReader) begun() bool { return len(r.whole)+len(r.fraction) > 0 }

// signBefore reads a sign before the digits.
func (r *numberReader) signBefore() {
	switch c := r.rest[0]; {
	case c == '-', c == '<' && r.brackets:
		r.sign = '-'
	case c == '+':
		r.sign = '+'
	default:
		return
	}
	r.rest = r.rest[1:]
}

// signBehind reads a sign behind the last digit: that of S directly behind it,
// others in the place of a digit.
func (r *numberReader) signBehind(taken bool) {
	switch {
	case r.Number.sign && taken:
		if len(r.rest) > 1 && (r.rest[1] == '-' || r.rest[1] == '+') {
			r.sign = r.rest[1]
			r.rest = r.rest[1:]
		}
	case !taken && !r.Number.sign && (r.plus || r.minus):
		if c := r.rest[0]; c == '-' || c == '+' {
			r.sign = c
		}
	}
}
