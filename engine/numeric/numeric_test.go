package numeric_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/csvsql/csvsql/engine/numeric"
	"github.com/csvsql/csvsql/internal/pgtest"
)

var record = flag.Bool("record", false, "record the answers of PostgreSQL into testdata")

// values are the operands, as PostgreSQL reads them.
var values = []string{
	"0", "0.00", "1", "-1", "1.0", "2", "3", "7", "10", "-10", "0.5", "-0.5", "1.5", "2.5", "-2.5", "0.1", "0.25", "1.1", "0.9",
	"0.95", "1.000001", "0.001", "0.0001", "0.00001", "-0.00009999", "99.99", "100", "1000", "9999", "10000", "10001", "12345.678",
	"-12345.678", "123456789.123456789", "99999999", "100000000", "1e10", "1234567890123456789", "1e20", "-1e20", "1e-10", "1e-20",
	"12345678901234567890123456789.0123456789", "99999999999999999999999999999999999999", "123456789012345678901234567890123456789012",
	"3.14159265358979323846264338327950288419716939937510", "2.718281828459045", "NaN", "Infinity", "-Infinity",
}

// functions are those of one argument and of two, by the SQL for a and b.
var functions = []string{
	"-a", "abs(a)", "sign(a)", "ceil(a)", "floor(a)", "round(a)", "trunc(a)", "sqrt(a)", "exp(a)", "ln(a)", "trim_scale(a)",
	"a + b", "a - b", "a * b", "a / b", "a % b", "div(a, b)", "power(a, b)", "log(a, b)",
}

func compute(function string, a, b *numeric.Decimal) (*numeric.Decimal, error) {
	z := new(numeric.Decimal)
	unary := map[string]func(z, x *numeric.Decimal) error{
		"-a": numeric.Neg, "abs(a)": numeric.Abs, "sign(a)": numeric.Sign, "ceil(a)": numeric.Ceil, "floor(a)": numeric.Floor,
		"sqrt(a)": numeric.Sqrt, "exp(a)": numeric.Exp, "ln(a)": numeric.Ln, "trim_scale(a)": numeric.TrimScale,
		"round(a)": func(z, x *numeric.Decimal) error { return numeric.Round(z, x, 0) },
		"trunc(a)": func(z, x *numeric.Decimal) error { return numeric.Trunc(z, x, 0) },
	}
	if f := unary[function]; f != nil {
		return z, f(z, a)
	}
	binary := map[string]func(z, x, y *numeric.Decimal) error{
		"a + b": numeric.Add, "a - b": numeric.Sub, "a * b": numeric.Mul, "a / b": numeric.Div, "a % b": numeric.Mod,
		"div(a, b)": numeric.Quo, "power(a, b)": numeric.Power, "log(a, b)": numeric.Log,
	}
	return z, binary[function](z, a, b)
}

func parse(t *testing.T, text string) *numeric.Decimal {
	z := new(numeric.Decimal)
	if err := numeric.Parse(z, text); err != nil {
		t.Fatal(err)
	}
	return z
}

const recorded = "testdata/answers.txt"

// TestRecord writes down what PostgreSQL answers: the function, its arguments and
// the result, or "!".
func TestRecord(t *testing.T) {
	if !*record {
		t.Skip("only with -record")
	}
	c := pgtest.Start(t).Connect(t)
	var out strings.Builder
	for _, f := range functions {
		for i, a := range values {
			others := values
			switch {
			case !strings.Contains(f, "b") || f == "abs(a)":
				others = values[:1]
			case f == "power(a, b)" && strings.Contains(a, "e"):
				others = values[:20]
			}
			for k, b := range others {
				if (i+k)%5 > 0 && len(others) > 1 {
					continue
				}
				sql := strings.NewReplacer("a", "('"+a+"'::numeric)", "b", "('"+b+"'::numeric)").Replace(" " + f)
				for _, name := range []string{"abs", "trim_scale", "floor", "ceil", "trunc"} {
					if strings.HasPrefix(f, name) {
						sql = name + "('" + a + "'::numeric)"
					}
				}
				result := c.Query(t.Context(), "SET statement_timeout = '1s'; SELECT ("+sql+")::text")
				text := "!"
				for result.NextResult() {
					for result.NextRow() {
						fields, err := result.Row().AppendFields(nil)
						if err != nil {
							t.Fatal(err)
						}
						text = string(fields[0])
					}
				}
				if result.Close(); len(text) < 500 {
					fmt.Fprintf(&out, "%s\t%s\t%s\t%s\n", f, a, b, text)
				}
			}
		}
	}
	if err := os.MkdirAll(filepath.Dir(recorded), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(recorded, []byte(out.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestAnswers(t *testing.T) {
	text, err := os.ReadFile(recorded)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(text)) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		z, err := compute(f[0], parse(t, f[1]), parse(t, f[2]))
		got := "!"
		if err == nil {
			got = string(numeric.AppendText(nil, z))
		}
		if n++; got != f[3] {
			t.Errorf("%s of %s, %s is %s, not %s (%v)", f[0], f[1], f[2], got, f[3], err)
		}
	}
	if n < 1000 {
		t.Errorf("only %d answers", n)
	}
}

// TestKeys checks that keys keep values and scales, and sort as values do.
func TestKeys(t *testing.T) {
	type keyed struct {
		x   *numeric.Decimal
		key []byte
	}
	var list []keyed
	for _, v := range values {
		x, z := parse(t, v), new(numeric.Decimal)
		key := numeric.AppendKey(nil, x)
		if err := numeric.FromKey(z, key); err != nil {
			t.Fatal(err)
		}
		if a, b := numeric.AppendText(nil, x), numeric.AppendText(nil, z); !bytes.Equal(a, b) {
			t.Errorf("%s comes back as %s", a, b)
		}
		list = append(list, keyed{x, key})
	}
	slices.SortFunc(list, func(a, b keyed) int { return bytes.Compare(a.key, b.key) })
	for i := range list[1:] {
		a, b := list[i], list[i+1]
		c := numeric.Cmp(a.x, b.x)
		if c > 0 || numeric.SameKey(a.key, b.key) != (c == 0) {
			t.Errorf("%s sorts before %s", numeric.AppendText(nil, a.x), numeric.AppendText(nil, b.x))
		}
	}
}

// TestSmall holds what is computed without memory to what is computed with it.
func TestSmall(t *testing.T) {
	small := func(x *numeric.Decimal) (numeric.Small, bool) {
		high, low, ok := numeric.Uint128(x)
		return numeric.Small{Negative: x.Negative, High: high, Low: low, Scale: numeric.Scale(x)}, ok
	}
	n := 0
	for _, a := range values {
		x := parse(t, a)
		key := numeric.AppendKey(nil, x)
		s, ok := small(x)
		if !ok {
			continue
		}
		if got := s.AppendKey(nil); !bytes.Equal(got, key) {
			t.Errorf("the key of %s is %x, not %x", a, got, key)
		}
		if got, ok := numeric.SmallFromKey(key); ok && got != s {
			t.Errorf("%s comes back as %v, not %v", a, got, s)
		}
		var z numeric.Decimal
		if err := numeric.TrimScale(&z, x); err != nil {
			t.Fatal(err)
		}
		if got, want := numeric.AppendTrimmed(nil, key), numeric.AppendKey(nil, &z); !bytes.Equal(got, want) {
			t.Errorf("%s is trimmed to %x, not %x", a, got, want)
		}
		for _, b := range values {
			y := parse(t, b)
			d, ok := small(y)
			if !ok || numeric.IsZero(y) {
				continue
			}
			q, ok := numeric.QuoSmall(s, d)
			if !ok {
				continue
			}
			n++
			var got, want numeric.Decimal
			q.Set(&got)
			if err := numeric.Div(&want, x, y); err != nil {
				t.Fatal(err)
			}
			if g, w := numeric.AppendText(nil, &got), numeric.AppendText(nil, &want); !bytes.Equal(g, w) {
				t.Errorf("%s / %s is %s, not %s", a, b, g, w)
			}
		}
	}
	if n < 500 {
		t.Errorf("only %d quotients", n)
	}
}

// TestRound rounds and cuts to scales on both sides of the point.
func TestRound(t *testing.T) {
	for _, test := range []struct {
		value          string
		scale          int
		rounded, trunc string
	}{
		{"2.345", 2, "2.35", "2.34"},
		{"-2.345", 2, "-2.35", "-2.34"},
		{"2.5", 0, "3", "2"},
		{"1.5", 4, "1.5000", "1.5000"},
		{"1250", -2, "1300", "1200"},
		{"-0.4", 0, "0", "0"},
		{"49", -2, "0", "0"},
		{"NaN", 2, "NaN", "NaN"},
	} {
		var z numeric.Decimal
		if err := numeric.Round(&z, parse(t, test.value), test.scale); err != nil || string(numeric.AppendText(nil, &z)) != test.rounded {
			t.Errorf("round(%s, %d) is %s (%v)", test.value, test.scale, numeric.AppendText(nil, &z), err)
		}
		if err := numeric.Trunc(&z, parse(t, test.value), test.scale); err != nil || string(numeric.AppendText(nil, &z)) != test.trunc {
			t.Errorf("trunc(%s, %d) is %s (%v)", test.value, test.scale, numeric.AppendText(nil, &z), err)
		}
	}
}

// TestMalformed checks that a key that is none is an error, and no panic.
func TestMalformed(t *testing.T) {
	var z numeric.Decimal
	for _, key := range []string{"", "\x00", "\x03", "\x04", "\x04\x00", "\x04\x10\x00\x00\x00\x00", "\x04\x10\x00\x01\x65", "\x07abcdefg"} {
		if err := numeric.FromKey(&z, key); err == nil {
			t.Errorf("%s is %s", strconv.Quote(key), numeric.AppendText(nil, &z))
		}
	}
}

func BenchmarkDiv(b *testing.B) {
	var x, y, z numeric.Decimal
	if numeric.Parse(&x, "12345.67") != nil || numeric.Parse(&y, "89") != nil {
		b.Fatal("cannot parse")
	}
	var key []byte
	for b.Loop() {
		if err := numeric.Div(&z, &x, &y); err != nil {
			b.Fatal(err)
		}
		key = numeric.AppendKey(key[:0], &z)
	}
}
