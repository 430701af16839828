package rewrite

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/csvsql/csvsql/wire/pglex"
)

var strict = Options{StrictDivision: true}

// TestUntouched has statements that mean the same to both, or are DuckDB's own:
// not a byte of them may change.
func TestUntouched(t *testing.T) {
	t.Parallel()
	for _, sql := range []string{
		"SELECT a, b + 1, count(*) FROM t WHERE a = 'x' AND b IN (1, 2) GROUP BY a, b",
		"SELECT a, count(*) FROM t GROUP BY a ORDER BY 2 DESC, a",
		"SELECT 1",
		"SELECT a + b FROM t WHERE c = 'interval 1 day'",
		"SELECT s LIKE 'a%' FROM t",
		"INSERT INTO t VALUES (1, 'a/b')",
		"FROM t SELECT a / 2",
		"FROM t",
		"FROM 'data.csv' WHERE a / b > 1",
		"SELECT * REPLACE (a / 2 AS a) FROM t",
		"SELECT * RENAME (a AS b) FROM t WHERE c LIKE '\\'",
		"SELECT COLUMNS('x.*') / 2 FROM t",
		"SELECT COLUMNS(* EXCLUDE (a)) / 2 FROM t",
		"SELECT a / b FROM t QUALIFY row_number() OVER (PARTITION BY a) = 1",
		"SELECT [x / 2 for x in [1, 2, 3]]",
		"SELECT [x / 2 for x in list if x ~ 'a']",
		"SELECT [1, 2, 3][-1] / 2",
		"SELECT {'a': 1 / 2, 'b': 's' ~ 't'}",
		"SELECT MAP {'a': 1 / 2}",
		"SELECT list_transform([1, 2], lambda x: x / 2)",
		"SELECT list_filter(l, lambda x: x LIKE p) FROM t",
		"SELECT list_filter(l, x -> x > 1) FROM t",
		"SELECT a: b / 2 FROM t",
		"SELECT a / b FROM t GROUP BY ALL ORDER BY ALL ~ 'x'",
		"SELECT a / b FROM t ORDER BY ALL",
		"SELECT sum(a / b) FROM t GROUP BY ALL",
		"PIVOT t ON year USING sum(x / 2) GROUP BY country",
		"UNPIVOT t ON a, b INTO NAME n VALUE v WHERE v / 2 > 1",
		"SUMMARIZE SELECT a / b FROM t",
		"DESCRIBE SELECT a / b FROM t",
		"SELECT a / b FROM t POSITIONAL JOIN u",
		"SELECT a / b FROM t USING SAMPLE 10%",
		"SELECT a / b FROM read_csv('x.csv', header = true) LIMIT 10%",
		"SELECT a / b FROM t TABLESAMPLE 10 ROWS",
		"INSERT INTO t BY NAME SELECT a / b AS c",
		"INSERT OR REPLACE INTO t SELECT a / b",
		"CREATE OR REPLACE TABLE t AS SELECT a / b",
		"CREATE MACRO half(x) AS x / 2",
		"SELECT TRY_CAST(a / b AS INTEGER)",
		"SELECT a / b FROM (FROM t)",
		"WITH c AS (FROM t) SELECT a / b FROM c",
		"SELECT #1 / 2 FROM t",
		"SELECT struct.* FROM t WHERE x[1:2:1] ~ 'a'",
		"SELECT * FROM t WHERE a GLOB 'x*' AND b / 2 = 1",
		"SELECT DISTINCT ON (a) a / 2 FROM t QUALIFY true",
		"EXECUTE p(a / b)",
		"ATTACH 'x' AS y",
		"SELECT e'\\n' ~ 'x' FROM t LIMIT 5%",
		"VALUES ([1 / 2])",
		"SELECT * EXCLUDE (a) FROM t WHERE a / 2 > 1",
		"PIVOT t ON a USING sum(b / 2)",
		"SELECT a / FROM",
		"",
	} {
		if got := Translate(sql, strict); got.SQL != sql || got.Original(3) != 3 {
			t.Errorf("%q became %q", sql, got.SQL)
		}
	}
}

func TestEdits(t *testing.T) {
	t.Parallel()
	tests := []struct{ sql, want string }{
		{"SELECT 1 FROM t WHERE a/b > 2", "SELECT 1 FROM t WHERE csvsql.main.key(csvsql_divide(a,b), csvsql_divide(a,b)) > 2"},
		{"SELECT 1 FROM t WHERE ((a)) / ( (b) ) /c = 1",
			"SELECT 1 FROM t WHERE csvsql.main.key(csvsql_divide(csvsql_divide(((a)) , ( (b) )) ,c), csvsql_divide(csvsql_divide(((a)) , ( (b) )) ,c)) = 1"},
		{"SELECT x FROM t WHERE a/2 = 1", "SELECT x FROM t WHERE csvsql.main.key(csvsql_divide(a,2::INTEGER), csvsql_divide(a,2::INTEGER)) = 1"},
		{"SELECT x FROM t WHERE s !~* /* not */ 'a\\y'", "SELECT x FROM t WHERE (NOT regexp_matches(s , /* not */ '(?is)a\\b'))"},
		{`SELECT s NOT LIKE p FROM t`, `SELECT s NOT LIKE p ESCAPE '\' FROM t`},
		{"SELECT interval '90' day, date 'Jan 5, 2020'", "SELECT CAST('0 months 90 days 0 microseconds' AS INTERVAL), date '2020-01-05'"},
		{"SELECT CAST('ab' AS varchar(1))", "SELECT left(CAST('ab' AS varchar(1)), 1)"},
		{"SELECT a, count(*) FROM t GROUP BY a ORDER BY count DESC", "SELECT a, count(*) FROM t GROUP BY a ORDER BY 2 DESC"},
		{"SELECT (SELECT o.x / y FROM i) FROM o", "SELECT (SELECT csvsql_divide(o.x , y) FROM i) FROM o"},
		{"SELECT (SELECT i.x / 2 FROM i) FROM o", "SELECT (SELECT csvsql_divide(i.x , 2::INTEGER) FROM i) FROM o"},
		{"SELECT (SELECT x::text) FROM o", "SELECT (SELECT csvsql.main.to_text_outer(x)::text) FROM o"},
		{"SELECT n / 3, count(*) FROM t GROUP BY n / 3", "SELECT csvsql_divide(n , 3::INTEGER), count(*) FROM t GROUP BY csvsql_divide(n , 3::INTEGER)"},
		{"SELECT x FROM (VALUES (1, 2)) AS v (x)", "SELECT x FROM (VALUES (1, 2)) AS v (x, column2)"},
		{"SELECT a FROM t WHERE a + 1 BETWEEN SYMMETRIC (3) AND b", "SELECT a FROM t WHERE (a + 1 BETWEEN (3) AND b OR a + 1 BETWEEN b AND (3))"},
		{"SELECT a NOT BETWEEN SYMMETRIC 2 AND 1 AND b FROM t", "SELECT (a NOT BETWEEN 2 AND 1 AND a NOT BETWEEN 1 AND 2) AND b FROM t"},
		{"SELECT 1e3::numeric, (-1E2)::text, 5::text", "SELECT '1e3'::DECIMAL(4,0)::DECIMAL(38,0), (-'1E2'::DECIMAL(3,0))::text, 5::text"},
		{`SELECT U&'\0041''', normalize(s, nfd)`, `SELECT 'A''', "postgres.normalize"(s, 'NFD')`},
		{"SELECT bool 'of', ' YE'::boolean, 'x'::bool", "SELECT bool 'false', 'true'::boolean, 'x'::bool"},
		{"SELECT array_length(a, 1), array_length(a, 2)", `SELECT csvsql.main.array_length(a, 1)::INTEGER, "postgres.array_length"(a, 2)`},
		{"SELECT * FROM t, unnest(a, ARRAY[b, c]) AS u(x, y)", "SELECT * FROM t, (SELECT unnest(a), unnest( ARRAY[b, c])) AS u(x, y)"},
		{"VALUES (1, 2), (3, 4) ORDER BY column2 DESC, column1", "VALUES (1, 2), (3, 4) ORDER BY 2 DESC, 1"},
		{"SELECT a FROM t ORDER BY (a) USING > NULLS LAST, b USING <", "SELECT a FROM t ORDER BY (a) DESC NULLS LAST, b ASC"},
		{"SELECT count FROM (SELECT count(*) FROM t) q", `SELECT count FROM (SELECT count(*) AS "count" FROM t) q`},
	}
	for _, test := range tests {
		if got := Translate(test.sql, strict).SQL; got != test.want {
			t.Errorf("%s\n got %s\nwant %s", test.sql, got, test.want)
		}
	}
}

// TestOriginal marks a place in the user's text, and looks for it in the engine's.
func TestOriginal(t *testing.T) {
	t.Parallel()
	for _, marked := range []string{
		"SELECT a/b, @nosuch FROM t",
		"SELECT @nosuch/b FROM t",
		"SELECT a/@nosuch FROM t WHERE s ~ 'x'",
		"SELECT count(*) FROM (SELECT sum(a), @nosuch FROM t) q WHERE s LIKE p",
	} {
		at := strings.IndexByte(marked, '@')
		sql := marked[:at] + marked[at+1:]
		got := Translate(sql, strict)
		if got.SQL == sql {
			t.Errorf("%s is not translated", sql)
		}
		if p := got.Original(strings.Index(got.SQL, "nosuch") + 1); p != at+1 {
			t.Errorf("%s: position %d in %s, want %d", sql, p, got.SQL, at+1)
		}
	}
}

// TestHostile has texts on which parsers written in C have crashed, and texts that
// would grow without a bound.
func TestHostile(t *testing.T) {
	t.Parallel()
	for _, sql := range []string{
		"SELECT 1" + strings.Repeat("/1", 30000),
		"SELECT 1" + strings.Repeat("+a/b", 2000),
		"SELECT " + strings.Repeat("(", 500) + "1/2" + strings.Repeat(")", 500),
		"SELECT " + strings.Repeat("a/(", 150) + "b" + strings.Repeat(")", 150),
		"SELECT " + strings.Repeat("sum(a)/", 3000) + "1",
		"SELECT " + strings.Repeat("NOT ", 9000) + "a/b",
		"SELECT " + strings.Repeat("CASE WHEN a/b=1 THEN ", 2000) + "1" + strings.Repeat(" END", 2000),
		"SELECT a/b)",
		"SELECT \x00/'",
	} {
		got := Translate(sql, strict)
		if len(got.SQL) > 20*len(sql)+maxRendered*4 {
			t.Errorf("%.40s of %d bytes became %d bytes", sql, len(sql), len(got.SQL))
		}
	}
}

func TestCache(t *testing.T) {
	t.Parallel()
	var c Cache
	const sql = "SELECT 1 FROM t WHERE a/b = 1"
	first := c.Translate(sql, strict)
	if c.Translate(sql, strict) != first {
		t.Error("a statement is translated again")
	}
	if lax := c.Translate(sql, Options{}); lax.SQL == first.SQL {
		t.Error("options do not count")
	}
	for range 3 * generation / maxCached {
		c.put(key{sql: strings.Repeat("x", maxCached)}, first)
	}
	if size := len(c.new) + len(c.old); size > 4 {
		t.Errorf("%d translations are kept", size)
	}
}

// FuzzTranslate checks that no text crashes it, and that what it makes can be cut
// into tokens with matching brackets.
func FuzzTranslate(f *testing.F) {
	f.Add("SELECT sum(a/b) / count(*) FROM (VALUES (1, 2)) v(a) WHERE s ~ 'x' OR s LIKE p")
	f.Add("SELECT a::varchar(3), '{1,2}'::int[], 1 = ANY('{1}'), extract(second FROM x) FROM generate_series(1, 3)")
	f.Fuzz(func(t *testing.T, sql string) {
		got := Translate(sql, strict)
		if got.SQL == sql {
			return
		}
		if _, ok := tokenizeAll(got.SQL); !ok {
			t.Errorf("%q became %q", sql, got.SQL)
		}
		for i := range len(got.SQL) + 2 {
			if p := got.Original(i); p < 0 || p > len(sql)+1 {
				t.Fatalf("position %d of %q is %d", i, got.SQL, p)
			}
		}
	})
}

// tokenizeAll is tokenize without its caps.
func tokenizeAll(sql string) (n int, ok bool) {
	lexer := pglex.New(sql, pglex.Limits{Depth: 10000})
	for {
		t, err := lexer.Next()
		if err != nil {
			return n, false
		}
		if t.Kind == pglex.EOF {
			return n, lexer.Depth() == 0
		}
		n++
	}
}

// BenchmarkSeen is a statement that was translated before.
func BenchmarkSeen(b *testing.B) {
	var c Cache
	sql := "SELECT " + strings.Repeat("a, ", 25) + " count(*) FROM t WHERE a = 1"
	c.Translate(sql, strict)
	median(b, func() { c.Translate(sql, strict) })
}

// BenchmarkNew is a statement of 100 characters that needs no rewrite; parsed is
// one that has to be parsed to find that out.
func BenchmarkNew(b *testing.B) {
	for name, sql := range map[string]string{
		"skipped": "SELECT region, product, amount, price FROM sales WHERE region = 'north' AND amount >= 100 ORDER BY 1",
		"parsed":  "SELECT region, product, amount, price FROM sales WHERE coalesce(amount, 0) % 10 = 7 AND price >= 9.5",
		"edited":  "SELECT region, product, amount / price FROM sales WHERE region LIKE 'nor%' AND amount > 9 ORDER BY 1",
	} {
		if len(sql) != 100 {
			b.Errorf("%s has %d characters", name, len(sql))
		}
		b.Run(name, func(b *testing.B) { median(b, func() { Translate(sql, strict) }) })
	}
}

// median reports the median time of 1,000 calls: the mean of one call among a
// busy machine's others says little.
func median(b *testing.B, call func()) {
	times := make([]time.Duration, 1000)
	for b.Loop() {
		for i := range times {
			start := time.Now()
			call()
			times[i] = time.Since(start)
		}
		slices.Sort(times)
	}
	b.ReportMetric(float64(times[len(times)/2].Nanoseconds()), "median-ns")
	b.ReportMetric(0, "ns/op")
}
