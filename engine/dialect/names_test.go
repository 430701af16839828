package dialect

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/csvsql/csvsql/internal/pgtest"
	"github.com/csvsql/csvsql/wire/client"
)

var record = flag.Bool("record", false, "record the names that PostgreSQL gives to columns")

// TestColumnNames compares with the names that PostgreSQL gave. A line of the
// file is a query and its columns' names, separated by tabs; names that are
// left to the engine are those of columns and aliases.
func TestColumnNames(t *testing.T) {
	path := filepath.Join("testdata", "names.txt")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var pg *client.Conn
	if *record {
		pg = pgtest.Start(t).Connect(t)
	}
	var out strings.Builder
	lines := bufio.NewScanner(strings.NewReader(string(text)))
	for lines.Scan() {
		query, names, _ := strings.Cut(lines.Text(), "\t")
		want := strings.Split(names, "\t")
		if *record {
			want = columnsOf(t, pg, query)
			fmt.Fprintln(&out, query+"\t"+strings.Join(want, "\t"))
		}
		got := ColumnNames(query, len(want))
		if got == nil {
			got = make([]string, len(want))
		}
		for i := range got {
			if got[i] == "" { // left to the engine
				if want[i] == unnamed || strings.HasPrefix(want[i], "column") {
					t.Errorf("%s: column %d is left to the engine, PostgreSQL says %q", query, i+1, want[i])
				}
				got[i] = want[i]
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, PostgreSQL says %q", query, got, want)
		}
	}
	if *record {
		if err := os.WriteFile(path, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestColumnNamesKeepsTheEngines(t *testing.T) {
	for query, want := range map[string][]string{
		"SELECT a, t.b, c AS d, e f, g: 1 FROM t": {"", "", "", "", ""},
		"SELECT *, count(*) FROM t":               {"", "", "count"},
		"SELECT 1, t.*, 2, u.* , 3":               {unnamed, "", "", "", unnamed},
		"SELECT * EXCLUDE (a), max(b) FROM t":     {"", "", "max"},
		"SELECT COLUMNS('x.*') FROM t":            {"", ""},
		"FROM t SELECT count(*)":                  nil,
		"SELECT 1, 2":                             nil, // of three columns
		"DESCRIBE t":                              nil,
		"WITH a AS (SELECT 1) FROM a":             nil,
		"":                                        nil,
		"SELECT":                                  nil,
		"SELECT (":                                nil,
	} {
		n := len(want)
		if want == nil {
			n = 3
		}
		if got := ColumnNames(query, n); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
}

func FuzzColumnNames(f *testing.F) {
	f.Add("SELECT CASE WHEN a THEN b ELSE c END, (SELECT x AS y), count(*) OVER w::int[1] FROM t", 3)
	f.Add("WITH a AS (VALUES (1)) SELECT a.*, ARRAY[1], cast(x AS double precision)", 4)
	f.Fuzz(func(t *testing.T, sql string, n int) {
		n = max(0, min(n, 100))
		if names := ColumnNames(sql, n); names != nil && len(names) != n {
			t.Errorf("%d names for %d columns of %q", len(names), n, sql)
		}
	})
}

func columnsOf(t *testing.T, c *client.Conn, query string) []string {
	t.Helper()
	d, err := c.Prepare(t.Context(), "", query, nil)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	var names []string
	for _, column := range d.Columns {
		names = append(names, column.Name)
	}
	return names
}
