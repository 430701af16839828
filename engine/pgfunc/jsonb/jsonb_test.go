package jsonb_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/csvsql/csvsql/engine/pgfunc/jsonb"
)

// TestNormal has texts and what PostgreSQL 15 makes of them as jsonb, or the
// SQLSTATE of its error.
func TestNormal(t *testing.T) {
	t.Parallel()
	for _, test := range [][2]string{
		{` {"b":1 , "aa":2,"a":3} `, `{"a": 3, "b": 1, "aa": 2}`},
		{`{"a":1,"a":2}`, `{"a": 2}`},
		{`[1.0, 1e2, 1E-3, -0, -0.00, 12345678901234567890123.40]`, `[1.0, 100, 0.001, 0, 0.00, 12345678901234567890123.40]`},
		{`"\u00e4\ud83d\ude00\/\n\u0001"`, `"ä😀/\n\u0001"`},
		{`[ ]`, `[]`}, {`{ }`, `{}`}, {`null`, `null`}, {`true`, `true`},
		{`{"a": [1, {"b": null}]}`, `{"a": [1, {"b": null}]}`},
		{``, "22P02"}, {`{`, "22P02"}, {`[1,]`, "22P02"}, {`01`, "22P02"}, {`1.`, "22P02"}, {`+1`, "22P02"}, {`"a`, "22P02"},
		{`"\x"`, "22P02"}, {`"\u12"`, "22P02"}, {`"\ud800"`, "22P02"}, {`"\udc00"`, "22P02"}, {`nul`, "22P02"}, {`1 2`, "22P02"},
		{`{"a" 1}`, "22P02"}, {`{a:1}`, "22P02"}, {"\"\n\"", "22P02"}, {`1a`, "22P02"},
		{`"\u0000"`, "22P05"}, {`1e400000`, "22003"},
		{strings.Repeat("[", 2000), "54001"},
	} {
		got := normal(test[0])
		if got != test[1] {
			t.Errorf("%.60s is %s, want %s", test[0], got, test[1])
		}
		if len(test[1]) != 5 && normal(got) != got {
			t.Errorf("%s is read as %s", got, normal(got))
		}
	}
}

func normal(text string) string {
	v, err := jsonb.Parse(text)
	if err == nil {
		v, err = v.Normal()
	}
	var e *jsonb.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return string(v.Append(nil))
}

func TestContains(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		v, w string
		want bool
	}{
		{`{"a": 1, "b": 2}`, `{"b": 2}`, true},
		{`{"a": 1}`, `{"a": 2}`, false},
		{`[1, 2, 3]`, `[3, 1, 1]`, true},
		{`[1, 2]`, `2`, true},
		{`1`, `[1]`, false},
		{`[1.0]`, `[1]`, true},
		{`{"a": {"b": 1, "c": 2}}`, `{"a": {"c": 2}}`, true},
		{`{"a": {"b": {"c": 2}}}`, `{"a": {"c": 2}}`, false},
		{`["a", ["b"]]`, `["b"]`, false},
		{`[["a", "b"]]`, `[["b"]]`, true},
		{`{}`, `[]`, false},
		{`"a"`, `"a"`, true},
	} {
		v, _ := jsonb.Parse(test.v)
		w, _ := jsonb.Parse(test.w)
		if v.Contains(w) != test.want {
			t.Errorf("%s @> %s is %t", test.v, test.w, !test.want)
		}
	}
}

func FuzzNormal(f *testing.F) {
	for _, s := range []string{`{"a": [1, null, "x"]}`, `1e5`, `"\ud83d\ude00"`, `{"a":1,"a":[]}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once := normal(text)
		if len(once) != 5 && normal(once) != once {
			t.Errorf("%s is read as %s", once, normal(once))
		}
	})
}
