"""SQLAlchemy's Inspector, and pandas' read_sql_table and to_sql, which stand on it."""
import pandas as pd
import sqlalchemy as sa

for driver in ("psycopg2", "psycopg"):
    engine = sa.create_engine(f"postgresql+{driver}://")
    inspector = sa.inspect(engine)
    assert {"penguins", "seattle_weather", "flights_airport"} <= set(inspector.get_table_names()), inspector.get_table_names()
    assert inspector.has_table("penguins") and not inspector.has_table("dodos")
    assert "public" in inspector.get_schema_names()
    columns = inspector.get_columns("seattle_weather")
    assert [(c["name"], str(c["type"])) for c in columns[:3]] == [
        ("date", "DATE"), ("precipitation", "DOUBLE PRECISION"), ("temp_max", "DOUBLE PRECISION")], columns
    assert all(c["nullable"] for c in columns)
    assert inspector.get_pk_constraint("penguins")["constrained_columns"] == []
    assert inspector.get_foreign_keys("penguins") == [] and inspector.get_indexes("penguins") == []
    assert inspector.get_view_names() == []

    penguins = sa.Table("penguins", sa.MetaData(), autoload_with=engine)
    with engine.connect() as c:
        n = c.execute(sa.select(sa.func.count()).select_from(penguins).where(penguins.c.body_mass_g > 4000)).scalar()
        assert n == 172, n
        df = pd.read_sql_table("penguins", c)
        assert df.shape == (344, 7), df.shape

    frame = pd.DataFrame({"name": ["a", "b", None], "mark": [1, 2, 3], "half": [0.5, 1.0, None]})
    with engine.begin() as c:
        assert frame.to_sql("marks", c, index=False, if_exists="replace") in (3, -1, None)
        assert frame.to_sql("marks", c, index=False, if_exists="append", method="multi") in (3, -1, None)
    with engine.begin() as c:
        assert c.execute(sa.text("select count(*), sum(mark), count(half) from marks")).one() == (6, 12, 4)
        c.execute(sa.text("drop table marks"))
    engine.dispose()
