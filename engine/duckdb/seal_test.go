package duckdb_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/duckdb"
)

func session(t testing.TB, e *duckdb.Engine) engine.Session {
	t.Helper()
	s, err := e.Open(t.Context(), engine.SessionOptions{User: "alice", Database: "sales"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close(t.Context()) })
	return s
}

func write(t testing.TB, path, content string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// code is the SQLSTATE of err, or what is wrong with it.
func code(err error) string {
	var e *engine.Error
	switch {
	case err == nil:
		return "no error"
	case !errors.As(err, &e):
		return err.Error()
	}
	return e.Code
}

// TestFiles: what a statement can read is what the options allow.
func TestFiles(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	data := filepath.Join(root, "data")
	inside := write(t, filepath.Join(data, "sub", "in.csv"), "a\n1\n")
	single := write(t, filepath.Join(root, "single.csv"), "a\n2\n")
	secret := write(t, filepath.Join(root, "secret.csv"), "a\n3\n")
	twin := write(t, filepath.Join(root, "dataevil", "x.csv"), "a\n4\n")
	link := filepath.Join(data, "link.csv")
	if err := os.Symlink(secret, link); err != nil {
		t.Fatal(err)
	}
	e := open(t, duckdb.Options{DataDirs: []string{data}, DataFiles: []string{single}})
	s := session(t, e)
	for _, path := range []string{inside, single} {
		if got := run(t, s, "SELECT a FROM read_csv('"+path+"')"); len(got) != 1 {
			t.Errorf("%s: %q", path, got)
		}
	}
	for _, path := range []string{
		secret, twin, link, filepath.Join(data, "..", "secret.csv"), data + "/sub/../../secret.csv",
		"/etc/passwd", "/proc/self/environ", "file://" + secret, "https://127.0.0.1:1/x.csv", "s3://x/y.csv",
	} {
		for _, sql := range []string{
			"SELECT * FROM read_csv('" + path + "')", "SELECT * FROM read_text(['" + path + "'])", "SELECT * FROM '" + path + "'",
		} {
			_, err := try(t.Context(), s, sql)
			if c := code(err); c != "42501" && c != "42P01" && c != "0A000" {
				t.Errorf("%s: %s %v", sql, c, err)
			}
		}
	}
}

// TestGate: statements that reach files, or change what the server believes of
// the session, do not pass, also not inside of an EXPLAIN that executes them.
func TestGate(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	out := filepath.Join(data, "out.csv")
	e := open(t, duckdb.Options{DataDirs: []string{data}})
	s := session(t, e)
	run(t, s, "CREATE TABLE t (i integer)")
	for _, c := range []struct{ sql, code string }{
		{"COPY t TO '" + out + "'", "42501"},
		{"COPY (SELECT 1) TO '" + out + "'", "42501"},
		{"EXPLAIN ANALYZE COPY t TO '" + out + "'", "42501"},
		{"EXPLAIN (ANALYZE, FORMAT json) COPY t TO '" + out + "'", "42501"},
		{"/* x */ EXPLAIN -- y\n ANALYZE COPY t TO '" + out + "'", "42501"},
		{"EXPLAIN ANALYSE EXPORT DATABASE '" + data + "/x'", "42501"},
		{"EXPORT DATABASE '" + data + "/x'", "42501"},
		{"IMPORT DATABASE '" + data + "/x'", "42501"},
		{"ATTACH ':memory:' AS m", "42501"},
		{"ATTACH '" + data + "/x.db'", "42501"},
		{"DETACH memory", "42501"},
		{"INSTALL spatial", "42501"},
		{"LOAD spatial", "42501"},
		{"FORCE INSTALL spatial", "42501"},
		{"UPDATE EXTENSIONS", "42501"},
		{"CALL pragma_version()", "42501"},
		{"SET threads = 1", "0A000"},
		{"SET errors_as_json = false", "0A000"},
		{"SET TimeZone = 'UTC'", "0A000"},
		{"RESET threads", "0A000"},
		{"SET VARIABLE x = 1", "0A000"},
		{"USE temp", "0A000"},
		{"PRAGMA disable_optimizer", "42501"},
		{"PRAGMA enable_profiling", "42501"},
		{"CHECKPOINT", "42501"},
		{"BEGIN", "0A000"},
		{"COMMIT", "0A000"},
		{"PREPARE p AS SELECT 1", "0A000"},
		{"EXECUTE p", "0A000"},
		{"SELECT 1; COPY t TO '" + out + "'", "42601"},
		{"CREATE TYPE e AS ENUM ('a'); SELECT 1", "42601"},
	} {
		if _, err := try(t.Context(), s, c.sql); code(err) != c.code {
			t.Errorf("%s: %s %v, want %s", c.sql, code(err), err, c.code)
		}
	}
	if entries, err := os.ReadDir(data); err != nil || len(entries) != 0 {
		t.Errorf("the data directory has %v, %v", entries, err)
	}
}

// TestDepth: text that is nested too deep does not reach DuckDB's parser.
func TestDepth(t *testing.T) {
	t.Parallel()
	s := session(t, open(t, duckdb.Options{}))
	_, err := s.Prepare(t.Context(), "SELECT "+strings.Repeat("(", 5000)+"1"+strings.Repeat(")", 5000), nil)
	if c := code(err); c != "54001" {
		t.Errorf("got %s %v", c, err)
	}
}

// TestPathsStayPrivate: messages name files as the user knows them.
func TestPathsStayPrivate(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	data, temp := filepath.Join(root, "data"), filepath.Join(root, "temp")
	for _, d := range []string{data, temp} {
		if err := os.Mkdir(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(data, "bad.csv"), "a\n1\nx\n")
	e := open(t, duckdb.Options{Path: filepath.Join(root, "db", "..", "t.duckdb"), TempDir: temp, DataDirs: []string{data}})
	s := session(t, e)
	outside := root + "/other.csv"
	for _, sql := range []string{
		"SELECT * FROM read_csv('" + data + "/bad.csv', types = {'a': 'integer'}, header = true)",
		"SELECT * FROM read_csv('" + data + "/missing.csv')",
		"SELECT * FROM read_csv('" + outside + "')",
		"SELECT * FROM '" + outside + "'",
		"SELECT * FROM read_parquet('" + data + "/bad.csv')",
		"SELECT * FROM read_json('" + data + "/bad.csv')",
	} {
		_, err := try(t.Context(), s, sql)
		var e *engine.Error
		if !errors.As(err, &e) {
			t.Errorf("%s: %v", sql, err)
			continue
		}
		// What the user wrote may be said again.
		if text := strings.ReplaceAll(e.Message+e.Detail+e.Hint, outside, ""); strings.Contains(text, root) {
			t.Errorf("%s: %q tells where files are", sql, text)
		}
	}
}

// TestPrivateFiles: what belongs to the engine cannot be read, although DuckDB
// allows it: the database has what was deleted, the temporary directory has rows
// of other sessions.
func TestPrivateFiles(t *testing.T) {
	root := t.TempDir()
	temp := filepath.Join(root, "temp")
	if err := os.Mkdir(temp, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, temp+"/spill.tmp", "secret")
	write(t, root+"/data.csv", "a\n1\n")
	t.Chdir(root)
	e := open(t, duckdb.Options{Path: filepath.Join(root, "t.duckdb"), TempDir: temp, DataDirs: []string{root}})
	s := session(t, e)
	run(t, s, "CREATE TABLE t AS SELECT 1 AS a")
	if got := run(t, s, "SELECT a FROM read_csv('*.csv')"); len(got) != 1 {
		t.Errorf("data.csv: %q", got)
	}
	for _, sql := range []string{
		"FROM read_blob('ROOT/t.duckdb')", "FROM read_text('t.duckdb')", "FROM read_text('t.duckdb.wal')", "FROM 't.duckdb'",
		"FROM read_text('temp/spill.tmp')", "FROM read_csv('temp/spill.tmp')", "FROM read_text('temp/*')", "FROM read_blob('*')",
		"FROM read_text('**')", "FROM glob('**')", "FROM read_text(['data.csv', 't.duckdb'])", "FROM read_blob('../' || 't.duckdb')",
		"FROM read_blob('~/t.duckdb')", "FROM read_blob('file:ROOT/t.duckdb')", "FROM t.duckdb", `FROM "t.duckdb"`,
	} {
		_, err := try(t.Context(), s, strings.ReplaceAll(sql, "ROOT", root))
		if c := code(err); c != "42501" && c != "0A000" {
			t.Errorf("%s: %s %v", sql, c, err)
		}
	}
}

// TestReopen: a file database keeps its tables, and has schema public already
// when it is opened again.
func TestReopen(t *testing.T) {
	t.Parallel()
	o := duckdb.Options{Path: filepath.Join(t.TempDir(), "t.duckdb")}
	for i := range 2 {
		e := open(t, o)
		s := session(t, e)
		if i == 0 {
			run(t, s, "CREATE TABLE kept AS SELECT 7 AS n")
		}
		if got := run(t, s, "SELECT n FROM public.kept"); got[0] != "7" {
			t.Errorf("got %q", got)
		}
		if err := e.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}
