"""pg8000: a driver in pure Python; statements of its own names, text values."""
import datetime
import os

import pg8000.dbapi

c = pg8000.dbapi.connect(user=os.environ["PGUSER"], host=os.environ["PGHOST"], port=int(os.environ["PGPORT"]), database=os.environ["PGDATABASE"])
cur = c.cursor()
cur.execute("select species, count(*) from penguins group by species order by species")
assert [tuple(r) for r in cur.fetchall()] == [("Adelie", 152), ("Chinstrap", 68), ("Gentoo", 124)]
cur.execute("select date from seattle_weather where date = %s", (datetime.date(2012, 1, 2),))
assert tuple(cur.fetchone()) == (datetime.date(2012, 1, 2),)
try:
    cur.execute("select nope from penguins")
    raise AssertionError("no error")
except pg8000.dbapi.DatabaseError as e:
    assert e.args[0]["C"] == "42703", e
c.rollback()
cur.execute("select 3")
assert tuple(cur.fetchone()) == (3,)
c.close()
