package main

// cases are what is measured on both servers. A case is one literal here; what it
// does with its SQL is one of the functions of measure.go.
func cases() []benchmark {
	return []benchmark{
		{
			name:    "select/text",
			what:    "SELECT * of lineitem, text, simple protocol",
			sql:     "SELECT * FROM lineitem",
			measure: drainText,
		}, {
			name:    "select/binary",
			what:    "SELECT * of lineitem, binary, extended protocol",
			sql:     "SELECT * FROM lineitem",
			measure: drainBinary,
		}, {
			name:    "copy-out/text",
			what:    "COPY lineitem TO STDOUT, text",
			sql:     "COPY lineitem TO STDOUT",
			measure: copyOut,
		}, {
			name:    "copy-out/csv",
			what:    "COPY lineitem TO STDOUT, CSV",
			sql:     "COPY lineitem TO STDOUT (FORMAT csv)",
			measure: copyOut,
		}, {
			name:    "copy-out/binary",
			what:    "COPY of a query over lineitem TO STDOUT, binary, as ADBC and connectorx read",
			sql:     "COPY (SELECT * FROM lineitem) TO STDOUT (FORMAT binary)",
			measure: copyOut,
		}, {
			name:    "copy-in/csv",
			what:    "a CSV file of the client to a new table: COPY FROM STDIN",
			measure: copyIn,
		}, {
			name: "groupby",
			what: "GROUP BY over lineitem, text",
			sql: `SELECT l_returnflag, l_linestatus, sum(l_quantity) AS quantity, sum(l_extendedprice) AS price,
			count(*) AS rows FROM lineitem WHERE l_shipdate <= DATE '1998-09-02'
			GROUP BY l_returnflag, l_linestatus`,
			measure: drainText,
		}, {
			name: "analytics/q1",
			what: "sums and averages of nearly all rows in four groups, as in TPC-H's query 1",
			sql: `SELECT l_returnflag, l_linestatus, sum(l_quantity) AS sum_qty, sum(l_extendedprice) AS sum_base_price,
			sum(l_extendedprice * (1 - l_discount)) AS sum_disc_price,
			sum(l_extendedprice * (1 - l_discount) * (1 + l_tax)) AS sum_charge, avg(l_quantity) AS avg_qty,
			avg(l_extendedprice) AS avg_price, avg(l_discount) AS avg_disc, count(*) AS count_order
			FROM lineitem WHERE l_shipdate <= DATE '1998-09-02'
			GROUP BY l_returnflag, l_linestatus ORDER BY l_returnflag, l_linestatus`,
			measure: drainText,
		}, {
			name: "analytics/q6",
			what: "one sum over a fiftieth of the rows, as in TPC-H's query 6",
			sql: `SELECT sum(l_extendedprice * l_discount) AS revenue FROM lineitem
			WHERE l_shipdate >= DATE '1994-01-01' AND l_shipdate < DATE '1995-01-01'
			AND l_discount BETWEEN 0.05 AND 0.07 AND l_quantity < 24`,
			measure: drainText,
		}, {
			name: "analytics/clicks",
			what: "a pattern in a text, 200,000 groups with distinct counts, the first ten: as ClickBench asks",
			sql: `SELECT l_partkey, count(*) AS c, count(DISTINCT l_suppkey) AS suppliers, sum(l_quantity) AS quantity
			FROM lineitem WHERE l_comment LIKE '%even%'
			GROUP BY l_partkey ORDER BY c DESC, l_partkey LIMIT 10`,
			measure: drainText,
		}, {
			name:    "select1/simple",
			what:    "SELECT 1, simple protocol, one connection",
			sql:     "SELECT 1 AS a",
			measure: roundTripsSimple,
		}, {
			name:    "select1/prepared",
			what:    "SELECT 1, prepared once, one connection",
			sql:     "SELECT 1 AS a",
			measure: roundTripsOn(1, selectOne),
		}, {
			name:    "select1/16",
			what:    "the same on 16 connections at once",
			sql:     "SELECT 1 AS a",
			measure: roundTripsOn(16, selectOne),
		}, {
			name:    "lookup/prepared",
			what:    "one row of a million by its primary key, prepared once, one connection",
			sql:     "SELECT label FROM points WHERE id = $1",
			measure: roundTripsOn(1, lookUp),
			unequal: true,
		}, {
			name:    "lookup/16",
			what:    "the same on 16 connections at once",
			sql:     "SELECT label FROM points WHERE id = $1",
			measure: roundTripsOn(16, lookUp),
			unequal: true,
		}, {
			name: "catalog/columns",
			what: "the columns of a table with their defaults and collations, as psql asks for \\d: the catalog",
			sql: `SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
			(SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid, true) FROM pg_catalog.pg_attrdef d
			WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.atthasdef), a.attnotnull,
			(SELECT c.collname FROM pg_catalog.pg_collation c, pg_catalog.pg_type t
			WHERE c.oid = a.attcollation AND t.oid = a.atttypid AND a.attcollation <> t.typcollation) AS attcollation,
			a.attidentity, a.attgenerated FROM pg_catalog.pg_attribute a
			WHERE a.attrelid = 'lineitem'::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
			measure: roundTripsSimple,
			unequal: true, // csvsql's table has the types that its file shows
		}, {
			name:    "load",
			what:    "a CSV file to a table: LOAD, COPY FROM",
			measure: load,
		}, {
			name:     "first-row",
			what:     "first row of a SELECT of 100 million rows",
			sql:      "SELECT i AS a, i + 1 AS b FROM range(100000000) AS r(i)",
			postgres: "SELECT i AS a, i + 1 AS b FROM (SELECT generate_series(0::bigint, 99999999) AS i) AS r",
			measure:  firstRow,
			unequal:  true,
		}, {
			name:     "cancel",
			what:     "from the cancel request to the error, in a SELECT of 100 million rows",
			sql:      "SELECT i AS a, i + 1 AS b FROM range(100000000) AS r(i)",
			postgres: "SELECT i AS a, i + 1 AS b FROM (SELECT generate_series(0::bigint, 99999999) AS i) AS r",
			measure:  cancelLatency,
			unequal:  true,
		},
	}
}

// reports are what is measured on csvsql alone.
func reports() []report {
	return []report{
		{
			name: "memory/range",
			what: "100 million rows of two bigints from range(), --memory 64MB",
			run: memory{
				limit:  "64MB",
				stream: reading("SELECT i AS a, i + 1 AS b FROM range(100000000) AS r(i)"),
			}.run,
		}, {
			name: "memory/table",
			what: "100 million rows of two bigints from a table, --memory 64MB",
			run: memory{
				limit:  "64MB",
				setup:  "CREATE TABLE pairs AS SELECT i AS a, i + 1 AS b FROM range(100000000) AS r(i)",
				stream: reading("SELECT * FROM pairs"),
			}.run,
		}, {
			name: "memory/copy-out",
			what: "COPY TO STDOUT of 20 GB from range(), --memory 128MB",
			run: memory{
				limit:  "128MB",
				stream: copyingOut("COPY (SELECT i, 'text ' || i AS s, repeat('-', 180) AS pad FROM range(100000000) AS r(i)) TO STDOUT"),
			}.run,
		}, {
			name: "memory/copy-in",
			what: "COPY FROM STDIN of 5 GB, --memory 128MB",
			run: memory{
				limit:  "128MB",
				setup:  "CREATE TABLE copied (n bigint, s text)",
				stream: copyingIn("COPY copied FROM STDIN", 5e9),
			}.run,
		}, {
			name: "stages",
			what: "where the time of SELECT * of lineitem goes",
			run:  stages,
		}, {
			name: "pipe",
			what: "SELECT * of lineitem by a client, beside a scan of it in the engine's process",
			run:  pipe,
		}, {
			name: "allocations",
			what: "what Go allocates for each row of lineitem",
			run:  allocations,
		}, {
			name: "restart",
			what: "from the death of the engine's process to the next answer, with a database of 1 GB",
			run:  restart,
		}, {
			name: "logins",
			what: "whether the time of a refused login tells which users exist",
			run:  logins,
		},
	}
}
