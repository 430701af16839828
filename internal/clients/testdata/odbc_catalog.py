"""psqlODBC: SQLTables, SQLColumns and SQLPrimaryKeys."""
import os

import pyodbc

c = pyodbc.connect(f"Driver={os.environ['ODBC_DRIVER']};Servername={os.environ['PGHOST']};Port={os.environ['PGPORT']};"
                   f"Database={os.environ['PGDATABASE']};UID={os.environ['PGUSER']}", autocommit=True)
cur = c.cursor()
names = {r.table_name for r in cur.tables(schema="public", tableType="TABLE")}
assert {"penguins", "seattle_weather", "flights_airport"} <= names, names
columns = [(r.column_name, r.type_name) for r in cur.columns(table="seattle_weather", schema="public")]
assert columns[:3] == [("date", "date"), ("precipitation", "float8"), ("temp_max", "float8")], columns
assert cur.primaryKeys("penguins", schema="public").fetchall() == []
c.close()
