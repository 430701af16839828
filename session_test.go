package csvsql_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

func TestSettings(t *testing.T) {
	t.Parallel()
	c := connect(t, serve(t, t.TempDir()), pgx.QueryExecModeSimpleProtocol)
	for _, s := range []struct{ set, show, want, code string }{
		{"", "SHOW server_version", "15.0", ""},
		{"", "SHOW transaction isolation level", "read committed", ""},
		{"SET TimeZone = 'Asia/Kolkata'", "SHOW TIME ZONE", "Asia/Kolkata", ""},
		{"", "SELECT TIMESTAMPTZ '2020-01-01 00:00:00+00' AS t", "2020-01-01 05:30:00+05:30", ""},
		{"SET datestyle = 'German'", "SELECT DATE '2020-01-31' AS d", "31.01.2020", ""},
		{"SET datestyle TO DEFAULT", "SHOW datestyle", "ISO, MDY", ""},
		{"SET intervalstyle = iso_8601", "SELECT INTERVAL '1 year 2 days' AS i", "P1Y2D", ""},
		{"SET bytea_output = 'escape'", `SELECT '\x00'::BLOB AS b`, `\000`, ""},
		{"BEGIN; SET application_name = 'a'; ROLLBACK", "SHOW application_name", "", ""},
		{"SET application_name = 'b'", "SHOW application_name", "b", ""},
		{"DISCARD ALL", "SHOW application_name", "", ""},
		{"SET no_such_thing = 1", "", "", "42704"},
		{"SHOW no_such_thing", "", "", "42704"},
		{"SET threads = 1", "", "", "42704"},
		{"SET timezone = 'Mars/X'", "", "", "22023"},
		{"SET server_version = '16'", "", "", "55P02"},
	} {
		if s.set != "" {
			_, err := c.Exec(t.Context(), s.set)
			if got := sqlstate(err); got != s.code {
				t.Errorf("%s: %v, want code %q", s.set, err, s.code)
			}
		}
		if s.show == "" {
			continue
		}
		var got string
		rows, err := c.PgConn().Exec(t.Context(), s.show).ReadAll()
		if err == nil {
			got = string(rows[0].Rows[0][0])
		}
		if err != nil || got != s.want {
			t.Errorf("%s; %s gives %q, %v; want %q", s.set, s.show, got, err, s.want)
		}
	}
}

func TestWhoAmI(t *testing.T) {
	t.Parallel()
	addr := serve(t, t.TempDir())
	for _, mode := range []pgx.QueryExecMode{pgx.QueryExecModeSimpleProtocol, pgx.QueryExecModeCacheStatement} {
		c := connect(t, addr, mode)
		var user, session, database, schema, version string
		err := c.QueryRow(t.Context(), "SELECT current_user, session_user, current_database(), current_schema(), version()").Scan(&user, &session, &database, &schema, &version)
		if err != nil {
			t.Fatal(err)
		}
		if user != "ann" || session != "ann" || database != "books" || schema != "public" || !strings.HasPrefix(version, "PostgreSQL 15.") {
			t.Errorf("%v: %q %q %q %q %q", mode, user, session, database, schema, version)
		}
	}
}

// TestTransactionLetters follows ReadyForQuery's status through a session.
func TestTransactionLetters(t *testing.T) {
	t.Parallel()
	c := connect(t, serve(t, t.TempDir()), pgx.QueryExecModeExec)
	for _, s := range []struct {
		sql, tag, code string
		status         byte
	}{
		{"CREATE TABLE t (a INTEGER)", "CREATE TABLE", "", 'I'},
		{"BEGIN", "BEGIN", "", 'T'},
		{"INSERT INTO t VALUES (1), (2)", "INSERT 0 2", "", 'T'},
		{"BEGIN", "BEGIN", "", 'T'},
		{"SELECT nothing", "", "42703", 'E'},
		{"SELECT 1", "", "25P02", 'E'},
		{"COMMIT", "ROLLBACK", "", 'I'},
		{"SELECT a FROM t", "SELECT 0", "", 'I'},
		{"ROLLBACK", "ROLLBACK", "", 'I'},
		{"START TRANSACTION READ ONLY", "START TRANSACTION", "", 'T'},
		{"INSERT INTO t VALUES (1)", "", "25006", 'E'},
		{"ROLLBACK", "ROLLBACK", "", 'I'},
		{"BEGIN ISOLATION LEVEL SERIALIZABLE", "BEGIN", "", 'T'},
		{"UPDATE t SET a = 3", "UPDATE 0", "", 'T'},
		{"INSERT INTO t VALUES (1)", "INSERT 0 1", "", 'T'},
		{"END", "COMMIT", "", 'I'},
		{"DELETE FROM t", "DELETE 1", "", 'I'},
		{"SAVEPOINT a", "", "25P01", 'I'},
	} {
		tag, err := c.Exec(t.Context(), s.sql)
		if sqlstate(err) != s.code || tag.String() != s.tag {
			t.Errorf("%s: tag %q, %v; want %q and code %q", s.sql, tag, err, s.tag, s.code)
		}
		if got := c.PgConn().TxStatus(); got != s.status {
			t.Errorf("after %s the status is %c, want %c", s.sql, got, s.status)
		}
	}
}

// TestRefused is what no client may do.
func TestRefused(t *testing.T) {
	t.Parallel()
	dir, outside := t.TempDir(), t.TempDir()
	write(t, dir, "books.csv", books)
	write(t, outside, "secret.csv", "a\n1\n")
	addr := serve(t, dir, "books.csv")
	for _, mode := range []pgx.QueryExecMode{pgx.QueryExecModeSimpleProtocol, pgx.QueryExecModeExec} {
		c := connect(t, addr, mode)
		for _, sql := range []string{
			"COPY books TO '" + dir + "/out.csv'",
			"COPY books FROM '" + dir + "/books.csv'",
			"EXPLAIN ANALYZE COPY books TO '" + dir + "/out.csv'",
			"EXPORT DATABASE '" + dir + "'",
			"IMPORT DATABASE '" + dir + "'",
			"ATTACH '" + dir + "/x.db'",
			"ATTACH ':memory:' AS m",
			"INSTALL httpfs",
			"LOAD httpfs",
			"PRAGMA enable_profiling",
			"CALL enable_logging()",
			"USE main",
			"SET GLOBAL memory_limit = '1TB'",
			"SELECT * FROM enable_logging(storage='file', storage_path='" + dir + "/log')",
			`SELECT * FROM "enable_logging"()`,
			"/* hidden */ sELECT * FROM enable_peg_parser()",
			"FROM duckdb_logs",
			"SELECT * FROM duckdb_secrets()",
			"SELECT * FROM read_csv('" + outside + "/secret.csv')",
			"SELECT * FROM '" + outside + "/secret.csv'",
			"SELECT * FROM read_text('/etc/passwd')",
			"SELECT " + strings.Repeat("(", 1000) + "1" + strings.Repeat(")", 1000),
		} {
			_, err := c.Exec(t.Context(), sql)
			e, ok := err.(*pgconn.PgError)
			if !ok {
				t.Errorf("%.80s: %v, want an error", sql, err)
				continue
			}
			switch e.Code {
			case "42501", "0A000", "42704", "54001":
			default:
				t.Errorf("%.80s: %s %q, want 42501 or 0A000", sql, e.Code, e.Message)
			}
		}
		var n int
		if err := c.QueryRow(t.Context(), "SELECT count(*) FROM read_csv('"+dir+"/books.csv')").Scan(&n); err != nil || n != 3 {
			t.Errorf("reading below the data directory: %d, %v", n, err)
		}
	}
}

// TestErrors is what users do wrong every day.
func TestErrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "books.csv", books)
	c := connect(t, serve(t, dir, "books.csv"), pgx.QueryExecModeSimpleProtocol)
	for _, s := range []struct {
		sql, code, message string
		position           int32
	}{
		{"SELEC 1", "42601", "SELEC", 1},
		{"SELECT 1; SELECT * FRM books", "42601", "", 0},
		{"SELECT * FROM nobooks", "42P01", `relation "nobooks" does not exist`, 15},
		{"SELECT 'é'; SELECT colour FROM books", "42703", `column "colour" does not exist`, 20},
		{"SELECT nosuch(1)", "42883", "nosuch", 8},
		{"SELECT 'x'::INTEGER", "22P02", "", 0},
		{"SELECT title FROM books GROUP BY id", "42803", "", 0},
		{"SELECT 2147483647::INTEGER + 1::INTEGER", "22003", "", 0},
		{"CREATE TABLE books (a INTEGER)", "42P07", "books", 0},
	} {
		_, err := c.Exec(t.Context(), s.sql)
		e, ok := err.(*pgconn.PgError)
		if !ok {
			t.Errorf("%s: %v, want an error", s.sql, err)
			continue
		}
		if e.Code != s.code || !strings.Contains(e.Message, s.message) || s.position != 0 && e.Position != s.position {
			t.Errorf("%s: %s %q at %d, want %s %q at %d", s.sql, e.Code, e.Message, e.Position, s.code, s.message, s.position)
		}
	}
}

// TestNotices is what the server says beside a result.
func TestNotices(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "books.csv", books)
	addr := serve(t, dir, "books.csv")
	cfg, err := pgx.ParseConfig("postgres://ann@" + addr + "/books?sslmode=disable")
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	cfg.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) { codes = append(codes, n.Severity+" "+n.Code) }
	c, err := pgx.ConnectConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	for _, s := range []struct{ sql, notice string }{
		{"COMMIT", "WARNING 25P01"},
		{"BEGIN", ""},
		{"BEGIN", "WARNING 25001"},
		{"ROLLBACK", ""},
		{"SET LOCAL application_name = 'x'", "WARNING 25P01"},
		{"CREATE EXTERNAL TABLE IF NOT EXISTS Books STORED AS CSV LOCATION 'books.csv'", "NOTICE 42P07"},
		{"SELECT DATE '290000-01-01' AS d", ""},
		{"SELECT DATE '5874897-12-31' + 2000 AS d", "NOTICE 22008"},
		{"SET client_min_messages = error", ""},
		{"COMMIT", ""},
	} {
		codes = nil
		// pgx asks for dates in the binary format.
		if rows, err := c.Query(t.Context(), s.sql); err != nil {
			t.Errorf("%s: %v", s.sql, err)
		} else if rows.Close(); rows.Err() != nil {
			t.Errorf("%s: %v", s.sql, rows.Err())
		}
		if got := strings.Join(codes, ", "); got != s.notice {
			t.Errorf("%s: notices %q, want %q", s.sql, got, s.notice)
		}
	}
}

// TestMeaning is where DuckDB's own defaults differ from PostgreSQL's.
func TestMeaning(t *testing.T) {
	t.Parallel()
	addr := serve(t, t.TempDir())
	for range 2 { // every session, not only the first
		c := connect(t, addr, pgx.QueryExecModeExec)
		for sql, want := range map[string]string{
			"SELECT (7 / 2)::TEXT": "3",
			"SELECT string_agg(coalesce(a::TEXT, 'null'), ' ') FROM (SELECT a FROM (VALUES (2), (NULL), (1)) AS v(a) ORDER BY a) q":      "1 2 null",
			"SELECT string_agg(coalesce(a::TEXT, 'null'), ' ') FROM (SELECT a FROM (VALUES (2), (NULL), (1)) AS v(a) ORDER BY a DESC) q": "null 2 1",
		} {
			var got string
			if err := c.QueryRow(t.Context(), sql).Scan(&got); err != nil || got != want {
				t.Errorf("%s gives %q, %v; want %q", sql, got, err, want)
			}
		}
	}
}

// TestColumnsAreNamedAsInPostgres spares programs DuckDB's count_star().
func TestColumnsAreNamedAsInPostgres(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "books.csv", books)
	addr := serve(t, dir, "books.csv")
	const query = "SELECT title, count(*), max(price) + 1, version() AS v, price::TEXT FROM books GROUP BY title, price"
	for _, mode := range []pgx.QueryExecMode{pgx.QueryExecModeSimpleProtocol, pgx.QueryExecModeCacheStatement} {
		rows, err := connect(t, addr, mode).Query(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, f := range rows.FieldDescriptions() {
			names = append(names, f.Name)
		}
		rows.Close()
		if got, want := strings.Join(names, " "), "title count ?column? v price"; got != want {
			t.Errorf("%v: columns %q, want %q", mode, got, want)
		}
	}
}

// TestSchemaInPath: a schema in search_path may be made after it was named there, and
// dropped, in a transaction too.
func TestSchemaInPath(t *testing.T) {
	t.Parallel()
	c := connect(t, serve(t, t.TempDir()), pgx.QueryExecModeExec)
	execAll(t, c, "SET search_path = a, public", "CREATE TABLE t AS SELECT 1 AS n", "BEGIN", "CREATE SCHEMA a", "CREATE TABLE t AS SELECT 2 AS n", "COMMIT")
	var in, first int
	if err := c.QueryRow(t.Context(), "SELECT (SELECT n FROM a.t), (SELECT n FROM t)").Scan(&in, &first); err != nil || in != 2 || first != 2 {
		t.Errorf("%d, %d, %v", in, first, err)
	}
	execAll(t, c, "BEGIN", "DROP SCHEMA a CASCADE", "INSERT INTO t VALUES (3)", "COMMIT")
	if err := c.QueryRow(t.Context(), "SELECT sum(n)::integer FROM public.t").Scan(&in); err != nil || in != 4 {
		t.Errorf("%d, %v", in, err)
	}
}

// TestDropPublic: whoever drops the schema public, which is his right, takes nobody's
// session along and keeps nobody out; it can be made again.
func TestDropPublic(t *testing.T) {
	t.Parallel()
	addr := serve(t, t.TempDir())
	c, other := connect(t, addr, pgx.QueryExecModeExec), connect(t, addr, pgx.QueryExecModeExec)
	execAll(t, other, "CREATE TABLE t AS SELECT 1 AS n")
	execAll(t, c, "DROP SCHEMA public CASCADE")
	wantCode(t, other, "42P01", "SELECT 1 AS lives", "SELECT * FROM t")
	next := connect(t, addr, pgx.QueryExecModeExec)
	wantCode(t, next, "42P01", "SELECT 1 AS lives", "SELECT relname FROM pg_class", "SELECT * FROM t")
	execAll(t, next, "CREATE SCHEMA public", "CREATE TABLE t AS SELECT 2 AS n")
	var n int
	if err := connect(t, addr, pgx.QueryExecModeExec).QueryRow(t.Context(), "SELECT n FROM t").Scan(&n); err != nil || n != 2 {
		t.Errorf("%d, %v", n, err)
	}
}
