package csvsql_test

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// TestSharedSnapshot reads in one transaction what another one sees, as pg_dump
// --jobs and DuckDB do. Where rows have been changed in between, there is an error.
func TestSharedSnapshot(t *testing.T) {
	t.Parallel()
	addr := serve(t, t.TempDir())
	connection := func() *pgx.Conn { return connect(t, addr, pgx.QueryExecModeSimpleProtocol) }
	leader, writer := connection(), connection()
	do := func(c *pgx.Conn, sql string) {
		t.Helper()
		if _, err := c.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	number := func(c *pgx.Conn, sql string) (n int) {
		t.Helper()
		if err := c.QueryRow(t.Context(), sql).Scan(&n); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		return n
	}
	refused := func(c *pgx.Conn, code, sql string) {
		t.Helper()
		_, err := c.Exec(t.Context(), sql)
		if e := (*pgconn.PgError)(nil); !errors.As(err, &e) || e.Code != code {
			t.Errorf("%s: %v, want %s", sql, err, code)
		}
	}
	do(writer, "CREATE TABLE shared AS SELECT 1 AS a")
	refused(leader, "25P01", "SELECT pg_export_snapshot()")
	do(leader, "BEGIN ISOLATION LEVEL REPEATABLE READ")
	var name string
	if err := leader.QueryRow(t.Context(), "SELECT pg_export_snapshot()").Scan(&name); err != nil {
		t.Fatal(err)
	}

	follower := connection()
	do(follower, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT '"+name+"'")
	do(writer, "INSERT INTO shared VALUES (2)")
	for _, c := range []*pgx.Conn{leader, follower} { // the leader has read no row before
		if n := number(c, "SELECT count(*) FROM shared"); n != 1 {
			t.Errorf("%d rows", n)
		}
	}
	refused(follower, "25006", "INSERT INTO shared VALUES (3)")
	do(follower, "ROLLBACK")

	for code, sql := range map[string]string{
		"55000": "BEGIN ISOLATION LEVEL REPEATABLE READ; SET TRANSACTION SNAPSHOT '" + name + "'", // the writer's row
		"22023": "BEGIN ISOLATION LEVEL SERIALIZABLE; SET TRANSACTION SNAPSHOT 'none'",
		"0A000": "BEGIN; SET TRANSACTION SNAPSHOT '" + name + "'",
	} {
		refused(follower, code, sql)
		refused(follower, "25P02", "SELECT 1")
		do(follower, "ROLLBACK")
	}
	refused(leader, "55000", "SELECT pg_export_snapshot()")
	do(leader, "ROLLBACK")
	if n := number(leader, "SELECT count(*) FROM shared"); n != 2 {
		t.Errorf("%d rows", n)
	}
}

// TestRowPlaces reads the places of rows in the binary format and finds the rows by
// them: those that the transaction has added, too.
func TestRowPlaces(t *testing.T) {
	t.Parallel()
	c := connect(t, serve(t, t.TempDir()), pgx.QueryExecModeCacheStatement)
	if _, err := c.Exec(t.Context(), "CREATE TABLE placed AS SELECT i AS a FROM generate_series(1, 1000) i"); err != nil {
		t.Fatal(err)
	}
	tx, err := c.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback(t.Context())
	if _, err := tx.Exec(t.Context(), "INSERT INTO placed SELECT i FROM generate_series(1001, 1300) i"); err != nil {
		t.Fatal(err)
	}
	rows, err := tx.Query(t.Context(), "SELECT ctid, a FROM placed ORDER BY a")
	if err != nil {
		t.Fatal(err)
	}
	type row struct {
		Place pgtype.TID
		A     int
	}
	places, err := pgx.CollectRows(rows, pgx.RowToStructByPos[row])
	if err != nil || len(places) != 1300 {
		t.Fatal(len(places), err)
	}
	for i, p := range places {
		if i > 0 && (p.Place.BlockNumber < places[i-1].Place.BlockNumber ||
			p.Place.BlockNumber == places[i-1].Place.BlockNumber && p.Place.OffsetNumber <= places[i-1].Place.OffsetNumber) {
			t.Fatalf("%v behind %v", p, places[i-1])
		}
		if i%100 != 0 {
			continue
		}
		var a int
		if err := tx.QueryRow(t.Context(), "SELECT a FROM placed WHERE ctid = $1", p.Place).Scan(&a); err != nil || a != p.A {
			t.Errorf("%v: %d, %v", p, a, err)
		}
	}
}
