//go:build linux

package csvsql_test

import (
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/csvsql/csvsql"
)

// crash is a statement that overflows DuckDB's stack.
const crash = "SELECT json_structure(repeat('[', 300000) || repeat(']', 300000))"

// TestCrash: a statement that ends the engine is an error for the client that
// sent it, and his session goes on; the others go on as if nothing had been.
func TestCrash(t *testing.T) {
	t.Parallel()
	if os.Getenv("CSVSQL_ISOLATION") == "none" {
		t.Skip("it would end this process")
	}
	_, addr := start(t, csvsql.Options{})
	c, other := connect(t, addr, pgx.QueryExecModeExec), connect(t, addr, pgx.QueryExecModeCacheStatement)
	answer := func(c *pgx.Conn, sql, code string, status byte) {
		t.Helper()
		_, err := c.Exec(t.Context(), sql)
		if sqlstate(err) != code {
			t.Errorf("%s: %v, want code %q", sql, err, code)
		}
		if got := c.PgConn().TxStatus(); got != status {
			t.Errorf("after %s the status is %c, want %c", sql, got, status)
		}
	}
	same := func() {
		t.Helper()
		var n int
		if err := other.QueryRow(t.Context(), "SELECT a FROM t WHERE a = $1", 1).Scan(&n); err != nil {
			t.Error("the other session:", err)
		}
	}
	answer(c, "CREATE TABLE t AS SELECT 1 AS a", "", 'I')
	same()
	answer(c, crash, "57P02", 'I')
	same()
	answer(c, "SELECT a FROM t", "", 'I')

	answer(c, "BEGIN", "", 'T')
	answer(c, "INSERT INTO t VALUES (2)", "", 'T')
	answer(c, crash, "57P02", 'E')
	answer(c, "SELECT 1", "25P02", 'E')
	answer(c, "COMMIT", "", 'I')

	// Someone else's crash, in a transaction.
	answer(c, "BEGIN", "", 'T')
	answer(c, "INSERT INTO t VALUES (3)", "", 'T')
	answer(connect(t, addr, pgx.QueryExecModeExec), crash, "57P02", 'I')
	answer(c, "COMMIT", "57P02", 'I')
	answer(c, "SELECT count(*) FROM t", "", 'I')

	answer(c, "CREATE TEMP TABLE mine (a integer)", "", 'I')
	answer(connect(t, addr, pgx.QueryExecModeExec), crash, "57P02", 'I')
	_, err := c.Exec(t.Context(), "SELECT 1")
	if e, ok := err.(*pgconn.PgError); !ok || e.Code != "57P02" || e.Message != "the temporary tables of this session were lost when the engine stopped" {
		t.Errorf("after its temporary tables were lost: %v", err)
	}
	answer(c, "SELECT * FROM mine", "42P01", 'I')

	var n int
	if err := c.QueryRow(t.Context(), "SELECT count(*) FROM t").Scan(&n); err != nil || n != 1 {
		t.Errorf("%d rows, %v", n, err)
	}
}
