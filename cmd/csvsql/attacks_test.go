package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"text/template"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// attack is a line of testdata/attacks.list, which explains them.
type attack struct {
	line          int
	name, outcome string
	sql           string
}

// fort is a served directory and what is around it.
type fort struct {
	Root, Data, DB string
	before         []string // what was in Data
	server         served
	isolated       bool // the engine has a process of its own
}

const secret = "this-is-a-secret"

func newFort(t *testing.T) *fort {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	f := &fort{Root: root, Data: filepath.Join(root, "data"), DB: filepath.Join(root, "db", "t.duckdb")}
	deep := strings.Repeat("[", 200_000) + strings.Repeat("]", 200_000)
	for name, content := range map[string]string{
		"data/t.csv": "a,b\n1,x\n", "data/sub/in.csv": "a\n1\n", "data/deep.json": deep, "hard.csv": "a\nhard\n",
		"secret.csv": "a\n" + secret + "\n", "secrets/secret.csv": "a\n" + secret + "\n", "dataevil/x.csv": "a\n" + secret + "\n",
		"db/README": "", "tmp/README": "",
	} {
		path := filepath.Join(root, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(content), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(
		os.Symlink(root+"/secret.csv", f.Data+"/link.csv"),
		os.Symlink(root+"/secrets", f.Data+"/linkdir"),
		os.Link(root+"/hard.csv", f.Data+"/hard.csv"),
	); err != nil {
		t.Fatal(err)
	}
	f.before = f.contents(t)
	f.isolated = runtime.GOOS == "linux" && os.Getenv("CSVSQL_ISOLATION") != "none"
	f.start(t)
	f.must(t, "CREATE TABLE IF NOT EXISTS kept AS SELECT 42 AS n")
	return f
}

func (f *fort) start(t *testing.T) {
	t.Helper()
	if err := f.server.start(f.Root, []string{"TMPDIR=" + f.Root + "/tmp"}, "--data-dir="+f.Data, "--db="+f.DB, "--memory=512MB"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.server.kill)
}

// contents is what the data directory has, with the sizes of files.
func (f *fort) contents(t *testing.T) (list []string) {
	t.Helper()
	err := filepath.WalkDir(f.Data, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && !d.IsDir() {
			path = fmt.Sprint(path, " ", info.Size())
		}
		list = append(list, path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func (f *fort) connect(t *testing.T, ctx context.Context) *pgconn.PgConn {
	t.Helper()
	c, err := pgconn.Connect(ctx, f.server.uri)
	if err != nil {
		t.Fatalf("the server does not take clients any more: %v\n%s", err, &f.server.stderr.buf)
	}
	return c
}

// must runs a statement of somebody who has nothing to do with the attack. What
// runs when the engine's process dies may end with it, once.
func (f *fort) must(t *testing.T, sql string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c := f.connect(t, ctx)
	defer c.Close(ctx)
	out, err := simple(ctx, c, sql)
	if code(err) == "57P02" {
		out, err = simple(ctx, c, sql)
	}
	if err != nil {
		t.Errorf("others cannot work any more: %s: %v", sql, err)
	}
	return out
}

// simple is the first column of the last row.
func simple(ctx context.Context, c *pgconn.PgConn, sql string) (string, error) {
	results, err := c.Exec(ctx, sql).ReadAll()
	if err == nil {
		err = errors.Join(ctx.Err())
	}
	return last(results), err
}

func extended(ctx context.Context, c *pgconn.PgConn, sql string) (string, error) {
	result := c.ExecParams(ctx, sql, nil, nil, nil, nil).Read()
	return last([]*pgconn.Result{result}), result.Err
}

func last(results []*pgconn.Result) string {
	for _, r := range slices.Backward(results) {
		if n := len(r.Rows); n > 0 && len(r.Rows[n-1]) > 0 {
			return string(r.Rows[n-1][0])
		}
	}
	return ""
}

func code(err error) string {
	var e *pgconn.PgError
	switch {
	case err == nil:
		return "ok"
	case errors.As(err, &e):
		return e.Code
	}
	return err.Error()
}

// TestAttacks: no statement of testdata/attacks.list ends the server, reaches what
// is not the client's, changes a data file, or tells where the server's files are.
func TestAttacks(t *testing.T) {
	t.Parallel()
	f := newFort(t)
	skipped := 0
	for _, a := range readAttacks(t, f) {
		if a.outcome == "kills" && !f.isolated {
			skipped++
			continue
		}
		for _, protocol := range []struct {
			name string
			run  func(context.Context, *pgconn.PgConn, string) (string, error)
		}{{"simple", simple}, {"extended", extended}} {
			if protocol.name == "extended" && (a.outcome == "kills" || a.outcome == "lives" || strings.Contains(a.sql, ";")) {
				continue
			}
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			c := f.connect(t, ctx)
			if a.outcome == "stopped" || a.outcome == "kills" || a.outcome == "lives" {
				if _, err := simple(ctx, c, "SET statement_timeout = '1s'"); err != nil {
					t.Fatal(err)
				}
			}
			out, err := protocol.run(ctx, c, a.sql)
			where := fmt.Sprintf("attacks.list:%d (%s, %s) %.100s", a.line, a.name, protocol.name, a.sql)
			if !a.expects(out, err) {
				t.Errorf("%s\ngot %q, %s, want %s", where, out, code(err), a.outcome)
				t.Logf("%v", err)
			}
			if text := overBound(f.server.cmd.Process.Pid); text != "" {
				t.Errorf("%s\n%s", where, text)
			}
			if text := f.leak(a, out, err); text != "" {
				t.Errorf("%s\n%s", where, text)
			}
			c.Close(ctx)
			cancel()
			if a.outcome == "kills" || a.outcome == "lives" || a.name == "A1" {
				f.must(t, "SELECT 1")
			}
		}
	}
	if skipped > 0 {
		t.Logf("SKIPPED %d statements that can end the process of the engine, which here is the server's", skipped)
	}
	if after := f.contents(t); !slices.Equal(f.before, after) {
		t.Errorf("the data directory was changed:\n%q\n%q", f.before, after)
	}
	if n := f.must(t, "SELECT n FROM kept"); n != "42" {
		t.Errorf("the table has %s", n)
	}
	if err := f.server.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if code := f.server.wait(); code != exitOK {
		t.Errorf("exit code %d: %s", code, &f.server.stderr.buf)
	}
	f.start(t)
	if n := f.must(t, "SELECT n FROM kept"); n != "42" {
		t.Errorf("after another start the table has %s", n)
	}
}

func (a attack) expects(out string, err error) bool {
	got := code(err)
	switch {
	case a.outcome == "stopped":
		return slices.Contains([]string{"57014", "53200", "53100", "54000", "22003", "22023", "57P02"}, got)
	case a.outcome == "kills", a.outcome == "lives":
		return got == "ok" || len(got) == 5
	case strings.HasPrefix(a.outcome, "="):
		return err == nil && out == a.outcome[1:]
	}
	return slices.Contains(strings.Split(a.outcome, "|"), got)
}

// leak says what an answer tells that it should not: a secret, or a path of the
// server that was not in the statement.
func (f *fort) leak(a attack, out string, err error) string {
	text := out
	var e *pgconn.PgError
	if errors.As(err, &e) {
		text += "\n" + strings.Join([]string{e.Message, e.Detail, e.Hint, e.Where}, "\n")
	}
	if strings.Contains(text, secret) {
		return "a secret came out"
	}
	for _, path := range regexp.MustCompile(regexp.QuoteMeta(f.Root)+`[^'"\s,)]*`).FindAllString(a.sql, -1) {
		text = strings.ReplaceAll(text, path, "")
	}
	if strings.Contains(text, f.Root) {
		return "it tells where files are: " + text
	}
	return ""
}

func readAttacks(t *testing.T, f *fort) (list []attack) {
	t.Helper()
	content, err := os.ReadFile("testdata/attacks.list")
	if err != nil {
		t.Fatal(err)
	}
	functions := template.FuncMap{
		"rep": func(n int, s string) string { return strings.Repeat(s, n) },
		"nul": func() string { return "\x00" },
		"doubling": func(n int) string { // CTEs of which each is twice as long as the one before
			ctes := []string{"c0 AS (SELECT 'x' AS x0)"}
			for i := range n {
				ctes = append(ctes, fmt.Sprintf("c%d AS (SELECT x%d || x%d AS x%d FROM c%d)", i+1, i, i, i+1, i))
			}
			return strings.Join(ctes, ", ")
		},
		"invalid": func() string { return "\xff" },
	}
	for i, line := range strings.Split(string(content), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		a := attack{line: i + 1}
		var rest string
		a.name, rest, _ = strings.Cut(line, " ")
		a.outcome, rest, _ = strings.Cut(rest, " ")
		statement, err := template.New("").Funcs(functions).Parse(rest)
		if err != nil {
			t.Fatalf("attacks.list:%d: %v", a.line, err)
		}
		var b strings.Builder
		if err := statement.Execute(&b, f); err != nil {
			t.Fatalf("attacks.list:%d: %v", a.line, err)
		}
		a.sql = b.String()
		list = append(list, a)
	}
	return list
}
