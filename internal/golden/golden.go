// Package golden holds values as a real PostgreSQL sends them, for tests that
// compare with it without having one.
//
// A file in testdata is a list of values of one or more types:
//
//	# a comment
//	set TimeZone Asia/Kolkata
//	type timestamptz
//	2020-01-01 00:00+00	2020-01-01 05:30:00+05:30	00023e07 7f9fa000
//
// A value is a literal, the text and the binary format of it, separated by tabs;
// where white space or quotes would be lost, a field is quoted as in Go. One that
// PostgreSQL refuses is a literal, a tab, ERROR and the SQLSTATE. set
// holds for the values below it, and "set" alone resets everything. "type jsonb
// of int4" makes a jsonb of an int4.
//
// To add a value, write its literal on a line of its own and run the test of this
// package with -record.
package golden

import (
	"embed"
	"encoding/hex"
	"fmt"
	"maps"
	"path"
	"strconv"
	"strings"
	"testing"
)

//go:embed testdata
var files embed.FS

const folder = "testdata"

// Value is a value as PostgreSQL sends it.
type Value struct {
	Type     string            // "int4", "int4[]"
	Of       string            // the type of the literal, for a jsonb made of it
	Settings map[string]string // that differ from the defaults; TimeZone is UTC
	Literal  string
	Text     string
	Binary   []byte
	Code     string // the SQLSTATE if there is no such value
	Where    string // file:line
}

// Values returns the values of a file of testdata.
func Values(t testing.TB, name string) []Value {
	t.Helper()
	text, err := files.ReadFile(path.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	var values []Value
	if err := parse(name, string(text), func(_ string, v *Value) {
		if v != nil {
			values = append(values, *v)
		}
	}); err != nil {
		t.Fatal(err)
	}
	return values
}

// Types returns the values of all files, by type, but for those made of another
// type.
func Types(t testing.TB) map[string][]Value {
	t.Helper()
	types := map[string][]Value{}
	entries, err := files.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		for _, v := range Values(t, e.Name()) {
			if v.Of == "" {
				types[v.Type] = append(types[v.Type], v)
			}
		}
	}
	return types
}

// parse calls f for every line, with the value that it is, or nil.
func parse(name, text string, f func(line string, v *Value)) error {
	var typ, of string
	settings := map[string]string{}
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		where := fmt.Sprintf("%s:%d", name, i+1)
		word, rest, _ := strings.Cut(line, " ")
		switch {
		case line == "" || line[0] == '#':
			f(line, nil)
		case line == "set":
			settings = map[string]string{}
			f(line, nil)
		case word == "set":
			settings = maps.Clone(settings)
			key, value, _ := strings.Cut(rest, " ")
			settings[key] = value
			f(line, nil)
		case word == "type":
			typ, of, _ = strings.Cut(rest, " of ")
			f(line, nil)
		default:
			v := &Value{Type: typ, Of: of, Settings: settings, Where: where}
			if err := v.parse(line); err != nil {
				return fmt.Errorf("%s: %w", where, err)
			}
			f(line, v)
		}
	}
	return nil
}

func (v *Value) parse(line string) (err error) {
	fields := strings.Split(line, "\t")
	if v.Literal, err = unquote(fields[0]); err != nil || len(fields) == 1 {
		return err // not recorded yet
	}
	if code, ok := strings.CutPrefix(fields[1], refused); ok && len(fields) == 2 {
		v.Code = code
		return nil
	}
	if len(fields) != 3 {
		return fmt.Errorf("%d fields instead of 3", len(fields))
	}
	if v.Text, err = unquote(fields[1]); err != nil {
		return err
	}
	v.Binary, err = hex.DecodeString(strings.ReplaceAll(fields[2], " ", ""))
	return err
}

// refused begins the second field of what is not a value.
const refused = "ERROR "

// String is the line of the value.
func (v *Value) String() string {
	if v.Code != "" {
		return quote(v.Literal) + "\t" + refused + v.Code
	}
	var b strings.Builder
	for i := 0; i < len(v.Binary); i += 4 {
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%x", v.Binary[i:min(i+4, len(v.Binary))])
	}
	return quote(v.Literal) + "\t" + quote(v.Text) + "\t" + b.String()
}

func quote(s string) string {
	if q := strconv.Quote(s); s != strings.TrimSpace(s) || s == "" || s[0] == '"' || s[0] == '#' ||
		strings.ContainsAny(s, "\t\n\r") || len(q) != len(s)+2+strings.Count(s, `\`)+strings.Count(s, `"`) {
		return q
	}
	return s
}

func unquote(s string) (string, error) {
	if strings.HasPrefix(s, `"`) {
		return strconv.Unquote(s)
	}
	return s, nil
}
