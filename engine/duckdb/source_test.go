package duckdb

import (
	"slices"
	"strings"
	"testing"
)

func TestReadSource(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		sql       string
		numbers   []int
		several   bool
		returning bool
		explained string
	}{
		{sql: "SELECT 1"},
		{sql: "SELECT 1;;  -- end"},
		{sql: "SELECT 1; SELECT 2", several: true},
		{sql: "SELECT ';', $$;$$, \";\""},
		{sql: "SELECT $1, '$2', \"$3\", $$ $4 $$, $10 -- $5\n/* $6 */", numbers: []int{1, 10}},
		{sql: "INSERT INTO t VALUES ($2, $1) RETURNING i", numbers: []int{2, 1}, returning: true},
		{sql: "INSERT INTO t VALUES ('returning')"},
		{sql: "EXPLAIN SELECT 1", explained: "SELECT 1"},
		{sql: "explain analyze verbose copy t to 'x'", explained: "copy t to 'x'"},
		{sql: "EXPLAIN (ANALYZE, FORMAT json) COPY t TO 'x'", explained: "COPY t TO 'x'"},
		{sql: "/* EXPLAIN */ EXPLAIN /* ( */ ANALYSE (SELECT 1)", explained: ""},
	} {
		src, err := readSource(c.sql)
		if err != nil {
			t.Errorf("%s: %v", c.sql, err)
			continue
		}
		var numbers []int
		for _, p := range src.params {
			numbers = append(numbers, p.number)
		}
		if !slices.Equal(numbers, c.numbers) || src.several != c.several || src.returning != c.returning || src.explained != c.explained {
			t.Errorf("%s: got %+v", c.sql, src)
		}
	}
}

func TestCastBehind(t *testing.T) {
	t.Parallel()
	for sql, want := range map[string]string{
		"SELECT $1":                                          "",
		"SELECT $1::int":                                     "int",
		"SELECT $1 :: numeric(10, 2) + 1":                    "numeric(10, 2)",
		"SELECT $1::int[], 2":                                "int[]",
		"SELECT $1::int[3][]":                                "int[3][]",
		"SELECT ($1::double precision)":                      "double precision",
		"SELECT $1::timestamp(3) with time zone AS x":        "timestamp(3) with time zone",
		"SELECT CAST($1 AS varchar(3))":                      "varchar(3)",
		"SELECT TRY_CAST ( $1 AS \"My Type\" ) FROM t":       "\"My Type\"",
		"SELECT CAST(($1) AS int)":                           "",
		"SELECT f($1 AS int)":                                "",
		"SELECT CAST($1 AS character varying) LIKE 'a'":      "character varying",
		"SELECT $1::struct(a integer, b varchar[]) IS NULL":  "struct(a integer, b varchar[])",
		"SELECT array_agg($1::date) OVER (PARTITION BY $1 )": "date",
	} {
		src, err := readSource(sql)
		if err != nil {
			t.Errorf("%s: %v", sql, err)
			continue
		}
		if got := src.castOf(1); got != want {
			t.Errorf("%s: got %q, want %q", sql, got, want)
		}
	}
}

// TestPositions: a position in the text with casts leads back to the user's text.
// In both texts a | stands before each byte that is compared.
func TestPositions(t *testing.T) {
	t.Parallel()
	src, err := readSource("SELECT $2 + x, $1, $2::int FROM nope")
	if err != nil {
		t.Fatal(err)
	}
	text := src.castParams([]string{"", "", "", ""}, []int{1, 2, 0, 0})
	if text.sql != src.sql {
		t.Errorf("without casts: %s", text.sql)
	}
	text = src.castParams([]string{"VARCHAR", "BIGINT", "", ""}, []int{1, 2, 0, 0})
	if want := "SELECT CAST($2 AS BIGINT) + x, CAST($1 AS VARCHAR), CAST($2 AS BIGINT)::int FROM nope"; text.sql != want {
		t.Errorf("got %s", text.sql)
	}
	for _, word := range []string{"SELECT", "+ x", "x,", "::int", "FROM", "nope"} {
		in, out := strings.Index(src.sql, word), strings.Index(text.sql, word)
		if got := text.original(out + 1); got != in+1 {
			t.Errorf("%q: got %d, want %d", word, got, in+1)
		}
	}
	for i, p := range src.params {
		at := text.edits[i].at
		for _, inside := range []int{0, 5, 12} {
			if got := text.original(at + inside + 1); got != p.start+1 {
				t.Errorf("parameter at %d: got %d", p.start, got)
			}
		}
	}
	if got := text.original(0); got != 0 {
		t.Errorf("no position becomes %d", got)
	}
}

func FuzzSource(f *testing.F) {
	for _, sql := range []string{"SELECT $1::int", "EXPLAIN ANALYZE (SELECT $2)", "SELECT CAST($1 AS a(", "$1::", "explain", "select '$1", "$99999999999"} {
		f.Add(sql)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		src, err := readSource(sql)
		if err != nil {
			return
		}
		n := src.paramCount()
		none, casts := make([]string, n), make([]string, n)
		for i := range casts {
			casts[i] = "T"
		}
		dense := make([]int, n)
		for i := range dense {
			dense[i] = i + 1
		}
		if text := src.castParams(none, dense); !strings.Contains(sql, "$0") && text.sql != sql {
			t.Errorf("%q became %q", sql, text.sql)
		}
		text := src.castParams(casts, src.index(n))
		for p := 0; p <= len(text.sql)+1; p++ {
			if o := text.original(p); o < 0 || o > len(sql)+1 {
				t.Errorf("%q: position %d of %q becomes %d", sql, p, text.sql, o)
			}
		}
		_ = src.checkVerb()
	})
}

func TestLiteralPath(t *testing.T) {
	t.Parallel()
	if got := literalPath("/a/[x]*?{b}.csv"); got != "/a/[[]x][*][?]{b}.csv" {
		t.Errorf("got %s", got)
	}
}

func FuzzSplitIdentifiers(f *testing.F) {
	for _, list := range []string{`"$user", public`, `a,b`, `"a""b"`, `"open`, `,`, `a b`, ``} {
		f.Add(list)
	}
	f.Fuzz(func(t *testing.T, list string) {
		names, err := splitIdentifiers(list)
		if err != nil {
			return
		}
		quoted := make([]string, len(names))
		for i, n := range names {
			quoted[i] = identifier(n)
		}
		again, err := splitIdentifiers(strings.Join(quoted, ", "))
		if err != nil || !slices.Equal(again, names) {
			t.Errorf("%q: %q, and quoted %q, %v", list, names, again, err)
		}
	})
}
