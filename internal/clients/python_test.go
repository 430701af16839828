package clients

import "testing"

// The versions of clients are fixed, so that a run tells about this server, not
// about a new release of a client.

func psycopg2(t *testing.T, w *workshop) func(*testing.T, target) {
	python := w.python(t, "psycopg2-binary==2.9.10")
	return runs([]string{python}, nil,
		program{"psycopg2_queries.py", nil},
		program{"psycopg2_cursor.py", nil})
}

func psycopg3(t *testing.T, w *workshop) func(*testing.T, target) {
	python := w.python(t, "psycopg[binary]==3.2.9")
	return runs([]string{python}, nil,
		program{"psycopg3_queries.py", nil},
		program{"psycopg3_cursor.py", nil})
}

func asyncpg(t *testing.T, w *workshop) func(*testing.T, target) {
	python := w.python(t, "asyncpg==0.31.0")
	return runs([]string{python}, nil,
		program{"asyncpg_queries.py", nil},
		program{"asyncpg_copy.py", nil})
}

func pg8000(t *testing.T, w *workshop) func(*testing.T, target) {
	return runs([]string{w.python(t, "pg8000==1.31.5")}, nil, program{"pg8000_queries.py", nil})
}

func sqlalchemy(t *testing.T, w *workshop) func(*testing.T, target) {
	python := w.python(t, "sqlalchemy==2.0.44", "pandas==2.3.3", "psycopg2-binary==2.9.10", "psycopg[binary]==3.2.9")
	return runs([]string{python}, nil,
		program{"pandas_read.py", nil},
		program{"pandas_stream.py", nil},
		program{"sqlalchemy_queries.py", nil},
		program{"sqlalchemy_reflect.py", []feature{jsonBuild}})
}

func polars(t *testing.T, w *workshop) func(*testing.T, target) {
	python := w.python(t, "polars==1.35.2", "connectorx==0.4.4", "pyarrow==22.0.0", "pandas==2.3.3")
	return runs([]string{python}, nil, program{"polars_connectorx.py", nil})
}

func adbc(t *testing.T, w *workshop) func(*testing.T, target) {
	python := w.python(t, "polars==1.35.2", "pyarrow==22.0.0", "adbc-driver-postgresql==1.9.0")
	return runs([]string{python}, nil, program{"adbc_queries.py", nil})
}

// psqlODBC runs under pyodbc, and is what ODBC tools (Excel, Tableau, Power BI) load.
func psqlODBC(t *testing.T, w *workshop) func(*testing.T, target) {
	const driver = "/usr/lib/x86_64-linux-gnu/odbc/psqlodbcw.so"
	w.debian(t, []string{"test", "-e", driver}, "odbc-postgresql", "unixodbc")
	python := w.python(t, "pyodbc==5.3.0")
	return runs([]string{python}, []string{"ODBC_DRIVER=" + driver},
		program{"odbc.py", nil},
		program{"odbc_catalog.py", nil})
}
