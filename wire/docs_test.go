package wire_test

import (
	"context"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

var (
	testName = regexp.MustCompile(`\b(?:Test|Fuzz)[A-Z]\w*`)
	testFunc = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Z]\w*)\(`)
)

// TestFeatureTable: every test that docs/wire.md names as a proof exists here, and
// every row names one.
func TestFeatureTable(t *testing.T) {
	t.Parallel()
	have := map[string]bool{}
	err := fs.WalkDir(os.DirFS("."), ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range testFunc.FindAllSubmatch(text, -1) {
			have[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile("../docs/wire.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, ok := strings.Cut(string(doc), "| feature | where | tests |\n|---|---|---|\n")
	if !ok {
		t.Fatal("there is no table")
	}
	for row := range strings.Lines(table) {
		names := testName.FindAllString(row, -1)
		if len(names) == 0 {
			t.Errorf("no test: %s", row)
		}
		for _, name := range names {
			if !have[name] {
				t.Errorf("%s does not exist: %s", name, row)
			}
		}
	}
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
