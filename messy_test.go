package csvsql_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

var recordMessy = flag.Bool("record-messy", false, "write down what becomes of the files in datasets/testdata/messy")

// TestMessyFiles loads files as people have them. What becomes of each, its columns,
// rows, notices or error, is in datasets/testdata/messy.golden.
func TestMessyFiles(t *testing.T) {
	t.Parallel()
	dir := filepath.Join("datasets", "testdata", "messy")
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	addr := serve(t, dir)
	var b strings.Builder
	for _, e := range entries {
		fmt.Fprintf(&b, "== %s\n%s\n", e.Name(), loaded(t, addr, "LOAD '"+e.Name()+"' AS t WITH (format csv)"))
	}
	checkGolden(t, filepath.Join("datasets", "testdata", "messy.golden"), b.String())
}

func checkGolden(t *testing.T, path, got string) {
	t.Helper()
	if *recordMessy {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(string(golden), "\n== ")
	for i, section := range strings.Split(got, "\n== ") {
		if i >= len(want) || section != want[i] {
			t.Errorf("got\n%s\nwant\n%s", section, want[min(i, len(want)-1)])
		}
	}
	if n := strings.Count(got, "\n== ") + 1; n != len(want) {
		t.Errorf("%d sections, want %d", n, len(want))
	}
}

// loaded is what a LOAD of table t says, and what t then has in it.
func loaded(t *testing.T, addr string, load string) string {
	t.Helper()
	var b strings.Builder
	config, err := pgx.ParseConfig("postgres://ann@" + addr + "/books?sslmode=disable")
	if err != nil {
		t.Fatal(err)
	}
	config.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) { fmt.Fprintf(&b, "%s: %s\n", n.Severity, n.Message) }
	c, err := pgx.ConnectConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	// The next one makes a table of the same name, so this one has to be gone by then:
	// a connection that is closed is rolled back some time later.
	defer func() {
		if _, err := c.Exec(t.Context(), "ROLLBACK"); err != nil {
			t.Errorf("%s: ROLLBACK: %v", load, err)
		}
		c.Close(t.Context())
	}()
	if _, err := c.PgConn().Exec(t.Context(), "BEGIN; "+load).ReadAll(); err != nil {
		e, ok := err.(*pgconn.PgError)
		if !ok {
			t.Fatalf("%s: %v", load, err)
		}
		fmt.Fprintf(&b, "ERROR %s: %s\n", e.Code, e.Message)
		for _, more := range []string{e.Detail, e.Hint} {
			if more != "" {
				fmt.Fprintf(&b, "  %s\n", more)
			}
		}
		return b.String()
	}
	for _, query := range []string{
		"SELECT string_agg(column_name || ' ' || data_type, ', ' ORDER BY ordinal_position) FROM information_schema.columns WHERE table_name = 't'",
		"SELECT * FROM t LIMIT 5", "SELECT count(*) || ' rows' FROM t",
	} {
		results, err := c.PgConn().Exec(t.Context(), query).ReadAll()
		if err != nil {
			t.Fatalf("%s; %s: %v", load, query, err)
		}
		for _, row := range results[0].Rows {
			for i, v := range row {
				if i > 0 {
					b.WriteString(" | ")
				}
				if v == nil {
					b.WriteString("NULL")
				} else {
					b.WriteString(strings.ReplaceAll(string(v), "\n", `\n`))
				}
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}
