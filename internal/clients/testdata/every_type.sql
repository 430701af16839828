-- A table with a column of each type, and a row without values. char(n) is not
-- there: csvsql does not pad it (docs/postgres-differences.md).
drop table if exists every_type;
create table every_type (k int, b bool, i2 int2, i4 int4, i8 int8, f4 float4, f8 float8, n numeric(12,3), t text, vc varchar(10),
    ba bytea, d date, tm time, ts timestamp, tz timestamptz, iv interval, u uuid, j json, jb jsonb, ia int4[], ta text[]);
insert into every_type values (1, true, -32768, 2147483647, 9007199254740993, 0.1, 1e-300, 123456789.125, 'it''s; héllo', 'abc',
    '\x00ff41'::bytea, '2020-02-29', '12:34:56.789', '2020-02-29 12:34:56.789', '2020-02-29 12:34:56.789+02', '1 day 02:03:04',
    'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{"a": [1, null]}', '{"b":2,"a":1}', '{1,NULL,3}'::int4[], '{x,"y z",NULL}'::text[]);
insert into every_type (k) values (2);
