"""The table every_type, as each driver's own values. What it prints is compared between servers."""
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
