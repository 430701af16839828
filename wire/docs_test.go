package wire_test

import (
	"context"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/csvsql/csvsql/internal/pgtest"
	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

var (
	testName   = regexp.MustCompile(`\b(?:Test|Fuzz)[A-Z]\w*`)
	testFunc   = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Z]\w*)\(`)
	scriptName = regexp.MustCompile("`(\\w+\\.txt)`")
)

// TestTables: every row of the tables in docs that name tests names one, and each of
// them exists: those of wire.md in the folders of package wire.
func TestTables(t *testing.T) {
	t.Parallel()
	wire := testsBelow(t, ".")
	all := maps.Clone(wire)
	maps.Copy(all, testsBelow(t, ".."))
	for _, doc := range []struct {
		file  string
		tests map[string]bool
		rows  int // at least
	}{{"../docs/wire.md", wire, 40}, {"../docs/attacks.md", all, 60}} {
		text, err := os.ReadFile(doc.file)
		if err != nil {
			t.Fatal(err)
		}
		rows := tableRows(string(text))
		if len(rows) < doc.rows {
			t.Errorf("%s: only %d rows", doc.file, len(rows))
		}
		for _, row := range rows {
			names := testName.FindAllString(row, -1)
			if len(names) == 0 {
				t.Errorf("%s: no test: %s", doc.file, row)
			}
			for _, name := range names {
				if !doc.tests[name] {
					t.Errorf("%s: %s does not exist: %s", doc.file, name, row)
				}
			}
			for _, m := range scriptName.FindAllStringSubmatch(row, -1) {
				if _, err := fs.Stat(pgtest.Scripts(), m[1]); err != nil {
					t.Errorf("%s: %v: %s", doc.file, err, row)
				}
			}
		}
	}
}

// testsBelow are the tests in the folder and those below it.
func testsBelow(t *testing.T, folder string) map[string]bool {
	have := map[string]bool{}
	err := fs.WalkDir(os.DirFS(folder), ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(filepath.Join(folder, path))
		for _, m := range testFunc.FindAllSubmatch(text, -1) {
			have[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return have
}

// tableRows are the rows of the tables whose last column is called tests.
func tableRows(doc string) (rows []string) {
	inside := false
	for line := range strings.Lines(doc) {
		switch {
		case strings.HasSuffix(line, "| tests |\n"):
			inside = true
		case !strings.HasPrefix(line, "|"):
			inside = false
		case inside && !strings.HasPrefix(line, "|---"):
			rows = append(rows, line)
		}
	}
	return rows
}

// TestFunctionCall: an error, and the connection goes on.
func TestFunctionCall(t *testing.T) {
	t.Parallel()
	c := connect(t, serve(t, &wire.Server{}))
	c.SendBytes(letters("F", "\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00"))
	c.SendQuery("select 1 as a")
	c.Flush()
	wantTrace(t, c.NetConn(), `E ERROR 0A000 "function calls are not supported" ZI`)
	wantTrace(t, c.NetConn(), `T D C["SELECT 1"] ZI`)
}

// TestManyStatements: a text of very many statements is answered statement by
// statement, one of semicolons is empty, and a cancel ends the rest.
func TestManyStatements(t *testing.T) {
	t.Parallel()
	one := wire.Table([]wire.Column{wire.Col("a", oid.Int4)}, []any{1})
	s := &wire.Server{Handler: wire.ParseFunc(func(_ context.Context, _ *wire.Conn, q wire.Query) ([]wire.Statement, error) {
		parts, err := wire.Split(q.SQL)
		return slices.Repeat([]wire.Statement{one}, len(parts)), err
	})}
	c := connect(t, serve(t, s))
	c.SendQuery(strings.Repeat(";", 100_000))
	c.Flush()
	wantTrace(t, c.NetConn(), "I ZI")
	const most = 100_000
	c.SendQuery(strings.Repeat("select 1 as a;", most))
	r := c.Results(t.Context())
	results := 0
	for r.NextResult() {
		if results++; results == 10 {
			only(t, s).Cancel(nil)
		}
	}
	if err := r.Close(); err == nil && results != most {
		t.Errorf("%d results and no error", results)
	}
	if tag, err := c.Exec(t.Context(), "select 1 as a"); tag != "SELECT 1" {
		t.Error(tag, err)
	}
}
