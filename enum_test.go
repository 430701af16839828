package csvsql_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// TestEnumeratedTypes: values are ordered as the type has them, also beside strings,
// and a type stays while there are columns of it. The answers are PostgreSQL's.
func TestEnumeratedTypes(t *testing.T) {
	t.Parallel()
	c := connect(t, serve(t, t.TempDir()), pgx.QueryExecModeSimpleProtocol).PgConn()
	follow(t, c, []step{
		{"CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')", ": "},
		{"CREATE TABLE e (m mood, n int); INSERT INTO e VALUES ('sad', 1), ('happy', 2), ('ok', 3)", ": "},
		{"SELECT n FROM e WHERE m > 'ok'", "n: 2"},
		{"SELECT n FROM e WHERE 'happy' > m ORDER BY m", "n: 1; 3"},
		{"SELECT n FROM e WHERE m BETWEEN 'ok' AND 'happy' ORDER BY m", "n: 3; 2"},
		{"SELECT n FROM e WHERE m NOT BETWEEN 'ok' AND 'happy'", "n: 1"},
		{"SELECT greatest(m, 'ok') AS g FROM e ORDER BY g", "g: ok; ok; happy"},
		{"SELECT CASE WHEN n = 1 THEN 'ok' ELSE m END AS x FROM e ORDER BY x", "x: ok; ok; happy"},
		{"SELECT coalesce(m, 'ok') > 'ok' AS b FROM e ORDER BY n", "b: f; t; f"},
		{"SELECT min(m) AS least, max(m) AS most FROM e", "least,most: sad,happy"},
		{"PREPARE p AS SELECT n FROM e WHERE m >= $1 ORDER BY m", ": "},
		{"EXECUTE p('ok')", "n: 3; 2"},

		{"DROP TYPE mood", "2BP01"},
		{"DROP TYPE IF EXISTS nope, mood", "2BP01"},
		{"DROP TYPE nope", "42704"},
		{"DROP TABLE e; DROP TYPE IF EXISTS nope, mood", ": "},
		{"SELECT 'ok'::mood", "42704"},

		// Of another schema.
		{"CREATE SCHEMA s; CREATE TYPE s.size AS ENUM ('small', 'large'); CREATE TABLE s.t (z s.size)", ": "},
		{"INSERT INTO s.t VALUES ('large'), ('small')", ": "},
		{"SELECT z FROM s.t WHERE z < 'large'", "z: small"},
		{"DROP TYPE s.size", "2BP01"},
	})
}

// TestEnumLabels: what is no label is said of the type, where it stands.
func TestEnumLabels(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	c := connect(t, serve(t, t.TempDir()), pgx.QueryExecModeExec)
	if _, err := c.PgConn().Exec(ctx, "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE e (m mood); INSERT INTO e VALUES ('ok'), ('sad')").ReadAll(); err != nil {
		t.Fatal(err)
	}
	for sql, position := range map[string]int32{
		"SELECT 'fine'::mood":                          8,
		"SELECT * FROM e WHERE m = 'fine'":             27,
		"SELECT * FROM e WHERE m IN ('sad', 'fine')":   36,
		"INSERT INTO e VALUES ('ok'), ('fine')":        31,
		"INSERT INTO e SELECT 'fine'":                  22,
		"UPDATE e SET m = 'fine'":                      18,
		"SELECT * FROM e WHERE m > 'ok' OR m < 'fine'": 39,
	} {
		_, err := c.Exec(ctx, sql)
		var e *pgconn.PgError
		if !errors.As(err, &e) || e.Code != "22P02" || e.Message != `invalid input value for enum mood: "fine"` || e.Position != position {
			t.Errorf("%s: %v at %d, want position %d", sql, err, e.Position, position)
		}
	}
	rows, _ := c.Query(ctx, "SELECT m FROM e WHERE m < $1", "ok")
	if got, err := pgx.CollectRows(rows, pgx.RowTo[string]); err != nil || !slices.Equal(got, []string{"sad"}) {
		t.Errorf("beside a parameter: %v, %v", got, err)
	}
}
