package csvsql_test

import (
	"testing"

	"github.com/jackc/pgx/v5"
)

// TestSessionWords: current_user and its like are the session's also in a query that
// makes a table or a view, whose columns are named after them.
func TestSessionWords(t *testing.T) {
	t.Parallel()
	c := connect(t, serve(t, t.TempDir()), pgx.QueryExecModeSimpleProtocol).PgConn()
	const words = "current_user, current_role, session_user, user, current_catalog"
	follow(t, c, []step{
		{"CREATE TABLE made AS SELECT " + words, ": "},
		{"CREATE VIEW viewed AS SELECT " + words, ": "},
		{"SELECT (SELECT made FROM made) = (SELECT viewed FROM viewed) AS same", "same: t"},
		{"SELECT current_user = session_user AND user = current_role AS same, made.current_catalog = current_database() AS here FROM made", "same,here: t,t"},
	})
}
