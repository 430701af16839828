package dialect

import (
	"strings"
	"testing"
)

// refusals are statements that no client may run, and how they are refused.
func refusals() map[string][]string {
	return map[string][]string{
		"42501": {
			"copy t to 'x'", "COPY t(a, b) FROM 'x' (FORMAT csv)", "copy (select 1) to 'x'", "copy t to x", "copy s.t from program 'cat x'",
			"copy (select ')' /* ( */) to program 'cat'", "COPY FROM DATABASE a TO b",
			"attach 'x' as y", "detach y", "export database 'x'", "import database 'x'", "use x",
			"install httpfs", "FORCE INSTALL httpfs", "force checkpoint x", "update extensions", "UPDATE EXTENSIONS (a)",
			"load httpfs", "LOAD 'icu'", "pragma version", "PRAGMA threads = 1", "call pragma_version()",
			"set variable x = 1", "SET GLOBAL threads = 1",
			"create database x", "alter database x set alias to y", "drop database x", "alter system set x = 1",
			"create persistent secret s (type http)", "create or replace persistent secret s (type http)", "drop persistent secret s",
			"create tablespace x location 'y'",
		},
		"0A000": {
			"prepare transaction 'x'", "commit prepared 'x'", "rollback prepared 'x'",
			"do $$ begin end $$", "drop owned by a", "security label on table t is 'x'",
			"set constraints a deferred",
			"create extension x", "create trigger t",
			"create or replace procedure p() language sql as ''",
			"create rule r as on insert to t do (select 1; select 2)", "create global temporary table t(a int)",
			"create function f(int) returns int language sql as 'select 1'", "create or replace function f() returns int begin atomic select 1; select 2; end",
			"create external table t(a int) stored as csv location 'x'",
		},
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	alone := []func(string) string{
		func(s string) string { return s },
		strings.ToUpper,
		func(s string) string { return "/* ; select 1 */ -- ;\n" + s + " -- x" },
		func(s string) string { return strings.ReplaceAll(s, " ", "/**/\u00a0\n") },
		func(s string) string { return "explain " + s },
		func(s string) string { return "EXPLAIN ANALYZE VERBOSE " + s },
		func(s string) string { return "explain (analyze, format json) " + s },
	}
	// The grammar has none of these there, so an error is as good.
	inside := []func(string) string{
		func(s string) string { return "(" + s + ")" },
		func(s string) string { return "with a as (select 1), b(c) as (select ';') " + s },
		func(s string) string { return "explain analyze with recursive a as (select 1) ((" + s + "))" },
	}
	for code, list := range refusals() {
		for _, sql := range list {
			for _, wrap := range alone {
				s, err := Split(wrap(sql))
				if err != nil || len(s) == 0 {
					t.Errorf("%s: %v, %v", wrap(sql), s, err)
					continue
				}
				r, ok := s[0].Utility.(Refused)
				if !ok || r.Err.Code != code || r.Err.Message == "" || s[0].Tag != "" {
					t.Errorf("%s: %+v; want it refused with %s", wrap(sql), s[0], code)
				}
			}
			for _, wrap := range inside {
				if !isRefused(wrap(sql)) {
					t.Errorf("%s: not refused", wrap(sql))
				}
			}
		}
	}
}

func TestRefusalMessages(t *testing.T) {
	t.Parallel()
	tests := []struct{ sql, message, hint string }{
		{"load httpfs", `loading the extension "httpfs" is not allowed`, hintLoadFile},
		{"explain analyze copy t to 'x'", "COPY TO a file is not allowed", hintStdout},
		{"copy t from program 'x'", "COPY FROM PROGRAM is not allowed", ""},
		{"force install a", "FORCE INSTALL is not allowed", ""},
		{"create temp trigger a", "CREATE TRIGGER is not supported", ""},
		{"set global threads = 1", "SET GLOBAL is not allowed", "Only settings of the session can be set."},
		{"select * from query('x')", "permission denied for function query", ""},
		{"from duckdb_logs", "permission denied for view duckdb_logs", ""},
	}
	for _, test := range tests {
		s, err := Split(test.sql)
		if err != nil {
			t.Errorf("%s: %v", test.sql, err)
			continue
		}
		r, ok := s[0].Utility.(Refused)
		if !ok || r.Err.Message != test.message || r.Err.Hint != test.hint {
			t.Errorf("%s: %+v, want %q with the hint %q", test.sql, s[0].Utility, test.message, test.hint)
		}
	}
}
