package csvsql_test

import (
	"testing"

	"github.com/jackc/pgx/v5"
)

// TestUnsupported: what is not done is refused as such, and not as a mistake in the
// grammar.
func TestUnsupported(t *testing.T) {
	t.Parallel()
	c := connect(t, serve(t, t.TempDir()), pgx.QueryExecModeSimpleProtocol).PgConn()
	follow(t, c, []step{
		{"CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE p (id int PRIMARY KEY, m mood); INSERT INTO p VALUES (1, 'sad'), (2, 'ok')", ": "},
		{"SELECT id FROM p WHERE m > 'sad'::mood", "id: 2"},
		{"SELECT id FROM p WHERE m = 'ok' AND id > '1'", "id: 2"},
	})
	for _, sql := range []string{
		"CREATE TABLE x (a int, b int GENERATED ALWAYS AS (a * 2) STORED)",
		"CREATE TABLE x (a int REFERENCES p ON DELETE CASCADE)",
		"CREATE TABLE x (a int, FOREIGN KEY (a) REFERENCES p ON UPDATE SET NULL)",
		"CREATE TABLE x (a int REFERENCES p DEFERRABLE INITIALLY DEFERRED)",
		"CREATE TABLE x (a int UNIQUE NULLS NOT DISTINCT)",
		"CREATE TABLE x (LIKE p INCLUDING ALL)",
		"CREATE TABLE x () INHERITS (p)",
		"CREATE TABLE x (a int) PARTITION BY RANGE (a)",
		"CREATE TYPE x AS (a int, b text)",
		"ALTER TYPE mood ADD VALUE 'glad'",
		"ALTER INDEX p_pkey RENAME TO x",
		"ALTER SCHEMA public RENAME TO x",
		"ALTER TABLE p ADD FOREIGN KEY (id) REFERENCES p",
		"SELECT json_build_array(VARIADIC ARRAY['a', 'b'])",
		"WITH x AS (DELETE FROM p RETURNING id) SELECT * FROM x",
	} {
		if got := answer(c, sql); got != "0A000" {
			t.Errorf("%s: %s", sql, got)
		}
	}
	follow(t, c, []step{{"CREATE TABLE x (a int REFERENCES p ON DELETE RESTRICT ON UPDATE NO ACTION, b int UNIQUE)", ": "}})
}
