package csvsql_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// TestExplain: a plan comes as PostgreSQL's does, in both protocols.
func TestExplain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "books.csv", books)
	addr := serve(t, dir, "books.csv")
	for _, mode := range []pgx.QueryExecMode{pgx.QueryExecModeSimpleProtocol, pgx.QueryExecModeExec} {
		c := connect(t, addr, mode)
		rows, err := c.Query(t.Context(), "EXPLAIN ANALYZE SELECT * FROM books")
		if err != nil {
			t.Fatal(err)
		}
		if name := rows.FieldDescriptions()[0].Name; name != "QUERY PLAN" {
			t.Errorf("the column is called %q", name)
		}
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(lines[0], "Seq Scan on books  (cost=0.00..") || !strings.HasPrefix(lines[len(lines)-1], "Execution Time: ") {
			t.Errorf("%q", lines)
		}
		var text string
		if err := c.QueryRow(t.Context(), "EXPLAIN (FORMAT JSON) (SELECT count(*) FROM books)").Scan(&text); err != nil {
			t.Fatal(err)
		}
		var plans []struct {
			Plan map[string]any
		}
		if err := json.Unmarshal([]byte(text), &plans); err != nil || len(plans) != 1 || plans[0].Plan["Node Type"] == nil {
			t.Errorf("%v: %s", err, text)
		}
	}
}

// TestExplainExecute: what a prepared statement would do is explained in both
// protocols, with arguments of any type.
func TestExplainExecute(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "books.csv", books)
	addr := serve(t, dir, "books.csv")
	for _, mode := range []pgx.QueryExecMode{pgx.QueryExecModeSimpleProtocol, pgx.QueryExecModeExec} {
		c := connect(t, addr, mode)
		if _, err := c.Exec(t.Context(), "PREPARE p(int, text) AS SELECT * FROM books WHERE $1 = 1 AND $2 IS NULL"); err != nil {
			t.Fatal(err)
		}
		var text string
		if err := c.QueryRow(t.Context(), "EXPLAIN (VERBOSE, FORMAT JSON) EXECUTE p(1, NULL)").Scan(&text); err != nil || !strings.Contains(text, "Node Type") {
			t.Errorf("%v: %s", err, text)
		}
		if _, err := c.Exec(t.Context(), "EXPLAIN ANALYZE INSERT INTO books SELECT * FROM books LIMIT 0"); err != nil {
			t.Error(err)
		}
		for sql, want := range map[string]string{
			"EXPLAIN EXECUTE nosuch": "26000",
			"EXPLAIN EXECUTE p(1)":   "42601",
		} {
			_, err := c.Exec(t.Context(), sql)
			if e := (*pgconn.PgError)(nil); !errors.As(err, &e) || e.Code != want {
				t.Errorf("%s: %v, want %s", sql, err, want)
			}
		}
	}
}
