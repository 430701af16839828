package csvsql_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
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
