package jsonpath

import (
	"math"
	"strconv"
	"strings"

	"github.com/cockroachdb/apd/v3"

	"github.com/csvsql/csvsql/engine/numeric"
	"github.com/csvsql/csvsql/engine/pgfunc/jsonb"
)

// normalNumber is the number that a literal stands for.
func normalNumber(text string) (jsonb.Value, error) {
	return jsonb.Value{Kind: jsonb.Number, Text: text}.Normal()
}

// decimal is a number as a numeric.
func decimal(v jsonb.Value) (*numeric.Decimal, error) {
	d, _, err := apd.NewFromString(v.Text)
	return d, err
}

func numberOf(d *numeric.Decimal) jsonb.Value {
	return jsonb.Value{Kind: jsonb.Number, Text: d.Text('f')}
}

func compareNumbers(l, r jsonb.Value) (int, error) {
	x, err := decimal(l)
	if err != nil {
		return 0, err
	}
	y, err := decimal(r)
	if err != nil {
		return 0, err
	}
	return x.Cmp(y), nil
}

// truncated is a number without its fraction, if that is an integer of 32 bits.
func truncated(v jsonb.Value) (int, bool) {
	whole, _, _ := strings.Cut(v.Text, ".")
	n, err := strconv.ParseInt(whole, 10, 32)
	return int(n), err == nil
}

// arithmetic evaluates left + right and its like.
func (e *evaluator) arithmetic(n *node, v jsonb.Value, out sink) error {
	x, err := e.singleNumber(n.left, v, "left operand of jsonpath operator "+n.text)
	if err != nil {
		return err
	}
	y, err := e.singleNumber(n.right, v, "right operand of jsonpath operator "+n.text)
	if err != nil {
		return err
	}
	var compute func(z, x, y *numeric.Decimal) error
	switch n.text {
	case "+":
		compute = numeric.Add
	case "-":
		compute = numeric.Sub
	case "*":
		compute = numeric.Mul
	case "/":
		compute = numeric.Div
	default:
		compute = numeric.Mod
	}
	z := new(numeric.Decimal)
	if err := compute(z, x, y); err != nil {
		if e.Silent {
			return errSilent
		}
		return err
	}
	return e.next(n, numberOf(z), out)
}

// singleNumber is the value of an operand, which has to be one number.
func (e *evaluator) singleNumber(n *node, v jsonb.Value, what string) (*numeric.Decimal, error) {
	var found []jsonb.Value
	if err := e.unwrapped(n, v, true, &found); err != nil {
		return nil, err
	}
	if len(found) != 1 || found[0].Kind != jsonb.Number {
		return nil, e.fail("22038", what+" is not a single numeric value")
	}
	return decimal(found[0])
}

// sign evaluates -left and +left, of each value.
func (e *evaluator) sign(n *node, v jsonb.Value, out sink) error {
	var found []jsonb.Value
	if err := e.unwrapped(n.left, v, true, &found); err != nil {
		return err
	}
	for _, v := range found {
		if v.Kind != jsonb.Number && out == nil && n.next == nil {
			continue // another may be one
		}
		if v.Kind != jsonb.Number {
			return e.fail("2203B", "operand of unary jsonpath operator "+n.text+" is not a numeric value")
		}
		d, err := decimal(v)
		if err != nil {
			return err
		}
		if n.text == "-" {
			if err := numeric.Neg(d, d); err != nil {
				return err
			}
		}
		if err := e.next(n, numberOf(d), out); err != nil {
			return err
		}
	}
	return nil
}

// double is what .double() makes of a number or a string.
func (e *evaluator) double(v jsonb.Value) (jsonb.Value, error) {
	switch v.Kind {
	case jsonb.Number:
		if f, err := strconv.ParseFloat(v.Text, 64); err != nil || math.IsInf(f, 0) {
			return v, e.fail("22036", "numeric argument of jsonpath item method .double() is out of range for type double precision")
		}
		return v, nil
	case jsonb.String:
		text := strings.Trim(v.Text, " \t\n\v\f\r")
		f, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsInf(f, 0) || math.IsNaN(f) || strings.ContainsAny(text, "_xXpP") {
			return v, e.fail("22036", "string argument of jsonpath item method .double() is not a valid representation of a double precision number")
		}
		const digits = 15 // that a double has for certain
		return normalNumber(strconv.FormatFloat(f, 'g', digits, 64))
	}
	return v, e.fail("22036", "jsonpath item method .double() can only be applied to a string or numeric value")
}
