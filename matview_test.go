package csvsql_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/csvsql/csvsql"
	"github.com/csvsql/csvsql/internal/pgtest"
)

// sales is a materialized view over a table of a file, with an index.
const sales = `CREATE SCHEMA s;
	CREATE TABLE orders (shop text, amount numeric(10,2));
	INSERT INTO orders VALUES ('a', 1.50), ('b', 2), ('a', 3);
	CREATE MATERIALIZED VIEW s.sales (shop, total) AS SELECT shop, sum(amount) FROM orders GROUP BY shop ORDER BY shop;
	CREATE UNIQUE INDEX sales_shop ON s.sales (shop)`

// step is a statement and its answer: names and rows, or the code of an error.
type step struct{ sql, want string }

func follow(t *testing.T, c *pgconn.PgConn, steps []step) {
	t.Helper()
	for _, s := range steps {
		if got := answer(c, s.sql); got != s.want {
			t.Errorf("%s: %q, want %q", s.sql, got, s.want)
		}
	}
}

// TestMaterializedViews: the answers are PostgreSQL's.
func TestMaterializedViews(t *testing.T) {
	t.Parallel()
	const total = "SELECT * FROM s.sales ORDER BY 1"
	c := connect(t, serve(t, t.TempDir()), pgx.QueryExecModeSimpleProtocol).PgConn()
	follow(t, c, []step{
		{sales, ": "},
		{total, "shop,total: a,4.50; b,2.00"},
		{"INSERT INTO orders VALUES ('c', 9)", ": "},
		{total, "shop,total: a,4.50; b,2.00"},
		{"REFRESH MATERIALIZED VIEW CONCURRENTLY s.sales", ": "},
		{total, "shop,total: a,4.50; b,2.00; c,9.00"},

		// The old rows stay if it fails, or is rolled back.
		{"CREATE TABLE n (a int); INSERT INTO n VALUES (5)", ": "},
		{"CREATE MATERIALIZED VIEW tenths AS SELECT 10 / a AS q FROM n", ": "},
		{"INSERT INTO n VALUES (0)", ": "},
		{"REFRESH MATERIALIZED VIEW tenths", "22012"},
		{"SELECT * FROM tenths", "q: 2"},
		{"BEGIN; REFRESH MATERIALIZED VIEW tenths WITH NO DATA; ROLLBACK", ": "},
		{"SELECT * FROM tenths", "q: 2"},

		// Without rows it cannot be read, nor what reads it.
		{"CREATE VIEW over AS SELECT * FROM tenths", ": "},
		{"REFRESH MATERIALIZED VIEW tenths WITH NO DATA", ": "},
		{"SELECT * FROM tenths", "55000"},
		{"SELECT 1 WHERE EXISTS (SELECT * FROM over)", "55000"},
		{"INSERT INTO n SELECT q FROM tenths", "55000"},
		{"COPY (SELECT * FROM over) TO STDOUT", "55000"},
		{"EXPLAIN ANALYZE SELECT * FROM tenths", "55000"},
		{"WITH tenths AS (SELECT 1 AS q) SELECT * FROM tenths", "q: 1"},
		{"SELECT relispopulated FROM pg_class WHERE relname = 'tenths'", "relispopulated: f"},
		{"REFRESH MATERIALIZED VIEW CONCURRENTLY tenths", "0A000"},
		{"DELETE FROM n WHERE a = 0", ": "},
		{"REFRESH MATERIALIZED VIEW tenths", ": "},
		{"SELECT * FROM over", "q: 2"},
		{"REFRESH MATERIALIZED VIEW CONCURRENTLY tenths", "55000"},

		// It is no table and no view.
		{"INSERT INTO tenths VALUES (1)", "42809"},
		{"UPDATE tenths SET q = 1", "42809"},
		{"WITH x AS (SELECT 1) DELETE FROM tenths", "42809"},
		{"MERGE INTO tenths USING n ON true WHEN MATCHED THEN DELETE", "42809"},
		{"TRUNCATE tenths", "42809"},
		{"COPY tenths TO STDOUT", "42809"},
		{"COPY tenths FROM STDIN", "42809"},
		{"DROP TABLE tenths", "42809"},
		{"DROP VIEW tenths", "42809"},
		{"DROP MATERIALIZED VIEW n", "42809"},
		{"COMMENT ON TABLE tenths IS 'x'", "42809"},
		{"ALTER TABLE tenths ADD COLUMN z int", "42809"},
		{"REFRESH MATERIALIZED VIEW n", "0A000"},
		{"REFRESH MATERIALIZED VIEW over", "42809"},
		{"REFRESH MATERIALIZED VIEW nope", "42P01"},
		{"CREATE MATERIALIZED VIEW n AS SELECT 1", "42P07"},
		{"CREATE MATERIALIZED VIEW x (a, b) AS SELECT 1", "42601"},
		{"CREATE MATERIALIZED VIEW x AS SELECT 1 AS a, 2 AS a", "42701"},
		{"CREATE MATERIALIZED VIEW x AS SELECT query('SELECT 1')", "42501"},
		{"SET dialect = duckdb", ": "}, {"REFRESH MATERIALIZED VIEW tenths", "0A000"}, {"RESET dialect", ": "},

		// Its names, and what is said of it.
		{"ALTER MATERIALIZED VIEW tenths RENAME TO parts; ALTER MATERIALIZED VIEW parts RENAME q TO part", ": "},
		{"ALTER MATERIALIZED VIEW s.sales SET SCHEMA public", ": "},
		{"COMMENT ON MATERIALIZED VIEW sales IS 'by shop'", ": "},
		{"REFRESH MATERIALIZED VIEW CONCURRENTLY sales; REFRESH MATERIALIZED VIEW parts", ": "},
		{"SELECT total FROM sales WHERE shop = 'a' UNION ALL SELECT part FROM parts", "total: 4.50; 2.00"},
		{"SELECT matviewname, hasindexes, obj_description(matviewname::regclass), definition FROM pg_matviews ORDER BY 1",
			"matviewname,hasindexes,obj_description,definition: " +
				"parts,f,, SELECT * FROM (SELECT 10 / a AS q FROM public.n) AS query (part);; " +
				"sales,t,by shop, SELECT * FROM (SELECT shop, sum(amount) FROM public.orders GROUP BY shop ORDER BY shop) AS query (shop, total);"},
		{"SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1", "table_name: n; orders; over"},

		// What it reads cannot go before it.
		{"DROP TABLE orders", "2BP01"},
		{"DROP TABLE orders CASCADE", ": "},
		{"SELECT count(*) FROM pg_matviews", "count: 1"},
		{"DROP MATERIALIZED VIEW IF EXISTS parts, nope", ": "},
		{"SELECT count(*) FROM pg_matviews", "count: 0"},
	})
}

// TestRefreshReloaded: a REFRESH sees the rows and the columns of a file that was
// loaded again.
func TestRefreshReloaded(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "a.csv", "x\n1\n2\n")
	c := connect(t, serve(t, dir, "a.csv"), pgx.QueryExecModeSimpleProtocol).PgConn()
	follow(t, c, []step{
		{"CREATE MATERIALIZED VIEW m AS SELECT * FROM a", ": "},
		{"SELECT sum(x) FROM m", "sum: 3"},
	})
	again := step{"LOAD OR REPLACE '" + filepath.Join(dir, "a.csv") + "' AS a", ": "}
	write(t, dir, "a.csv", "y,x\nold,10\nnew,20\n")
	follow(t, c, []step{
		again,
		{"SELECT sum(x) FROM m", "sum: 3"},
		{"REFRESH MATERIALIZED VIEW m", ": "},
		{"SELECT * FROM m ORDER BY 1", "x: 10; 20"},
	})
	write(t, dir, "a.csv", "y\nold\n")
	follow(t, c, []step{
		again,
		{"REFRESH MATERIALIZED VIEW m", "42703"},
		{"SELECT * FROM m ORDER BY 1", "x: 10; 20"},
	})
}

// TestMaterializedViewsKept: they outlive a restart, and a crash of the engine.
func TestMaterializedViewsKept(t *testing.T) {
	t.Parallel()
	options := csvsql.Options{Database: filepath.Join(t.TempDir(), "tables.duckdb")}
	srv, addr := start(t, options)
	follow(t, connect(t, addr, pgx.QueryExecModeSimpleProtocol).PgConn(), []step{
		{sales, ": "}, {"CREATE MATERIALIZED VIEW later AS SELECT * FROM s.sales WITH NO DATA", ": "},
	})
	there := func(c *pgconn.PgConn) {
		t.Helper()
		follow(t, c, []step{
			{"SELECT * FROM s.sales ORDER BY 1", "shop,total: a,4.50; b,2.00"},
			{"SELECT * FROM later", "55000"},
			{"INSERT INTO s.sales VALUES ('x', 1)", "42809"},
			{"REFRESH MATERIALIZED VIEW CONCURRENTLY s.sales", ": "},
			{"SELECT matviewname, ispopulated FROM pg_matviews ORDER BY 1", "matviewname,ispopulated: later,f; sales,t"},
		})
	}
	if os.Getenv("CSVSQL_ISOLATION") != "none" {
		follow(t, connect(t, addr, pgx.QueryExecModeSimpleProtocol).PgConn(), []step{
			{"SELECT json_structure(repeat('[', 300000) || repeat(']', 300000))", "57P02"},
		})
	}
	there(connect(t, addr, pgx.QueryExecModeSimpleProtocol).PgConn())
	if err := srv.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, addr = start(t, options)
	there(connect(t, addr, pgx.QueryExecModeSimpleProtocol).PgConn())
}

// TestMaterializedViewsDumped: what pg_dump writes of them, a real PostgreSQL takes.
func TestMaterializedViewsDumped(t *testing.T) {
	t.Parallel()
	bin, err := pgtest.Bin()
	if err != nil {
		t.Skip(err)
	}
	restored := "postgres://postgres@" + pgtest.Start(t).Addr + "/postgres?sslmode=disable"
	addr := serve(t, t.TempDir())
	follow(t, connect(t, addr, pgx.QueryExecModeSimpleProtocol).PgConn(), []step{
		{sales, ": "},
		{"CREATE VIEW above AS SELECT * FROM s.sales WHERE total > 3", ": "},
		{"CREATE VIEW halves (h) AS SELECT (sum(amount) / 2)::text FROM orders WHERE shop ~ '^a'", ": "},
		{"CREATE MATERIALIZED VIEW again AS SELECT * FROM above; COMMENT ON MATERIALIZED VIEW again IS 'twice'", ": "},
		{"CREATE MATERIALIZED VIEW later AS SELECT * FROM s.sales WITH NO DATA", ": "},
	})
	script := filepath.Join(t.TempDir(), "dump.sql")
	for _, args := range [][]string{
		{"pg_dump", "--no-owner", "--file=" + script, "postgres://ann@" + addr + "/books"},
		{"psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", script, restored},
	} {
		if out, err := exec.CommandContext(t.Context(), filepath.Join(bin, args[0]), args[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", args[0], err, out)
		}
	}
	c, err := pgx.Connect(t.Context(), restored)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	follow(t, c.PgConn(), []step{
		{"SELECT * FROM s.sales", "shop,total: a,4.50; b,2.00"},
		{"SELECT * FROM public.again", "shop,total: a,4.50"},
		{"SELECT * FROM public.halves", "h: 2.2500000000000000"},
		{"SELECT * FROM public.later", "55000"},
		{"REFRESH MATERIALIZED VIEW CONCURRENTLY s.sales", ": "},
		{"SELECT obj_description('public.again'::regclass)", "obj_description: twice"},
	})
}
