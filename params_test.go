package csvsql_test

import (
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

func TestParamsTry(t *testing.T) {
	c := connect(t, serve(t, t.TempDir()), pgx.QueryExecModeExec).PgConn()
	exec(t, c, "CREATE TABLE t (a INTEGER, n DECIMAL(10,2), b TINYINT, ub UBIGINT, h HUGEINT)")
	for _, x := range []struct {
		sql  string
		oid  uint32
		vals []string
	}{
		{"SELECT $1", 1700, []string{"12.345", "1", "NaN", "1e40", "0.00000000000000000000000000000000000000001"}},
		{"SELECT $1 + 1", 1700, []string{"12.345", "1", "-0.5"}},
		{"SELECT $1::numeric", 0, []string{"12.345", "1"}},
		{"SELECT $1::numeric(10,2)", 0, []string{"12.345", "1", "x"}},
		{"SELECT $1::numeric(10,2)", 1700, []string{"12.345", "1"}},
		{"SELECT a FROM (VALUES (1.5), (2.25)) v(a) WHERE a > $1", 0, []string{"1.55", "1", "1.123456"}},
		{"SELECT a FROM (VALUES (1.5), (2.25)) v(a) WHERE a > $1", 1700, []string{"1.55", "1", "1.123456"}},
		{"SELECT coalesce($1, n) FROM (VALUES (1.5), (2.25)) v(n)", 1700, []string{"1.123456", "7"}},
		{"INSERT INTO t (n) VALUES ($1) RETURNING n", 0, []string{"1.555", "1", "999999999999"}},
		{"INSERT INTO t (n) VALUES ($1) RETURNING n", 1700, []string{"1.555", "1", "999999999999"}},
		{"INSERT INTO t (a) VALUES ($1) RETURNING a", 0, []string{"1", "x", "99999999999"}},
		{"INSERT INTO t (b) VALUES ($1) RETURNING b", 0, []string{"1", "x", "300"}},
		{"INSERT INTO t (ub) VALUES ($1) RETURNING ub", 0, []string{"18446744073709551615", "-1", "18446744073709551616"}},
		{"INSERT INTO t (h) VALUES ($1) RETURNING h", 0, []string{"170141183460469231731687303715884105727", "-1.5"}},
		{"SELECT $1::int[]", 0, []string{"{1,2,NULL}", "{x}"}},
		{"SELECT $1", 1007, []string{"{1,2,NULL}", "{{1,2},{3,4}}", "{}"}},
		{"SELECT $1", 1231, []string{"{1.5,2.25,NULL}"}},
		{"SELECT 1 = ANY($1)", 1007, []string{"{1,2,NULL}"}},
		{"SELECT NULL", 0, nil},
		{"SELECT NULL AS a, $1 AS b", 0, []string{"x"}},
		{"SELECT $1 UNION ALL SELECT 'y'", 0, []string{"x"}},
		{"SELECT CASE WHEN $1 THEN $1 END", 16, []string{"t"}},
	} {
		if x.vals == nil {
			x.vals = []string{""}
		}
		for _, v := range x.vals {
			var params [][]byte
			var oids []uint32
			if v != "" {
				params, oids = [][]byte{[]byte(v)}, []uint32{x.oid}
			}
			r := c.ExecParams(t.Context(), x.sql, params, oids, nil, nil).Read()
			out := ""
			for _, row := range r.Rows {
				for i, f := range row {
					out += fmt.Sprintf("%s(%d,%d) ", f, r.FieldDescriptions[i].DataTypeOID, r.FieldDescriptions[i].TypeModifier)
				}
			}
			e, _ := r.Err.(interface{ SQLState() string })
			_ = e
			t.Logf("%-60s %5d %-20s -> %s %v", x.sql, x.oid, v, out, r.Err)
		}
	}
	_ = pgtype.BoolOID
}
