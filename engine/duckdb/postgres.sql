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
-- date - date is an integer.
CREATE MACRO csvsql.main.minus
	(a, b, x DATE, y DATE) AS (a - b)::INTEGER,
	(a, b, x TIME, y TIME) AS (DATE '2000-01-01' + a) - (DATE '2000-01-01' + b),
	(a, b, x TIMESTAMPTZ, y TIMESTAMPTZ) AS -- in days of 24 hours
		to_days(((epoch_us(a) - epoch_us(b)) // 86400000000)::INTEGER) + to_microseconds((epoch_us(a) - epoch_us(b)) % 86400000000),
	(a, b, x TIMESTAMPTZ, y INTERVAL) AS a - date_trunc('day', b) - (b - date_trunc('day', b)), -- days are the zone's
	(a, b, x JSONB, y VARCHAR) AS "postgres.jsonb_delete"(a, b::VARCHAR),
	(a, b, x JSONB, y VARCHAR[]) AS "postgres.jsonb_delete"(a, b::VARCHAR[]),
	(a, b, x JSONB, y BIGINT) AS "postgres.jsonb_delete"(a, b::BIGINT),
	(a, b, x, y) AS a - b;

-- What a constant string v is beside an operator whose other operand is x; n is what
-- it is as a number.
CREATE MACRO csvsql.main.factor
	(v, x SMALLINT) AS v::SMALLINT,
	(v, x INTEGER) AS v::INTEGER,
	(v, x BIGINT) AS v::BIGINT,
	(v, x HUGEINT) AS v::pg_numeric,
	(v, x pg_numeric) AS v::pg_numeric,
	(v, x DECIMAL(38,10)) AS v::pg_numeric,
	(v, x FLOAT) AS v::FLOAT,
	(v, x DOUBLE) AS v::DOUBLE,
	(v, x INTERVAL) AS v::DOUBLE,
	(v, x VARCHAR) AS v,
	(v, x) AS v;
CREATE MACRO csvsql.main.addend
	(v, n, x DATE) AS error('SQLSTATE 42725: operator is not unique: date + unknown')::INTERVAL,
	(v, n, x TIME) AS v::INTERVAL,
	(v, n, x TIMESTAMP) AS v::INTERVAL,
	(v, n, x TIMESTAMPTZ) AS v::INTERVAL,
	(v, n, x INTERVAL) AS v::INTERVAL,
	(v, n, x) AS n;
CREATE MACRO csvsql.main.subtrahend
	(v, n, x DATE) AS v::DATE,
	(v, n, x TIME) AS v::TIME,
	(v, n, x TIMESTAMP) AS v::TIMESTAMP,
	(v, n, x TIMESTAMPTZ) AS v::TIMESTAMPTZ,
	(v, n, x INTERVAL) AS v::INTERVAL,
	(v, n, x) AS n;

-- The place of a row, of its number in the table: there are 128 rows in a block. The
-- rows that a transaction has added itself are numbered from 2^55 and something on;
-- they are in blocks of their own, behind all others.
CREATE MACRO csvsql.main.ctid(r) AS (CASE WHEN r < 36028797018960000
	THEN (r >> 7 << 16) + (r & 127) + 1
	ELSE (((r - 36028797018960000) >> 7) + 2147483648 << 16) + ((r - 36028797018960000) & 127) + 1 END)::tid;

-- The sum of integers is a bigint, of bigints a numeric. These are called for an
-- aggregate without DISTINCT, ORDER BY, FILTER and OVER, which no macro can have.
CREATE MACRO csvsql.main.sum
	(v, x TINYINT) AS sum(v)::BIGINT,
	(v, x SMALLINT) AS sum(v)::BIGINT,
	(v, x INTEGER) AS sum(v)::BIGINT,
	(v, x FLOAT) AS sum(v)::FLOAT,
	(v, x BOOLEAN) AS error('SQLSTATE 42883: function sum(boolean) does not exist'),
	(v, x pg_numeric) AS csvsql_sum(v),
	(v, x BIGINT) AS sum(v),
	(v, x HUGEINT) AS sum(v),
	(v, x DECIMAL(38,10)) AS sum(v),
	(v, x DOUBLE) AS sum(v),
	(v, x INTERVAL) AS csvsql_sum(v),
	(v, x) AS sum(v);

CREATE MACRO csvsql.main.avg
	(v, x pg_numeric) AS csvsql_average(csvsql_sum(v), count(v)),
	(v, x INTERVAL) AS avg(v),
	(v, x BOOLEAN) AS error('SQLSTATE 42883: function avg(boolean) does not exist'),
	(v, x BIGINT) AS csvsql_average(sum(v), count(v)),
	(v, x HUGEINT) AS csvsql_average(sum(v), count(v)),
	(v, x DECIMAL(38,10)) AS csvsql_average(sum(v), count(v)),
	(v, x DOUBLE) AS csvsql_average(sum(v), count(v)),
	(v, x) AS csvsql_average(sum(v), count(v));

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
	(x BIGINT) AS NULL::pg_numeric,
	(x HUGEINT) AS NULL::pg_numeric,
	(x DECIMAL(38,10)) AS NULL::pg_numeric,
	(x pg_numeric) AS x,
	(x FLOAT) AS 0::DOUBLE,
	(x DOUBLE) AS 0::DOUBLE,
	(x INTERVAL) AS x,
	(x) AS x;

-- DuckDB has no sum of intervals.
CREATE MACRO csvsql.main.average
	(v, s, c, x INTERVAL) AS v,
	(v, s, c, x) AS csvsql_average(s, c);

-- What is compared. Of a numeric only its value counts, not its scale.
CREATE MACRO csvsql.main.key
	(v, x pg_numeric) AS csvsql_key(v),
	(v, x INTERVAL) AS csvsql_key(v),
	(v, x BIGINT) AS v,
	(v, x HUGEINT) AS v,
	(v, x DECIMAL(38,10)) AS csvsql_key(v),
	(v, x DOUBLE) AS v,
	(v, x) AS v;

-- Decimals round as PostgreSQL's numeric does. One with n digits behind the point
-- gets them by the zero that is added, which has as many.
CREATE MACRO csvsql.main.round
	(v, x DECIMAL(38,10)) AS round(v),
	(v, x pg_numeric) AS csvsql_round(v),
	(v, x BIGINT) AS csvsql_round(v),
	(v, x HUGEINT) AS csvsql_round(v),
	(v, x DOUBLE) AS csvsql_round(v),
	(v, x) AS csvsql_round(v),
	(v, n, zero, x DECIMAL(38,10)) AS round(v + zero, n),
	(v, n, zero, x pg_numeric) AS csvsql_round(v, n),
	(v, n, zero, x BIGINT) AS csvsql_round(v, n),
	(v, n, zero, x HUGEINT) AS csvsql_round(v, n),
	(v, n, zero, x DOUBLE) AS csvsql_round(v, n),
	(v, n, zero, x) AS csvsql_round(v, n);

CREATE MACRO csvsql.main.date_trunc
	(u, v, x DATE) AS CASE WHEN lower(u) IN ('century', 'millennium') -- they begin with a year 1
		THEN (date_trunc(u, v - INTERVAL 1 YEAR) + INTERVAL 1 YEAR)::TIMESTAMPTZ ELSE date_trunc(u, v)::TIMESTAMPTZ END,
	(u, v, x INTERVAL) AS CASE WHEN lower(u) IN ('week', 'weeks')
		THEN error('SQLSTATE 0A000: unit "week" not supported for type interval') ELSE date_trunc(u, v) END,
	(u, v, x) AS CASE WHEN lower(u) IN ('century', 'millennium')
		THEN date_trunc(u, v - INTERVAL 1 YEAR) + INTERVAL 1 YEAR ELSE date_trunc(u, v) END,
	-- In a zone: less than a day keeps the offset of v, which a clock put back has twice.
	(u, v, zone, x) AS CASE
		WHEN lower(u) IN ('century', 'millennium')
		THEN timezone(zone, date_trunc(u, timezone(zone, v::TIMESTAMPTZ) - INTERVAL 1 YEAR) + INTERVAL 1 YEAR)
		WHEN lower(u) IN ('day', 'week', 'month', 'quarter', 'year', 'decade')
		THEN timezone(zone, date_trunc(u, timezone(zone, v::TIMESTAMPTZ)))
		ELSE v::TIMESTAMPTZ - (timezone(zone, v::TIMESTAMPTZ) - date_trunc(u, timezone(zone, v::TIMESTAMPTZ))) END;

CREATE MACRO csvsql.main.extract_second(x) AS date_part('microseconds', x) * 0.000001::DECIMAL(7,6);
CREATE MACRO csvsql.main.extract_milliseconds(x) AS date_part('microseconds', x) * 0.001::DECIMAL(4,3);
CREATE MACRO csvsql.main.extract_microseconds(x) AS date_part('microseconds', x)::HUGEINT;
CREATE MACRO csvsql.main.extract_epoch
	(v, x DATE) AS date_part('epoch', v)::HUGEINT,
	(v, x) AS date_part('epoch', v)::DECIMAL(38,6);
CREATE MACRO csvsql.main.extract_julian
	(v, x DATE) AS date_part('julian', v)::HUGEINT,
	(v, x) AS date_part('julian', v)::DECIMAL(38,6);
CREATE MACRO csvsql.main.extract_century(x) AS date_part('century', x)::HUGEINT;
CREATE MACRO csvsql.main.extract_decade(x) AS date_part('decade', x)::HUGEINT;
CREATE MACRO csvsql.main.extract_millennium(x) AS date_part('millennium', x)::HUGEINT;

-- What is written into a column of type varchar(n) or char(n): blanks at its end may
-- be too many, and of char(n) they mean nothing.
CREATE MACRO csvsql.main.to_varchar(v, n) AS CASE WHEN length(v::VARCHAR) <= n OR v IS NULL THEN v::VARCHAR
	WHEN length(rtrim(v::VARCHAR, ' ')) <= n THEN left(v::VARCHAR, n)
	ELSE error('SQLSTATE 22001: value too long for type character varying(' || n || ')') END;
CREATE MACRO csvsql.main.to_bpchar(v, n) AS CASE WHEN length(rtrim(v::VARCHAR, ' ')) <= n OR v IS NULL THEN rtrim(v::VARCHAR, ' ')
	ELSE error('SQLSTATE 22001: value too long for type character(' || n || ')') END;

-- A time rounded to n digits of a second, of a timestamp halves away from the year 2000.
CREATE MACRO csvsql.main.rounded_micros(us, unit) AS
	CASE WHEN us < 0 THEN -((-us + unit // 2) // unit * unit) ELSE (us + unit // 2) // unit * unit END;
CREATE MACRO csvsql.main.round_moment(v, n) AS CASE WHEN isfinite(v)
	THEN v + to_microseconds(csvsql.main.rounded_micros(epoch_us(v) - 946684800000000, (10 ** (6 - n))::BIGINT) - (epoch_us(v) - 946684800000000))
	ELSE v END;
CREATE MACRO csvsql.main.round_time(v, n) AS
	TIME '00:00:00' + to_microseconds(csvsql.main.rounded_micros(epoch_us(v), (10 ** (6 - n))::BIGINT));

-- A subscript, which counts from an array's end if it is negative, but not before least.
CREATE MACRO csvsql.main.subscript
	(i, least, x BIGINT) AS CASE WHEN i < 0 THEN least ELSE i END,
	(i, least, x) AS i;

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
	list_transform(string_split(lower(s), ''), lambda c: {'t': c, 'l': regexp_matches(c, '[\pL\pN]')}),
	lambda a, b: {'t': a.t || CASE WHEN a.l THEN b.t ELSE upper(b.t) END, 'l': b.l}, {'t': '', 'l': false}).t;
CREATE MACRO csvsql.main.to_hex
	(x INTEGER) AS lower(to_hex(CASE WHEN x < 0 THEN x::BIGINT + 4294967296 ELSE x::BIGINT END)),
	(x BIGINT) AS lower(to_hex(x));

CREATE MACRO csvsql.main.step(c) AS CASE WHEN c = 0 THEN error('SQLSTATE 22023: step size cannot equal zero') ELSE c END;
CREATE MACRO csvsql.main.numeric_series(a, b, c) AS CASE WHEN (b - a) * csvsql.main.step(c) < 0 THEN [] ELSE list_transform(
	generate_series(0, csvsql_div(b - a, c)::BIGINT), lambda i: CASE WHEN i = 0 THEN a::pg_numeric ELSE a::pg_numeric + i * c::pg_numeric END) END;
CREATE MACRO csvsql.main.series
	(a, b, x INTEGER, y INTEGER) AS generate_series(a::BIGINT, b::BIGINT)::INTEGER[],
	(a, b, x BIGINT, y BIGINT) AS generate_series(a::BIGINT, b::BIGINT),
	(a, b, x DECIMAL(38,10), y DECIMAL(38,10)) AS csvsql.main.numeric_series(a, b, 1),
	(a, b, c, x INTEGER, y INTEGER, z INTEGER) AS generate_series(a::BIGINT, b::BIGINT, csvsql.main.step(c)::BIGINT)::INTEGER[],
	(a, b, c, x BIGINT, y BIGINT, z BIGINT) AS generate_series(a::BIGINT, b::BIGINT, csvsql.main.step(c)::BIGINT),
	(a, b, c, x DECIMAL(38,10), y DECIMAL(38,10), z DECIMAL(38,10)) AS csvsql.main.numeric_series(a, b, c),
	(a, b, c, x DATE, y DATE, z INTERVAL) AS generate_series(a::TIMESTAMPTZ, b::TIMESTAMPTZ, c::INTERVAL),
	(a, b, c, x TIMESTAMP, y TIMESTAMP, z INTERVAL) AS generate_series(a::TIMESTAMP, b::TIMESTAMP, c::INTERVAL),
	(a, b, c, x TIMESTAMPTZ, y TIMESTAMPTZ, z INTERVAL) AS generate_series(a::TIMESTAMPTZ, b::TIMESTAMPTZ, c::INTERVAL);

CREATE MACRO csvsql.main.lpad
	(s, n) AS lpad(s, greatest(n, 0)::INTEGER, ' '),
	(s, n, p) AS CASE WHEN p = '' THEN left(s, greatest(n, 0)) ELSE lpad(s, greatest(n, 0)::INTEGER, p) END;
CREATE MACRO csvsql.main.rpad
	(s, n) AS rpad(s, greatest(n, 0)::INTEGER, ' '),
	(s, n, p) AS CASE WHEN p = '' THEN left(s, greatest(n, 0)) ELSE rpad(s, greatest(n, 0)::INTEGER, p) END;
CREATE MACRO csvsql.main.quote_literal(s) AS CASE
	WHEN contains(s::VARCHAR, '\') THEN 'E''' || replace(replace(s::VARCHAR, '\', '\\'), '''', '''''') || ''''
	ELSE '''' || replace(s::VARCHAR, '''', '''''') || '''' END;
CREATE MACRO csvsql.main.quote_nullable(s) AS coalesce(csvsql.main.quote_literal(s), 'NULL');
CREATE MACRO csvsql.main.string_to_array
	(s, d) AS CASE WHEN s = '' THEN []::VARCHAR[] WHEN d IS NULL THEN string_split(s, '')
		WHEN d = '' THEN [s] ELSE string_split(s, d) END,
	(s, d, n) AS list_transform(CASE WHEN s = '' THEN []::VARCHAR[] WHEN d IS NULL THEN string_split(s, '')
		WHEN d = '' THEN [s] ELSE string_split(s, d) END, lambda x: nullif(x, n));
CREATE MACRO csvsql.main.chr(n) AS CASE
	WHEN n = 0 THEN error('SQLSTATE 54000: null character not permitted')
	WHEN n < 0 THEN error('SQLSTATE 22023: character number must be positive')
	WHEN n > 1114111 THEN error('SQLSTATE 54000: requested character too large for encoding: ' || n)
	WHEN n BETWEEN 55296 AND 57343 THEN error('SQLSTATE 54000: requested character not valid for encoding: ' || n)
	ELSE chr(n::INTEGER) END;
CREATE MACRO csvsql.main.substr
	(s, f) AS substr(s, CASE WHEN f < 1 THEN 1 ELSE f END),
	(s, f, n) AS CASE WHEN n < 0 THEN error('SQLSTATE 22011: negative substring length not allowed')
		WHEN f IS NOT NULL AND n IS NOT NULL THEN substr(s, greatest(f, 1), greatest(f + n - greatest(f, 1), 0)) END;
CREATE MACRO csvsql.main.split_part(s, d, n) AS CASE
	WHEN n = 0 THEN error('SQLSTATE 22023: field position must not be zero')
	WHEN d = '' THEN CASE WHEN n IN (1, -1) THEN s WHEN n IS NOT NULL AND s IS NOT NULL THEN '' END
	ELSE split_part(s, d, n) END;

CREATE MACRO csvsql.main.overlay
	(s, p, f) AS CASE WHEN f < 1 THEN error('SQLSTATE 22011: negative substring length not allowed')
		ELSE left(s, f - 1) || p || substr(s, f + length(p)) END,
	(s, p, f, n) AS CASE WHEN f < 1 THEN error('SQLSTATE 22011: negative substring length not allowed')
		ELSE left(s, f - 1) || p || substr(s, greatest(f + n, 1)) END;
CREATE MACRO csvsql.main.to_bytea
	(v, x BLOB) AS v,
	(v, x VARCHAR) AS "postgres.bytea"(v::VARCHAR);
CREATE MACRO csvsql.main.bit_count
	(v, x BLOB) AS "postgres.bit_count"(v::BLOB),
	(v, x BIT) AS bit_count(v),
	(v, x BIGINT) AS error('SQLSTATE 42883: function bit_count(integer) does not exist');

CREATE MACRO csvsql.main.array_fill(v, d) AS CASE WHEN len(d) > 1 THEN error('SQLSTATE 0A000: arrays of several dimensions are not supported')
	WHEN d[1] < 0 OR d[1] > 134217727 THEN error('SQLSTATE 54000: array size exceeds the maximum allowed (134217727)')
	ELSE list_transform(range(d[1]), lambda i: v) END;
CREATE MACRO csvsql.main.array_upper(a, d) AS CASE WHEN d <> 1 THEN error('SQLSTATE 0A000: arrays of several dimensions are not supported')
	WHEN len(a) = 0 THEN NULL ELSE len(a)::INTEGER END;
CREATE MACRO csvsql.main.array_lower(a, d) AS CASE WHEN d <> 1 THEN error('SQLSTATE 0A000: arrays of several dimensions are not supported')
	WHEN len(a) = 0 OR a IS NULL THEN NULL ELSE 1 END;
CREATE MACRO csvsql.main.array_append(a, v) AS list_append(coalesce(a, []), v);
CREATE MACRO csvsql.main.array_prepend(v, a) AS list_prepend(v, coalesce(a, []));
CREATE MACRO csvsql.main.array_cat(a, b) AS CASE WHEN a IS NULL THEN b WHEN b IS NULL THEN a ELSE list_concat(a, b) END;
CREATE MACRO csvsql.main.array_position_from(a, v, f) AS
	list_filter(generate_series(greatest(f, 1), len(a)), lambda i: a[i] IS NOT DISTINCT FROM v)[1]::INTEGER;
CREATE MACRO csvsql.main.subscripts_of(a, d) AS
	CASE WHEN d = 1 THEN generate_series(1, len(a))::INTEGER[]
	WHEN d > 1 AND contains(typeof(a), '[][]') THEN error('SQLSTATE 0A000: arrays of several dimensions are not supported')
	ELSE []::INTEGER[] END;
CREATE MACRO csvsql.main.subscripts
	(a, d) AS csvsql.main.subscripts_of(a, d),
	(a, d, r) AS CASE WHEN r THEN list_reverse(csvsql.main.subscripts_of(a, d)) WHEN NOT r THEN csvsql.main.subscripts_of(a, d) END;
CREATE MACRO csvsql.main.bucket_of(v, a) AS CASE
	WHEN len(a) <> list_count(a) THEN error('SQLSTATE 22004: thresholds array must not contain NULLs')
	WHEN v IS NOT NULL THEN len(list_filter(a, lambda x: x <= v))::INTEGER END;
CREATE MACRO csvsql.main.num_nulls(a) AS (len(a) - list_count(a))::INTEGER;
CREATE MACRO csvsql.main.num_nonnulls(a) AS list_count(a)::INTEGER;
CREATE MACRO csvsql.main.array_remove(a, v) AS list_filter(a, lambda x: x IS DISTINCT FROM v);
CREATE MACRO csvsql.main.array_replace(a, f, t) AS list_transform(a, lambda x: CASE WHEN x IS NOT DISTINCT FROM f THEN t ELSE x END);
CREATE MACRO csvsql.main.array_positions(a, v) AS
	list_filter(generate_series(1, len(a)), lambda i: a[i] IS NOT DISTINCT FROM v)::INTEGER[];
CREATE MACRO csvsql.main.trim_array(a, n) AS CASE
	WHEN n < 0 OR n > len(a) THEN error('SQLSTATE 2202E: number of elements to trim must be between 0 and ' || len(a))
	ELSE list_slice(a, 1, len(a) - n) END;

CREATE MACRO csvsql.main.date_bin_of(s, t, o) AS CASE
	WHEN date_part('year', s) <> 0 OR date_part('month', s) <> 0
	THEN error('SQLSTATE 0A000: timestamps cannot be binned into intervals containing months or years')
	WHEN s <= INTERVAL 0 SECOND THEN error('SQLSTATE 22008: stride must be greater than zero')
	ELSE time_bucket(s, t, o) END;
CREATE MACRO csvsql.main.date_bin
	(s, t DATE, o DATE) AS csvsql.main.date_bin_of(s::INTERVAL, t::TIMESTAMPTZ, o::TIMESTAMPTZ),
	(s, t, o) AS csvsql.main.date_bin_of(s::INTERVAL, t, o);
CREATE MACRO csvsql.main.for_time
	(v, x TIMESTAMPTZ) AS v::TIMESTAMP,
	(v, x TIMESTAMP) AS v,
	(v, x DATE) AS v,
	(v, x INTERVAL) AS TIME '00:00:00' + v,
	(v, x) AS v;
CREATE MACRO csvsql.main.for_interval
	(v, x TIME) AS (DATE '2000-01-01' + v) - TIMESTAMP '2000-01-01',
	(v, x) AS v;

-- DuckDB writes 1.0, inf, nan, and 1000000.0 for 1e+06.
CREATE MACRO csvsql.main.real_text(v) AS CASE WHEN abs(v) >= 0.0001::FLOAT AND abs(v) < 1e6::FLOAT OR v = 0
	THEN regexp_replace(v::VARCHAR, '\.0$', '') ELSE "postgres.text"(v::FLOAT) END;
CREATE MACRO csvsql.main.double_text(v) AS CASE WHEN abs(v) >= 0.0001 AND abs(v) < 1e15 OR v = 0
	THEN regexp_replace(v::VARCHAR, '\.0$', '') ELSE "postgres.text"(v::DOUBLE) END;
-- Of columns of an outer query DuckDB does not know the types when it chooses an
-- overload. This looks at them when they are known.
CREATE MACRO csvsql.main.to_text_outer(v) AS
	CASE WHEN typeof(v) IN ('VARCHAR', 'BOOLEAN', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT', 'TIME', 'TIMESTAMP WITH TIME ZONE', 'UUID')
		OR starts_with(typeof(v), 'DECIMAL(')
	THEN v::VARCHAR ELSE "postgres.text"(v) END;

CREATE MACRO csvsql.main.to_text
	(v, x VARCHAR) AS v,
	(v, x FLOAT) AS csvsql.main.real_text(v),
	(v, x DOUBLE) AS csvsql.main.double_text(v),
	(v, x BOOLEAN) AS v,
	(v, x BIGINT) AS v,
	(v, x HUGEINT) AS v,
	(v, x DECIMAL(38,10)) AS v,
	(v, x DATE) AS CASE WHEN v < DATE '0001-01-01' THEN "postgres.text"(v) ELSE v::VARCHAR END,
	(v, x TIME) AS v,
	(v, x TIMESTAMP) AS CASE WHEN v < TIMESTAMP '0001-01-01' THEN "postgres.text"(v) ELSE v::VARCHAR END,
	(v, x TIMESTAMPTZ) AS v,
	(v, x UUID) AS v,
	(v, x) AS "postgres.text"(v);

CREATE MACRO csvsql.main.for_boolean
	(v, x VARCHAR) AS CASE
		WHEN v IS NULL THEN NULL
		WHEN lower(trim(v, E' \t\n\r\v\f')) IN ('t', 'tr', 'tru', 'true', 'y', 'ye', 'yes', 'on', '1') THEN true
		WHEN lower(trim(v, E' \t\n\r\v\f')) IN ('f', 'fa', 'fal', 'fals', 'false', 'n', 'no', 'of', 'off', '0') THEN false
		ELSE error('SQLSTATE 22P02: invalid input syntax for type boolean: "' || v || '"') END,
	(v, x JSONB) AS v,
	(v, x BIGINT) AS v,
	(v, x) AS v;
CREATE MACRO csvsql.main.not_decimal
	(v, x DECIMAL(38,10)) AS v::DOUBLE,
	(v, x BIGINT) AS v,
	(v, x HUGEINT) AS v,
	(v, x DOUBLE) AS v,
	(v, x) AS v;

-- What a value is sent as; t is its text.
CREATE MACRO csvsql.main.out_text
	(t, v, x BOOLEAN) AS CASE WHEN v THEN 't' WHEN NOT v THEN 'f' END,
	(t, v, x) AS t;

-- || of two columns, whose texts are s and t.
CREATE MACRO csvsql.main.join
	(a, b, s, t, x JSONB, y JSONB) AS "postgres.jsonb_concat"(a, b),
	(a, b, s, t, x BOOLEAN[], y BOOLEAN) AS list_append(a, b),
	(a, b, s, t, x BIGINT[], y BIGINT) AS list_append(a, b),
	(a, b, s, t, x DECIMAL(38,10)[], y DECIMAL(38,10)) AS list_append(a, b),
	(a, b, s, t, x DOUBLE[], y DOUBLE) AS list_append(a, b),
	(a, b, s, t, x VARCHAR[], y VARCHAR) AS list_append(a, b),
	(a, b, s, t, x DATE[], y DATE) AS list_append(a, b),
	(a, b, s, t, x TIMESTAMP[], y TIMESTAMP) AS list_append(a, b),
	(a, b, s, t, x TIMESTAMPTZ[], y TIMESTAMPTZ) AS list_append(a, b),
	(a, b, s, t, x BOOLEAN, y BOOLEAN[]) AS list_prepend(a, b),
	(a, b, s, t, x BIGINT, y BIGINT[]) AS list_prepend(a, b),
	(a, b, s, t, x DECIMAL(38,10), y DECIMAL(38,10)[]) AS list_prepend(a, b),
	(a, b, s, t, x DOUBLE, y DOUBLE[]) AS list_prepend(a, b),
	(a, b, s, t, x VARCHAR, y VARCHAR[]) AS list_prepend(a, b),
	(a, b, s, t, x DATE, y DATE[]) AS list_prepend(a, b),
	(a, b, s, t, x TIMESTAMP, y TIMESTAMP[]) AS list_prepend(a, b),
	(a, b, s, t, x TIMESTAMPTZ, y TIMESTAMPTZ[]) AS list_prepend(a, b),
	(a, b, s, t, x BLOB, y BLOB) AS a || b,
	(a, b, s, t, x DOUBLE, y) AS s || b,
	(a, b, s, t, x, y DOUBLE) AS a || t,
	(a, b, s, t, x INTERVAL, y) AS s || b,
	(a, b, s, t, x, y INTERVAL) AS a || t,
	(a, b, s, t, x, y) AS a || b;

CREATE MACRO csvsql.main.sha256(x) AS unhex(sha256(x));

CREATE MACRO csvsql.main.make_interval(years := 0, months := 0, weeks := 0, days := 0, hours := 0, mins := 0, secs := 0) AS
	to_months((years * 12 + months)::INTEGER) + to_days((weeks * 7 + days)::INTEGER)
	+ to_microseconds((hours::BIGINT * 3600000000 + mins::BIGINT * 60000000 + round_even(secs::DOUBLE * 1000000, 0)::BIGINT));

-- to_char by PostgreSQL's template f, or by s, which means the same to strftime.
CREATE MACRO csvsql.main.to_char
	(v, f, s, x DATE) AS CASE WHEN isfinite(v) THEN strftime(v, s) END,
	(v, f, s, x TIMESTAMP) AS CASE WHEN isfinite(v) THEN strftime(v, s) END,
	(v, f, s, x TIMESTAMPTZ) AS CASE WHEN isfinite(v) THEN strftime(v, s) END,
	(v, f, s, x) AS "postgres.to_char"(v, f, now());
CREATE MACRO csvsql.main.to_number(s, f) AS "postgres.to_number"(s, f)::pg_numeric;
CREATE MACRO csvsql.main.to_timestamp(v) AS CASE
	WHEN isnan(v::DOUBLE) THEN error('SQLSTATE 22008: timestamp cannot be NaN')
	WHEN v::DOUBLE = 'infinity'::DOUBLE THEN 'infinity'::TIMESTAMPTZ
	WHEN v::DOUBLE = '-infinity'::DOUBLE THEN '-infinity'::TIMESTAMPTZ
	WHEN v::DOUBLE < -210866803200 OR v::DOUBLE >= 9223372036854 THEN error('SQLSTATE 22008: timestamp out of range: "' || v::VARCHAR || '"')
	ELSE to_timestamp(v::DOUBLE) END;

-- Whether two periods have a time in common. A period goes from the earlier of its
-- ends, or the one that is not NULL, to the other one.
CREATE MACRO csvsql.main.period_end
	(s, e, x DATE) AS e,
	(s, e, x TIMESTAMP) AS e,
	(s, e, x TIMESTAMPTZ) AS e,
	(s, e, x TIME) AS e,
	(s, e, x INTERVAL) AS s + e;
CREATE MACRO csvsql.main.overlapping(a, b, c, d) AS CASE
	WHEN least(a, b) IS NULL OR least(c, d) IS NULL THEN NULL
	WHEN least(a, b) > least(c, d) THEN CASE
		WHEN c IS NULL OR d IS NULL THEN NULL WHEN least(a, b) < greatest(c, d) THEN true
		WHEN a IS NULL OR b IS NULL THEN NULL ELSE false END
	WHEN least(a, b) < least(c, d) THEN CASE
		WHEN a IS NULL OR b IS NULL THEN NULL WHEN least(c, d) < greatest(a, b) THEN true
		WHEN c IS NULL OR d IS NULL THEN NULL ELSE false END
	WHEN a IS NOT NULL AND b IS NOT NULL AND c IS NOT NULL AND d IS NOT NULL THEN true END;

CREATE MACRO csvsql.main.jsonb_set_as(j, p, v, c, n) AS CASE
	WHEN n IS NULL OR n NOT IN ('raise_exception', 'use_json_null', 'delete_key', 'return_target')
	THEN error('SQLSTATE 22023: null_value_treatment must be "delete_key", "return_target", "use_json_null", or "raise_exception"')
	WHEN v IS NOT NULL THEN "postgres.jsonb_set"(j, p, v, c)
	WHEN n = 'use_json_null' THEN "postgres.jsonb_set"(j, p, 'null'::JSONB, c)
	WHEN n = 'delete_key' THEN "postgres.jsonb_delete_path"(j, p)
	WHEN n = 'return_target' OR j IS NULL OR p IS NULL OR c IS NULL THEN j
	ELSE error('SQLSTATE 22004: JSON value must not be null') END;
CREATE MACRO csvsql.main.jsonb_set_lax
	(j, p, v) AS csvsql.main.jsonb_set_as(j, p, v, true, 'use_json_null'),
	(j, p, v, c) AS csvsql.main.jsonb_set_as(j, p, v, c, 'use_json_null'),
	(j, p, v, c, n) AS csvsql.main.jsonb_set_as(j, p, v, c, n);
