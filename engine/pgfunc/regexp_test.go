package pgfunc

import (
	ejson "encoding/json"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/csvsql/csvsql/engine/pgfunc/regex"
)

// TestRegexp holds functions of regular expressions to what PostgreSQL 15
// answered: lines of a function, a text, an expression, and = before the result,
// ! before the SQLSTATE, or NULL. What is not supported may be refused.
func TestRegexp(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/regexp.txt")
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for line := range strings.Lines(string(text)) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		for i := range f[1:] {
			if f[i+1], err = strconv.Unquote(f[i+1]); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
		}
		got := regexpAnswer(f[0], f[1], f[2])
		if got == "!0A000" {
			continue
		}
		if checked++; got != f[3] {
			t.Errorf("%s(%q, %q) is %s, want %s", f[0], f[1], f[2], got, f[3])
		}
	}
	if checked < 250 {
		t.Errorf("only %d were not refused", checked)
	}
}

func regexpAnswer(function, s, expression string) string {
	var p pattern
	var err error
	if p.Regex, err = regex.Compile(expression, regex.Flags{}); err != nil {
		return errorAnswer(err)
	}
	var v any
	switch function {
	case "match":
		var m []int
		if m, err = p.Find(s, 0, true); m != nil {
			v = captures(s, m)
		}
	case "split":
		v, err = p.split(s)
	case "replace":
		v, err = p.replace(s, `<\1\&>`, 1, 0)
	case "like":
		var ok bool
		ok, err = p.Match(s)
		v = strconv.FormatBool(ok)
	case "count":
		var all [][]int
		all, err = p.all(s, 0, true, false)
		v = strconv.Itoa(len(all))
	}
	if err != nil {
		return errorAnswer(err)
	}
	switch v := v.(type) {
	case nil:
		return "NULL"
	case string:
		return "=" + v
	}
	text, _ := ejson.Marshal(v)
	return "=" + string(text)
}

func errorAnswer(err error) string {
	var e *regex.Error
	if errors.As(err, &e) {
		return "!" + e.Code
	}
	return err.Error()
}
