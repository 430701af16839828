package rewrite

import (
	pg "github.com/pganalyze/pg_query_go/v6"
)

// Comment is COMMENT ON of a table, a view or a column of one.
type Comment struct {
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
	c := Comment{Text: s.Comment, before: sql[:tokens[len(tokens)-1].Start]}
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
	case pg.ObjectType_OBJECT_TABLE, pg.ObjectType_OBJECT_VIEW:
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

// With is the statement with another text.
func (c Comment) With(text string) string { return c.before + literal(text) }
