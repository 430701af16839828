package csvsql_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// TestSameText: a text that comes again means what it means then, whatever has
// happened since it came last.
func TestSameText(t *testing.T) {
	t.Parallel()
	// What is before | is a Query of its own.
	for _, test := range []struct{ name, before, text, want, between, then string }{
		{"other columns", "CREATE TABLE t AS SELECT 1 AS a", "SELECT * FROM t", "a: 1", "DROP TABLE t; CREATE TABLE t AS SELECT 'x' AS b, 2 AS c", "b,c: x,2"},
		{"another type", "CREATE TABLE t (a integer); INSERT INTO t VALUES (1)", "SELECT a FROM t", "a: 1", "ALTER TABLE t ALTER a TYPE text; INSERT INTO t VALUES ('z')", "a: 1; z"},
		{"other rows", "CREATE TABLE t (a integer); INSERT INTO t VALUES (1)", "SELECT a FROM t ORDER BY a DESC", "a: 1", "INSERT INTO t VALUES (2000000000)", "a: 2000000000; 1"},
		{"a table that goes", "CREATE TABLE t (a integer)", "SELECT a FROM t", ": ", "DROP TABLE t", "42P01"},
		{"a table that comes", "", "SELECT a FROM t", "42P01", "CREATE TABLE t AS SELECT 3 AS a", "a: 3"},
		{"a view", "CREATE VIEW t AS SELECT 1 AS a", "SELECT a FROM t", "a: 1", "CREATE OR REPLACE VIEW t AS SELECT 'y' AS a", "a: y"},
		{"search_path", "CREATE SCHEMA s; CREATE TABLE t AS SELECT 1 AS a; CREATE TABLE s.t AS SELECT 2 AS b", "SELECT * FROM t", "a: 1", "SET search_path = s", "b: 2"},
		{"search_path for a transaction", "CREATE SCHEMA s; CREATE TABLE t AS SELECT 1 AS a; CREATE TABLE s.t AS SELECT 2 AS b|BEGIN; SET LOCAL search_path = s", "SELECT * FROM t", "b: 2", "ROLLBACK", "a: 1"},
		{"a temporary table", "CREATE TABLE t AS SELECT 1 AS a", "SELECT * FROM t", "a: 1", "CREATE TEMP TABLE t AS SELECT 4 AS b", "b: 4"},
		{"a temporary table that goes", "CREATE TABLE t AS SELECT 1 AS a; CREATE TEMP TABLE t AS SELECT 4 AS b", "SELECT * FROM t", "b: 4", "DISCARD TEMP", "a: 1"},
		{"a new session", "CREATE TABLE t AS SELECT 1 AS a; CREATE TEMP TABLE t AS SELECT 4 AS b", "SELECT * FROM t", "b: 4", "DISCARD ALL", "a: 1"},
		{"dialect", "", "SELECT 7 / 2 AS a", "a: 3", "SET dialect = duckdb", "a: 3.5"},
		{"strict_division", "SET strict_division = off", "SELECT 7 / 0 AS a", "a: ", "SET strict_division = on", "22012"},
		{"TimeZone", "SET timezone = 'UTC'", "SELECT CAST(TIMESTAMPTZ '2020-01-01 00:00:00+00' AS timestamp) AS a", "a: 2020-01-01 00:00:00", "SET timezone = 'Asia/Tokyo'", "a: 2020-01-01 09:00:00"},
		{"a setting", "SET application_name = 'one'", "SELECT current_setting('application_name') AS a", "a: one", "SET application_name = 'two'", "a: two"},
		{"a table that was not to stay", "CREATE TABLE t AS SELECT 1 AS a|BEGIN; DROP TABLE t; CREATE TABLE t AS SELECT 2 AS b", "SELECT * FROM t", "b: 2", "ROLLBACK", "a: 1"},
		{"a type", "CREATE TYPE mood AS ENUM ('sad')", "SELECT CAST('sad' AS mood) AS a", "a: sad", "DROP TYPE mood; CREATE TYPE mood AS ENUM ('glad')", "22P02"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := connect(t, serve(t, t.TempDir()), pgx.QueryExecModeSimpleProtocol).PgConn()
			run := func(sql string) {
				if _, err := c.Exec(t.Context(), sql).ReadAll(); err != nil {
					t.Fatalf("%s: %v", sql, err)
				}
			}
			for sql := range strings.SplitSeq(test.before, "|") {
				run(sql)
			}
			ask := func(want string) {
				t.Helper()
				for range 3 {
					if got := answer(c, test.text); got != want {
						t.Errorf("%q, want %q", got, want)
					}
					if got := answerExtended(c, test.text); got != want {
						t.Errorf("in the extended protocol: %q, want %q", got, want)
					}
				}
			}
			ask(test.want)
			run(test.between)
			ask(test.then)
		})
	}
}

// answer is what a Query gives: names, rows, or the code of the error.
func answer(c *pgconn.PgConn, sql string) string {
	all, err := c.Exec(context.Background(), sql).ReadAll()
	if err != nil {
		return sqlstate(err)
	}
	return inWords(all[0])
}

// answerExtended is that of an unnamed Parse and what follows it.
func answerExtended(c *pgconn.PgConn, sql string) string {
	r := c.ExecParams(context.Background(), sql, nil, nil, nil, nil).Read()
	if r.Err != nil {
		return sqlstate(r.Err)
	}
	return inWords(r)
}

func inWords(r *pgconn.Result) string {
	var names, rows []string
	for _, f := range r.FieldDescriptions {
		names = append(names, f.Name)
	}
	for _, row := range r.Rows {
		var values []string
		for _, v := range row {
			values = append(values, string(v))
		}
		rows = append(rows, strings.Join(values, ","))
	}
	return strings.Join(names, ",") + ": " + strings.Join(rows, "; ")
}

// TestSameTextAmongOthers: what another session does to a table is seen, if not
// before the transaction ends that sees the table as it was.
func TestSameTextAmongOthers(t *testing.T) {
	t.Parallel()
	addr := serve(t, t.TempDir())
	own := connect(t, addr, pgx.QueryExecModeSimpleProtocol).PgConn()
	other := connect(t, addr, pgx.QueryExecModeSimpleProtocol).PgConn()
	ask := func(c *pgconn.PgConn, want string) {
		t.Helper()
		for range 3 {
			if got := answer(c, "SELECT * FROM t"); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		}
	}
	answer(own, "CREATE TABLE t AS SELECT 1 AS a; CREATE TABLE u AS SELECT 1 AS a")
	ask(own, "a: 1")
	answer(other, "DROP TABLE t; CREATE TABLE t AS SELECT 2 AS b")
	ask(own, "b: 2")
	answer(other, "CREATE TEMP TABLE t AS SELECT 3 AS c")
	ask(other, "c: 3")
	ask(own, "b: 2")
	answer(other, "DROP TABLE temp.t")

	answer(own, "BEGIN; SELECT * FROM u") // sees the database as it is now
	answer(other, "ALTER TABLE t ADD COLUMN d integer")
	ask(own, "b: 2")
	ask(other, "b,d: 2,")
	answer(own, "COMMIT")
	ask(own, "b,d: 2,")
}

// TestSameTextOfAFile: a file may have other columns the next time.
func TestSameTextOfAFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := connect(t, serve(t, dir), pgx.QueryExecModeSimpleProtocol).PgConn()
	sql := fmt.Sprintf("SELECT * FROM read_csv('%s/f.csv')", dir)
	for _, f := range []struct{ content, want string }{{"a\n1\n", "a: 1"}, {"b,c\nx,2\n", "b,c: x,2"}} {
		write(t, dir, "f.csv", f.content)
		for range 3 {
			if got := answer(c, sql); got != f.want {
				t.Errorf("%q, want %q", got, f.want)
			}
		}
	}
}
