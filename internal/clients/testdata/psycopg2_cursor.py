"""psycopg2: a named cursor is DECLARE, FETCH FORWARD and CLOSE."""
import psycopg2

c = psycopg2.connect("")  # PGHOST, PGPORT, PGUSER, PGDATABASE
with c.cursor("long") as named:
    named.itersize = 500
    named.execute("select count from flights_airport")
    assert sum(r[0] for r in named) == 7009728
c.commit()
c.close()
