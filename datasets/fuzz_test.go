package datasets

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/csvsql/csvsql/engine"
)

// FuzzPlan holds that no path and no glob finds a file outside the data directory.
func FuzzPlan(f *testing.F) {
	for _, s := range []string{
		"a.csv", "*.csv", "../secret/s.csv", "out/s.csv", "o*/*.csv", "up/secret/*", "sub/../../secret/s.csv",
		"[a-z].csv", "up/up/data/a.csv", "./././a.csv", "*/../../secret/s.csv", "{a,b}", "a\x00.csv", "\\*.csv", "~/x", "//",
	} {
		f.Add(s)
	}
	// Not f.TempDir: tree needs a *testing.T, and the files stay as they are.
	top, err := os.MkdirTemp("", "datasets")
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { os.RemoveAll(top) })
	if top, err = filepath.EvalSymlinks(top); err != nil {
		f.Fatal(err)
	}
	data := filepath.Join(top, "data")
	for _, dir := range []string{"data/sub", "secret", "dataevil"} {
		if err := os.MkdirAll(filepath.Join(top, dir), 0o755); err != nil {
			f.Fatal(err)
		}
	}
	for _, name := range []string{"data/a.csv", "data/sub/b.csv", "secret/s.csv", "dataevil/e.csv"} {
		if err := os.WriteFile(filepath.Join(top, name), []byte("x\n"), 0o644); err != nil {
			f.Fatal(err)
		}
	}
	for link, target := range map[string]string{"data/out": "../secret", "data/up": "..", "data/file.csv": "../secret/s.csv"} {
		if err := os.Symlink(target, filepath.Join(top, link)); err != nil {
			f.Fatal(err)
		}
	}
	m, err := New([]string{data}, nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, name string) {
		for _, name := range []string{name, top + "/" + name} {
			s, err := m.Plan(Request{Files: []string{name}, Table: engine.TableName{Name: "t"}, Options: []Option{{"format", "csv"}}})
			if err != nil {
				continue
			}
			for _, path := range s.Files {
				if !strings.HasPrefix(path, data+string(filepath.Separator)) {
					t.Fatalf("%q finds %q", name, path)
				}
			}
		}
	})
}

// FuzzTypes holds that what parseTypes takes are names with types that are
// complete: written as a list again, it reads the same.
func FuzzTypes(f *testing.F) {
	for _, s := range []string{"a INTEGER", `"a b" DECIMAL(10, 2), c DATE`, `"q""q" ENUM('a,b', ')')`, "a", "a b)(", ",", `0" ,`, `"`, "a '"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, list string) {
		names, types, err := parseTypes("types", list)
		if err != nil {
			return
		}
		var items []string
		for _, name := range names {
			items = append(items, `"`+strings.ReplaceAll(name, `"`, `""`)+`" `+types[name])
		}
		sameNames, sameTypes, err := parseTypes("types", strings.Join(items, ","))
		if err != nil || !slices.Equal(sameNames, names) || !maps.Equal(sameTypes, types) {
			t.Fatalf("%q reads as %q, and that as %q, %v", list, types, sameTypes, err)
		}
	})
}
