package csvsql_test

import (
	"testing"

	"github.com/jackc/pgx/v5"
)

// TestViewDefinitions: the query of a view is the one that it was made with, not what
// the engine was given for it.
func TestViewDefinitions(t *testing.T) {
	t.Parallel()
	c := connect(t, serve(t, t.TempDir()), pgx.QueryExecModeSimpleProtocol).PgConn()
	const definition = "SELECT pg_get_viewdef('v'::regclass), obj_description('v'::regclass)"
	follow(t, c, []step{
		{"CREATE TABLE n (a int, b float8); INSERT INTO n VALUES (7, 2)", ": "},
		{"CREATE VIEW v AS SELECT round(sum(a) / 2.0, 1) AS r, b::text FROM n GROUP BY b;", ": "},
		{definition, "pg_get_viewdef,obj_description:  SELECT round(sum(a) / 2.0, 1) AS r, b::text FROM public.n GROUP BY b;,"},
		{"SELECT * FROM v", "r,b: 3.5,2"},
		{"COMMENT ON VIEW v IS 'halves [csvsql:x]'", ": "},
		{"CREATE OR REPLACE VIEW v (x) AS SELECT '[csvsql:y]' || a FROM n", ": "},
		{definition, "pg_get_viewdef,obj_description:  SELECT * FROM (SELECT '[csvsql:y]' || a FROM public.n) AS query (x);,halves [csvsql:x]"},
		{"SELECT definition = pg_get_viewdef('v'::regclass) AS same FROM pg_views WHERE viewname = 'v'", "same: t"},
		{"SELECT * FROM v", "x: [csvsql:y]7"},

		// As transactional as the view.
		{"BEGIN; CREATE OR REPLACE VIEW v AS SELECT 1 AS x; ROLLBACK", ": "},
		{"SELECT * FROM v", "x: [csvsql:y]7"},
		{"CREATE VIEW s.v AS SELECT 1", "3F000"},
		{"CREATE VIEW v AS SELECT 1", "42P07"},
		{"CREATE TEMP VIEW own AS SELECT a::text FROM n", ": "},
		{"SELECT pg_get_viewdef('own'::regclass)", "pg_get_viewdef:  SELECT a::text FROM public.n;"},
	})
}
