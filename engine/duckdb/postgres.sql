-- The macros that translated statements call (engine/dialect/rewrite). They are
-- in a database of their own, csvsql, which is attached before the engine is
-- sealed.
--
-- A macro that depends on types has overloads, of which DuckDB takes the one
-- that fits best. It binds what it chooses by, and there no aggregate may be; so
-- values come first, without a type, and behind them, with one, expressions that
-- only have the same types. DuckDB drops what a macro does not use.
--
-- DECIMAL(38,10) stands for every DECIMAL: DuckDB compares ids of types only.

-- Errors with a SQLSTATE: see errors.go.
CREATE MACRO csvsql.main.nonzero(b) AS CASE WHEN b = 0 THEN error('SQLSTATE 22012: division by zero') ELSE b END;

CREATE MACRO csvsql.main.div
	(a SMALLINT, b SMALLINT) AS a // csvsql.main.nonzero(b),
	(a INTEGER, b INTEGER) AS a // csvsql.main.nonzero(b),
	(a BIGINT, b BIGINT) AS a // csvsql.main.nonzero(b),
	(a HUGEINT, b HUGEINT) AS a / csvsql.main.nonzero(b),
	(a FLOAT, b FLOAT) AS a / csvsql.main.nonzero(b),
	(a DOUBLE, b DOUBLE) AS a / csvsql.main.nonzero(b),
	(a INTERVAL, b DOUBLE) AS a / csvsql.main.nonzero(b),
	(a, b, x SMALLINT, y SMALLINT) AS a // csvsql.main.nonzero(b),
	(a, b, x INTEGER, y INTEGER) AS a // csvsql.main.nonzero(b),
	(a, b, x BIGINT, y BIGINT) AS a // csvsql.main.nonzero(b),
	(a, b, x HUGEINT, y HUGEINT) AS a / csvsql.main.nonzero(b),
	(a, b, x DECIMAL(38,10), y DECIMAL(38,10)) AS a / csvsql.main.nonzero(b),
	(a, b, x FLOAT, y FLOAT) AS a / csvsql.main.nonzero(b),
	(a, b, x DOUBLE, y DOUBLE) AS a / csvsql.main.nonzero(b),
	(a, b, x INTERVAL, y DOUBLE) AS a / csvsql.main.nonzero(b);

CREATE MACRO csvsql.main.div_unchecked
	(a SMALLINT, b SMALLINT) AS a // b,
	(a INTEGER, b INTEGER) AS a // b,
	(a BIGINT, b BIGINT) AS a // b,
	(a HUGEINT, b HUGEINT) AS a / b,
	(a FLOAT, b FLOAT) AS a / nullif(b, 0),
	(a DOUBLE, b DOUBLE) AS a / nullif(b, 0),
	(a INTERVAL, b DOUBLE) AS a / b,
	(a, b, x SMALLINT, y SMALLINT) AS a // b,
	(a, b, x INTEGER, y INTEGER) AS a // b,
	(a, b, x BIGINT, y BIGINT) AS a // b,
	(a, b, x HUGEINT, y HUGEINT) AS a / nullif(b, 0),
	(a, b, x DECIMAL(38,10), y DECIMAL(38,10)) AS a / nullif(b, 0),
	(a, b, x FLOAT, y FLOAT) AS a / nullif(b, 0),
	(a, b, x DOUBLE, y DOUBLE) AS a / nullif(b, 0),
	(a, b, x INTERVAL, y DOUBLE) AS a / b;

-- A division whose result goes to the client: numeric is divided there.
CREATE MACRO csvsql.main.quotient
	(a, b, x SMALLINT, y SMALLINT) AS a // csvsql.main.nonzero(b),
	(a, b, x INTEGER, y INTEGER) AS a // csvsql.main.nonzero(b),
	(a, b, x BIGINT, y BIGINT) AS a // csvsql.main.nonzero(b),
	(a, b, x HUGEINT, y HUGEINT) AS struct_pack(n := a, d := csvsql.main.nonzero(b)),
	(a, b, x DECIMAL(38,10), y DECIMAL(38,10)) AS struct_pack(n := a, d := csvsql.main.nonzero(b)),
	(a, b, x FLOAT, y FLOAT) AS a / csvsql.main.nonzero(b),
	(a, b, x DOUBLE, y DOUBLE) AS a / csvsql.main.nonzero(b),
	(a, b, x INTERVAL, y DOUBLE) AS a / csvsql.main.nonzero(b);

CREATE MACRO csvsql.main.quotient_unchecked
	(a, b, x SMALLINT, y SMALLINT) AS a // b,
	(a, b, x INTEGER, y INTEGER) AS a // b,
	(a, b, x BIGINT, y BIGINT) AS a // b,
	(a, b, x HUGEINT, y HUGEINT) AS struct_pack(n := a, d := nullif(b, 0)),
	(a, b, x DECIMAL(38,10), y DECIMAL(38,10)) AS struct_pack(n := a, d := nullif(b, 0)),
	(a, b, x FLOAT, y FLOAT) AS a / nullif(b, 0),
	(a, b, x DOUBLE, y DOUBLE) AS a / nullif(b, 0),
	(a, b, x INTERVAL, y DOUBLE) AS a / b;

-- date - date is an integer.
CREATE MACRO csvsql.main.minus
	(a, b, x DATE, y DATE) AS (a - b)::INTEGER,
	(a, b, x, y) AS a - b;

CREATE MACRO csvsql.main.sum_as
	(v, x TINYINT) AS v::BIGINT,
	(v, x SMALLINT) AS v::BIGINT,
	(v, x INTEGER) AS v::BIGINT,
	(v, x FLOAT) AS v::FLOAT,
	(v, x BOOLEAN) AS error('SQLSTATE 42883: function sum(boolean) does not exist'),
	(v, x BIGINT) AS v,
	(v, x HUGEINT) AS v,
	(v, x DECIMAL(38,10)) AS v,
	(v, x DOUBLE) AS v,
	(v, x INTERVAL) AS v,
	(v, x) AS v;

CREATE MACRO csvsql.main.sum_type
	(x TINYINT) AS 0::BIGINT,
	(x SMALLINT) AS 0::BIGINT,
	(x INTEGER) AS 0::BIGINT,
	(x BIGINT) AS 0::HUGEINT,
	(x HUGEINT) AS 0::HUGEINT,
	(x FLOAT) AS 0::FLOAT,
	(x DECIMAL(38,10)) AS x,
	(x DOUBLE) AS x,
	(x INTERVAL) AS x,
	(x) AS x;

CREATE MACRO csvsql.main.avg_type
	(x BIGINT) AS 0::DECIMAL(38,10),
	(x HUGEINT) AS 0::DECIMAL(38,10),
	(x DECIMAL(38,10)) AS 0::DECIMAL(38,10),
	(x FLOAT) AS 0::DOUBLE,
	(x DOUBLE) AS 0::DOUBLE,
	(x INTERVAL) AS x,
	(x) AS x;

CREATE MACRO csvsql.main.avg_out
	(v, s, c, x BIGINT) AS struct_pack(n := s, d := nullif(c, 0)),
	(v, s, c, x HUGEINT) AS struct_pack(n := s, d := nullif(c, 0)),
	(v, s, c, x DECIMAL(38,10)) AS struct_pack(n := s, d := nullif(c, 0)),
	(v, s, c, x FLOAT) AS v,
	(v, s, c, x DOUBLE) AS v,
	(v, s, c, x) AS v;

-- A cast to numeric without a precision.
CREATE MACRO csvsql.main.to_numeric
	(v, x BIGINT) AS v::DECIMAL(38,0),
	(v, x HUGEINT) AS v::DECIMAL(38,0),
	(v, x DECIMAL(38,10)) AS v,
	(v, x FLOAT) AS v::DECIMAL(38,15),
	(v, x DOUBLE) AS v::DECIMAL(38,15),
	(v, x) AS v::DECIMAL(38,10);

CREATE MACRO csvsql.main.numeric_out
	(v, x BIGINT) AS v::HUGEINT,
	(v, x HUGEINT) AS v::HUGEINT,
	(v, x DECIMAL(38,10)) AS v,
	(v, x FLOAT) AS v::DOUBLE,
	(v, x DOUBLE) AS v,
	(v, x) AS v::DECIMAL(38,10);

-- float rounds to even, numeric away from zero.
CREATE MACRO csvsql.main.round
	(v, x DECIMAL(38,10)) AS round(v),
	(v, x DOUBLE) AS round_even(v, 0),
	(v, x FLOAT) AS round_even(v, 0)::DOUBLE,
	(v, x BIGINT) AS v::DOUBLE,
	(v, x HUGEINT) AS v,
	(v, x) AS round(v);

CREATE MACRO csvsql.main.date_trunc
	(u, v, x DATE) AS date_trunc(u, v)::TIMESTAMPTZ,
	(u, v, x) AS date_trunc(u, v);

CREATE MACRO csvsql.main.extract_second(x) AS date_part('microseconds', x) * 0.000001::DECIMAL(7,6);
CREATE MACRO csvsql.main.extract_milliseconds(x) AS date_part('microseconds', x) * 0.001::DECIMAL(4,3);
CREATE MACRO csvsql.main.extract_microseconds(x) AS date_part('microseconds', x)::HUGEINT;
CREATE MACRO csvsql.main.extract_epoch(x) AS date_part('epoch', x)::DECIMAL(38,6);
CREATE MACRO csvsql.main.extract_julian(x) AS date_part('julian', x)::DECIMAL(38,6);
CREATE MACRO csvsql.main.extract_century(x) AS date_part('century', x)::HUGEINT;
CREATE MACRO csvsql.main.extract_decade(x) AS date_part('decade', x)::HUGEINT;
CREATE MACRO csvsql.main.extract_millennium(x) AS date_part('millennium', x)::HUGEINT;

CREATE MACRO csvsql.main.json_get
	(a, b, x, y INTEGER) AS json_extract(a, b),
	(a, b, x, y VARCHAR) AS json_extract(a, '$."' || b || '"');
CREATE MACRO csvsql.main.json_get_text
	(a, b, x, y INTEGER) AS json_extract_string(a, b),
	(a, b, x, y VARCHAR) AS json_extract_string(a, '$."' || b || '"');

CREATE MACRO csvsql.main.any_true(l) AS
	CASE WHEN list_bool_or(l) THEN true WHEN list_count(l) < len(l) OR l IS NULL THEN NULL ELSE false END;
CREATE MACRO csvsql.main.all_true(l) AS
	CASE WHEN NOT list_bool_and(l) THEN false WHEN list_count(l) < len(l) OR l IS NULL THEN NULL ELSE true END;

CREATE MACRO csvsql.main.btrim
	(s) AS trim(s, ' '),
	(s, c) AS trim(s, c);
CREATE MACRO csvsql.main.octet_length
	(s VARCHAR) AS strlen(s),
	(s BLOB) AS octet_length(s);
CREATE MACRO csvsql.main.array_length(a, d) AS CASE WHEN len(a) = 0 THEN NULL ELSE array_length(a, d) END;
CREATE MACRO csvsql.main.cardinality(a) AS len(a);
CREATE MACRO csvsql.main.initcap(s) AS list_reduce(
	list_transform(string_split(lower(s), ''), lambda c: {'t': c, 'l': regexp_matches(c, '[[:alnum:]]')}),
	lambda a, b: {'t': a.t || CASE WHEN a.l THEN b.t ELSE upper(b.t) END, 'l': b.l}, {'t': '', 'l': false}).t;
