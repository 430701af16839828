package csvsql_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/jackc/pgx/v5"

	"github.com/csvsql/csvsql"
	"github.com/csvsql/csvsql/datasets"
)

// TestDatabaseIsPlainDuckDB keeps tables in a file, stops, and reads the file
// with DuckDB's own driver: nobody is locked in. Then a second server finds the
// table there and does not load its unchanged file again.
func TestDatabaseIsPlainDuckDB(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "books.csv", books)
	file := filepath.Join(t.TempDir(), "tables.duckdb")
	options := csvsql.Options{DataDirs: []string{dir}, Database: file}
	request := []datasets.Request{{Files: []string{"books.csv"}}}

	srv, err := csvsql.New(t.Context(), isolated(options))
	if err != nil {
		t.Fatal(err)
	}
	for report, err := range srv.LoadAll(t.Context(), request) {
		if err != nil || report.Reused {
			t.Fatalf("first start: %+v, %v", report, err)
		}
	}
	if err := srv.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}

	db, err := sql.Open("duckdb", file)
	if err != nil {
		t.Fatal(err)
	}
	var titles, comment string
	err = db.QueryRow("SELECT string_agg(title, '|' ORDER BY id), (SELECT comment FROM duckdb_tables() WHERE table_name = 'books') FROM public.books").Scan(&titles, &comment)
	if err != nil || titles != "Dune|Emma|Kim, the book" || !strings.Contains(comment, "books.csv") {
		t.Errorf("DuckDB reads %q with the comment %q, %v", titles, comment, err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}

	again, addr := start(t, options)
	for report, err := range again.LoadAll(t.Context(), request) {
		if err != nil || !report.Reused {
			t.Errorf("second start: %+v, %v; want the table reused", report, err)
		}
	}
	var n int
	if err := connect(t, addr, pgx.QueryExecModeExec).QueryRow(t.Context(), "SELECT count(*) FROM books").Scan(&n); err != nil || n != 3 {
		t.Errorf("second start: %d rows, %v", n, err)
	}
}
