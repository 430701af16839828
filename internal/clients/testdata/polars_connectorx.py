"""polars through connectorx, which reads with COPY in the binary format, or a cursor."""
import os

import connectorx
import polars as pl

host, port, user, db = (os.environ[v] for v in ("PGHOST", "PGPORT", "PGUSER", "PGDATABASE"))
url = f"postgresql://{user}@{host}:{port}/{db}"
df = pl.read_database_uri("select * from seattle_weather order by date", url, engine="connectorx")
assert df.shape == (1461, 6) and df.schema["date"] == pl.Date and df.schema["temp_max"] == pl.Float64, df.schema
for protocol in ("binary", "csv", "cursor"):
    df = connectorx.read_sql(url, "select species, count(*) as n from penguins group by species order by species", protocol=protocol)
    assert list(df["species"]) == ["Adelie", "Chinstrap", "Gentoo"] and list(df["n"]) == [152, 68, 124], (protocol, df)
df = connectorx.read_sql(url, "select origin, count from flights_airport", partition_on="count", partition_num=3, return_type="arrow")
assert df.num_rows == 5366, df.num_rows
