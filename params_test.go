package csvsql_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// TestParameters sends arguments as text, of a declared type or of none (0), and
// looks at values and at the types that they are described with. All is what
// PostgreSQL says.
func TestParameters(t *testing.T) {
	t.Parallel()
	c := connect(t, serve(t, t.TempDir()), pgx.QueryExecModeExec).PgConn()
	mustExec(t, c, "CREATE TABLE t (n DECIMAL(10,2), small TINYINT, big UBIGINT)")
	for _, test := range []struct {
		sql      string
		declared uint32
		value    string
		want     string // value:type, or the SQLSTATE
	}{
		{"SELECT $1", pgtype.NumericOID, "12.345", "12.345:1700"},
		{"SELECT $1", pgtype.NumericOID, "1", "1:1700"},
		{"SELECT $1 + 1", pgtype.NumericOID, "12.345", "13.345:1700"},
		{"SELECT $1 + 1", pgtype.NumericOID, "-0.5", "0.5:1700"},
		{"SELECT coalesce($1, n) FROM (VALUES (1.5)) v(n)", pgtype.NumericOID, "1.123456", "1.123456:1700"},
		{"SELECT n FROM (VALUES (1.5), (2.25)) v(n) WHERE n > $1", pgtype.NumericOID, "1.55555", "2.25:1700"},
		{"SELECT n FROM (VALUES (1.5), (2.25)) v(n) WHERE n > $1", 0, "1.55555", "2.25:1700"},
		{"SELECT $1", pgtype.NumericArrayOID, "{1.5,NULL,2.25}", "{1.50,NULL,2.25}:1231"}, // PostgreSQL: 1.5, a scale for each
		{"SELECT $1", pgtype.NumericOID, "1e40", "22003"},                                 // PostgreSQL has more digits
		{"SELECT $1", pgtype.TimetzOID, "10:00:00+05:30", "10:00:00+05:30:1266"},
		{"SELECT $1", pgtype.VarbitOID, "0101", "0101:1562"},
		{"SELECT $1", pgtype.Int4ArrayOID, "{1,2,NULL}", "{1,2,NULL}:1007"},
		{"SELECT 1 = ANY($1)", pgtype.Int4ArrayOID, "{1,2,NULL}", "t:16"},
		{"INSERT INTO t (n) VALUES ($1) RETURNING n", pgtype.NumericOID, "1.555", "1.56:1700"},
		{"INSERT INTO t (n) VALUES ($1) RETURNING n", 0, "1.555", "1.56:1700"},
		{"INSERT INTO t (n) VALUES ($1) RETURNING n", 0, "999999999999", "22003"},
		{"INSERT INTO t (small) VALUES ($1) RETURNING small", 0, "300", "22003"},
		{"INSERT INTO t (small) VALUES ($1) RETURNING small", 0, "x", "22P02"},
		{"INSERT INTO t (big) VALUES ($1) RETURNING big", 0, "18446744073709551615", "18446744073709551615:1700"},
		{"INSERT INTO t (big) VALUES ($1) RETURNING big", 0, "18446744073709551616", "22003"},
		{"SELECT NULL AS a, $1 AS b, NULL::int AS c", 0, "x", ":25 x:25 :23"},
	} {
		for range 2 { // the second value has another scale than the statement was used with
			r := c.ExecParams(t.Context(), test.sql, [][]byte{[]byte(test.value)}, []uint32{test.declared}, nil, nil).Read()
			if got := described(r); got != test.want {
				t.Errorf("%s with %s of type %d: %s, want %s: %v", test.sql, test.value, test.declared, got, test.want, r.Err)
			}
		}
	}
}

// TestNumericParameterAgain: one prepared statement takes numerics of any scale.
func TestNumericParameterAgain(t *testing.T) {
	t.Parallel()
	c := connect(t, serve(t, t.TempDir()), pgx.QueryExecModeExec).PgConn()
	if _, err := c.Prepare(t.Context(), "s", "SELECT $1 * 2", []uint32{pgtype.NumericOID}); err != nil {
		t.Fatal(err)
	}
	for _, v := range []struct{ value, want string }{{"1.5", "3.0"}, {"1", "2"}, {"0.000000001", "0.000000002"}, {"1.5", "3.0"}} {
		r := c.ExecPrepared(t.Context(), "s", [][]byte{[]byte(v.value)}, nil, nil).Read()
		if r.Err != nil || string(r.Rows[0][0]) != v.want {
			t.Errorf("%s: %q, %v", v.value, r.Rows, r.Err)
		}
	}
	r := c.ExecPrepared(t.Context(), "s", [][]byte{nil}, nil, nil).Read()
	if r.Err != nil || r.Rows[0][0] != nil {
		t.Errorf("NULL: %q, %v", r.Rows, r.Err)
	}
}

// described is the only row of a result, each value with its type.
func described(r *pgconn.Result) string {
	if r.Err != nil {
		return sqlstate(r.Err)
	}
	var values []string
	for _, row := range r.Rows {
		for i, v := range row {
			values = append(values, fmt.Sprintf("%s:%d", v, r.FieldDescriptions[i].DataTypeOID))
		}
	}
	return strings.Join(values, " ")
}
