package datasets

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/csvsql/csvsql/engine"
)

func TestPlanFindsFiles(t *testing.T) {
	t.Parallel()
	dir := tree(t,
		"data/flights.csv", "data/only.csv", "data/jan 1.csv", "data/jan 2.csv", "data/jan-dir.csv/",
		"data/._jan 3.csv", "data/.hidden/h.csv", "data/.hidden/.h2.csv",
		`data/it's "quoted".csv`, "data/data[1].csv", "data/data1.csv", "data/売上.csv", "data/x.csv.gz",
		"data/sub/a.csv", "data/sub2/a.csv", "data/deep/er/a.csv",
		"data/same.csv", "more/same.csv", "more/extra.csv",
		"data/link.csv -> flights.csv", "data/dirlink -> ../more",
	)
	m := manager(t, filepath.Join(dir, "data"), filepath.Join(dir, "more"))
	for _, c := range []struct {
		files string // separated by |
		want  string // relative to dir, separated by |
	}{
		{"flights.csv", "data/flights.csv"},
		{"./flights.csv", "data/flights.csv"},
		{"sub/../flights.csv", "data/flights.csv"},
		{dir + "/data/flights.csv", "data/flights.csv"},
		{"same.csv", "data/same.csv"},
		{"extra.csv", "more/extra.csv"},
		{"jan *.csv", "data/jan 1.csv|data/jan 2.csv"},
		{"jan*.csv", "data/jan 1.csv|data/jan 2.csv"},
		{dir + "/data/jan ?.csv", "data/jan 1.csv|data/jan 2.csv"},
		{"._jan*", "data/._jan 3.csv"},
		{".hidden/*.csv", "data/.hidden/h.csv"},
		{"sub*/a.csv", "data/sub/a.csv|data/sub2/a.csv"},
		{"*/*/a.csv", "data/deep/er/a.csv"},
		{"extra*.csv", "more/extra.csv"},
		{`it's "quoted".csv`, `data/it's "quoted".csv`},
		{"data[1].csv", "data/data[1].csv"}, // the file of that name, not the glob
		{"data[12].csv", "data/data1.csv"},
		{"売*.csv", "data/売上.csv"},
		{"x.csv.gz", "data/x.csv.gz"},
		{"link.csv", "data/flights.csv"},
		{"dirlink/extra.csv", "more/extra.csv"}, // out of one root into another
		{"dirlink/e*.csv", "more/extra.csv"},
		{"only.csv|extra.csv", "data/only.csv|more/extra.csv"},
	} {
		s, err := m.Plan(Request{Files: strings.Split(c.files, "|"), Table: engine.TableName{Name: "t"}, Options: []Option{{"format", "csv"}}})
		if err != nil {
			t.Errorf("%s: %v", c.files, err)
			continue
		}
		var want []string
		for f := range strings.SplitSeq(c.want, "|") {
			want = append(want, filepath.Join(dir, f))
		}
		if !slices.Equal(s.Files, want) {
			t.Errorf("%s: %q, want %q", c.files, s.Files, want)
		}
	}
}

func TestPlanRefusesFiles(t *testing.T) {
	t.Parallel()
	dir := tree(t,
		"data/flights.csv", "data/sub/x.csv", "data/badpattern", "dataevil/secret.csv", "secret/secret.csv",
		"data/file.csv -> ../secret/secret.csv", "data/dir -> ../secret", "data/up -> ..",
		"data/dangling.csv -> nowhere.csv", "data/loop.csv -> loop.csv", "data/mixed1.csv",
		"data/mixed2.csv -> ../secret/secret.csv",
	)
	m := manager(t, filepath.Join(dir, "data"))
	for _, c := range []struct{ file, code string }{
		{"", "22023"},
		{"missing.csv", "58P01"},
		{"missing/missing.csv", "58P01"},
		{"missing*.csv", "58P01"},
		{"missing/*.csv", "58P01"},
		{"flights.csv/x.csv", "58P01"},
		{"dangling.csv", "58P01"},
		{"sub", "42809"},
		{".", "42809"},
		{"[.csv", "22023"},
		{"loop.csv", "58030"},
		{"bad\x00name.csv", "58030"},
		{strings.Repeat("x", 300) + ".csv", "58030"},
		{"https://example.com/x.csv", "0A000"},
		{"../secret/secret.csv", "42501"},
		{"../secret/missing.csv", "42501"},
		{"../dataevil/secret.csv", "42501"},
		{dir + "/dataevil/secret.csv", "42501"},
		{dir + "/dataevil/missing.csv", "42501"},
		{dir + "/data/../secret/secret.csv", "42501"},
		{dir + "/dataevil/*.csv", "42501"},
		{dir + "/*/*.csv", "42501"},
		{"/*", "42501"},
		{"/", "42501"},
		{"/etc/passwd", "42501"},
		{"/etc/no-such-file", "42501"},
		{"/no-such-directory/x", "42501"},
		{"file.csv", "42501"},
		{"dir/secret.csv", "42501"},
		{"dir/missing.csv", "42501"},
		{"up/secret/secret.csv", "42501"},
		{"up/missing", "42501"},
		{"mixed*.csv", "42501"},
	} {
		_, err := m.Plan(Request{Files: []string{c.file}, Table: engine.TableName{Name: "t"}, Options: []Option{{"format", "csv"}}})
		e := wantCode(t, err, c.code)
		if !filepath.IsAbs(c.file) && strings.Contains(e.Message+e.Detail+e.Hint, dir) {
			t.Errorf("%s: the real path shows: %v", c.file, e)
		}
		if c.code == "42501" && !strings.Contains(e.Hint, "--data-dir") {
			t.Errorf("%s: hint %q does not say what to do", c.file, e.Hint)
		}
	}
	// Nothing can be found through a link out of the roots, by no pattern.
	for _, pattern := range []string{"dir/*.csv", "d*r/*.csv", "up/*/*.csv", "../*/*.csv", "*/secret.csv"} {
		if s, err := m.Plan(Request{Files: []string{pattern}, Table: engine.TableName{Name: "t"}}); err == nil {
			t.Errorf("%s: found %q", pattern, s.Files)
		}
	}
}

func TestPlanHints(t *testing.T) {
	t.Parallel()
	dir := tree(t, "flights.csv", "sub/airports.csv", "empty/", "seven/a.csv", "seven/b.csv", "seven/c.csv",
		"seven/d.csv", "seven/e.csv", "seven/f.csv", "seven/g.csv")
	m := manager(t, dir)
	for file, want := range map[string]string{
		"flihgts.csv":      `Did you mean "flights.csv"?`,
		"flights":          `Did you mean "flights.csv"?`,
		"sub/airport.csv":  `Did you mean "sub/airports.csv"?`,
		"sub/penguins.csv": "Files there: airports.csv.",
		"empty/x.csv":      "There are no data files in that directory.",
		"seven/zzzzzz.csv": "Files there: a.csv, b.csv, c.csv, d.csv, e.csv and 2 more.",
	} {
		_, err := m.Plan(Request{Files: []string{file}})
		if e := wantCode(t, err, "58P01"); e.Hint != want {
			t.Errorf("%s: hint %q, want %q", file, e.Hint, want)
		}
	}
}

func TestSingleFile(t *testing.T) {
	t.Parallel()
	dir := tree(t, "real/a.csv", "real/b.csv", "links/a.csv -> ../real/a.csv")
	m, err := New(nil, []string{filepath.Join(dir, "links", "a.csv")})
	if err != nil {
		t.Fatal(err)
	}
	if s, err := m.Plan(Request{Files: []string{filepath.Join(dir, "links", "a.csv")}}); err != nil || s.Files[0] != filepath.Join(dir, "real", "a.csv") {
		t.Errorf("%q, %v", s.Files, err)
	}
	for _, other := range []string{"real/b.csv", "real", "real/a.csv/x", "links/b.csv"} {
		_, err := m.Plan(Request{Files: []string{filepath.Join(dir, other)}})
		wantCode(t, err, "42501")
	}
	_, err = m.Plan(Request{Files: []string{"a.csv"}})
	wantCode(t, err, "42501")
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	dir := tree(t, "a.csv", "sub/")
	for _, c := range []struct{ dir, file, code string }{
		{dir: "missing", code: "58P01"},
		{dir: "a.csv", code: "42809"},
		{file: "missing.csv", code: "58P01"},
		{file: "sub", code: "42809"},
	} {
		var dirs, files []string
		if c.dir != "" {
			dirs = []string{filepath.Join(dir, c.dir)}
		} else {
			files = []string{filepath.Join(dir, c.file)}
		}
		_, err := New(dirs, files)
		wantCode(t, err, c.code)
	}
}

func TestUnreadableFile(t *testing.T) {
	t.Parallel()
	dir := tree(t, "secret.csv")
	if err := os.Chmod(filepath.Join(dir, "secret.csv"), 0); err != nil {
		t.Fatal(err)
	}
	if f, err := os.Open(filepath.Join(dir, "secret.csv")); err == nil {
		f.Close()
		t.Skip("this user may read everything")
	}
	_, err := manager(t, dir).Plan(Request{Files: []string{"secret.csv"}})
	wantCode(t, err, "42501")
}

func TestRootMayBeALink(t *testing.T) {
	t.Parallel()
	dir := tree(t, "real/a.csv", "link -> real")
	m := manager(t, filepath.Join(dir, "link"))
	for _, name := range []string{"a.csv", filepath.Join(dir, "link", "a.csv"), filepath.Join(dir, "real", "a.csv"), filepath.Join(dir, "link", "*.csv")} {
		s, err := m.Plan(Request{Files: []string{name}})
		if err != nil || s.Files[0] != filepath.Join(dir, "real", "a.csv") {
			t.Errorf("%s: %q, %v", name, s.Files, err)
		}
	}
}
