package dialect

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/csvsql/csvsql/engine"
)

func TestSplit(t *testing.T) {
	t.Parallel()
	const sql = " SELECT ';' /* ; */ ;; -- ;\n SET a.b = 'x;y'; ;\nselect $$;$$, \"A;\" from T t ; /* */"
	got, err := Split(sql)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"SELECT ';'", "SET a.b = 'x;y'", "select $$;$$, \"A;\" from T t"}
	if len(got) != len(want) {
		t.Fatalf("%d statements: %+v", len(got), got)
	}
	for i, s := range got {
		if s.SQL != want[i] {
			t.Errorf("statement %d is %q, want %q", i, s.SQL, want[i])
		}
		if !strings.HasPrefix(sql[s.Offset:], s.SQL) {
			t.Errorf("statement %d is not at %d", i, s.Offset)
		}
	}
	if want := []string{"select", "a;", "from", "t"}; !slices.Equal(got[2].Words, want) {
		t.Errorf("words %q, want %q", got[2].Words, want)
	}
	for _, empty := range []string{"", " ", ";;;", "-- SELECT 1", "/* ; */;"} {
		if got, err := Split(empty); err != nil || len(got) != 0 {
			t.Errorf("%q: %v, %v", empty, got, err)
		}
	}
}

// TestUnicodeSpaces: an engine must not see other words, or strings that begin
// elsewhere, than were looked at.
func TestUnicodeSpaces(t *testing.T) {
	t.Parallel()
	tests := []struct{ sql, want string }{
		{"\u00a0select\u00a01\u200b", "select  1"},
		{"select '\u00a0', \"\u00a0\", $\u00a0$", "select '\u00a0', \"\u00a0\", $  $"},
		{"select E'\\'', \u00a0E'a\u3000' -- ü\ufeff\n;", "select E'\\'',   E'a\u3000'"},
		{"select 'a'\u2003\n'b\u2003', /* ü\u2003 */ ü", "select 'a'\u2003\n'b\u2003', /* ü    */ ü"},
	}
	for _, test := range tests {
		s, err := Split(test.sql)
		if err != nil || len(s) != 1 || s[0].SQL != test.want {
			t.Errorf("%q:\n got %+v, %v\nwant %q", test.sql, s, err, test.want)
		}
	}
}

// TestTags: what PostgreSQL answers, and for statements that it does not have
// what it answers to the ones they resemble.
func TestTags(t *testing.T) {
	t.Parallel()
	tests := map[string][]string{
		"SELECT": {
			"select 1", "(SELECT 1)", "((select 1) union (select 2)) limit 1", "values (1)", "TABLE t",
			"with a as (select 1) select * from a", "with recursive a(x) as (select 1), b as materialized (select 2) table b",
			"with a as not materialized (select ')') (select 1)", "with a(x) using key (x) as (select 1) from a",
			"create table t as select 1", "create or replace temp table if not exists s.t (a, b) as (select 1, 2)",
			"from t", "from t select a", "describe t", "DESC t", "summarize t", "pivot t on a", "unpivot t on a",
			"with t as (select 1 a) pivot t on a", "WITH nonsense", "select 1 as explain",
		},
		"INSERT 0":        {"insert into t values (1)", "with a as (select 1) insert into t from a", "INSERT OR REPLACE INTO t VALUES (1)"},
		"UPDATE":          {"update t set a = 1", "UPDATE extensions SET a = 1", "update extensions e set a = 1"},
		"DELETE":          {"delete from t", "with a as (select 1) delete from t"},
		"MERGE":           {"merge into t using u on t.a = u.a when matched then delete"},
		"TRUNCATE TABLE":  {"truncate a.b.c"},
		"CREATE TABLE":    {"create table t(a int)", `create unlogged table "as" (a int, b int generated always as (a + 1))`, "create local temporary table t(a int)"},
		"CREATE VIEW":     {"create view v as select 1", "create or replace temp view v(a) as select 1", "create recursive view v(a) as select 1"},
		"CREATE INDEX":    {"create index i on t(a)", "create unique index i on t(a)"},
		"CREATE SCHEMA":   {"create schema s"},
		"CREATE TYPE":     {"create type mood as enum ('a', 'b')"},
		"CREATE MACRO":    {"create or replace macro f(a, b) as a + b", "create temp macro t(a) as table select a"},
		"CREATE FUNCTION": {"create function f(a) as a + 1"},
		"CREATE SECRET":   {"create secret s (type http)"},
		"DROP FUNCTION":   {"drop function f"},
		"ALTER TABLE":     {"alter table t add column b int, nonsense"},
		"COMMENT":         {"comment on table t is 'x'"},
		"SHOW":            {"show tables", "SHOW ALL TABLES", "show databases", "show schemas", "show tables from s"},
	}
	for tag, list := range tests {
		for _, sql := range list {
			s, err := Split(sql)
			if err != nil || len(s) != 1 {
				t.Errorf("%s: %v, %v", sql, s, err)
			} else if s[0].Utility != nil || s[0].Tag != tag {
				t.Errorf("%s: tag %q, utility %+v; want tag %q", sql, s[0].Tag, s[0].Utility, tag)
			}
		}
	}
}

// The errors were recorded from PostgreSQL 15, but for those of LOAD.
func TestSyntaxErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		sql     string
		message string // behind "syntax error at "
		at      int
	}{
		{"foo", `or near "foo"`, 1},
		{"select 1; foo bar", `or near "foo"`, 11},
		{"set select = 1", `or near "select"`, 5},
		{"set local on", `or near "on"`, 11},
		{"set role all", `or near "all"`, 10},
		{"show authorization", `or near "authorization"`, 6},
		{"show transaction isolation", "end of input", 27},
		{"unlisten not", `or near "not"`, 10},
		{"analyze a ((b))", `or near "("`, 12},
		{"analyze a,", "end of input", 11},
		{"vacuum (", "end of input", 9},
		{"explain (analyze) )", `or near ")"`, 19},
		{"LOAD 'a.csv' AS select", `or near "select"`, 17},
		{"set x", "end of input", 6},
		{"set x ; select 1", `or near ";"`, 7},
		{"set x /* c */  ", "end of input", 16},
		{"set x = ", "end of input", 9},
		{"set x = $1", `or near "$1"`, 9},
		{"set x = (select 1)", `or near "("`, 9},
		{"set x = a b", `or near "b"`, 11},
		{"set search_path to 'a', default", `or near "default"`, 25},
		{"set transaction", "end of input", 16},
		{"set session characteristics as transaction", "end of input", 43},
		{"set time zone", "end of input", 14},
		{"begin,", `or near ","`, 6},
		{"begin read only,", "end of input", 17},
		{"begin isolation level foo", `or near "foo"`, 23},
		{"begin read", "end of input", 11},
		{"start", "end of input", 6},
		{"start work", `or near "work"`, 7},
		{"commit foo", `or near "foo"`, 8},
		{"rollback and", "end of input", 13},
		{"show", "end of input", 5},
		{"show a b", `or near "b"`, 8},
		{"show 'x'", `or near "'x'"`, 6},
		{"reset", "end of input", 6},
		{"discard foo", `or near "foo"`, 9},
		{"deallocate", "end of input", 11},
		{"deallocate all x", `or near "x"`, 16},
		{"unlisten", "end of input", 9},
		{"vacuum foo bar", `or near "bar"`, 12},
		{"create foo", `or near "foo"`, 8},
		{"explain set x = 1", `or near "set"`, 9},
		{"explain explain select 1", `or near "explain"`, 9},
		{"explain", "end of input", 8},
		{"(set x = 1)", `or near "set"`, 2},
		{"select (1; select 2)", `or near ";"`, 10},
		{"LOAD", "end of input", 5},
		{"LOAD 'a.csv' AS", "end of input", 16},
		{"LOAD 'a.csv' AS t foo", `or near "foo"`, 19},
		{"LOAD 'a.csv' AS t WITH (", "end of input", 25},
		{"LOAD 'a.csv' AS t WITH (delimiter ';'", "end of input", 38},
		{"LOAD ('a.csv', b) AS t", `or near "b"`, 16},
		{"LOAD a.'b c' t", `or near "'b c'"`, 8},
		{"CREATE EXTERNAL TABLE t LOCATION 'x'", "end of input", 37},
		{"CREATE EXTERNAL TABLE t STORED AS CSV", "end of input", 38},
		{"CREATE EXTERNAL TABLE t STORED AS CSV PARTITIONED BY (x) LOCATION 'x'", `or near "PARTITIONED"`, 39},
	}
	for _, test := range tests {
		_, err := Split(test.sql)
		var e *engine.Error
		if !errors.As(err, &e) {
			t.Errorf("%s: %v, want a syntax error", test.sql, err)
		} else if e.Code != "42601" || e.Message != "syntax error at "+test.message || e.Position != test.at {
			t.Errorf("%s: %s %q at %d, want %q at %d", test.sql, e.Code, e.Message, e.Position, test.message, test.at)
		}
	}
}

func TestUnreadable(t *testing.T) {
	t.Parallel()
	tests := []struct {
		sql, code, hint string
		at              int
	}{
		{"select 1; select 'a", "42601", "", 18},
		{"set x = E'\\xff'", "22021", "", 9},
		{"load data/*.csv t", "42601", hintQuotePath, 10},
		{strings.Repeat("(", 201), "54001", "", 201},
		{strings.Repeat("with a as (b) ", 100_000), "42601", "", 127},
		{strings.Repeat("explain with a as (b) ", 100_000), "42601", "", 97},
	}
	for _, test := range tests {
		_, err := Split(test.sql)
		var e *engine.Error
		if !errors.As(err, &e) || e.Code != test.code || e.Hint != test.hint || e.Position != test.at {
			t.Errorf("%.40s: %+v, want %s at %d", test.sql, *e, test.code, test.at)
		}
	}
}

// FuzzSplit: no text makes it panic, what it finds lies in the text in order,
// and what is refused alone is refused behind EXPLAIN and among comments.
func FuzzSplit(f *testing.F) {
	for _, s := range []string{
		"begin isolation level serializable, read only; set time zone interval '+05:30' hour to minute; commit and chain",
		"load or replace ('a.csv', 'b.csv') as s.t with (delimiter ';', header, null ('NA', ''))",
		"LOAD ./data/sales-2024.csv sales; create external table if not exists t stored as csv location 'x' options (a b)",
		"with a(x) as (select 1) select * from query('x'), \"duckdb_logs\"; explain (analyze) copy t to 'x'",
		"create function f() returns int begin atomic select 1; select case when a then b end; end; vacuum (full) t(a)",
		"set session authorization default; set names; set a.b to -1, c; show time zone; discard temp; deallocate prepare",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		statements, err := Split(sql)
		if err != nil {
			var e *engine.Error
			if !errors.As(err, &e) || e.Position < 0 || e.Position > len(sql)+1 {
				t.Fatalf("error %#v in %d bytes", err, len(sql))
			}
			return
		}
		end := 0
		for _, s := range statements {
			start := s.Offset
			if start < end || s.SQL == "" || start+len(s.SQL) > len(sql) {
				t.Fatalf("%+v behind %d in %d bytes", s, end, len(sql))
			}
			if end = start + len(s.SQL); s.SQL != sql[start:end] && !hasUnicodeSpace(sql[start:end]) {
				t.Fatalf("%q became %q", sql[start:end], s.SQL)
			}
			if (s.Utility == nil) == (s.Tag == "") {
				t.Fatalf("%+v has to be a utility or have a tag", s)
			}
			r, ok := s.Utility.(Refused)
			if !ok {
				continue
			}
			if r.Err.Position < 0 || r.Err.Position > len(s.SQL)+1 {
				t.Fatalf("position %d in %q", r.Err.Position, s.SQL)
			}
			for _, wrapped := range []string{"/* ; */ " + s.SQL + "\n-- ;", "EXPLAIN ANALYZE " + s.SQL} {
				if !isRefused(wrapped) {
					t.Fatalf("%q is refused, %q is not", s.SQL, wrapped)
				}
			}
		}
	})
}

// isRefused reports whether the first statement of sql is refused, or the text
// has an error.
func isRefused(sql string) bool {
	statements, err := Split(sql)
	if err != nil {
		return true
	}
	_, refused := statements[0].Utility.(Refused)
	return refused
}

func BenchmarkSplit(b *testing.B) {
	for name, sql := range map[string]string{
		"set":   "SET extra_float_digits = 3",
		"short": "select a, b from t where c = $1",
		"rows":  "insert into t values " + strings.Repeat("(1, 'some text of a row', 3.25, null),", 20_000),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(sql)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Split(sql); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
