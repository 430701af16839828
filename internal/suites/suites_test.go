package suites_test

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/csvsql/csvsql"
	"github.com/csvsql/csvsql/internal/difftest"
	"github.com/csvsql/csvsql/internal/pgtest"
	"github.com/csvsql/csvsql/internal/servetest"
	"github.com/csvsql/csvsql/internal/suites"
	"github.com/csvsql/csvsql/wire/client"
)

var record = flag.Bool("record", false, "record the answers of PostgreSQL into testdata")

// list are the suites by the name of their file.
var list = map[string][]suites.Table{
	"tpch":       suites.TPCH(),
	"clickbench": suites.ClickBench(),
}

// TestRecord writes down what PostgreSQL 15 answers. An empty answer is none, nor is
// one whose rows may come in another order.
func TestRecord(t *testing.T) {
	if !*record {
		t.Skip("only with -record")
	}
	for name, tables := range list {
		pg := pgtest.Start(t).Connect(t)
		load(t, pg, tables)
		index(t, pg)
		var blocks []string
		for _, c := range read(t, name) {
			c.Answer = ask(t, pg, c.SQL)
			if c.Answer.Code != "" || len(c.Answer.Rows) == 0 || slices.ContainsFunc(c.Answer.Rows, isNull) {
				t.Errorf("%s: the answer is empty: %v", title(c), c.Answer)
			}
			if !sorted(t, pg, c) {
				t.Errorf("%s: rows may come in another order:\n%s", title(c), c)
			}
			blocks = append(blocks, c.String())
		}
		if err := os.WriteFile(file(name), []byte(strings.Join(blocks, "\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// index lets PostgreSQL find its answers in seconds.
func index(t *testing.T, c *client.Conn) {
	for _, columns := range []string{"lineitem (l_orderkey)", "lineitem (l_partkey, l_suppkey)", "orders (o_custkey)"} {
		table, _, _ := strings.Cut(columns, " ")
		sql := fmt.Sprintf("DO $$ BEGIN IF to_regclass('%s') IS NOT NULL THEN CREATE INDEX ON %s; END IF; END $$", table, columns)
		if _, err := c.Exec(t.Context(), sql+"; ANALYZE"); err != nil {
			t.Fatal(err)
		}
	}
}

func isNull(row string) bool { return row == `\N` }

// sorted reports whether the answer stays the same if rows that are equal to the
// statement's ORDER BY are sorted by all columns, up or down.
func sorted(t *testing.T, c *client.Conn, test difftest.Case) bool {
	order := strings.LastIndex(test.SQL, "\nORDER BY ")
	if order < 0 {
		return true
	}
	end := order + 1 + strings.IndexByte(test.SQL[order+1:]+"\n", '\n')
	for _, direction := range []string{"", " DESC"} {
		more := ""
		for i := range test.Answer.Columns {
			more += fmt.Sprintf(", %d%s", i+1, direction)
		}
		if again := ask(t, c, test.SQL[:end]+more+test.SQL[end:]); !slices.Equal(again.Rows, test.Answer.Rows) {
			return false
		}
	}
	return true
}

// TestAnswers asks csvsql every statement of the suites, as it stands there. Names
// and types of the columns are PostgreSQL's, and so are the rows, in the same order;
// numbers with a fraction to 12 significant digits.
func TestAnswers(t *testing.T) {
	t.Parallel()
	addr := serve(t)
	for name, tables := range list {
		c := connect(t, addr)
		load(t, c, tables)
		exact := 0
		cases := read(t, name)
		for _, want := range cases {
			got := ask(t, c, want.SQL)
			if class := difftest.Compare(rounded(want.Answer), rounded(got)); class != difftest.Exact {
				t.Errorf("%s: %s:\n%s\nwant:\n%s", title(want), class, difftest.Case{Answer: got}, want)
				continue
			}
			exact++
		}
		t.Logf("%s: %d of %d answers are PostgreSQL's", name, exact, len(cases))
	}
}

// ask runs a statement. If any rows of the answer will do, because the statement
// has a LIMIT and no ORDER BY, they have to be rows of the answer without the LIMIT;
// of this one the number and a digest are returned.
func ask(t *testing.T, c *client.Conn, sql string) difftest.Answer {
	t.Helper()
	a, err := difftest.Ask(t.Context(), c, sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	if first, _, _ := strings.Cut(sql, "\n"); a.Code != "" || !strings.HasSuffix(first, "any rows") {
		return a
	}
	limit := strings.LastIndex(sql, "\nLIMIT ")
	if n, err := strconv.Atoi(sql[limit+len("\nLIMIT "):]); err != nil || n != len(a.Rows) {
		t.Errorf("%s: %d rows", sql, len(a.Rows))
	}
	all, err := difftest.Ask(t.Context(), c, sql[:limit])
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	for _, row := range a.Rows {
		if !slices.Contains(all.Rows, row) {
			t.Errorf("%s: %s is not in the answer without LIMIT", sql, row)
		}
	}
	slices.Sort(all.Rows)
	digest := sha256.Sum256([]byte(strings.Join(all.Rows, "\n")))
	all.Rows = []string{fmt.Sprintf("%d rows, sha256 %x", len(all.Rows), digest)}
	return all
}

// rounded is an answer whose numbers with a fraction have 12 significant digits.
func rounded(a difftest.Answer) difftest.Answer {
	rows := slices.Clone(a.Rows)
	for i, row := range rows {
		values := strings.Split(row, "\t")
		for k, value := range values {
			if f, err := strconv.ParseFloat(value, 64); err == nil && strings.Contains(value, ".") {
				values[k] = strconv.FormatFloat(f, 'e', 11, 64)
			}
		}
		rows[i] = strings.Join(values, "\t")
	}
	a.Rows = rows
	return a
}

func TestRounded(t *testing.T) {
	t.Parallel()
	a := difftest.Answer{Rows: []string{"0.1234567890126\t7\t1.50", "0.1234567890124\t7.x\t1.5"}}
	got := rounded(a).Rows
	want := []string{"1.23456789013e-01\t7\t1.50000000000e+00", "1.23456789012e-01\t7.x\t1.50000000000e+00"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestRows looks at the generators alone.
func TestRows(t *testing.T) {
	t.Parallel()
	for _, tables := range list {
		for _, table := range tables {
			rows := table.Rows()
			if !bytes.Equal(rows, table.Rows()) {
				t.Errorf("%s: the rows are not the same each time", table.Name)
			}
			for line := range bytes.Lines(rows) {
				if n := bytes.Count(line, []byte("\t")) + 1; n != len(table.Columns) {
					t.Fatalf("%s: %d values in %q", table.Name, n, line)
				}
			}
		}
	}
}

func file(name string) string { return filepath.Join("testdata", name+".txt") }

func read(t *testing.T, name string) []difftest.Case {
	text, err := os.ReadFile(file(name))
	if err != nil {
		t.Fatal(err)
	}
	return difftest.Read(string(text))
}

// title is the comment in front of a statement.
func title(c difftest.Case) string {
	first, _, _ := strings.Cut(c.SQL, "\n")
	return strings.TrimPrefix(first, "-- ")
}

// load makes the tables and fills them.
func load(t *testing.T, c *client.Conn, tables []suites.Table) {
	t.Helper()
	for _, table := range tables {
		if _, err := c.Exec(t.Context(), table.Create()); err != nil {
			t.Fatal(err)
		}
		if _, err := c.CopyIn(t.Context(), "COPY "+table.Name+" FROM STDIN", bytes.NewReader(table.Rows())); err != nil {
			t.Fatalf("%s: %v", table.Name, err)
		}
	}
}

// serve starts csvsql.
func serve(t *testing.T) (addr string) {
	return servetest.Serve(t, csvsql.Options{DataDirs: []string{"../../datasets/samples"}})
}

func connect(t *testing.T, addr string) *client.Conn {
	c, err := client.Dial(t.Context(), addr, client.Config{User: "postgres", Database: "postgres"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}
