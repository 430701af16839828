package hba_test

import (
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/client"
	"github.com/csvsql/csvsql/wire/hba"
)

// write makes files in a new folder, by their names, and returns the folder.
func write(t *testing.T, texts map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range texts {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestParseFile(t *testing.T) {
	t.Parallel()
	dir := write(t, map[string]string{
		"hba":             "local a @users trust\ninclude sub/more\ninclude_if_exists nothing\ninclude_dir \"a folder\"\nhost @none all all trust\n",
		"users":           "u1, u2 # of the first floor\n@sub/list\n\"all\"\n",
		"none":            "# nobody yet\n",
		"sub/list":        "u3\n",
		"sub/more":        "host b @list all trust\n",
		"a folder/b":      "no rule",
		"a folder/.c":     "no rule",
		"a folder/2.conf": "host d all all reject\n",
		"a folder/1.conf": "host c all all reject\n",
	})
	rules, err := hba.ParseFile(filepath.Join(dir, "hba"), hba.Config{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range rules {
		got = append(got, describe(r))
	}
	want := []string{
		`local ["a"] ["u1" "u2" "u3" "all"] [] wire.trust`,
		`host ["b"] ["u3"] [] wire.trust`,
		`host ["c"] [] [] wire.reject`,
		`host ["d"] [] [] wire.reject`,
		`host [] [] [] and more wire.trust`, // nobody
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if rules[len(rules)-1].Match(nil) {
		t.Error("an empty list is everybody")
	}
}

func TestParseFileErrors(t *testing.T) {
	t.Parallel()
	dir := write(t, map[string]string{
		"missing":       "\ninclude there/is/none\n",
		"list":          "host @there/is/none all all trust\n",
		"inner":         "include bad\n",
		"bad":           "#\nhost\n",
		"circle":        "include circle\n",
		"itself":        "host @itself all all trust\n",
		"two":           "include a b\n",
		"hidden":        "include_if_exists inner-missing\n",
		"folder":        "include_dir none\n",
		"inner-missing": "include gone\n",
	})
	for name, want := range map[string]string{
		"missing": "missing, line 2: open ", "list": "list, line 1: open ", "two": "two, line 1: include: a name, and nothing else",
		"inner": "bad, line 2: the line ends before a database", "circle": "files include each other too deep",
		"itself": "files include each other too deep", "hidden": "inner-missing, line 1: open ", "folder": "folder, line 1: open ",
		"not there": "open ",
	} {
		rules, err := hba.ParseFile(filepath.Join(dir, name), hba.Config{})
		if err == nil || !strings.Contains(err.Error(), want) || rules != nil {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
}

func TestParseIdent(t *testing.T) {
	t.Parallel()
	maps, err := hba.ParseIdent(strings.NewReader(`
		# MAP  SYSTEM                USER
		m      ann                   ann
		m      ann                   "all"
		m      "bob the builder"     bob
		mail   /^(.*)@example\.com$  \1
		mail   /@example\.org$       guest
		ops    root                  all
		ops    /^op                  /^app_
	`))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, system, role string
		allowed            bool
	}{
		{"m", "ann", "ann", true}, {"m", "ann", "all", true}, {"m", "ann", "bob", false}, {"m", "bob the builder", "bob", true},
		{"m", "bob", "bob", false}, {"m", "", "", false},
		{"mail", "ann@example.com", "ann", true}, {"mail", "ann@example.com", "bob", false}, {"mail", "ann@example.com.evil", "ann", false},
		{"mail", "x@example.org", "guest", true}, {"mail", "x@example.org", "x", false},
		{"ops", "root", "anyone", true}, {"ops", "op1", "app_x", true}, {"ops", "op1", "x", false}, {"ops", "ann", "app_x", false},
	} {
		if got := maps[test.name](test.system, test.role); got != test.allowed {
			t.Errorf("%+v: %v", test, got)
		}
	}
	for text, want := range map[string]string{
		"\nm a":    "line 2: a map, a system's user and a user have to be there, not 2 fields",
		"m a,b c":  "line 1: the system's user: there may be one only",
		"m /( c":   "line 1: error parsing regexp",
		"m a /(":   "line 1: error parsing regexp",
		"m a +ops": "line 1: +ops: there are no groups of roles",
		`m a \1`:   `line 1: \1: there are no brackets in the expression "a"`,
		`m /a \1`:  `line 1: \1: there are no brackets in the expression "/a"`,
		`m "a b c`: "line 1: a quote is not closed",
	} {
		if maps, err := hba.ParseIdent(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) || maps != nil {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// TestOpen: rules in files that change are the next login's; while they cannot be
// read the old ones hold.
func TestOpen(t *testing.T) {
	t.Parallel()
	dir := write(t, map[string]string{"hba": "include more\n", "more": "local all @users trust\n", "users": "ann\n", "ident": "m a b\n"})
	file, err := hba.Open(filepath.Join(dir, "hba"), filepath.Join(dir, "ident"), hba.Config{}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	s := &wire.Server{Auth: file, Handler: wire.ParseFunc(nil)}
	check := func(when string, want map[string]bool) {
		t.Helper()
		for user, in := range want {
			ours, theirs := net.Pipe()
			go s.ServeConn(theirs)
			ours.SetDeadline(time.Now().Add(30 * time.Second))
			c, err := client.New(t.Context(), ours, client.Config{User: user})
			if (err == nil) != in {
				t.Errorf("%s: %s: %v", when, user, err)
			}
			if err == nil {
				c.Close()
			}
		}
	}
	changes := 0
	change := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		changes++ // whatever the clock of the file system can tell apart
		when := time.Now().Add(time.Duration(changes) * time.Second)
		if err := os.Chtimes(path, when, when); err != nil {
			t.Fatal(err)
		}
	}
	check("at first", map[string]bool{"ann": true, "bob": false})
	change("users", "bob\n")
	check("another list", map[string]bool{"ann": false, "bob": true})
	change("more", "local all all nonsense\n")
	check("what cannot be read", map[string]bool{"ann": false, "bob": true})
	change("more", "local all carl trust\n")
	check("readable again", map[string]bool{"bob": false, "carl": true})
	change("ident", "m a\n")
	change("more", "local all dora trust\n")
	check("maps that cannot be read", map[string]bool{"carl": true, "dora": false})
	change("ident", "m a b\nm c d\n")
	check("maps that can", map[string]bool{"carl": false, "dora": true})
	if err := os.Remove(filepath.Join(dir, "more")); err != nil {
		t.Fatal(err)
	}
	check("a file that is gone", map[string]bool{"carl": false, "dora": true})

	for path, ident := range map[string]string{"nothing": "", "hba": "nothing"} {
		if _, err := hba.Open(filepath.Join(dir, path), ident, hba.Config{}, nil); err == nil {
			t.Errorf("%s, %s", path, ident)
		}
	}
}

func FuzzParseIdent(f *testing.F) {
	f.Add("m ann ann\nmail /^(.*)@x$ \\1", "ann@x", "ann")
	f.Add("m \"a b\" all # x\nm /a /b", "a b", "")
	f.Fuzz(func(t *testing.T, text, name, role string) {
		maps, err := hba.ParseIdent(strings.NewReader(text))
		if (err != nil) != (maps == nil) {
			t.Errorf("%q: %v, %v", text, maps, err)
		}
		for _, m := range maps {
			m(name, role)
		}
	})
}
