package dialect

import "testing"

func TestDeniedFunctions(t *testing.T) {
	t.Parallel()
	tests := []struct {
		sql string
		at  int // of the name in the statement
	}{
		{"select * from query('select 1')", 15},
		{"; select * from QUERY /* x */\n('select 1')", 15},
		{"select * from query\u00a0('select 1')", 15},
		{"select * from query\u2003--\r('select 1')", 15},
		{`select * from "query"('select 1')`, 15},
		{`select * from "QUERY" ('select 1')`, 15},
		{"select * from main.query('select 1')", 20},
		{`select * from system . "main" . query('select 1')`, 33},
		{"from query('select 1')", 6},
		{"select 1 from t join lateral query('select 1') on true", 30},
		{"select (select max(a) from query_table('t'))", 28},
		{"with a as (from enable_peg_parser()) select 1", 17},
		{"insert into t select * from query('x')", 29},
		{"create table t as from query('x')", 24},
		{"create view v as select * from query('x')", 32},
		{"create macro m(x) as table select * from query(x)", 42},
		{"create macro m() as write_log('x')", 21},
		{"create or replace function m() as write_log('x')", 35},
		{"explain analyze select write_log('x')", 24},
		{"select index from a join b on write_log('x')", 31},
		{"select 'x'.write_log()", 12},
		{"select a.write_log() from t a", 10},
		{"select (a).write_log()", 12},
		{`select U&"write\005flog"('x')`, 8},
		{"select * from (select E'a'\n'b\\'' as z) t, query('select 1') --'", 43},
		{"select $\u00a0$ ' $\u00a0$, ' from query('x') --'", 28},
		{"select * from duckdb_settings()", 15},
		{"select * from duckdb_logs", 15},
		{"select * from duckdb_logs()", 15},
		{"select 1, duckdb_logs.message from system.main.duckdb_logs", 11},
		{"from 'duckdb_logs'", 6},
		{"from $$DuckDB_Logs$$", 6},
		{"table duckdb_databases", 7},
		{"describe pragma_database_list", 10},
		{"declare c cursor for select * from query('select 1')", 36},
		{"prepare p as select * from query('select 1')", 28},
		{"execute p((select max(a) from query('select 1')))", 31},
		{"select pg_notify('a', (select a from query('select 1')))", 38},
		{"from sql_auto_complete('select (')", 6},
		{"from histogram_values('t', a)", 6},
		{"from histogram('duckdb_'||'databases', path)", 6},
		{"select * from t, (select 1) s, histogram('t', a)", 32},
		{"select (select a from t join histogram('t', a) on true)", 30},
		{"select current_setting('temp_directory')", 24},
		{"select \"current_setting\" ( E'Temp\\x5fdirectory', true)", 28},
		{"select system.main.current_setting($$allowed_paths$$)", 36},
		{"select current_setting('temp_' || 'directory')", 32},
		{"select current_setting($1)", 24},
		{"select current_setting(name) from (values ('temp_directory')) t (name)", 24},
		{"select current_setting('temp_'\n'directory')", 24},
	}
	for _, test := range tests {
		s, err := Split(test.sql)
		if err != nil || len(s) != 1 {
			t.Errorf("%s: %v, %v", test.sql, s, err)
			continue
		}
		r, ok := s[0].Utility.(Refused)
		if !ok || r.Err.Code != "42501" || r.Err.Position != test.at {
			t.Errorf("%s: %+v; want 42501 at %d", test.sql, s[0].Utility, test.at)
		}
	}
}

func TestAllowedNames(t *testing.T) {
	t.Parallel()
	for _, sql := range []string{
		"select query, t.checkpoint, (query) from query t where query in (1, 2)",
		"select query from (select 1 as query, 2 as checkpoint)",
		"create table query (query text, checkpoint int)",
		"create table if not exists main.query (a int references checkpoint (a))",
		"insert into query (a) values (1)",
		"insert into main . query(a) values (1)",
		"create view query (a) as select 1",
		"create unique index i on query (a)",
		"create index on query(a)",
		"with query (a) as (select 1) select * from query",
		"with recursive query(a) as (select 1) select * from query",
		"select * from (values (1)) as query (a)",
		"alter table query rename to checkpoint",
		"select 'query(1)', $$ query(1) $$, \"query\" -- query(1)\n from t /* query(1) */",
		"select * from read_csv('a.csv'), read_parquet('b.parquet'), glob('*.csv'), sniff_csv('a.csv')",
		"select * from 'a.csv'",
		"select histogram(a), (select histogram(b) from t), histogram(c) from t where histogram(d) > 1",
		"select a from t group by a having histogram(b) is not null order by histogram(c)",
		"select current_setting('TimeZone'), current_setting ( 'search_path', true ), current_setting",
		"select count(*) from duckdb_tables() where table_name like 'duckdb_logs%'",
		"select my_query(1), queryx(1)",
		"select query 'x'",
	} {
		s, err := Split(sql)
		if err != nil || len(s) != 1 || !reachesEngine(s[0].Utility) {
			t.Errorf("%s: %+v, %v; want it to go to the engine", sql, s, err)
		}
	}
}
