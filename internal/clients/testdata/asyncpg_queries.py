"""asyncpg: everything binary, statements described with Flush, cursors by portal."""
import asyncio
import datetime
import decimal
import os
import uuid

import asyncpg


async def main():
    c = await asyncpg.connect()  # PGHOST, PGPORT, PGUSER, PGDATABASE
    row = await c.fetchrow(
        "select true as t, 7::int2 as i2, -2::int4 as i4, 9007199254740993::int8 as i8, 0.1::float8 as f8, "
        "12.50::numeric(10,2) as num, $1::text as s, $2::date as d, timestamp '2020-02-29 12:34:56.789' as at, "
        "timestamptz '2020-02-29 12:34:56+00' as tz, interval '1 day 2 hours' as iv, "
        "'c0ffee00-0000-4000-8000-000000000001'::uuid as id, null::int4 as n, array[1, 2, 3]::int4[] as a",
        "it's; héllo", datetime.date(1970, 1, 1))
    assert dict(row) == {
        "t": True, "i2": 7, "i4": -2, "i8": 9007199254740993, "f8": 0.1, "num": decimal.Decimal("12.50"),
        "s": "it's; héllo", "d": datetime.date(1970, 1, 1),
        "at": datetime.datetime(2020, 2, 29, 12, 34, 56, 789000),
        "tz": datetime.datetime(2020, 2, 29, 12, 34, 56, tzinfo=datetime.timezone.utc),
        "iv": datetime.timedelta(days=1, hours=2),
        "id": uuid.UUID("c0ffee00-0000-4000-8000-000000000001"), "n": None, "a": [1, 2, 3],
    }, row

    rows = await c.fetch("select species, count(*) as n from penguins group by species order by species")
    assert [tuple(r) for r in rows] == [("Adelie", 152), ("Chinstrap", 68), ("Gentoo", 124)], rows

    prepared = await c.prepare("select count(*) from penguins where body_mass_g > $1")
    for grams, n in ((4000, 172), (0, 342), (10000, 0)):
        assert await prepared.fetchval(grams) == n
    assert [a.name for a in prepared.get_attributes()] == ["count"]

    # A cursor of asyncpg's is a portal that is executed for a few rows at a time.
    async with c.transaction(readonly=True):
        total = 0
        async for r in c.cursor("select count from flights_airport where count > $1", 0, prefetch=700):
            total += r["count"]
        assert total == 7009728, total

    try:
        await c.fetch("select nope from penguins")
        raise AssertionError("no error")
    except asyncpg.UndefinedColumnError as e:
        assert e.position == "8", e.position
    assert await c.fetchval("select 3") == 3
    await c.close()

    # A pool resets a connection before it gives it to the next.
    async with asyncpg.create_pool(min_size=1, max_size=3) as pool:
        sums = await asyncio.gather(*(pool.fetchval("select sum(body_mass_g) from penguins where body_mass_g > $1", i) for i in range(9)))
        assert sums == [1437000] * 9, sums
        async with pool.acquire() as p:
            await p.execute("set application_name = 'changed'")
        async with pool.acquire() as p:
            assert await p.fetchval("show application_name") != "changed"


asyncio.run(asyncio.wait_for(main(), 60))
