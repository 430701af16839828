// Package catalog knows what tables there are, in PostgreSQL's terms.
//
// A [Snapshot] is what one session sees: tables and views with their columns,
// each with its PostgreSQL type. It is read from the engine contract alone, so
// that every engine has it. It is the room for pg_catalog and
// information_schema, which are made of a Snapshot.
package catalog

import (
	"context"
	"slices"
	"strings"

	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/engine"
)

// Snapshot is what a session saw when the engine was at Version. It is never
// changed.
type Snapshot struct {
	Version uint64  // of engine.Session
	Tables  []Table // sorted by schema and name
}

// Table is a table or a view.
type Table struct {
	engine.TableName
	View    bool
	Comment string
	Columns []Column
}

// Column is a column of a table.
type Column struct {
	Name     string
	Type     encoding.Type // as RowDescription has it
	Declared string        // as the engine declares it
}

// Read makes a Snapshot of what s sees.
func Read(ctx context.Context, s engine.Session) (*Snapshot, error) {
	// The version first: what changes meanwhile makes the snapshot old.
	snapshot := &Snapshot{Version: s.Version()}
	for t, err := range s.Tables(ctx, engine.TableFilter{}) {
		if err != nil {
			return nil, err
		}
		table := Table{TableName: t.TableName, View: t.View, Comment: t.Comment}
		for _, c := range t.Columns {
			table.Columns = append(table.Columns, Column{
				Name:     c.Field.Name,
				Type:     encoding.TypeOf(c.Field),
				Declared: c.Type,
			})
		}
		snapshot.Tables = append(snapshot.Tables, table)
	}
	slices.SortFunc(snapshot.Tables, func(a, b Table) int {
		if c := strings.Compare(a.Schema, b.Schema); c != 0 {
			return c
		}
		return strings.Compare(a.Name, b.Name)
	})
	return snapshot, nil
}

// Find looks a name up, in any case. Without a schema the table is searched in
// those of path, in their order.
func (s *Snapshot) Find(name engine.TableName, path []string) (*Table, bool) {
	if name.Schema != "" {
		path = []string{name.Schema}
	}
	for _, schema := range path {
		for i := range s.Tables {
			t := &s.Tables[i]
			if strings.EqualFold(t.Schema, schema) && strings.EqualFold(t.Name, name.Name) {
				return t, true
			}
		}
	}
	return nil, false
}
