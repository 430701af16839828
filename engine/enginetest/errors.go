package enginetest

import (
	"strings"
	"testing"

	"github.com/csvsql/csvsql/engine"
)

// testErrors: SQLSTATE and, where text begins with ^, the position: the ^ stands
// before the byte that it points at and is not part of the statement.
func testErrors(t *testing.T, f *fixture) {
	s := f.session(t)
	exec(t, s, "CREATE TABLE t (i integer PRIMARY KEY, s varchar NOT NULL, CHECK (i < 100))")
	exec(t, s, "INSERT INTO t VALUES (1, 'a')")
	exec(t, s, "CREATE SCHEMA other")
	for _, c := range []struct{ sql, code, message string }{
		{"^SELEC 1", "42601", `syntax error at or near "SELEC"`},
		{"SELECT (1^", "42601", "syntax error at end of input"},
		{"SELECT 1\n  FROM ^nope", "42P01", `relation "nope" does not exist`},
		{"SELECT 'grüße',\n\t^nope FROM t", "42703", `column "nope" does not exist`},
		{"SELECT ^t.nope FROM t", "42703", ""},
		{"SELECT ^u.i FROM t", "42P01", `missing FROM-clause entry for table "u"`},
		{"SELECT ^nofun(1)", "42883", ""},
		{"SELECT ^length(1, 2, 3, 4)", "42883", ""},
		{"SELECT CAST(1 AS ^notype)", "42704", `type "notype" does not exist`},
		{"SELECT ^i FROM t, (SELECT 1 AS i) u", "42702", `column reference "i" is ambiguous`},
		{"SELECT ^i, count(*) FROM t", "42803", ""},
		{"SELECT i FROM t WHERE count(*) > 1", "42803", ""},
		{"SELECT CAST('x' AS integer)", "22P02", `invalid input syntax for type integer: "x"`},
		{"SELECT CAST('2020-13-45' AS date)", "22008", ""},
		{"SELECT CAST('today is fine' AS date)", "22007", ""},
		{"SELECT CAST(3000000000 AS integer)", "22003", ""},
		{"SELECT CAST(2147483647 AS integer) + CAST(1 AS integer)", "22003", "integer out of range"},
		{"INSERT INTO t VALUES (1, 'b')", "23505", ""},
		{"INSERT INTO t VALUES (2, NULL)", "23502", `null value in column "s" of relation "t" violates not-null constraint`},
		{"INSERT INTO t VALUES (200, 'b')", "23514", ""},
		{"INSERT INTO t VALUES (1)", "42601", ""},
		{"CREATE TABLE t (i integer)", "42P07", `relation "t" already exists`},
		{"CREATE SCHEMA other", "42P06", `schema "other" already exists`},
		{"DROP TABLE nope", "42P01", ""},
		{"CREATE TABLE nope.t (i integer)", "3F000", ""},
	} {
		sql := c.sql
		position := strings.IndexByte(sql, '^') + 1
		sql = strings.Replace(sql, "^", "", 1)
		err := try(t.Context(), s, sql)
		e, ok := err.(*engine.Error)
		if !ok {
			t.Errorf("%s: got %v, which is no *engine.Error", sql, err)
			continue
		}
		if e.Code != c.code {
			t.Errorf("%s: got %s %q, want %s", sql, e.Code, e.Message, c.code)
		}
		if c.message != "" && e.Message != c.message {
			t.Errorf("%s: got message %q, want %q", sql, e.Message, c.message)
		}
		if position > 0 && e.Position != position {
			t.Errorf("%s: got position %d, want %d", sql, e.Position, position)
		}
		if e.Message == "" || strings.Contains(e.Message, "\n") || strings.Contains(e.Message, f.dir) {
			t.Errorf("%s: bad message %q", sql, e.Message)
		}
	}
}

// testErrorInTheMiddle: rows that came before an error have come, and the error
// is not mistaken for the end.
func testErrorInTheMiddle(t *testing.T, f *fixture) {
	s := f.session(t)
	f.numbers(t, s)
	const sql = "SELECT CAST(CASE WHEN a.n < 90000 THEN '1' ELSE 'x' END AS integer) FROM numbers a, (SELECT n FROM numbers WHERE n < 20) b"
	for _, spooled := range []bool{false, true} {
		r := start(t, t.Context(), s, sql)
		n := step(t, r)
		if spooled {
			expect(t, s, "SELECT 1", "1")
		}
		for r.Next() {
			n += int(r.RecordBatch().NumRows())
		}
		expectCode(t, r.Err(), "22P02")
		if n >= 20*numbersRows {
			t.Errorf("%d rows came before the error", n)
		}
		r.Release()
		expect(t, s, "SELECT 1", "1")
	}
}

func testAfterErrors(t *testing.T, f *fixture) {
	s := f.session(t)
	f.load(t, s, "t", "i\n1\n")
	for range 20 {
		for _, sql := range []string{"SELEC", "SELECT * FROM nope", "SELECT CAST('x' AS integer)", "SELECT 1; SELECT 2"} {
			if try(t.Context(), s, sql) == nil {
				t.Fatalf("%s does not fail", sql)
			}
		}
		expect(t, s, "SELECT i FROM t", "1")
	}
}
