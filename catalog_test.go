package csvsql_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/csvsql/csvsql"
)

// everyOID yields the OIDs of a database's own objects, with their names.
const everyOID = `SELECT string_agg(kind || ' ' || name || ' ' || oid, ', ' ORDER BY kind, name) FROM (
	SELECT 'class' AS kind, relname AS name, oid FROM pg_class WHERE oid >= 16384
	UNION ALL SELECT 'type', typname, oid FROM pg_type WHERE oid >= 16384
	UNION ALL SELECT 'constraint', conname, oid FROM pg_constraint WHERE oid >= 16384
	UNION ALL SELECT 'schema', nspname, oid FROM pg_namespace WHERE oid >= 16384) AS objects`

const shop = `CREATE SCHEMA shop;
	CREATE TYPE state AS ENUM ('new', 'paid');
	CREATE TABLE shop.customers (id int PRIMARY KEY, name varchar(40) UNIQUE);
	CREATE TABLE orders (id bigserial PRIMARY KEY, customer int, state state);
	CREATE INDEX orders_customer ON orders (customer);
	CREATE VIEW paid AS SELECT * FROM orders WHERE state = 'paid'`

// TestOIDs: the OIDs of tables and types are the same over two connections and
// after a restart.
func TestOIDs(t *testing.T) {
	t.Parallel()
	options := csvsql.Options{Database: filepath.Join(t.TempDir(), "tables.duckdb")}
	ask := func(c *pgx.Conn) (oids string) {
		if err := c.QueryRow(t.Context(), everyOID).Scan(&oids); err != nil {
			t.Fatal(err)
		}
		return oids
	}
	srv, addr := start(t, options)
	c := connect(t, addr, pgx.QueryExecModeSimpleProtocol)
	if _, err := c.Exec(t.Context(), shop); err != nil {
		t.Fatal(err)
	}
	first := ask(c)
	for _, object := range []string{"class orders ", "class orders_pkey ", "class paid ", "type state ", "constraint orders_pkey ", "schema shop "} {
		if !strings.Contains(first, object) {
			t.Errorf("no %s in %s", object, first)
		}
	}
	if got := ask(connect(t, addr, pgx.QueryExecModeSimpleProtocol)); got != first {
		t.Errorf("another connection:\n got %s\nwant %s", got, first)
	}
	if err := srv.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, addr = start(t, options)
	if got := ask(connect(t, addr, pgx.QueryExecModeSimpleProtocol)); got != first {
		t.Errorf("after a restart:\n got %s\nwant %s", got, first)
	}
}

// TestComments: a comment leaves alone what is kept beside it, the type that a
// column was declared with.
func TestComments(t *testing.T) {
	t.Parallel()
	_, addr := start(t, csvsql.Options{})
	c := connect(t, addr, pgx.QueryExecModeSimpleProtocol)
	if _, err := c.Exec(t.Context(), shop); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ sql, comment string }{
		{"COMMENT ON COLUMN shop.customers.name IS 'who it is'", "who it is"},
		{"comment on column shop.customers.name is null", ""},
		{"COMMENT ON TABLE shop.customers IS 'who buys'", ""},
	} {
		if _, err := c.Exec(t.Context(), test.sql); err != nil {
			t.Fatal(err)
		}
		var typ, comment string
		err := c.QueryRow(t.Context(), `SELECT format_type(atttypid, atttypmod), coalesce(col_description(attrelid, attnum), '')
			FROM pg_attribute WHERE attrelid = 'shop.customers'::regclass AND attname = 'name'`).Scan(&typ, &comment)
		if err != nil || typ != "character varying(40)" || comment != test.comment {
			t.Errorf("%s: %s, %q, %v", test.sql, typ, comment, err)
		}
	}
	var table string
	if err := c.QueryRow(t.Context(), "SELECT obj_description('shop.customers'::regclass)").Scan(&table); err != nil || table != "who buys" {
		t.Errorf("%q, %v", table, err)
	}
}

// TestNaturalJoin: names stand over their own values, also where the engine has the
// columns in another order than PostgreSQL.
func TestNaturalJoin(t *testing.T) {
	t.Parallel()
	_, addr := start(t, csvsql.Options{})
	c := connect(t, addr, pgx.QueryExecModeSimpleProtocol)
	if _, err := c.Exec(t.Context(), "CREATE TABLE a (name text, id int); CREATE TABLE b (id int, n int);"+
		"INSERT INTO a VALUES ('x', 1); INSERT INTO b VALUES (1, 2)"); err != nil {
		t.Fatal(err)
	}
	rows, err := c.Query(t.Context(), "SELECT * FROM a NATURAL JOIN b")
	if err != nil {
		t.Fatal(err)
	}
	row, err := pgx.CollectExactlyOneRow(rows, pgx.RowToMap)
	if err != nil || row["name"] != "x" || row["id"] != int32(1) || row["n"] != int32(2) {
		t.Errorf("%v, %v", row, err)
	}
}
