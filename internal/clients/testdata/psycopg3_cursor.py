"""psycopg 3: named cursors are DECLARE, FETCH, MOVE and CLOSE; nested transactions
are savepoints; notifications."""
import psycopg

c = psycopg.connect("")  # PGHOST, PGPORT, PGUSER, PGDATABASE
with c.transaction(), c.cursor("long") as named:
    named.execute("select count from flights_airport")
    named.itersize = 500
    assert sum(r[0] for r in named) == 7009728

with c.transaction(), c.cursor("binary", binary=True) as named:
    named.execute("select count from flights_airport where count > %s", [5])
    assert sum(r[0] for r in named) == 7009189

with c.transaction(), c.cursor("back", scrollable=True) as named:
    named.execute("select n from generate_series(1, 100) as g(n)")
    named.scroll(50)
    assert named.fetchone() == (51,)
    named.scroll(-3)
    assert named.fetchone() == (49,)
    named.scroll(0, "absolute")
    assert named.fetchmany(2) == [(1,), (2,)]

with c.cursor("held", withhold=True) as named:
    named.execute("select n from generate_series(1, 3) as g(n)")
    c.commit()
    assert named.fetchall() == [(1,), (2,), (3,)]
c.commit()

with c.transaction():
    try:
        with c.transaction():
            c.execute("select nope")
        raise AssertionError("no error")
    except psycopg.errors.UndefinedColumn:
        pass
    assert c.execute("select 1").fetchone() == (1,)

c.execute("listen jobs")
c.commit()
with psycopg.connect("", autocommit=True) as other:
    other.execute("select pg_notify('jobs', %s)", ["hello"])
    (n,) = c.notifies(timeout=60, stop_after=1)
    assert (n.channel, n.payload, n.pid) == ("jobs", "hello", other.info.backend_pid), n
    assert other.execute("select pg_try_advisory_lock(%s)", [12]).fetchone() == (True,)
    assert c.execute("select pg_try_advisory_lock(12)").fetchone() == (False,)
c.close()
