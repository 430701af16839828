package csvsql_test

import (
	"testing"

	"github.com/jackc/pgx/v5"
)

// TestOnConstraint: ON CONFLICT names a key by its constraint. The answers are
// PostgreSQL's, but for names of the user's own.
func TestOnConstraint(t *testing.T) {
	t.Parallel()
	c := connect(t, serve(t, t.TempDir()), pgx.QueryExecModeSimpleProtocol).PgConn()
	follow(t, c, []step{
		{"CREATE TABLE u (id int PRIMARY KEY, v int, w int, UNIQUE (v, w)); INSERT INTO u VALUES (1, 1, 1)", ": "},
		{"INSERT INTO u VALUES (1, 2) ON CONFLICT ON CONSTRAINT u_pkey DO NOTHING", ": "},
		{"INSERT INTO u VALUES (1, 2) ON CONFLICT /* once */ ON CONSTRAINT u_pkey DO UPDATE SET v = excluded.v + u.v WHERE u.v > 0 RETURNING v", "v: 3"},
		{"INSERT INTO public.u AS x SELECT 7, 3, 1 ON CONFLICT ON CONSTRAINT u_v_w_key DO UPDATE SET w = 9 RETURNING *", "id,v,w: 1,3,9"},
		{"PREPARE p AS INSERT INTO u VALUES ($1, $2) ON CONFLICT ON CONSTRAINT u_pkey DO UPDATE SET v = excluded.v", ": "},
		{"EXECUTE p(1, 50)", ": "},
		{"SELECT * FROM u", "id,v,w: 1,50,9"},
		{"INSERT INTO u VALUES (1, 2) ON CONFLICT ON CONSTRAINT nosuch DO NOTHING", "0A000"},
	})
}
