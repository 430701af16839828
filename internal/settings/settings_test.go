package settings

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestRegistryIsSorted(t *testing.T) {
	names := make([]string, 0, len(registry))
	for s := range All() {
		names = append(names, strings.ToLower(s.Name))
		if _, err := s.check(s.Default, s.Default); err != nil {
			t.Errorf("%s refuses its own default %q: %v", s.Name, s.Default, err)
		}
	}
	if !slices.IsSorted(names) {
		t.Errorf("Lookup needs the registry sorted by lower-case name, got %q", names)
	}
}

func TestSet(t *testing.T) {
	for _, c := range []struct{ name, value, want, code string }{
		{"timezone", "Europe/Berlin", "Europe/Berlin", ""},
		{"TIMEZONE", "utc", "UTC", ""},
		{"timezone", "-7", "Etc/GMT+7", ""},
		{"timezone", "Mars/X", "", "22023"},
		{"datestyle", "dmy", "ISO, DMY", ""},
		{"datestyle", "sql, ymd", "SQL, YMD", ""},
		{"datestyle", "german", "German, DMY", ""},
		{"datestyle", "roman", "", "22023"},
		{"statement_timeout", "1500", "1500ms", ""},
		{"statement_timeout", "2000", "2s", ""},
		{"statement_timeout", "2 min", "2min", ""},
		{"statement_timeout", "0", "0", ""},
		{"statement_timeout", "-1", "", "22023"},
		{"statement_timeout", "soon", "", "22023"},
		{"extra_float_digits", "3", "3", ""},
		{"extra_float_digits", "4", "", "22023"},
		{"client_encoding", "'utf-8'", "UTF8", ""},
		{"client_encoding", "latin1", "", "22023"},
		{"row_security", "OFF", "off", ""},
		{"row_security", "y", "on", ""},
		{"row_security", "maybe", "", "22023"},
		{"standard_conforming_strings", "off", "", "22023"},
		{"server_version", "16", "", "55P02"},
		{"no_such", "1", "", "42704"},
		{"my.own", "anything", "anything", ""},
	} {
		v := New(func(string, string) error { return nil })
		err := v.Set(c.name, c.value)
		if got := code(err); got != c.code {
			t.Errorf("Set(%s, %q): %v, want code %q", c.name, c.value, err, c.code)
			continue
		}
		if c.code != "" {
			continue
		}
		if got, err := v.Get(c.name); err != nil || got != c.want {
			t.Errorf("after Set(%s, %q) Get gives %q, %v; want %q", c.name, c.value, got, err, c.want)
		}
	}
}

func code(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func TestTransactions(t *testing.T) {
	const name = "application_name"
	for _, c := range []struct {
		what string
		do   func(v *Values)
		want string
	}{
		{"SET is undone by ROLLBACK", func(v *Values) { v.Begin(); v.Set(name, "a"); v.Rollback() }, "start"},
		{"SET survives COMMIT", func(v *Values) { v.Begin(); v.Set(name, "a"); v.Commit() }, "a"},
		{"SET LOCAL ends with the transaction", func(v *Values) { v.Begin(); v.SetLocal(name, "a"); v.Commit() }, "start"},
		{"SET, then SET LOCAL: the SET stays", func(v *Values) { v.Begin(); v.Set(name, "a"); v.SetLocal(name, "b"); v.Commit() }, "a"},
		{"SET LOCAL, then SET: the SET stays", func(v *Values) { v.Begin(); v.SetLocal(name, "b"); v.Set(name, "a"); v.Commit() }, "a"},
		{"SET LOCAL outside of one does nothing", func(v *Values) { v.SetLocal(name, "a") }, "start"},
		{"RESET goes to the value of the start", func(v *Values) { v.Set(name, "a"); v.Reset(name, false) }, "start"},
		{"RESET ALL as well", func(v *Values) { v.Set(name, "a"); v.ResetAll() }, "start"},
		{"a second BEGIN changes nothing", func(v *Values) { v.Begin(); v.Set(name, "a"); v.Begin(); v.Rollback() }, "start"},
	} {
		var told string
		v := New(func(_, value string) error { told = value; return nil })
		if err := v.Boot(name, "start"); err != nil {
			t.Fatal(err)
		}
		c.do(v)
		if got, _ := v.Get(name); got != c.want || told != c.want {
			t.Errorf("%s: value %q, last told %q, want %q", c.what, got, told, c.want)
		}
	}
}

func TestRefusedChange(t *testing.T) {
	refused := errors.New("refused")
	v := New(func(_, value string) error {
		if value == "bad" {
			return refused
		}
		return nil
	})
	v.Begin()
	if err := v.Set("application_name", "bad"); err != refused {
		t.Errorf("Set gives %v, want the error of onChange", err)
	}
	v.Commit()
	if got, _ := v.Get("application_name"); got != "" {
		t.Errorf("a change that was refused left %q", got)
	}
}

func TestDuration(t *testing.T) {
	for value, want := range map[string]time.Duration{
		"0": 0, "1500ms": 1500 * time.Millisecond, "2s": 2 * time.Second, "2min": 2 * time.Minute, "1h": time.Hour, "1d": 24 * time.Hour,
	} {
		if got := Duration(value); got != want {
			t.Errorf("Duration(%q) = %v, want %v", value, got, want)
		}
	}
}
