"""SQLAlchemy 2 on psycopg2: streamed results, savepoints, serial columns."""
import os

import sqlalchemy as sa

url = sa.URL.create(
    "postgresql+psycopg2",
    username=os.environ["PGUSER"],
    host=os.environ["PGHOST"],
    port=int(os.environ["PGPORT"]),
    database=os.environ["PGDATABASE"],
)
engine = sa.create_engine(url)
with engine.connect() as c:
    streamed = {"stream_results": True, "yield_per": 100}
    rows = c.execute(sa.text("select count from flights_airport"), execution_options=streamed)
    assert sum(r[0] for r in rows) == 7009728

    with c.begin_nested():
        c.execute(sa.text("create table sa_notes (id serial primary key, note text)"))
        c.execute(sa.text("insert into sa_notes (note) values (:note)"), [{"note": "a"}, {"note": "b"}])
    assert c.execute(sa.text("select id, note from sa_notes order by id")).all() == [(1, "a"), (2, "b")]

    try:
        with c.begin_nested():
            c.execute(sa.text("select nope from sa_notes"))
        raise AssertionError("no error")
    except sa.exc.ProgrammingError:
        pass
    assert c.execute(sa.text("select count(*) from sa_notes")).scalar() == 2
    c.rollback()
engine.dispose()
