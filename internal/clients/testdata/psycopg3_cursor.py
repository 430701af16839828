"""psycopg 3: a named cursor is DECLARE, FETCH FORWARD and CLOSE."""
import psycopg

c = psycopg.connect("")  # PGHOST, PGPORT, PGUSER, PGDATABASE
with c.transaction(), c.cursor("long") as named:
    named.execute("select count from flights_airport")
    named.itersize = 500
    assert sum(r[0] for r in named) == 7009728
c.close()
