package catalog

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/dialect/rewrite"
	"github.com/csvsql/csvsql/wire/pglex"
)

// Materialized is what is kept of a materialized view beside its rows: in a note
// behind the comment of the table that has them (see CommentOf), so that it is
// written, renamed, rolled back and recovered with the table.
type Materialized struct {
	// Query is PostgreSQL's SQL, with the schemas of the relations that it reads.
	Query string
	// Path is the search_path in which names of Query are looked up; empty if all
	// that it reads is named with its schema.
	Path string `json:",omitempty"`
	// Columns are the names of Query's columns when the view was made: it may have
	// more of them when it is refreshed.
	Columns   []string
	Populated bool
}

// materializedNote begins the note of a materialized view.
const materializedNote = "materialized "

// Note is what CommentOf takes.
func (m *Materialized) Note() string { return materializedNote + noteText(m) }

// materialized reads a note; nil if it is not that of a materialized view.
func materialized(note string) *Materialized {
	text, ok := strings.CutPrefix(note, materializedNote)
	if !ok {
		return nil
	}
	m := &Materialized{}
	if json.Unmarshal([]byte(text), m) != nil {
		return nil
	}
	return m
}

// definition is the query with the names that the view's columns have.
func (m *Materialized) definition(columns []Column) string {
	names, same := make([]string, len(columns)), len(columns) == len(m.Columns)
	for i, c := range columns {
		names[i] = pglex.QuoteIdentifier(c.Name)
		same = same && c.Name == m.Columns[i]
	}
	if same {
		return m.Query
	}
	return "SELECT * FROM (" + m.Query + ") AS query (" + strings.Join(names, ", ") + ")"
}

// Reads are the tables and views that the query of t names; none if t is no view of
// either kind. The names of a view's query are those that it was made with: without
// a schema they are looked for in the view's own, and in public.
func (s *Snapshot) Reads(t *Table) []*Table {
	s.once.Do(func() {
		s.reads = map[uint32][]*Table{}
		for i := range s.Tables {
			if t := &s.Tables[i]; t.Query != "" {
				s.reads[t.OID] = s.mentioned(t)
			}
		}
	})
	return s.reads[t.OID]
}

func (s *Snapshot) mentioned(t *Table) (list []*Table) {
	mentions, _ := rewrite.Mentions(t.Query)
	for _, m := range mentions {
		read, ok := s.Find(engine.TableName{Schema: m.Schema, Name: m.Name}, []string{t.Schema, "public"})
		if ok && read != t && !slices.Contains(list, read) {
			list = append(list, read)
		}
	}
	return list
}

// Dependents are the views of either kind whose queries name t.
func (s *Snapshot) Dependents(t *Table) (list []*Table) {
	for i := range s.Tables {
		if slices.Contains(s.Reads(&s.Tables[i]), t) {
			list = append(list, &s.Tables[i])
		}
	}
	return list
}

// Unpopulated is a materialized view without rows among t and all that it reads, or
// nil.
func (s *Snapshot) Unpopulated(t *Table) *Table { return s.unpopulated(t, map[*Table]bool{}) }

func (s *Snapshot) unpopulated(t *Table, seen map[*Table]bool) *Table {
	if t.Materialized != nil {
		if t.Materialized.Populated {
			return nil // it has the rows: what it reads does not matter
		}
		return t
	}
	if seen[t] {
		return nil
	}
	seen[t] = true
	for _, read := range s.Reads(t) {
		if u := s.unpopulated(read, seen); u != nil {
			return u
		}
	}
	return nil
}
