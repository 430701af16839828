package clients

import "testing"

// The versions of clients are fixed, so that a run tells about this server, not
// about a new release of a client.

func psycopg2(t *testing.T, w *workshop) func(*testing.T, target) {
	python := w.python(t, "psycopg2-binary==2.9.10")
	return runs([]string{python}, nil,
		"psycopg2_queries.py",
		"psycopg2_cursor.py")
}

func psycopg3(t *testing.T, w *workshop) func(*testing.T, target) {
	python := w.python(t, "psycopg[binary]==3.2.9")
	return runs([]string{python}, nil,
		"psycopg3_queries.py",
		"psycopg3_cursor.py")
}

func asyncpg(t *testing.T, w *workshop) func(*testing.T, target) {
	python := w.python(t, "asyncpg==0.31.0")
	return runs([]string{python}, nil,
		"asyncpg_queries.py",
		"asyncpg_copy.py")
}

func pg8000(t *testing.T, w *workshop) func(*testing.T, target) {
	return runs([]string{w.python(t, "pg8000==1.31.5")}, nil, "pg8000_queries.py")
}

func sqlalchemy(t *testing.T, w *workshop) func(*testing.T, target) {
	python := w.python(t, "sqlalchemy==2.0.44", "pandas==2.3.3", "psycopg2-binary==2.9.10", "psycopg[binary]==3.2.9")
	return runs([]string{python}, nil,
		"pandas_read.py",
		"pandas_stream.py",
		"sqlalchemy_queries.py",
		"sqlalchemy_reflect.py")
}

func polars(t *testing.T, w *workshop) func(*testing.T, target) {
	python := w.python(t, "polars==1.35.2", "connectorx==0.4.4", "pyarrow==22.0.0", "pandas==2.3.3")
	return runs([]string{python}, nil, "polars_connectorx.py")
}

func adbc(t *testing.T, w *workshop) func(*testing.T, target) {
	python := w.python(t, "polars==1.35.2", "pyarrow==22.0.0", "adbc-driver-postgresql==1.9.0")
	return runs([]string{python}, nil, "adbc_queries.py")
}

// duckDB is DuckDB as a client: its extension that reads and writes PostgreSQL.
func duckDB(t *testing.T, w *workshop) func(*testing.T, target) {
	python := w.python(t, "duckdb==1.5.5", "duckdb-extension-postgres-scanner==1.5.5")
	return runs([]string{python}, nil, "duckdb_postgres.py")
}

const pgcliVersion = "pgcli==4.7.1"

// pgcliCompleter asks pgcli for completions as its prompt does.
func pgcliCompleter(t *testing.T, w *workshop) func(*testing.T, target) {
	return runs([]string{w.python(t, pgcliVersion)}, nil, "pgcli_completer.py")
}

// psqlODBC runs under pyodbc, and is what ODBC tools (Excel, Tableau, Power BI) load.
func psqlODBC(t *testing.T, w *workshop) func(*testing.T, target) {
	const driver = "/usr/lib/x86_64-linux-gnu/odbc/psqlodbcw.so"
	w.debian(t, []string{"test", "-e", driver}, "odbc-postgresql", "unixodbc")
	python := w.python(t, "pyodbc==5.3.0")
	return runs([]string{python}, []string{"ODBC_DRIVER=" + driver},
		"odbc.py",
		"odbc_catalog.py")
}
