package csvsql_test

import (
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// TestLoadOptions gives each option of LOAD. What becomes of the files is in
// datasets/testdata/options.golden.
func TestLoadOptions(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"plain.csv":    "id,name,n\n1,Ann,10\n2,Bo,n/a\n3,,-\n",
		"codes.csv":    "id,zip\n1,00501\n2,10001\n",
		"semi.csv":     "a;b\n1,5;x\n2,25;y\n",
		"doubt.csv":    "d,n,t\n03/04/2024,\"1,234\",03/04/2024 10:00:00\n05/06/2024,\"5,678\",05/06/2024 11:30:00\n",
		"bad.csv":      "id,qty,day\n1,2,2024-01-01\n2,x,2024-01-02\n3,4\n4,5,2024-02-30\n5,6,2024-01-05,extra\n6,7,2024-01-06\n\"7,8,2024-01-07\n",
		"comments.csv": "%about\na,b\n1,x\n%more\n2,y\n",
		"skip.csv":     "x,y\n1,2\na,b\n3,4\n",
		"quoted.csv":   "a,b\n'1,5',\"x\n'2''',y\n",
		"escape.csv":   "a,b\n\"x\\\"y\",1\n",
		"short.csv":    "a,b,c\n1,2,3\n4\n5,6\n",
		"latin1.csv":   "a,b\n1,\xe4\xf6\xfc\n",
		"sjis.csv":     "a,b\n1,\x93\xfa\x96\x7b\n",
		"bare.csv":     "1,2024-01-01,9\n2,2024-01-02,8\n",
		"lines.txt":    "{\"a\": 1}\n",
		"one.csv":      "i,s\n1,a\n2,b\n",
		"two.csv":      "s;i;extra\nc;3;1.5\n",
		"three.csv":    "I,d\nx,31/12/2024\n",
	} {
		write(t, dir, name, content)
	}
	addr := serve(t, dir)
	var b strings.Builder
	for _, load := range []string{
		"'plain.csv' AS t",
		"'plain.csv' AS t WITH (null 'n/a,Bo')",
		"'plain.csv' AS t WITH (header false)",
		"'codes.csv' AS t",
		"'codes.csv' AS t WITH (types 'zip INTEGER')",
		"'codes.csv' AS t WITH (types 'nope INTEGER')",
		"'semi.csv' AS t",
		"'semi.csv' AS t WITH (delimiter ',')",
		"'doubt.csv' AS t",
		"'doubt.csv' AS t WITH (datestyle 'DMY', decimal ',')",
		"'doubt.csv' AS t WITH (datestyle mdy, decimal '.')",
		"'doubt.csv' AS t WITH (types 'd DATE')",
		"'doubt.csv' AS t WITH (types 'd DATE, n NUMERIC(10,3)', datestyle 'DMY', decimal ',')",
		"'bad.csv' AS t",
		"'bad.csv' AS t WITH (on_error 'stop')",
		"'bad.csv' AS t WITH (on_error 'skip')",
		"'bad.csv' AS t WITH (on_error 'skip', types 'qty INTEGER, day DATE')",
		"'bad.csv' AS t WITH (types 'qty INTEGER')",
		"'comments.csv' AS t WITH (comment '%')",
		"'skip.csv' AS t WITH (skip 2)",
		"'quoted.csv' AS t WITH (quote '''')",
		"'quoted.csv' AS t WITH (quote '')",
		`'escape.csv' AS t WITH (escape '\')`,
		"'short.csv' AS t WITH (pad true)",
		"'latin1.csv' AS t",
		"'latin1.csv' AS t WITH (encoding 'utf-8')",
		"'latin1.csv' AS t WITH (encoding 'latin1')",
		"'sjis.csv' AS t WITH (encoding 'shift_jis')",
		"'sjis.csv' AS t WITH (encoding 'klingon')",
		"'bare.csv' AS t WITH (columns 'id BIGINT, day DATE')",
		"'lines.txt' AS t",
		"'lines.txt' AS t WITH (format json)",
		"('one.csv', 'two.csv', 'three.csv') AS t",
		"'http://127.0.0.1/x.csv' AS t",
	} {
		b.WriteString("== LOAD " + load + "\n" + loaded(t, addr, "LOAD "+load) + "\n")
	}
	checkGolden(t, filepath.Join("datasets", "testdata", "options.golden"), b.String())
}

// TestRejects has the lines that on_error 'skip' leaves out.
func TestRejects(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "bad.csv", "id,qty\n1,2\n2,x\n3\n4,\"5\n")
	write(t, dir, "good.csv", "id,qty\n1,2\n")
	c := connect(t, serve(t, dir), pgx.QueryExecModeSimpleProtocol)
	exec := func(sql string) error { _, err := c.Exec(t.Context(), sql); return err }
	rejects := func() string {
		var s string
		if err := c.QueryRow(t.Context(), "SELECT coalesce(string_agg(concat_ws('|', file, line, column_name, sqlstate, raw), ' / ' ORDER BY line), '') FROM bad_rejects").Scan(&s); err != nil {
			t.Fatal(err)
		}
		return s
	}
	if err := exec("LOAD 'bad.csv' WITH (on_error 'skip', types 'qty INTEGER')"); err != nil {
		t.Fatal(err)
	}
	if got, want := rejects(), "bad.csv|3|qty|22P02|2,x / bad.csv|4|22P04|3 / bad.csv|5|qty|22P04|4,\"5"; got != want {
		t.Errorf("rejects %s, want %s", got, want)
	}
	if err := exec("LOAD OR REPLACE 'good.csv' AS bad WITH (on_error 'skip')"); err != nil || rejects() != "" {
		t.Errorf("after a good file: %v, rejects %s", err, rejects())
	}
	// A table of the user's is not replaced, and the load has not happened.
	for _, sql := range []string{"CREATE TABLE mine_rejects (a int)", "BEGIN"} {
		if err := exec(sql); err != nil {
			t.Fatal(err)
		}
	}
	if err := exec("LOAD 'bad.csv' AS mine WITH (on_error 'skip')"); sqlstate(err) != "42P07" {
		t.Errorf("a table of that name: %v, want 42P07", err)
	}
	exec("ROLLBACK")
	if err := exec("SELECT * FROM mine"); sqlstate(err) != "42P01" {
		t.Errorf("a load that failed: %v, want 42P01", err)
	}
	write(t, dir, "awful.csv", "a,b\n1,2\n"+strings.Repeat("1,2,3\n", 1001)+strings.Repeat("1,2\n", 2000))
	if err := exec("LOAD 'awful.csv' WITH (on_error 'skip')"); sqlstate(err) != "22P04" || !strings.Contains(err.Error(), "more than 1000 lines") {
		t.Errorf("a file of bad lines: %v, want 22P04", err)
	}
}

// TestReloadIsAtomic has the old table where the new file does not load, whatever
// the session reads meanwhile.
func TestReloadIsAtomic(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "books.csv", books)
	addr := serve(t, dir)
	c, reader := connect(t, addr, pgx.QueryExecModeSimpleProtocol), connect(t, addr, pgx.QueryExecModeSimpleProtocol)
	count := func() (n int) {
		t.Helper()
		if err := reader.QueryRow(t.Context(), "SELECT count(*) FROM books").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if _, err := c.Exec(t.Context(), "LOAD 'books.csv'"); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "books.csv", books+"4,\"half of a line")
	if _, err := c.Exec(t.Context(), "LOAD OR REPLACE 'books.csv'"); sqlstate(err) != "22P04" {
		t.Errorf("half a file: %v, want 22P04", err)
	}
	if n := count(); n != 3 {
		t.Errorf("%d rows after a load that failed, want 3", n)
	}
	write(t, dir, "books.csv", books+"4,Ulysses,8.00,1922-02-02\n")
	if _, err := c.Exec(t.Context(), "BEGIN; LOAD OR REPLACE 'books.csv'"); err != nil {
		t.Fatal(err)
	}
	if n := count(); n != 3 {
		t.Errorf("%d rows before the commit, want 3", n)
	}
	if _, err := c.Exec(t.Context(), "COMMIT"); err != nil || count() != 4 {
		t.Errorf("%d rows after the commit, %v", count(), err)
	}
	var comment string
	if err := c.QueryRow(t.Context(), "SELECT obj_description('books'::regclass)").Scan(&comment); err != nil || !strings.HasPrefix(comment, "loaded from books.csv (") {
		t.Errorf("comment %q, %v", comment, err)
	}
}

// TestLargeFiles has what is rare and large.
func TestLargeFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var wide, late strings.Builder
	for range 2 {
		for i := range 3000 {
			if i > 0 {
				wide.WriteByte(',')
			}
			wide.WriteString("7")
		}
		wide.WriteByte('\n')
	}
	for i := range 300_000 {
		late.WriteString("12345,2024-01-01\n")
		if i == 299_000 {
			late.WriteString("1.5,2024-01-01 10:00:00\n")
		}
	}
	write(t, dir, "wide.csv", wide.String())
	write(t, dir, "field.csv", "id,body\n1,\""+strings.Repeat("some line\n", 800_000)+"\"\n2,x\n")
	write(t, dir, "late.csv", "n,d\n"+late.String())
	packed, err := os.Create(filepath.Join(dir, "late.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	z := gzip.NewWriter(packed)
	z.Write([]byte("n,d\n" + late.String()))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	packed.Close()
	write(t, dir, "torn.csv.gz", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03torn")
	c := connect(t, serve(t, dir), pgx.QueryExecModeSimpleProtocol)
	for _, s := range []struct{ load, query, want string }{
		{"LOAD 'wide.csv'", "SELECT count(*) || ' ' || sum(column2999) FROM wide", "2 14"},
		{"LOAD 'field.csv'", "SELECT max(length(body)) || ' ' || count(*) FROM field", "8000000 2"},
		{"LOAD 'late.csv'", "SELECT count(*) || ' ' || max(d) || ' ' || min(n) FROM late", "300001 2024-01-01 10:00:00 1.5"},
		{"LOAD 'late.csv.gz' AS packed", "SELECT count(*) || ' ' || max(d) || ' ' || min(n) FROM packed", "300001 2024-01-01 10:00:00 1.5"},
	} {
		if _, err := c.Exec(t.Context(), s.load); err != nil {
			t.Errorf("%s: %v", s.load, err)
			continue
		}
		var got string
		if err := c.QueryRow(t.Context(), s.query).Scan(&got); err != nil || got != s.want {
			t.Errorf("%s gives %q, %v; want %q", s.query, got, err, s.want)
		}
	}
	if _, err := c.Exec(t.Context(), "LOAD 'torn.csv.gz' AS torn"); sqlstate(err) != "22P04" {
		t.Errorf("half of a gzip file: %v, want 22P04", err)
	}
}
