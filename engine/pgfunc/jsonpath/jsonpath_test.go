package jsonpath_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/csvsql/csvsql/engine/pgfunc/jsonb"
	"github.com/csvsql/csvsql/engine/pgfunc/jsonpath"
)

// TestBounds: what would take a stack or a memory of any size is refused.
func TestBounds(t *testing.T) {
	t.Parallel()
	nested, err := jsonb.Parse(strings.Repeat("[", 400) + strings.Repeat("]", 400))
	if err != nil {
		t.Fatal(err)
	}
	for path, code := range map[string]string{
		strings.Repeat("(", 1e5):                                  "54001",
		strings.Repeat("-", 1e5) + "1":                            "54001",
		"$" + strings.Repeat(".a", 1e5):                           "54001",
		"1" + strings.Repeat("+1", 1e5):                           "54001",
		"$" + strings.Repeat("?(@", 1e5):                          "54001",
		strings.Repeat("(", 400) + "1" + strings.Repeat(")", 400): "",
		"$" + strings.Repeat(".a", 5000):                          "",
		"$.**.**.**.**":                                           "54000",
	} {
		if got := codeOf(query(path, nested)); got != code {
			t.Errorf("%.20s gives %q, want %q", path, got, code)
		}
	}
}

func query(path string, target jsonb.Value) error {
	p, err := jsonpath.Parse(path)
	if err != nil {
		return err
	}
	_, err = p.Query(jsonpath.Input{Target: target, Vars: jsonb.Value{Kind: jsonb.Object}})
	return err
}

func codeOf(err error) string {
	var e *jsonpath.Error
	if errors.As(err, &e) {
		return e.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// FuzzParse: no text makes the parser or the evaluation panic.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`$.a[*] ? (@ > 1 && exists(@.b)).size()`, `strict $."a"[last - 1 to last, 0].**{1 to last}`,
		`($.x starts with "a") is unknown`, `-$ + 1 / 0 % .5e3`, `$ ? (@ like_regex "a.*" flag "im")`, `$"v".keyvalue() /* c */`,
		"\"\\u{1F600}\\uD83D\\uDE00\\x41\"", `$.datetime("x")`, `@`, `$[`, `!`,
	} {
		f.Add(s)
	}
	target, err := jsonb.Parse(`{"a": [1, "2", null, {"b": true}], "x": "abc"}`)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) < 200 {
			_ = query(s, target)
		}
	})
}
