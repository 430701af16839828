"""pandas through SQLAlchemy, over psycopg2 and psycopg 3: what a notebook does first."""
import datetime

import pandas as pd
import sqlalchemy as sa

for driver in ("psycopg2", "psycopg"):
    engine = sa.create_engine(f"postgresql+{driver}://")  # PGHOST, PGPORT, PGUSER, PGDATABASE
    with engine.connect() as c:
        df = pd.read_sql(sa.text("select * from seattle_weather order by date"), c, parse_dates=["date"])
        assert df.shape == (1461, 6), df.shape
        assert str(df.dtypes["date"]).startswith("datetime64") and df.dtypes["temp_max"] == "float64", df.dtypes
        assert df["date"].iloc[0] == pd.Timestamp("2012-01-01")

        by = pd.read_sql("select species, count(*) as n, avg(body_mass_g)::float8 as grams from penguins group by species order by species", c)
        assert list(by["species"]) == ["Adelie", "Chinstrap", "Gentoo"] and list(by["n"]) == [152, 68, 124], by
        assert by.dtypes["n"] == "int64", by.dtypes

        one = pd.read_sql(sa.text("select * from penguins where species = :s and body_mass_g > :g"), c, params={"s": "Gentoo", "g": 6000})
        assert len(one) == 2, one

        total = 0
        for chunk in pd.read_sql(sa.text("select count from flights_airport"), c, chunksize=1000):
            total += int(chunk["count"].sum())
        assert total == 7009728, total

        d, = c.execute(sa.text("select date from seattle_weather order by date limit 1")).one()
        assert d == datetime.date(2012, 1, 1), d
    try:
        with engine.connect() as c:
            c.execute(sa.text("select nope from penguins"))
        raise AssertionError("no error")
    except sa.exc.ProgrammingError as e:
        assert e.orig.pgcode == "42703" if driver == "psycopg2" else e.orig.sqlstate == "42703"
    engine.dispose()
