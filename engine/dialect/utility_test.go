package dialect

import (
	"reflect"
	"testing"

	"github.com/csvsql/csvsql/engine"
)

// checkUtilities compares what the only statement of each text is.
func checkUtilities(t *testing.T, tests map[string]Utility) {
	t.Helper()
	t.Parallel()
	for sql, want := range tests {
		s, err := Split(sql + ";")
		if err != nil || len(s) != 1 {
			t.Errorf("%s: %v, %v", sql, s, err)
		} else if s[0].Tag != "" || !reflect.DeepEqual(s[0].Utility, want) {
			t.Errorf("%s:\n got %#v\nwant %#v", sql, s[0].Utility, want)
		}
	}
}

func on() *bool  { b := true; return &b }
func off() *bool { b := false; return &b }

func TestTransactions(t *testing.T) {
	checkUtilities(t, map[string]Utility{
		"begin":                Begin{Tag: "BEGIN"},
		"BEGIN WORK":           Begin{Tag: "BEGIN"},
		"begin transaction":    Begin{Tag: "BEGIN"},
		"start transaction":    Begin{Tag: "START TRANSACTION"},
		"BEGIN READ ONLY":      Begin{"BEGIN", TxModes{ReadOnly: on()}},
		"BEGIN READ WRITE":     Begin{"BEGIN", TxModes{ReadOnly: off()}},
		"begin not deferrable": Begin{"BEGIN", TxModes{Deferrable: off()}},

		"begin isolation level serializable read only":                                Begin{"BEGIN", TxModes{Isolation: "serializable", ReadOnly: on()}},
		"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY":                             Begin{"BEGIN", TxModes{Isolation: "repeatable read", ReadOnly: on()}},
		"START TRANSACTION ISOLATION LEVEL REPEATABLE READ":                           Begin{"START TRANSACTION", TxModes{Isolation: "repeatable read"}},
		"begin transaction isolation level read uncommitted, read write,deferrable":   Begin{"BEGIN", TxModes{"read uncommitted", off(), on()}},
		"start transaction isolation level read committed, read only, not deferrable": Begin{"START TRANSACTION", TxModes{"read committed", on(), off()}},

		"commit":                         Commit{},
		"COMMIT TRANSACTION":             Commit{},
		"end":                            Commit{},
		"end work and no chain":          Commit{},
		"commit and chain":               Commit{Chain: true},
		"rollback":                       Rollback{},
		"abort":                          Rollback{},
		"rollback work and chain":        Rollback{Chain: true},
		"abort transaction and no chain": Rollback{},
		"set transaction isolation level serializable":                                       SetTransaction{Modes: TxModes{Isolation: "serializable"}},
		"set transaction snapshot '00000003-0000001B-1'":                                     SetTransaction{Snapshot: "00000003-0000001B-1"},
		"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY":                         SetTransaction{Modes: TxModes{Isolation: "repeatable read", ReadOnly: on()}},
		"SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ UNCOMMITTED":        SetTransaction{Session: true, Modes: TxModes{Isolation: "read uncommitted"}},
		"SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE":            SetTransaction{Session: true, Modes: TxModes{Isolation: "serializable"}},
		"set session characteristics as transaction read only, isolation level serializable": SetTransaction{Session: true, Modes: TxModes{Isolation: "serializable", ReadOnly: on()}},
	})
}

// The first part are the statements that drivers and tools were seen to send.
func TestSettings(t *testing.T) {
	set := func(name string, values ...string) Set { return Set{Name: name, Values: values} }
	checkUtilities(t, map[string]Utility{
		"SET extra_float_digits = 3":                      set("extra_float_digits", "3"),
		"SET extra_float_digits TO 3":                     set("extra_float_digits", "3"),
		"SET application_name = 'PostgreSQL JDBC Driver'": set("application_name", "PostgreSQL JDBC Driver"),
		"SET DateStyle = 'ISO'":                           set("datestyle", "ISO"),
		"SET DATESTYLE = ISO":                             set("datestyle", "iso"),
		"set datestyle to ISO":                            set("datestyle", "iso"),
		"SET INTERVALSTYLE = POSTGRES":                    set("intervalstyle", "postgres"),
		"SET CLIENT_ENCODING TO 'UTF8'":                   set("client_encoding", "UTF8"),
		"SET client_min_messages TO warning":              set("client_min_messages", "warning"),
		"SET synchronize_seqscans TO off":                 set("synchronize_seqscans", "off"),
		"SET statement_timeout = 0":                       set("statement_timeout", "0"),
		"SET row_security = off":                          set("row_security", "off"),
		"SET timezone = 'GMT'":                            set("timezone", "GMT"),
		"SET TIME ZONE INTERVAL '+00:00' HOUR TO MINUTE":  set("timezone", "UTC"),
		"SET search_path = pg_catalog":                    set("search_path", "pg_catalog"),
		"SET SESSION search_path TO 'public'":             set("search_path", "public"),
		"SHOW TRANSACTION ISOLATION LEVEL":                Show{"transaction_isolation"},
		"show transaction_isolation":                      Show{"transaction_isolation"},
		"show standard_conforming_strings":                Show{"standard_conforming_strings"},
		"SHOW SERVER_VERSION":                             Show{"server_version"},
		"SHOW TIMEZONE":                                   Show{"timezone"},
		"SHOW search_path":                                Show{"search_path"},
		"show all":                                        Show{"all"},
		"RESET search_path":                               Reset{"search_path"},
		"RESET ALL":                                       Reset{"all"},
		"DISCARD ALL":                                     Discard{"all"},
		"DEALLOCATE ALL":                                  Deallocate{},
		"DEALLOCATE pdo_stmt_00000001":                    Deallocate{"pdo_stmt_00000001"},
		`DEALLOCATE "_PLAN0x55e676e46e00"`:                Deallocate{"_PLAN0x55e676e46e00"},
		"UNLISTEN *":                                      Unlisten{},
		"CLOSE ALL":                                       Close{},
		"VACUUM (ANALYZE) pg_catalog.pg_type":             Noop{Tag: "VACUUM", Alone: true},
		"vacuum analyze pgbench_accounts":                 Noop{Tag: "VACUUM", Alone: true},

		`set search_path to "$user", Public, 'it''s'`: set("search_path", "$user", "public", "it's"),
		"set x = E'a\\tb'":                            set("x", "a\tb"),
		"set x = $$a b$$":                             set("x", "a b"),
		"set x to +1":                                 set("x", "1"),
		"set x to -1.5":                               set("x", "-1.5"),
		"set x to True":                               set("x", "true"),
		"set x to default":                            set("x"),
		`set x to "default"`:                          set("x", "default"),
		`set "MyApp"."User" = a`:                      set("myapp.user", "a"),
		"set local x = 1":                             Set{"x", []string{"1"}, true},
		"set session x = 1":                           set("x", "1"),
		"set session = 1":                             set("session", "1"),
		"set session to 1":                            set("session", "1"),
		"set variable = 1":                            set("variable", "1"),
		"set role = none":                             set("role", "none"),
		"set role to 'x'":                             set("role", "x"),
		"set role none":                               set("role", "none"),
		`set local role "Bob"`:                        Set{"role", []string{"Bob"}, true},
		"set session role 'bob'":                      set("role", "bob"),
		"set session authorization bob":               set("session_authorization", "bob"),
		"set session session authorization 'bob'":     set("session_authorization", "bob"),
		"set session authorization default":           set("session_authorization"),
		"set names":                                   set("client_encoding"),
		"set names default":                           set("client_encoding"),
		"set names 'UTF8'":                            set("client_encoding", "UTF8"),
		"set schema 'x'":                              set("search_path", "x"),
		"set xml option content":                      set("xmloption", "content"),

		"set time zone 'Europe/Berlin'":                  set("timezone", "Europe/Berlin"),
		`set session time zone "Europe/Berlin"`:          set("timezone", "Europe/Berlin"),
		"set local time zone utc":                        Set{"timezone", []string{"utc"}, true},
		"set time zone local":                            set("timezone"),
		"set time zone default":                          set("timezone"),
		"set time zone -8":                               set("timezone", "-8"),
		"set time zone +5.50":                            set("timezone", "5.5"),
		"set time zone 0":                                set("timezone", "UTC"),
		"set time zone interval '-08:00'":                set("timezone", "-8"),
		"set time zone interval '+05:30' hour to minute": set("timezone", "5.5"),
		"set time zone interval '-03:15' hour to minute": set("timezone", "-3.25"),
		"set time zone interval '2' hour":                set("timezone", "2"),
		"set time zone interval '-90' minute":            set("timezone", "-1.5"),
		"set time zone interval '90' hour to minute":     set("timezone", "1.5"),
		"set time zone interval(0) '05:30:00'":           set("timezone", "5.5"),

		"show time zone":                    Show{"timezone"},
		"show session authorization":        Show{"session_authorization"},
		`show "A".b`:                        Show{"a.b"},
		"show tables_x":                     Show{"tables_x"},
		"reset time zone":                   Reset{"timezone"},
		"reset transaction isolation level": Reset{"transaction_isolation"},
		"reset session authorization":       Reset{"session_authorization"},
		"reset role":                        Reset{"role"},
		"discard plans":                     Discard{"plans"},
		"discard sequences":                 Discard{"sequences"},
		"discard temp":                      Discard{"temp"},
		"discard temporary":                 Discard{"temp"},
		"deallocate prepare all":            Deallocate{},
		"deallocate prepare x":              Deallocate{"x"},
		"deallocate prepare":                Deallocate{"prepare"},
		`deallocate "ALL"`:                  Deallocate{"ALL"},
		"unlisten x":                        Unlisten{"x"},
		"vacuum":                            Noop{Tag: "VACUUM", Alone: true},
		"vacuum freeze verbose analyze a, s.b (c, d)": Noop{Tag: "VACUUM", Alone: true},
		"vacuum (verbose, index_cleanup off)":         Noop{Tag: "VACUUM", Alone: true},
		"analyze":                                     Noop{Tag: "ANALYZE"},
		"analyse verbose t":                           Noop{Tag: "ANALYZE"},
		"analyze (verbose) s.t (a)":                   Noop{Tag: "ANALYZE"},
	})
}

func TestBadZoneIntervals(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"''", "'x'", "'5'", "'1 day'", "'--5' hour", "'1:2:3:4'", "'1:x'"} {
		sql := "set time zone interval " + value
		if s, err := Split(sql); err == nil || err.(*engine.Error).Code != "22023" {
			t.Errorf("%s: %+v, %v; want 22023", sql, s, err)
		}
	}
}

func TestLoad(t *testing.T) {
	load := func(file, name string, options ...Option) Load {
		return Load{Files: []string{file}, Table: engine.TableName{Name: name}, Options: options, Tag: "LOAD"}
	}
	checkUtilities(t, map[string]Utility{
		"LOAD 'a.csv' AS t":                load("a.csv", "t"),
		`load 'it''s.csv' as "My Table"`:   load("it's.csv", "My Table"),
		"LOAD 'a.csv' T":                   load("a.csv", "t"),
		"LOAD 'a.csv'":                     load("a.csv", ""),
		"LOAD './auto_explain'":            load("./auto_explain", ""),
		"LOAD 'auto_explain' AS t":         load("auto_explain", "t"),
		"LOAD 'data/**/*.csv.gz' AS t":     load("data/**/*.csv.gz", "t"),
		"LOAD ./data/sales-2024.csv sales": load("./data/sales-2024.csv", "sales"),
		"LOAD data/ü.csv AS sales":         load("data/ü.csv", "sales"),
		`LOAD C:\data\1.csv sales`:         load(`C:\data\1.csv`, "sales"),
		"LOAD /data/a=b,c(1).csv":          load("/data/a=b,c(1).csv", ""),
		"LOAD mydata t":                    load("mydata", "t"),
		"LOAD 'a.csv' WITH (header)":       load("a.csv", "", Option{"header", "true"}),
		"LOAD 'a' WITH (format csv)":       load("a", "", Option{"format", "csv"}),
		"LOAD 'a.csv' t WITH (Delimiter ';', HEADER false, quote = '\"', sample -1, null ('NA', ''), \"Types\" 'a int', ordered=true, x)": load("a.csv", "t",
			Option{"delimiter", ";"}, Option{"header", "false"}, Option{"quote", `"`}, Option{"sample", "-1"},
			Option{"null", "NA"}, Option{"null", ""}, Option{"types", "a int"}, Option{"ordered", "true"}, Option{"x", "true"}),
		"LOAD OR REPLACE ('a.csv', E'b\\u002Ecsv') AS s.t": Load{
			Files: []string{"a.csv", "b.csv"}, Table: engine.TableName{Schema: "s", Name: "t"}, Replace: true, Tag: "LOAD"},

		"CREATE EXTERNAL TABLE t STORED AS CSV LOCATION 'a.csv'": Load{
			Files: []string{"a.csv"}, Table: engine.TableName{Name: "t"}, Options: []Option{{"format", "csv"}}, Tag: "CREATE TABLE"},
		"create or replace external table s.t stored as PARQUET location 'a'": Load{
			Files: []string{"a"}, Table: engine.TableName{Schema: "s", Name: "t"}, Replace: true, Options: []Option{{"format", "parquet"}}, Tag: "CREATE TABLE"},
		"CREATE EXTERNAL TABLE IF NOT EXISTS t STORED AS CSV WITH HEADER ROW DELIMITER ';' COMPRESSION TYPE GZIP LOCATION 'a' OPTIONS ('format.null_value' 'NA', format.has_header true, quote '')": Load{
			Files: []string{"a"}, Table: engine.TableName{Name: "t"}, IfNotExists: true, Tag: "CREATE TABLE",
			Options: []Option{{"format", "csv"}, {"header", "true"}, {"delimiter", ";"}, {"compression", "gzip"},
				{"null", "NA"}, {"header", "true"}, {"quote", ""}}},
	})
}

func TestCopy(t *testing.T) {
	option := func(at int, name, value string) CopyOption {
		return CopyOption{Name: name, Value: value, Position: at}
	}
	list := func(at int, name string, columns ...string) CopyOption {
		return CopyOption{Name: name, Columns: columns, Position: at}
	}
	table := engine.TableName{Name: "t"}
	checkUtilities(t, map[string]Utility{
		"copy t from stdin":                                     Copy{From: true, Table: table},
		"COPY s.T (A, \"B\") TO STDOUT":                         Copy{Table: engine.TableName{Schema: "s", Name: "t"}, Columns: []string{"a", "B"}},
		"copy (select ')' from x) to stdout":                    Copy{Query: Span{6, 23}},
		"copy (((values (1)))) to stdout":                       Copy{Query: Span{6, 20}},
		"copy (with a as (select 1) select * from a) to stdout": Copy{Query: Span{6, 42}},
		"copy t from stdin where a > 1 -- x\n":                  Copy{From: true, Table: table, Where: Span{24, 29}},
		"copy t to stdout (format csv, header, force_quote *, force_null (a, order), null '')": Copy{Table: table, Options: []CopyOption{
			option(19, "format", "csv"), option(31, "header", ""), list(39, "force_quote", "*"),
			list(54, "force_null", "a", "order"), option(77, "null", "")}},
		"copy t to stdout with (Delimiter E'\\t', header match)": Copy{Table: table, Options: []CopyOption{
			option(24, "delimiter", "\t"), option(41, "header", "match")}},
		"copy binary t from stdin where a": Copy{From: true, Table: table, Where: Span{31, 32}, Options: []CopyOption{option(6, "format", "binary")}},
		"copy t from stdin using delimiters ';' with null as 'x' csv header quote '\"' force not null a, b": Copy{
			From: true, Table: table, Options: []CopyOption{
				option(19, "delimiter", ";"), option(45, "null", "x"), option(57, "format", "csv"), option(61, "header", "true"),
				option(68, "quote", `"`), list(78, "force_not_null", "a", "b")}},
		"copy t to stdout csv force quote *": Copy{Table: table, Options: []CopyOption{option(18, "format", "csv"), list(22, "force_quote", "*")}},
	})
}

func TestCopySyntax(t *testing.T) {
	t.Parallel()
	for _, sql := range []string{
		"copy", "copy t", "copy t to", "copy t from stdin x", "copy t from stdin ()", "copy t from stdin (format)x",
		"copy t from stdin where", "copy (select 1) from stdin", "copy (begin) to stdout", "copy (copy t to stdout) to stdout",
		"copy (create table a as select 1) to stdout", "copy t() to stdout", "copy binary (select 1) to stdout", "copy t to stdout with csv, header",
		"explain copy t to stdout", "copy (select 1 to stdout",
	} {
		s, err := Split(sql)
		if e, ok := err.(*engine.Error); !ok || e.Code != "42601" {
			t.Errorf("%s: %+v, %v", sql, s, err)
		}
	}
	for _, sql := range []string{"copy (select query('x')) to stdout", "copy (attach 'x') to stdout", "copy t from stdin where query('x')",
		"declare c cursor for select query('x')", "prepare p as select query('x')", "execute p(query('x'))",
		"copy t to stdout where a", "copy (select $1) to stdout", "copy t from stdin where a > $2"} {
		if !isRefused(sql) {
			t.Errorf("%s is not refused", sql)
		}
	}
}
