package rewrite

import (
	"regexp"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// Comment is COMMENT ON of a table, a view of either kind, or a column of one.
type Comment struct {
	Kind          string // "TABLE", "VIEW", "MATERIALIZED VIEW", "COLUMN"
	Schema, Table string
	Column        string // "" for the table itself
	Text          string // "" for NULL, which removes the comment
	before        string // the statement up to the text
}

// ParseComment reads COMMENT ON; false if it is no such statement.
func ParseComment(sql string) (Comment, bool) {
	tokens, ok := tokenize(sql)
	if !ok || len(tokens) == 0 {
		return Comment{}, false
	}
	statement, ok := parse(sql)
	s := statement.GetCommentStmt()
	if !ok || s == nil {
		return Comment{}, false
	}
	c := Comment{Text: s.Comment, Kind: commentKinds[s.Objtype], before: sql[:tokens[len(tokens)-1].Start]}
	var names []string
	for _, n := range s.Object.GetList().GetItems() {
		names = append(names, n.GetString_().GetSval())
	}
	switch s.Objtype {
	case pg.ObjectType_OBJECT_COLUMN:
		if len(names) < 2 {
			return Comment{}, false
		}
		c.Column, names = names[len(names)-1], names[:len(names)-1]
	case pg.ObjectType_OBJECT_TABLE, pg.ObjectType_OBJECT_VIEW, pg.ObjectType_OBJECT_MATVIEW:
	default:
		return Comment{}, false
	}
	if len(names) == 0 {
		return Comment{}, false
	}
	c.Table = names[len(names)-1]
	if len(names) > 1 {
		c.Schema = names[len(names)-2]
	}
	return c, true
}

var commentKinds = map[pg.ObjectType]string{
	pg.ObjectType_OBJECT_TABLE: "TABLE", pg.ObjectType_OBJECT_VIEW: "VIEW",
	pg.ObjectType_OBJECT_MATVIEW: "MATERIALIZED VIEW", pg.ObjectType_OBJECT_COLUMN: "COLUMN",
}

// With is the statement with another text.
func (c Comment) With(text string) string {
	before := c.before
	if c.Kind == "MATERIALIZED VIEW" { // to the engine it is a table
		before = materializedView.ReplaceAllString(before, "TABLE")
	}
	return before + literal(text)
}

var materializedView = regexp.MustCompile(`(?i)materialized\s+view`)
