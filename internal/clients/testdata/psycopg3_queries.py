"""psycopg 3: the extended protocol, text and binary, prepared and not, pipelines."""
import datetime
import decimal

import psycopg

c = psycopg.connect("", autocommit=True)  # PGHOST, PGPORT, PGUSER, PGDATABASE

for binary in (False, True):
    for prepare in (False, True):
        row = c.execute(
            "select true, 7::int2, -2::int4, 9007199254740993::int8, 0.1::float8, 12.50::numeric(10,2), %s::text, "
            "date '2020-02-29', timestamp '2020-02-29 12:34:56.789', null::int4, %s::date",
            ("it's; héllo", datetime.date(1970, 1, 1)),
            binary=binary, prepare=prepare,
        ).fetchone()
        assert row == (
            True, 7, -2, 9007199254740993, 0.1, decimal.Decimal("12.50"), "it's; héllo",
            datetime.date(2020, 2, 29), datetime.datetime(2020, 2, 29, 12, 34, 56, 789000), None,
            datetime.date(1970, 1, 1),
        ), (binary, prepare, row)

# A statement is prepared by itself once it has run a few times.
for i in range(8):
    n, = c.execute("select count(*) from penguins where body_mass_g > %s", (4000 + i,)).fetchone()
    assert n == 172, n

rows = c.execute("select species, sum(body_mass_g) from penguins group by species order by species").fetchall()
assert [r[0] for r in rows] == ["Adelie", "Chinstrap", "Gentoo"] and sum(r[1] for r in rows) == 1437000, rows

# A row at a time.
assert sum(r[0] for r in c.cursor().stream("select count from flights_airport")) == 7009728

try:
    c.execute("select nope from penguins")
    raise AssertionError("no error")
except psycopg.errors.UndefinedColumn as e:
    assert e.diag.statement_position == "8", e.diag.statement_position

# Several statements in flight, one of which fails.
with c.pipeline():
    first = c.execute("select 1")
    second = c.execute("select 2")
    assert first.fetchone() == (1,) and second.fetchone() == (2,)
try:
    with c.pipeline() as p:
        c.execute("select 1")
        c.execute("select nope from penguins")
        c.execute("select 2")
        p.sync()
    raise AssertionError("no error")
except psycopg.errors.UndefinedColumn:
    pass
assert c.execute("select 3").fetchone() == (3,)

with c.transaction():
    assert c.execute("select count(*) from penguins").fetchone() == (344,)
assert c.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
c.close()
