package rewrite

import pg "github.com/pganalyze/pg_query_go/v6"

// dateTime writes a constant date, time or interval in a form that the engine
// reads as PostgreSQL does. It reports false if it leaves it alone.
func (r *rewriter) dateTime(n *pg.Node, c *pg.TypeCast, name, value string) bool {
	return false
}
