"""psqlODBC under pyodbc: rows, parameters, and what an ODBC tool asks of the catalog."""
import datetime
import os

import pyodbc

driver = os.environ["ODBC_DRIVER"]
c = pyodbc.connect(f"Driver={driver};Servername={os.environ['PGHOST']};Port={os.environ['PGPORT']};"
                   f"Database={os.environ['PGDATABASE']};UID={os.environ['PGUSER']}", autocommit=True)
rows = c.execute("select species, count(*) as n from penguins group by species order by species").fetchall()
assert [tuple(r) for r in rows] == [("Adelie", 152), ("Chinstrap", 68), ("Gentoo", 124)], rows
n, = c.execute("select count(*) from penguins where body_mass_g > ?", 4000).fetchone()
assert n == 172, n
row = c.execute("select cast(? as text), cast(? as date), 0.1::float8, null::int4", "it's; héllo", datetime.date(2020, 2, 29)).fetchone()
assert tuple(row) == ("it's; héllo", datetime.date(2020, 2, 29), 0.1, None), row
try:
    c.execute("select nope from penguins")
    raise AssertionError("no error")
except pyodbc.Error as e:
    assert e.args[0] in ("42703", "42S22"), e
c.autocommit = False
assert c.execute("select 3").fetchone()[0] == 3
c.commit()
