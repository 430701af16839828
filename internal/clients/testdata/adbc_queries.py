"""ADBC, alone and under polars: results come by COPY in the binary format, tables go in by it."""
import os

import adbc_driver_postgresql.dbapi as adbc
import polars as pl
import pyarrow as pa

host, port, user, db = (os.environ[v] for v in ("PGHOST", "PGPORT", "PGUSER", "PGDATABASE"))
url = f"postgresql://{user}@{host}:{port}/{db}"
with adbc.connect(url) as c:
    with c.cursor() as cur:
        cur.execute("select * from seattle_weather order by date")
        t = cur.fetch_arrow_table()
        assert t.num_rows == 1461 and t.schema.field("date").type == pa.date32(), t.schema
        cur.execute("select count(*) from penguins where species = $1", parameters=("Gentoo",))
        assert cur.fetchone() == (124,)
    with c.cursor() as cur:
        frame = pa.table({"name": ["a", "b", None], "mark": pa.array([1, 2, 3], pa.int64())})
        assert cur.adbc_ingest("adbc_marks", frame, mode="create") == 3
        cur.execute("select name, mark from adbc_marks order by mark")
        assert cur.fetchall() == [("a", 1), ("b", 2), (None, 3)]
        cur.execute("drop table adbc_marks")
    c.commit()
    tables = c.adbc_get_objects(depth="tables", db_schema_filter="public").read_all().to_pylist()
    names = {t["table_name"] for cat in tables for s in cat["catalog_db_schemas"] or [] for t in s["db_schema_tables"] or []}
    assert {"penguins", "seattle_weather", "flights_airport"} <= names, names
df = pl.read_database_uri("select species, body_mass_g from penguins", url, engine="adbc")
assert df.shape == (344, 2) and df["body_mass_g"].sum() == 1437000, df
