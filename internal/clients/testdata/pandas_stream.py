"""SQLAlchemy's stream_results: a cursor, fetched in growing pieces."""
import pandas as pd
import sqlalchemy as sa

for driver in ("psycopg2", "psycopg"):
    engine = sa.create_engine(f"postgresql+{driver}://")
    with engine.connect().execution_options(stream_results=True) as c:
        chunks = pd.read_sql(sa.text("select count from flights_airport"), c, chunksize=1000)
        assert sum(int(chunk["count"].sum()) for chunk in chunks) == 7009728
        rows = c.execute(sa.text("select origin, count from flights_airport order by count desc limit 3")).all()
        assert [r.count_ if hasattr(r, "count_") else r[1] for r in rows] == [13788, 13390, 12383], rows
    engine.dispose()
