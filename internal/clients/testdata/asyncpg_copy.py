"""asyncpg: COPY in its binary format, both ways."""
import asyncio
import io

import asyncpg


async def main():
    c = await asyncpg.connect()
    await c.execute("create temporary table marks (name text, mark int4)")
    tag = await c.copy_records_to_table("marks", records=[("a", 1), ("b", None), ("c", 3)])
    assert tag == "COPY 3", tag
    rows = await c.fetch("select name, mark from marks order by name")
    assert [tuple(r) for r in rows] == [("a", 1), ("b", None), ("c", 3)], rows
    out = io.BytesIO()
    tag = await c.copy_from_query("select species, sex from penguins where beak_length_mm is null order by species", output=out, format="csv", header=True)
    assert tag == "COPY 2" and out.getvalue() == b"species,sex\nAdelie,\nGentoo,\n", (tag, out.getvalue())
    await c.close()


asyncio.run(asyncio.wait_for(main(), 60))
