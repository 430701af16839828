package template_test

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/csvsql/csvsql/engine/pgfunc/template"
	"github.com/csvsql/csvsql/wire/pgvalue"
)

// TestToChar holds to_char to what PostgreSQL 15 answered: lines of a type, a
// value, a template, and = before the text or ! before the SQLSTATE.
func TestToChar(t *testing.T) {
	t.Parallel()
	lines := readLines(t, "testdata/to_char.txt")
	for _, f := range lines {
		got, err := toChar(f[0], f[1], f[2])
		if got = answer(got, err); got != f[3] {
			t.Errorf("to_char(%s %q, %q) is %q, want %q", f[0], f[1], f[2], got, f[3])
		}
	}
	if len(lines) < 500 {
		t.Errorf("only %d lines", len(lines))
	}
}

func toChar(typ, value, form string) (string, error) {
	if typ == "ts" || typ == "iv" {
		out, err := template.ParseDatetime(form).Append(nil, moment(typ, value))
		return string(out), err
	}
	n, err := template.ParseNumber(form)
	if err != nil {
		return "", err
	}
	var out []byte
	switch typ {
	case "float8":
		v, _ := strconv.ParseFloat(value, 64)
		out, err = n.AppendFloat(nil, v, 64)
	case "float4":
		v, _ := strconv.ParseFloat(value, 32)
		out, err = n.AppendFloat(nil, v, 32)
	case "int4":
		v, _ := strconv.ParseInt(value, 10, 32)
		out, err = n.AppendInt(nil, int32(v))
	default:
		d, _ := pgvalue.ParseNumeric([]byte(value))
		out, err = n.Append(nil, string(pgvalue.AppendDecimal(nil, d)))
	}
	return string(out), err
}

func moment(typ, value string) template.Moment {
	if typ == "ts" {
		us, _ := pgvalue.ParseTimestamp([]byte(value), pgvalue.MDY)
		return template.Of(time.UnixMicro(us).UTC(), false)
	}
	iv, _ := pgvalue.ParseInterval([]byte(value), pgvalue.IntervalPostgres)
	return template.OfInterval(int(iv.Months), int(iv.Days), iv.Micros)
}

// readLines reads fields between tabs, those behind the first in quotes.
func readLines(t *testing.T, path string) (lines [][]string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		for i, f := range fields[1:] {
			if fields[i+1], err = strconv.Unquote(f); err != nil {
				t.Fatalf("%s: %v", f, err)
			}
		}
		lines = append(lines, fields)
	}
	return lines
}

func answer(text string, err error) string {
	var e *template.Error
	if errors.As(err, &e) {
		return "!" + e.Code
	}
	return "=" + text
}
