package rewrite

import (
	"encoding/json"
	"maps"
	"slices"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/csvsql/csvsql/wire/pglex"
)

// Mention is a relation as a statement names it; without a schema Schema is "".
type Mention struct {
	Schema, Name string
	location     int
}

// Mentions are the relations that a statement names, but for its own common table
// expressions; false if the text is not PostgreSQL's SQL.
func Mentions(sql string) ([]Mention, bool) {
	if _, ok := tokenize(sql); !ok {
		return nil, false
	}
	text, err := pg.ParseToJSON(sql)
	if err != nil {
		return nil, false
	}
	var tree any
	if json.Unmarshal([]byte(text), &tree) != nil {
		return nil, false
	}
	var m mentions
	m.look(tree, nil)
	slices.SortFunc(m.list, func(a, b Mention) int { return a.location - b.location })
	return m.list, true
}

// Qualified is a query with the schema in front of each relation that is named
// without one. schemaOf is the schema of such a relation, or "". A text that is not
// PostgreSQL's SQL stays what it is, and false is returned.
func Qualified(sql string, schemaOf func(name string) string) (string, bool) {
	list, ok := Mentions(sql)
	var edits []edit
	for _, m := range list {
		if m.Schema != "" {
			continue
		}
		if schema := schemaOf(m.Name); schema != "" {
			edits = append(edits, edit{start: m.location, end: m.location, text: pglex.QuoteIdentifier(schema) + ".", kind: opening})
		}
	}
	text, _ := apply(sql, edits, 0, len(sql))
	return text, ok
}

// mentions walks a tree in its JSON form, in which every relation is an object with
// a relname, wherever in the grammar it stands.
type mentions struct{ list []Mention }

// look goes through a node. ctes are the common table expressions that are seen
// from it.
func (m *mentions) look(node any, ctes map[string]bool) {
	switch n := node.(type) {
	case []any:
		for _, item := range n {
			m.look(item, ctes)
		}
	case map[string]any:
		if name, ok := n["relname"].(string); ok {
			m.relation(n, name, ctes)
		}
		if with, ok := n["withClause"].(map[string]any); ok {
			ctes = m.with(with, ctes)
		}
		for key, item := range n {
			if key != "withClause" {
				m.look(item, ctes)
			}
		}
	}
}

func (m *mentions) relation(n map[string]any, name string, ctes map[string]bool) {
	schema, _ := n["schemaname"].(string)
	if schema == "" && ctes[name] {
		return
	}
	location, _ := n["location"].(float64) // 0 is left out
	m.list = append(m.list, Mention{schema, name, int(location)})
}

// with goes through common table expressions, and returns those that are seen
// behind them: each by the ones that follow, and by all if they are recursive.
func (m *mentions) with(clause map[string]any, outer map[string]bool) map[string]bool {
	seen := maps.Clone(outer)
	if seen == nil {
		seen = map[string]bool{}
	}
	list, _ := clause["ctes"].([]any)
	names := make([]string, len(list))
	for i, item := range list {
		wrapper, _ := item.(map[string]any)
		cte, _ := wrapper["CommonTableExpr"].(map[string]any)
		names[i], _ = cte["ctename"].(string)
		if recursive, _ := clause["recursive"].(bool); recursive {
			seen[names[i]] = true
		}
	}
	for i, item := range list {
		m.look(item, seen)
		seen[names[i]] = true
	}
	return seen
}
