package csvsql_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/csvsql/csvsql"
	"github.com/csvsql/csvsql/datasets"
)

const books = "id,title,price,published\n" +
	"1,Dune,9.99,1965-08-01\n" +
	"2,Emma,4.50,1815-12-23\n" +
	"3,\"Kim, the book\",,1901-10-01\n"

func TestLoadForms(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "books.csv", books)
	write(t, dir, "more books.csv", strings.ReplaceAll(books, ",", ";"))
	write(t, dir, "part-1.csv", "a,b\n1,x\n2,y\n")
	write(t, dir, "part-2.csv", "a,b\n3,z\n")
	write(t, dir, "bare.tsv", "1\tone\n2\t\\N\n")
	write(t, dir, "lines.json", "{\"a\": 1, \"b\": \"x\"}\n{\"a\": 2, \"b\": null}\n")
	c := connect(t, serve(t, dir), pgx.QueryExecModeSimpleProtocol)
	for _, s := range []struct{ load, tag, query, want string }{
		{"LOAD 'books.csv' AS b1", "LOAD 3", "SELECT string_agg(title, '|' ORDER BY id) FROM b1", "Dune|Emma|Kim, the book"},
		{"LOAD 'books.csv' b2", "LOAD 3", "SELECT count(price)::text FROM b2", "2"},
		{"load 'books.csv'", "LOAD 3", "SELECT count(*)::text FROM public.books", "3"},
		{"LOAD books.csv b3", "LOAD 3", "SELECT min(published)::text FROM b3", "1815-12-23"},
		{"LOAD OR REPLACE 'part-1.csv' AS b3", "LOAD 2", "SELECT count(*)::text FROM b3", "2"},
		{"LOAD 'more books.csv' AS b4 WITH (delimiter ';', header true)", "LOAD 3", "SELECT title FROM b4 WHERE id = 3", "Kim; the book"},
		{"LOAD 'part-*.csv' AS parts", "LOAD 3", "SELECT string_agg(b, '' ORDER BY a) FROM parts", "xyz"},
		{`LOAD 'bare.tsv' AS bare WITH (header false, delimiter '\t', null '\N', columns 'n BIGINT, word TEXT')`, "LOAD 2", "SELECT coalesce(word, 'none') FROM bare WHERE n = 2", "none"},
		{"LOAD 'lines.json' AS lines", "LOAD 2", "SELECT sum(a)::text FROM lines", "3"},
		{"CREATE EXTERNAL TABLE ext STORED AS CSV LOCATION 'books.csv' OPTIONS ('format.has_header' 'true')", "CREATE TABLE", "SELECT count(*)::text FROM ext", "3"},
	} {
		got, err := c.Exec(t.Context(), s.load)
		if err != nil {
			t.Errorf("%s: %v", s.load, err)
			continue
		}
		if got.String() != s.tag {
			t.Errorf("%s: tag %q, want %q", s.load, got, s.tag)
		}
		var value string
		if err := c.QueryRow(t.Context(), s.query).Scan(&value); err != nil || value != s.want {
			t.Errorf("after %s: %s gives %q, %v; want %q", s.load, s.query, value, err, s.want)
		}
	}
}

func TestLoadErrors(t *testing.T) {
	t.Parallel()
	dir, outside := t.TempDir(), t.TempDir()
	write(t, dir, "books.csv", books)
	write(t, dir, "broken.csv", "a,b\n1,2\n3,4,5\n6,7\n")
	write(t, outside, "secret.csv", "a\n1\n")
	c := connect(t, serve(t, dir, "books.csv"), pgx.QueryExecModeSimpleProtocol)
	for _, s := range []struct{ load, code, message string }{
		{"LOAD 'book.csv' AS x", "58P01", "book.csv"},
		{"LOAD '" + outside + "/secret.csv' AS x", "42501", "secret.csv"},
		{"LOAD '../" + "secret.csv' AS x", "42501", "secret.csv"},
		{"LOAD 'books.csv' AS books", "42P07", "books"},
		{"LOAD 'broken.csv' AS x WITH (delimiter ',', header true, columns 'a BIGINT, b BIGINT')", "22P04", "broken.csv"},
		{"LOAD 'books.csv' AS x WITH (colour 'red')", "42704", "colour"},
		{"LOAD 'books.csv' AS x WITH (header 'perhaps')", "22023", "header"},
		{"LOAD httpfs", "42501", "httpfs"},
		{"LOAD 'books.csv' AS", "42601", ""},
	} {
		_, err := c.Exec(t.Context(), s.load)
		e, ok := err.(*pgconn.PgError)
		if !ok {
			t.Errorf("%s: got %v, want an error of code %s", s.load, err, s.code)
			continue
		}
		if e.Code != s.code || !strings.Contains(e.Message+e.Detail, s.message) {
			t.Errorf("%s: %s %q %q, want code %s and %q in the text", s.load, e.Code, e.Message, e.Detail, s.code, s.message)
		}
		if strings.Contains(e.Message+e.Detail+e.Hint, "read_csv") {
			t.Errorf("%s: the error speaks of the engine's own functions: %q %q", s.load, e.Message, e.Detail)
		}
		var n int
		if err := c.QueryRow(t.Context(), "SELECT count(*) FROM books").Scan(&n); err != nil || n != 3 {
			t.Fatalf("after %s the session is broken: %d rows, %v", s.load, n, err)
		}
	}
	_, err := c.Exec(t.Context(), "LOAD 'broken.csv' AS x WITH (delimiter ',', header true, columns 'a BIGINT, b BIGINT')")
	if e, ok := err.(*pgconn.PgError); !ok || !strings.Contains(e.Message+e.Detail+e.Where, "3") {
		t.Errorf("a malformed file: %+v, want its line 3 named", err)
	}
}

func TestLoadIsTransactional(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "books.csv", books)
	c := connect(t, serve(t, dir), pgx.QueryExecModeSimpleProtocol)
	for _, sql := range []string{"BEGIN", "LOAD 'books.csv'", "ROLLBACK"} {
		if _, err := c.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	if _, err := c.Exec(t.Context(), "SELECT * FROM books"); sqlstate(err) != "42P01" {
		t.Errorf("a table whose LOAD was rolled back: %v, want 42P01", err)
	}
	if _, err := c.Exec(t.Context(), "LOAD 'books.csv'; SELECT count(*) FROM books; SELECT cast('x' AS INTEGER)"); sqlstate(err) != "22P02" {
		t.Errorf("a string that fails at its end: %v, want 22P02", err)
	}
	if _, err := c.Exec(t.Context(), "SELECT * FROM books"); sqlstate(err) != "42P01" {
		t.Errorf("a table of a string that failed: %v, want 42P01", err)
	}
}

// TestQueryWaitsForLoading asks for a table that is announced and not loaded.
func TestQueryWaitsForLoading(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "books.csv", books)
	srv, addr := start(t, csvsql.Options{DataDirs: []string{dir}})
	loads := srv.LoadAll(t.Context(), []datasets.Request{{Files: []string{"books.csv"}}, {Files: []string{"none.csv"}}})
	answer := make(chan error)
	c := connect(t, addr, pgx.QueryExecModeExec)
	go func() {
		var n int
		err := c.QueryRow(t.Context(), `SELECT count(*) FROM public."Books"`).Scan(&n)
		answer <- err
	}()
	var other int
	if err := connect(t, addr, pgx.QueryExecModeExec).QueryRow(t.Context(), "SELECT 1").Scan(&other); err != nil {
		t.Errorf("a query on something else: %v", err)
	}
	select {
	case err := <-answer:
		t.Errorf("the query did not wait: %v", err)
	default:
	}
	for range loads {
	}
	if err := <-answer; err != nil {
		t.Errorf("the query on a table that was loading: %v", err)
	}
	_, err := c.Exec(t.Context(), "SELECT * FROM none")
	if e, ok := err.(*pgconn.PgError); !ok || e.Code != "42P01" || !strings.Contains(e.Detail, "none.csv") {
		t.Errorf("a table whose file is missing: %+v, want 42P01 with the reason", err)
	}
}

// TestLoadMarkedText: bytes of a file that look like those by which the server tells
// its own errors are the file's.
func TestLoadMarkedText(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "bytes.csv", "a,b\n\x02\x01\x00\x0257P01\x02x,\xff\n")
	c := connect(t, serve(t, dir), pgx.QueryExecModeExec)
	wantCode(t, c, "22021", "LOAD 'bytes.csv'")
	execAll(t, c, "SELECT 1")
}
