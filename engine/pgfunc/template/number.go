package template

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Number is a template for numbers (PostgreSQL documentation, 9.8, tables 9.29
// and 9.30), in the locale C.
type Number struct {
	nodes []node

	whole, fraction  int // digits before and behind the point
	shift            int // digits behind V
	zeroFrom, zeroTo int // the digits, from 1, that 0 asks for; 0: none
	signBefore       bool
	signAt           int // how many digits are before S

	blank, zeros, fill, point, scientific, roman, shifted bool
	sign, minus, plus, brackets                           bool // S, MI, PL, PR; SG is MI and PL
}

// numberKeywords are the patterns, of those that begin alike the longest first.
var numberKeywords = strings.Fields(`, . 9 0 B C D EEEE FM G L MI PL PR RN SG SP S TH V
	b c d eeee fm g l mi pl pr rn sg sp s th v`)

// ParseNumber reads a template. Errors are of type *Error.
func ParseNumber(s string) (*Number, error) {
	t := &Number{}
next:
	for len(s) > 0 {
		for _, k := range numberKeywords {
			if rest, ok := strings.CutPrefix(s, k); ok {
				if err := t.add(strings.ToUpper(k)); err != nil {
					return nil, err
				}
				t.nodes = append(t.nodes, node{pattern: k})
				s = rest
				continue next
			}
		}
		if s[0] == '"' {
			t.nodes, s = quoted(t.nodes, s[1:])
			continue
		}
		if strings.HasPrefix(s, `\"`) {
			s = s[1:]
		}
		_, size := utf8.DecodeRuneInString(s)
		t.nodes = append(t.nodes, node{character: s[:size]})
		s = s[size:]
	}
	return t, nil
}

// IsEmpty reports whether the template is of no characters.
func (t *Number) IsEmpty() bool { return len(t.nodes) == 0 }

func errTemplate(message string) error { return &Error{Code: "42601", Message: message} }

// add takes a pattern into account.
func (t *Number) add(k string) error {
	if t.scientific && k != "EEEE" {
		return errTemplate(`"EEEE" must be the last pattern used`)
	}
	switch k {
	case "9", "0":
		return t.addDigit(k)
	case "D", ".":
		switch {
		case t.point:
			return errTemplate("multiple decimal points")
		case t.shifted:
			return errTemplate(`cannot use "V" and decimal point together`)
		}
		t.point = true
	case "B":
		t.blank = t.blank || t.whole+t.fraction == 0
	case "FM":
		t.fill = true
	case "S", "MI", "PL", "SG", "PR":
		return t.addSign(k)
	case "RN":
		t.roman = true
	case "V":
		if t.point {
			return errTemplate(`cannot use "V" and decimal point together`)
		}
		t.shifted = true
	case "EEEE":
		if t.scientific {
			return errTemplate(`cannot use "EEEE" twice`)
		}
		if t.blank || t.fill || t.sign || t.brackets || t.minus || t.plus || t.roman || t.shifted {
			return errTemplate(`"EEEE" is incompatible with other formats`)
		}
		t.scientific = true
	}
	return nil
}

func (t *Number) addDigit(k string) error {
	if t.brackets {
		return errTemplate(`"` + k + `" must be ahead of "PR"`)
	}
	if k == "9" && t.shifted {
		t.shift++
		return nil
	}
	if k == "0" && !t.zeros && !t.point {
		t.zeros, t.zeroFrom = true, t.whole+1
	}
	if t.point {
		t.fraction++
	} else {
		t.whole++
	}
	if k == "0" {
		t.zeroTo = t.whole + t.fraction
	}
	return nil
}

func (t *Number) addSign(k string) error {
	switch {
	case k == "S" && t.sign:
		return errTemplate(`cannot use "S" twice`)
	case k == "S" && (t.plus || t.minus || t.brackets):
		return errTemplate(`cannot use "S" and "PL"/"MI"/"SG"/"PR" together`)
	case k == "PR" && (t.sign || t.plus || t.minus):
		return errTemplate(`cannot use "PR" and "S"/"PL"/"MI"/"SG" together`)
	case k != "S" && t.sign:
		return errTemplate(`cannot use "S" and "` + k + `" together`)
	}
	switch k {
	case "S":
		t.sign = true
		if !t.point {
			t.signBefore, t.signAt = true, t.whole
		}
	case "MI":
		t.minus = true
	case "PL":
		t.plus = true
	case "SG":
		t.minus, t.plus = true, true
	case "PR":
		t.brackets = true
	}
	return nil
}

// Append appends a numeric, of which number is the text: to_char.
func (t *Number) Append(dst []byte, number string) ([]byte, error) {
	switch {
	case t.roman:
		if strings.Trim(number, "+-0123456789.") != "" {
			return dst, &Error{Code: "0A000", Message: "cannot convert " + number + " to integer"}
		}
		n, err := strconv.ParseInt(roundDecimal(number, 0), 10, 32)
		if err != nil {
			return dst, &Error{Code: "22003", Message: "integer out of range"}
		}
		return t.write(dst, romanNumber(int(n)), 0, 0)
	case t.scientific:
		return append(dst, t.scientificText(number)...), nil
	}
	whole := t.whole
	if t.shifted {
		number = shiftPoint(number, t.shift)
		whole += t.shift
	}
	return t.appendRounded(dst, roundDecimal(number, t.fraction), whole, t.fraction)
}

// AppendInt appends an integer.
func (t *Number) AppendInt(dst []byte, v int32) ([]byte, error) {
	if t.scientific {
		return t.AppendFloat(dst, float64(v), 64)
	}
	return t.Append(dst, strconv.Itoa(int(v)))
}

// The digits that a float has for certain.
const (
	floatDigits  = 6
	doubleDigits = 15
)

// AppendFloat appends a float of 32 or 64 bits.
func (t *Number) AppendFloat(dst []byte, v float64, bits int) ([]byte, error) {
	digits := doubleDigits
	if bits == 32 {
		digits = floatDigits
	}
	switch {
	case t.roman:
		n := 0
		if r := math.RoundToEven(v); r > -1e6 && r < 1e6 {
			n = int(r)
		}
		return t.write(dst, romanNumber(n), 0, 0)
	case t.scientific:
		return append(dst, t.scientificText(strconv.FormatFloat(v, 'e', max(t.fraction, 0), bits))...), nil
	}
	whole, fraction := t.whole, t.fraction
	if t.shifted {
		v *= math.Pow(10, float64(t.shift))
		whole += t.shift
	}
	n := len(cText(math.Abs(v), 0))
	switch {
	case n >= digits:
		fraction = 0
	case n+fraction > digits:
		fraction = digits - n
	}
	return t.appendRounded(dst, cText(v, fraction), whole, fraction)
}

// cText is a float as C prints it.
func cText(v float64, digits int) string {
	switch {
	case math.IsNaN(v):
		return "NaN"
	case math.IsInf(v, 0):
		return map[bool]string{false: "Infinity", true: "-Infinity"}[v < 0]
	}
	return strconv.FormatFloat(v, 'f', digits, 64)
}

// appendRounded appends a number that has the template's digits behind the point.
func (t *Number) appendRounded(dst []byte, number string, whole, fraction int) ([]byte, error) {
	sign := byte('+')
	if rest, ok := strings.CutPrefix(number, "-"); ok {
		number, sign = rest, '-'
	}
	before, _, _ := strings.Cut(number, ".")
	if len(before) > whole { // it does not fit
		number = strings.Repeat("#", whole) + "." + strings.Repeat("#", fraction)
	}
	u := *t
	u.whole = whole
	u.fraction = fraction
	return u.write(dst, number, max(0, whole-len(before)), sign)
}

// scientificText is a number with an exponent. What has none is signs.
func (t *Number) scientificText(number string) string {
	text, ok := exponential(number, t.fraction)
	if !ok {
		return " " + strings.Repeat("#", t.whole) + "." + strings.Repeat("#", t.fraction+4)
	}
	if text[0] != '-' {
		text = " " + text
	}
	return text
}
