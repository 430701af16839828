"""psycopg2: named cursors are DECLARE, FETCH, MOVE and CLOSE."""
import psycopg2

c = psycopg2.connect("")  # PGHOST, PGPORT, PGUSER, PGDATABASE
with c.cursor("long") as named:
    named.itersize = 500
    named.execute("select count from flights_airport")
    assert sum(r[0] for r in named) == 7009728
c.commit()

with c.cursor("back", scrollable=True) as named:
    named.execute("select n from generate_series(1, 100) as g(n)")
    assert named.fetchmany(2) == [(1,), (2,)]
    named.scroll(10)
    assert named.fetchone() == (13,)
    named.scroll(0, mode="absolute")
    assert named.fetchone() == (1,)
c.commit()

with c.cursor("held", withhold=True) as named:
    named.execute("select n from generate_series(1, 3) as g(n)")
    c.commit()
    assert named.fetchall() == [(1,), (2,), (3,)]
c.close()
