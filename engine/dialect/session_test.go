package dialect

import (
	"reflect"
	"strings"
	"testing"

	"github.com/csvsql/csvsql/engine"
)

func TestCursors(t *testing.T) {
	query := func(sql string, offset int) Statement {
		return Statement{SQL: sql, Offset: offset, Tag: "SELECT"}
	}
	checkUtilities(t, map[string]Utility{
		"declare c cursor for select 1":                                       Declare{Name: "c", Query: query("select 1", 21)},
		`DECLARE "SQL_CUR1" CURSOR WITH HOLD FOR VALUES (1), (2)`:             Declare{Name: "SQL_CUR1", Hold: true, Query: query("VALUES (1), (2)", 40)},
		"declare c binary insensitive scroll cursor without hold for table t": Declare{Name: "c", Binary: true, Scroll: true, Query: query("table t", 60)},
		"declare c asensitive no scroll cursor for (select 1)":                Declare{Name: "c", Query: query("(select 1)", 42)},
		"declare c cursor for with a as (select 1) select * from a":           Declare{Name: "c", Query: query("with a as (select 1) select * from a", 21)},

		"fetch c":                     Fetch{Name: "c", Count: 1},
		"fetch from c":                Fetch{Name: "c", Count: 1},
		"fetch next":                  Fetch{Name: "next", Count: 1},
		"fetch next in next":          Fetch{Name: "next", Count: 1},
		"fetch prior c":               Fetch{Name: "c", Count: -1},
		"fetch first from c":          Fetch{Name: "c", Direction: Absolute, Count: 1},
		"fetch last from c":           Fetch{Name: "c", Direction: Absolute, Count: -1},
		"fetch absolute -3 from c":    Fetch{Name: "c", Direction: Absolute, Count: -3},
		"fetch relative +2 c":         Fetch{Name: "c", Direction: Relative, Count: 2},
		"fetch 100 from c":            Fetch{Name: "c", Count: 100},
		"fetch -1 c":                  Fetch{Name: "c", Count: -1},
		"fetch all in c":              Fetch{Name: "c", Count: FetchAll},
		"fetch forward c":             Fetch{Name: "c", Count: 1},
		"FETCH FORWARD 2 FROM _psql":  Fetch{Name: "_psql", Count: 2},
		"fetch forward all from c":    Fetch{Name: "c", Count: FetchAll},
		"fetch backward c":            Fetch{Name: "c", Count: -1},
		"fetch backward -5 from c":    Fetch{Name: "c", Count: 5},
		"fetch backward all from c":   Fetch{Name: "c", Count: -FetchAll},
		"move 5 c":                    Fetch{Name: "c", Count: 5, Move: true},
		"MOVE FORWARD ALL IN \"a b\"": Fetch{Name: "a b", Count: FetchAll, Move: true},

		"close c":   Close{"c"},
		"close all": Close{},

		"declare c scroll no scroll cursor for select 1": refused("42P11", "cannot specify both SCROLL and NO SCROLL", ""),
	})
}

func TestPrepared(t *testing.T) {
	checkUtilities(t, map[string]Utility{
		"prepare p as select 1": Prepare{Name: "p", Statement: Statement{SQL: "select 1", Offset: 13, Tag: "SELECT"}},
		"PREPARE p(int, numeric(4, 2)) AS insert into t values ($1, $2)": Prepare{
			Name:      "p",
			Types:     []Text{{"int", 10}, {"numeric(4, 2)", 15}},
			Statement: Statement{SQL: "insert into t values ($1, $2)", Offset: 33, Tag: "INSERT 0", Target: engine.TableName{Name: "t"}},
		},
		"execute p":                       Execute{Name: "p"},
		"execute p((1), f(2, 3), 'x, y')": Execute{Name: "p", Args: []Text{{"(1)", 10}, {"f(2, 3)", 15}, {"'x, y'", 24}}},
		"deallocate p":                    Deallocate{"p"},
		"deallocate prepare all":          Deallocate{},
		"deallocate prepare":              Deallocate{"prepare"},
		"prepare transaction 'x'":         unsupported("PREPARE TRANSACTION", ""),
	})
}

func TestLiteral(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"1": "1", "'a''b'": "a'b", `E'\x41'`: "A", "$$x$$": "x"} {
		if got, ok := (Text{SQL: text}).Literal(); !ok || string(got) != want {
			t.Errorf("%s: %q, %v", text, got, ok)
		}
	}
	if got, ok := (Text{SQL: "NULL"}).Literal(); !ok || got != nil {
		t.Errorf("NULL: %q, %v", got, ok)
	}
	for _, text := range []string{"1.5", "1e3", "-1", "a", "1 + 1", "'a' || 'b'", "date '2020-01-01'", "true"} {
		if got, ok := (Text{SQL: text}).Literal(); ok {
			t.Errorf("%s: %q", text, got)
		}
	}
}

func TestSavepoints(t *testing.T) {
	checkUtilities(t, map[string]Utility{
		"savepoint a":                        Savepoint{"a"},
		`SAVEPOINT "_pg3_1"`:                 Savepoint{"_pg3_1"},
		"release a":                          Release{"a"},
		"release savepoint a":                Release{"a"},
		"release savepoint":                  Release{"savepoint"},
		"rollback to a":                      RollbackTo{"a"},
		"ROLLBACK WORK TO SAVEPOINT a":       RollbackTo{"a"},
		"rollback transaction to savepoint ": RollbackTo{"savepoint"},
	})
}

func TestNotifications(t *testing.T) {
	checkUtilities(t, map[string]Utility{
		"listen a":          Listen{"a"},
		`LISTEN "A b"`:      Listen{"A b"},
		"unlisten *":        Unlisten{},
		"unlisten a":        Unlisten{"a"},
		"notify a":          Notify{Channel: "a"},
		"NOTIFY a, 'it''s'": Notify{"a", "it's"},
	})
}

func TestMaintenance(t *testing.T) {
	checkUtilities(t, map[string]Utility{
		"vacuum full":                              Noop{Tag: "VACUUM", Alone: true},
		"VACUUM (VERBOSE, FULL) t":                 Noop{Tag: "VACUUM", Alone: true},
		"cluster":                                  Noop{Tag: "CLUSTER"},
		"cluster verbose t using i":                Noop{Tag: "CLUSTER"},
		"reindex table t":                          Noop{Tag: "REINDEX"},
		"reindex (verbose) index concurrently s.i": Noop{Tag: "REINDEX", Alone: true},
		"reindex database d":                       Noop{Tag: "REINDEX", Alone: true},
		"checkpoint":                               Noop{Tag: "CHECKPOINT"},
		"set constraints all deferred":             SetConstraints{},

		"lock t": LockTable{Tables: tables("t")},
		"LOCK TABLE public.t, ONLY u * IN ACCESS SHARE MODE NOWAIT": LockTable{Tables: tables("public.t", "u")},
		"lock t in share row exclusive mode":                        LockTable{Tables: tables("t")},
		"lock t in share mode":                                      LockTable{Tables: tables("t")},
		"lock t in exclusive mode":                                  LockTable{Tables: tables("t")},
	})
}

func tables(names ...string) (all []engine.TableName) {
	for _, name := range names {
		schema, table, ok := strings.Cut(name, ".")
		if !ok {
			schema, table = "", name
		}
		all = append(all, engine.TableName{Schema: schema, Name: table})
	}
	return all
}

func TestDrop(t *testing.T) {
	checkUtilities(t, map[string]Utility{
		"drop table if exists a, s.b cascade": Drop{Kind: "TABLE", IfExists: true, Names: tables("a", "s.b"), Cascade: true},
		"truncate table only a, s.b cascade":  Truncate{Names: tables("a", "s.b")},
		"DROP VIEW v RESTRICT":                Drop{Kind: "VIEW", Names: tables("v")},
		"drop index concurrently i":           Drop{Kind: "INDEX", Names: tables("i")},
	})
}

func TestCreation(t *testing.T) {
	t.Parallel()
	for sql, want := range map[string]*Creation{
		"create table t(a int)":                                  nil,
		"create table t(a int, serial int)":                      nil,
		"create table t(a int default (1), b int check (a > 0))": nil,
		"create table t(a int, b int generated always as (a))":   nil,
		"create view v as select 1":                              nil,
		"create schema if not exists s":                          {Name: engine.TableName{Name: "s"}, IfNotExists: Span{14, 28}},
		"create unique index if not exists i on t(a)":            {Name: engine.TableName{Name: "i"}, IfNotExists: Span{20, 34}},
		"create temp table s.t(id serial primary key, b serial8)": {Name: engine.TableName{Schema: "s", Name: "t"}, Temp: true, Serials: []Serial{
			{Column: "id", Type: "integer", Clause: Span{25, 31}},
			{Column: "b", Type: "bigint", Clause: Span{47, 54}},
		}},
		`create table t("Id" int generated by default as identity (start 5) unique, c text)`: {Name: engine.TableName{Name: "t"}, Serials: []Serial{
			{Column: "Id", Clause: Span{24, 67}, Options: "start 5"},
		}},
		"create table t(id bigint generated always as identity)": {Name: engine.TableName{Name: "t"}, Serials: []Serial{
			{Column: "id", Clause: Span{25, 53}},
		}},
	} {
		s, err := Split("; " + sql)
		if err != nil || len(s) != 1 || !reflect.DeepEqual(s[0].Creation, want) {
			t.Errorf("%s: %v\n got %+v\nwant %+v", sql, err, s[0].Creation, want)
		}
	}
}

func TestExplain(t *testing.T) {
	statement := func(sql string, offset int, tag string) Statement {
		s := Statement{SQL: sql, Offset: offset, Tag: tag}
		if tag == "DELETE" {
			s.Target.Name = "t"
		}
		return s
	}
	checkUtilities(t, map[string]Utility{
		"explain select 1":                      Explain{Statement: statement("select 1", 8, "SELECT")},
		"EXPLAIN ANALYZE VERBOSE delete from t": Explain{Analyze: true, Verbose: true, Statement: statement("delete from t", 24, "DELETE")},
		"explain (analyze, costs off, timing false, summary 0, buffers, format json) select 1": Explain{
			Analyze: true, NoCosts: true, NoTiming: true, NoSummary: true, JSON: true, Statement: statement("select 1", 76, "SELECT")},
		"explain (analyze off, format text) (select 1)":   Explain{Statement: statement("(select 1)", 35, "SELECT")},
		"explain (select 1) union select 2":               Explain{Statement: statement("(select 1) union select 2", 8, "SELECT")},
		"explain ((from t)) limit 1":                      Explain{Statement: statement("((from t)) limit 1", 8, "SELECT")},
		"explain with a as (select 1) select * from a":    Explain{Statement: statement("with a as (select 1) select * from a", 8, "SELECT")},
		"explain create table t as select 1":              Explain{Statement: statement("create table t as select 1", 8, "SELECT")},
		"explain execute p(1, 'x')":                       Explain{Execute: &Execute{Name: "p", Args: []Text{{SQL: "1", Offset: 18}, {SQL: "'x'", Offset: 21}}}},
		"explain declare c cursor for select 1":           unsupported("EXPLAIN DECLARE", "Explain the statement itself."),
		"explain (format xml) select 1":                   unsupported("EXPLAIN with FORMAT XML", "TEXT and JSON are."),
		"explain (nonsense) select 1":                     refused("42601", `unrecognized EXPLAIN option "nonsense"`, ""),
		"explain (format nonsense) select 1":              refused("22023", `unrecognized value for EXPLAIN option "format": "nonsense"`, ""),
		"explain analyze select * from query('select 1')": Refused{&engine.Error{Code: "42501", Message: "permission denied for function query", Position: 31}},
	})
}
