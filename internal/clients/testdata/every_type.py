"""A table with a column of each type, as each driver's own values. What it prints is compared between servers.

char(n) is not there: csvsql does not pad it (docs/postgres-differences.md)."""
import asyncio
import os

import adbc_driver_postgresql.dbapi as adbc
import asyncpg
import connectorx
import pandas as pd
import polars as pl
import psycopg
import psycopg2
import sqlalchemy as sa

os.environ["PGTZ"] = "UTC"
host, port, user, db = (os.environ[v] for v in ("PGHOST", "PGPORT", "PGUSER", "PGDATABASE"))
url = f"postgresql://{user}@{host}:{port}/{db}"

COLUMNS = """b bool, i2 int2, i4 int4, i8 int8, f4 float4, f8 float8, n numeric(12,3), t text, vc varchar(10),
    ba bytea, d date, tm time, ts timestamp, tz timestamptz, iv interval, u uuid, j json, jb jsonb, ia int4[], ta text[]"""
ROW = r"""true, -32768, 2147483647, 9007199254740993, 0.1, 1e-300, 123456789.125, 'it''s; héllo', 'abc',
    '\x00ff41'::bytea, '2020-02-29', '12:34:56.789', '2020-02-29 12:34:56.789', '2020-02-29 12:34:56.789+02', '1 day 02:03:04',
    'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{"a": [1, null]}', '{"b":2,"a":1}', '{1,NULL,3}'::int4[], '{x,"y z",NULL}'::text[]"""

with psycopg.connect("", autocommit=True) as c:
    c.execute("drop table if exists every_type")
    c.execute(f"create table every_type (k int, {COLUMNS})")
    c.execute(f"insert into every_type values (1, {ROW})")
    c.execute("insert into every_type (k) values (2)")
ALL = "select * from every_type order by k"


def show(driver, rows):
    for row in rows:
        print(driver, [(type(v).__name__, v.hex() if isinstance(v, (bytes, memoryview)) else v) for v in row])


with psycopg2.connect("") as c, c.cursor() as cur:
    cur.execute(ALL)
    print([(d.name, d.type_code) for d in cur.description])
    show("psycopg2", cur.fetchall())
for binary in (False, True):
    with psycopg.connect("") as c:
        cur = c.cursor(binary=binary)
        show(f"psycopg, binary {binary}", cur.execute(ALL).fetchall())


async def with_asyncpg():
    c = await asyncpg.connect()
    show("asyncpg", [tuple(r) for r in await c.fetch(ALL)])
    await c.close()


asyncio.run(with_asyncpg())
with sa.create_engine("postgresql+psycopg://").connect() as c:
    frame = pd.read_sql(sa.text(ALL), c)
    print("pandas", [(n, str(t)) for n, t in frame.dtypes.items()])
    show("pandas", frame.itertuples(index=False))
# What connectorx has no type for is left out: time with its own rounding, intervals, arrays of text.
SIMPLE = "select k, b, i2, i4, i8, f4, f8, n, t, vc, ba, d, ts, tz, u, j, jb from every_type order by k"
frame = pl.read_database_uri(SIMPLE, url, engine="connectorx")
print("connectorx", frame.schema)
show("connectorx", frame.rows())
with adbc.connect(url) as c, c.cursor() as cur:
    cur.execute(ALL)
    table = cur.fetch_arrow_table()
    print("adbc", [(f.name, str(f.type)) for f in table.schema])
    show("adbc", [tuple(r.values()) for r in table.to_pylist()])
with psycopg.connect("", autocommit=True) as c:
    c.execute("drop table every_type")
