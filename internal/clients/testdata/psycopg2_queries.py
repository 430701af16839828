"""psycopg2: the simple protocol, implicit transactions."""
import datetime
import decimal

import psycopg2

c = psycopg2.connect("")  # PGHOST, PGPORT, PGUSER, PGDATABASE
cur = c.cursor()

cur.execute(
    "select true, 9007199254740993::int8, 0.1::float8, 12.50::numeric(10,2), %s, "
    "date '2020-02-29', timestamp '2020-02-29 12:34:56.789', null::int4",
    ("it's; héllo",),
)
assert cur.fetchone() == (
    True, 9007199254740993, 0.1, decimal.Decimal("12.50"), "it's; héllo",
    datetime.date(2020, 2, 29), datetime.datetime(2020, 2, 29, 12, 34, 56, 789000), None,
)
assert [d.type_code for d in cur.description][:4] == [16, 20, 701, 1700]

cur.execute("select species, count(*), sum(body_mass_g) from penguins group by species order by species")
rows = cur.fetchall()
assert [r[:2] for r in rows] == [("Adelie", 152), ("Chinstrap", 68), ("Gentoo", 124)], rows
assert sum(r[2] for r in rows) == 1437000 and isinstance(rows[0][2], decimal.Decimal), rows
assert cur.rowcount == 3 and cur.statusmessage == "SELECT 3"

# An error fails the block until it is rolled back.
try:
    cur.execute("select nope from penguins")
    raise AssertionError("no error")
except psycopg2.errors.UndefinedColumn as e:
    assert e.pgcode == "42703", e.pgcode
try:
    cur.execute("select 1")
    raise AssertionError("no error")
except psycopg2.errors.InFailedSqlTransaction:
    pass
c.rollback()

c.commit()
c.autocommit = True
cur.execute("select count(*) from seattle_weather where date between %s and %s",
            (datetime.date(2012, 1, 1), datetime.date(2012, 1, 31)))
assert cur.fetchone() == (31,)
c.close()
