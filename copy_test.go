package csvsql_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// copyTypes is a table with a column of each type that COPY takes in, and values
// at the ends of what they hold.
const copyTypes = `CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE types (id INTEGER, b BOOLEAN, i1 TINYINT, i2 SMALLINT, i4 INTEGER, i8 BIGINT, i16 HUGEINT,
	u1 UTINYINT, u2 USMALLINT, u4 UINTEGER, u8 UBIGINT, u16 UHUGEINT, f4 FLOAT, f8 DOUBLE,
	d4 DECIMAL(4,1), d9 DECIMAL(9,4), d18 DECIMAL(18,6), d38 DECIMAL(38,10), s VARCHAR, bin BLOB, bits BIT,
	day DATE, tim TIME, atz TIMETZ, ts TIMESTAMP, ts_s TIMESTAMP_S, ts_ms TIMESTAMP_MS, tstz TIMESTAMPTZ, iv INTERVAL,
	uid UUID, j JSON, e mood, li INTEGER[], ls VARCHAR[], arr INTEGER[3], arr2 INTEGER[2][2], st STRUCT(a INTEGER, b VARCHAR[]), m MAP(VARCHAR, INTEGER));
INSERT INTO types VALUES
	(1, true, -128, -32768, -2147483648, -9223372036854775808, -170141183460469231731687303715884105728,
	0, 0, 0, 0, 0, '-3.4028235e38', '-1.7976931348623157e308', -999.9, -99999.9999, -999999999999.999999,
	-9999999999999999999999999999.9999999999, '', '', '0', '4713-01-01 (BC)', '00:00:00', '00:00:00+15:59', '0044-03-15 (BC) 12:00:00',
	'1970-01-01', '1970-01-01', '-infinity', '-178000000 years', '00000000-0000-0000-0000-000000000000', '{}', 'sad', [], [], [0, 0, 0], [[0, 0], [0, 0]], {'a': 1, 'b': []}, MAP {}),
	(2, false, 127, 32767, 2147483647, 9223372036854775807, 170141183460469231731687303715884105727,
	255, 65535, 4294967295, 18446744073709551615, 340282366920938463463374607431768211455, 'nan', 'inf', 999.9, 99999.9999, 999999999999.999999,
	9999999999999999999999999999.9999999999, E'a"b''c,d\\e\tf\ng\r\\.', '\x00\xFF\x5C', '1010101', 'infinity', '24:00:00', '23:59:59.999999-15:59', 'infinity',
	'2262-04-11 23:47:16', '2262-04-11 23:47:16.854', '290000-01-10 04:00:54.775806+00', '1 year 2 mons -3 days 04:05:06.789', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '{"a": [1, "x"]}', 'ok',
	[1, NULL, -3], ['a,b', NULL, '"', '', 'NULL', '\', '{}'], [1, NULL, 3], [[1, 2], [3, 4]], {'a': NULL, 'b': ['x', NULL]}, MAP {'k': 1, 'l': NULL});
INSERT INTO types (id) VALUES (3);`

// TestCopyEveryType copies a table out and into another one, in every format.
func TestCopyEveryType(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	c := connect(t, serve(t, t.TempDir()), pgx.QueryExecModeExec).PgConn()
	mustExec(t, c, copyTypes)
	for _, format := range []string{"(FORMAT text)", "(FORMAT csv)", "(FORMAT csv, DELIMITER '-', NULL '0')", "(FORMAT binary)",
		"(DELIMITER ':', NULL 'nil')"} {
		mustExec(t, c, "CREATE OR REPLACE TABLE copied AS SELECT * FROM types LIMIT 0")
		var data bytes.Buffer
		if tag, err := c.CopyTo(ctx, &data, "COPY types TO STDOUT "+format); err != nil || tag.String() != "COPY 3" {
			t.Errorf("%s: %v, %v", format, tag, err)
		}
		if tag, err := c.CopyFrom(ctx, &data, "COPY copied FROM STDIN "+format); err != nil || tag.String() != "COPY 3" {
			t.Errorf("%s: %v, %v", format, tag, err)
			continue
		}
		const differs = "SELECT column_name FROM (DESCRIBE types) WHERE column_name != 'id'"
		for _, column := range query(t, c, differs) {
			if got := query(t, c, fmt.Sprintf("SELECT a.id FROM types a JOIN copied b USING (id) WHERE a.%[1]s IS DISTINCT FROM b.%[1]s", column)); len(got) > 0 {
				t.Errorf("%s: column %s of row %v has changed", format, column, got)
			}
		}
	}
}

// TestCopyInErrors: a failed COPY says where it failed and leaves nothing.
func TestCopyInErrors(t *testing.T) {
	t.Parallel()
	c := connect(t, serve(t, t.TempDir()), pgx.QueryExecModeExec).PgConn()
	mustExec(t, c, "CREATE TABLE t (a INTEGER PRIMARY KEY, n DECIMAL(38,0), b TINYINT, l INTEGER[], j JSON)")
	many := strings.Builder{}
	for i := range 200_000 {
		fmt.Fprintf(&many, "%d\t1\t1\t{}\t{}\n", i)
	}
	for _, test := range []struct{ data, code, where string }{
		{"1\t2\t3\t{}\tnull\n1\t2\t3\t{x}\t1\n", "22P02", `COPY t, line 2, column l: "{x}"`},
		{"1\t2\t3\t{{1}}\tnull\n", "2202E", `COPY t, line 1, column l: "{{1}}"`},
		{"1\t2\t300\t{}\tnull\n", "22003", `COPY t, line 1, column b: "300"`},
		{"1\tNaN\t3\t{}\tnull\n", "22003", `COPY t, line 1, column n: "NaN"`},
		{"1\t2\t3\t{}\t{\n", "22P02", `COPY t, line 1, column j: "{"`},
		{many.String() + "x\t1\t1\t{}\t{}\n", "22P02", `COPY t, line 200001, column a: "x"`},
		{"1\t2\t3\t{}\tnull\n1\t2\t3\t{}\tnull\n", "23505", "COPY t, in lines up to 3"},
		{"\\N\t2\t3\t{}\tnull\n", "23502", "COPY t, in lines up to 2"},
	} {
		_, err := c.CopyFrom(t.Context(), strings.NewReader(test.data), "COPY t FROM STDIN")
		var e *pgconn.PgError
		if !errors.As(err, &e) || e.Code != test.code || e.Where != test.where {
			t.Errorf("%.40q: %+v, want %s %s", test.data, err, test.code, test.where)
		}
	}
	if n := query(t, c, "SELECT count(*) FROM t"); n[0] != "0" {
		t.Errorf("%s rows are left", n)
	}

	// What is wrong with the table is told before the client is asked for data,
	// for which this one would wait.
	mustExec(t, c, "CREATE VIEW v AS SELECT a FROM t")
	for sql, code := range map[string]string{
		"COPY v FROM STDIN": "42809", "COPY nope FROM STDIN": "42P01", "COPY t (a, x) FROM STDIN": "42703", "COPY t FROM STDIN WHERE x = 1": "42703",
	} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := c.Exec(ctx, sql).ReadAll(); sqlstate(err) != code {
			t.Errorf("%s: %v, want %s", sql, err, code)
		}
	}
}

// TestCopyInTransaction: a COPY is a part of its transaction, and a read-only one
// has none.
func TestCopyInTransaction(t *testing.T) {
	t.Parallel()
	c := connect(t, serve(t, t.TempDir()), pgx.QueryExecModeExec).PgConn()
	mustExec(t, c, "CREATE TABLE t (a INTEGER)")
	in := func() error {
		_, err := c.CopyFrom(t.Context(), strings.NewReader("1\n2\n"), "COPY t FROM STDIN")
		return err
	}
	mustExec(t, c, "BEGIN")
	if err := in(); err != nil {
		t.Error(err)
	}
	mustExec(t, c, "ROLLBACK")
	mustExec(t, c, "BEGIN READ ONLY")
	if err := in(); sqlstate(err) != "25006" {
		t.Error(err)
	}
	mustExec(t, c, "ROLLBACK")
	if n := query(t, c, "SELECT count(*) FROM t"); n[0] != "0" {
		t.Errorf("%s rows", n)
	}
	mustExec(t, c, "BEGIN")
	if err := in(); err != nil {
		t.Error(err)
	}
	mustExec(t, c, "COMMIT")
	if n := query(t, c, "SELECT count(*) FROM t"); n[0] != "2" {
		t.Errorf("%s rows", n)
	}
}

// TestCopyBreaksOff: a client that vanishes, a query that fails in the middle and
// a cancel end a COPY, and what was copied so far is gone.
func TestCopyBreaksOff(t *testing.T) {
	t.Parallel()
	addr := serve(t, t.TempDir())
	c := connect(t, addr, pgx.QueryExecModeExec).PgConn()
	mustExec(t, c, "CREATE TABLE t (a INTEGER)")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	rows := 0
	_, err := c.CopyFrom(ctx, reader(func(b []byte) (int, error) {
		if rows++; rows == 100 {
			return 0, io.ErrUnexpectedEOF // pgx sends CopyFail
		}
		return copy(b, "1\n"), nil
	}), "COPY t FROM STDIN")
	if sqlstate(err) != "57014" {
		t.Error(err)
	}
	_, err = c.CopyTo(ctx, io.Discard, "COPY (SELECT CASE WHEN i = 1000000 THEN error('broken') ELSE 'x' END FROM range(2000000) r(i)) TO STDOUT")
	// Which of the engine's threads is heard first is not certain: that which has
	// failed, or one that was stopped for it.
	if e := (*pgconn.PgError)(nil); !errors.As(err, &e) {
		t.Error(err)
	}
	gone := connect(t, addr, pgx.QueryExecModeExec).PgConn()
	_, err = gone.CopyFrom(ctx, reader(func(b []byte) (int, error) {
		gone.Conn().Close()
		return copy(b, "1\n"), nil
	}), "COPY t FROM STDIN")
	if err == nil {
		t.Error("a COPY over a closed connection succeeded")
	}
	if n := query(t, c, "SELECT count(*) FROM t"); n[0] != "0" {
		t.Errorf("%s rows are left", n)
	}
}

type reader func(b []byte) (int, error)

func (r reader) Read(b []byte) (int, error) { return r(b) }

// mustExec runs statements that have to succeed.
func mustExec(t *testing.T, c *pgconn.PgConn, sql string) {
	t.Helper()
	if _, err := c.Exec(t.Context(), sql).ReadAll(); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// query is the first column of a query, as text.
func query(t *testing.T, c *pgconn.PgConn, sql string) (values []string) {
	t.Helper()
	results, err := c.Exec(t.Context(), sql).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	for _, row := range results[0].Rows {
		values = append(values, string(row[0]))
	}
	return values
}
