"""DuckDB's own postgres extension: tables are attached, read in parallel by their rows' places, and changed."""
import os
import pathlib

import duckdb
import duckdb_extension_postgres_scanner as extension

host, port, user, db = (os.environ[v] for v in ("PGHOST", "PGPORT", "PGUSER", "PGDATABASE"))
(file,) = pathlib.Path(extension.__file__).parent.glob("extensions/*/*.duckdb_extension")
c = duckdb.connect(config={"allow_unsigned_extensions": "true"})
c.execute(f"LOAD '{file}'")
c.execute(f"ATTACH 'host={host} port={port} user={user} dbname={db}' AS pg (TYPE postgres)")


def ask(sql):
    return c.execute(sql).fetchall()


def equal(got, want):
    assert got == want, (got, want)


names = {row[0] for row in ask("SELECT table_name FROM information_schema.tables WHERE table_catalog = 'pg'")}
assert {"penguins", "seattle_weather", "flights_airport"} <= names, names
equal(ask("SELECT column_name, data_type FROM information_schema.columns WHERE table_catalog = 'pg' AND table_name = 'seattle_weather' LIMIT 2"),
      [("date", "DATE"), ("precipitation", "DOUBLE")])
equal(ask("SELECT count(*), sum(count) FROM pg.flights_airport"), [(5366, 7009728)])
equal(ask("SELECT species, count(*), avg(body_mass_g)::INTEGER FROM pg.penguins WHERE sex = 'MALE' GROUP BY 1 ORDER BY 1"),
      [("Adelie", 73, 4043), ("Chinstrap", 34, 3939), ("Gentoo", 61, 5485)])
equal(ask("SELECT * FROM postgres_query('pg', 'SELECT 42 AS a')"), [(42,)])

# A table of more than 1000 pages is read by several connections, in one snapshot.
c.execute("CREATE TABLE pg.duck AS SELECT i::INTEGER AS a, 'text ' || i AS b, (i / 4)::DECIMAL(10, 2) AS n FROM range(300000) t(i)")
c.execute("CALL postgres_execute('pg', 'ANALYZE duck')")
c.execute("CALL pg_clear_cache()")
equal(ask("SELECT count(*), count(DISTINCT a), sum(a), max(b), sum(n) FROM pg.duck"),
      [(300000, 300000, 44999850000, "text 99999", 11249962500)])

# Rows are changed by their places.
c.execute("UPDATE pg.duck SET b = 'changed' WHERE a = 200001")
c.execute("DELETE FROM pg.duck WHERE a < 1000 OR b IS NULL")
equal(ask("SELECT count(*), min(a) FROM pg.duck"), [(299000, 1000)])
equal(ask("SELECT a, n FROM pg.duck WHERE b = 'changed'"), [(200001, 50000.25)])
c.execute("BEGIN")
c.execute("INSERT INTO pg.duck VALUES (-1, 'new', 0.5)")
c.execute("UPDATE pg.duck SET b = 'newer' WHERE a = -1")
equal(ask("SELECT a, b FROM pg.duck WHERE a < 0"), [(-1, "newer")])
c.execute("ROLLBACK")
equal(ask("SELECT count(*) FROM pg.duck WHERE a < 0"), [(0,)])
c.execute("DROP TABLE pg.duck")

c.execute("CREATE SCHEMA pg.pond")
c.execute("CREATE TABLE pg.pond.kinds (a INTEGER PRIMARY KEY, l INTEGER[], j JSON, u UUID, f INTERVAL, g BLOB, h TIME)")
c.execute("INSERT INTO pg.pond.kinds VALUES (1, [1, 2], '{\"a\":1}', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '1 day', '\\x01'::BLOB, '12:00:01')")
equal(ask("SELECT a, l, j, u::TEXT, f::TEXT, g, h::TEXT FROM pg.pond.kinds"),
      [(1, [1, 2], '{"a":1}', "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "1 day", b"\x01", "12:00:01")])
c.execute("DROP SCHEMA pg.pond CASCADE")
