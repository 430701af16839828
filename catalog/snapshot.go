package catalog

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/engine"
)

// Snapshot is what a session saw when the engine was at Version. It is never
// changed.
type Snapshot struct {
	Version   uint64   // of engine.Session
	Schemas   []Schema // sorted by name
	Tables    []Table  // sorted by schema and name
	Sequences []Sequence
	Enums     []Enum
	// Materialized says that there are materialized views.
	Materialized bool

	once  sync.Once
	reads map[uint32][]*Table // by the OID of a view: see Reads
}

// Schema is a schema with an OID.
type Schema struct {
	engine.Schema
	OID uint32
}

// Table is a table or a view.
type Table struct {
	engine.TableName
	OID       uint32
	Namespace uint32 // OID of the schema
	RowType   uint32 // OID of the type of its rows; the next one is its array
	View      bool
	// Materialized is set for a materialized view, which is no View: the rows of its
	// query are kept.
	Materialized *Materialized
	Query        string // of a view of either kind
	Comment      string
	Note         string // the server's own, which is kept behind the comment
	Rows         int64
	Columns      []Column
	Constraints  []Constraint
	Indexes      []Index
}

// Column is a column of a table.
type Column struct {
	Name     string
	Type     encoding.Type // as RowDescription has it
	Declared string        // as the engine declares it
	NotNull  bool
	Default  string // an expression in PostgreSQL's spelling, or ""
	Comment  string
	Note     string // as that of a table
	// enum is the OID of the type that CREATE TYPE made, or 0.
	enum uint32
}

// Constraint is a constraint with the name that PostgreSQL would give it.
type Constraint struct {
	engine.Constraint
	OID   uint32
	Index uint32 // OID of the index of a primary or unique key, and of the one a foreign key refers to
}

// Index is an index, also that of a primary or unique key.
type Index struct {
	engine.Index
	OID     uint32
	Primary bool
	Columns []int // from 0; -1 for an expression
}

// Sequence is a sequence. Its Start is PostgreSQL's, with which it begins after
// RESTART, and First the engine's, with which it begins if there is no Last.
type Sequence struct {
	engine.Sequence
	OID, Namespace uint32
	First          int64
}

// Enum is an enumerated type.
type Enum struct {
	engine.Enum
	OID, Array, Namespace uint32
}

// Read makes a Snapshot of what s sees.
func Read(ctx context.Context, s engine.Session) (*Snapshot, error) {
	// The version first: what changes meanwhile makes the snapshot old.
	snapshot := &Snapshot{Version: s.Version()}
	var tables []engine.Table
	for t, err := range s.Tables(ctx, engine.TableFilter{}) {
		if err != nil {
			return nil, err
		}
		tables = append(tables, t)
	}
	slices.SortFunc(tables, func(a, b engine.Table) int {
		return cmp.Or(strings.Compare(a.Schema, b.Schema), strings.Compare(a.Name, b.Name))
	})
	var objects engine.Objects
	if inspector, ok := s.(engine.Inspector); ok {
		var err error
		if objects, err = inspector.Objects(ctx); err != nil {
			return nil, err
		}
	}
	snapshot.fill(tables, objects)
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

// fill gives everything its OID and its name in PostgreSQL.
func (s *Snapshot) fill(tables []engine.Table, objects engine.Objects) {
	ids := &oids{taken: map[uint32]bool{}}
	s.addSchemas(ids, tables, objects)
	for _, q := range objects.Sequences {
		sequence := Sequence{q, ids.of("sequence", q.Schema, q.Name), s.schema(q.Schema), q.Start}
		comment, note := splitComment(q.Comment)
		sequence.Comment = comment
		if start, ok := strings.CutPrefix(note, startNote); ok {
			sequence.Start, _ = strconv.ParseInt(start, 10, 64)
		}
		s.Sequences = append(s.Sequences, sequence)
	}
	for _, e := range objects.Enums {
		id := ids.of("type", e.Schema, e.Name)
		s.Enums = append(s.Enums, Enum{e, id, ids.of("array", e.Schema, e.Name), s.schema(e.Schema)})
	}
	for _, t := range tables {
		table := s.table(ids, t)
		s.Materialized = s.Materialized || table.Materialized != nil
		s.Tables = append(s.Tables, table)
	}
	s.linkForeignKeys()
}

func (s *Snapshot) addSchemas(ids *oids, tables []engine.Table, objects engine.Objects) {
	add := func(schema engine.Schema) {
		known := slices.ContainsFunc(s.Schemas, func(other Schema) bool { return other.Name == schema.Name })
		switch {
		case known:
		case schema.Name == "public":
			s.Schemas = append(s.Schemas, Schema{schema, publicSchema})
		default:
			s.Schemas = append(s.Schemas, Schema{schema, ids.of("schema", schema.Name)})
		}
	}
	for _, schema := range objects.Schemas {
		add(schema)
	}
	for _, t := range tables {
		add(engine.Schema{Name: t.Schema})
	}
	slices.SortFunc(s.Schemas, func(a, b Schema) int { return strings.Compare(a.Name, b.Name) })
}

// schema is the OID of a schema.
func (s *Snapshot) schema(name string) uint32 {
	for _, schema := range s.Schemas {
		if schema.Name == name {
			return schema.OID
		}
	}
	return publicSchema
}

func (s *Snapshot) table(ids *oids, t engine.Table) Table {
	kind := "table" // also for a view: nothing else has its name
	out := Table{
		TableName: t.TableName,
		OID:       ids.of(kind, t.Schema, t.Name),
		Namespace: s.schema(t.Schema),
		RowType:   ids.of("rowtype", t.Schema, t.Name),
		View:      t.View,
		Query:     t.Query,
		Rows:      t.Rows,
	}
	out.Comment, out.Note = splitComment(t.Comment)
	out.Materialized = materialized(out.Note)
	for _, c := range t.Columns {
		column := Column{
			Name:     c.Field.Name,
			Type:     encoding.TypeOf(c.Field),
			Declared: c.Type,
			NotNull:  c.NotNull,
			enum:     s.enumOf(c.Type),
		}
		comment, note := splitComment(c.Comment)
		column.Comment, column.Note = comment, note
		if declared, ok := declaredType(note); ok {
			column.Type = declared
		}
		column.Default = defaultExpression(c.Default, column.Type)
		out.Columns = append(out.Columns, column)
	}
	if m := out.Materialized; m != nil {
		out.Query = m.definition(out.Columns)
	} else if query, ok := viewQuery(out.Note); ok {
		out.Query = query
	}
	for _, c := range t.Constraints {
		c.Name = constraintName(t, c)
		constraint := Constraint{Constraint: c, OID: ids.of("constraint", t.Schema, t.Name, c.Name)}
		if c.Kind == engine.PrimaryKey || c.Kind == engine.Unique {
			constraint.Index = ids.of("index", t.Schema, c.Name)
			out.Indexes = append(out.Indexes, Index{
				Index: engine.Index{Name: c.Name, Unique: true}, OID: constraint.Index,
				Primary: c.Kind == engine.PrimaryKey, Columns: c.Columns,
			})
		}
		out.Constraints = append(out.Constraints, constraint)
	}
	for _, x := range t.Indexes {
		out.Indexes = append(out.Indexes, Index{Index: x, OID: ids.of("index", t.Schema, x.Name), Columns: columnsOf(t, x)})
	}
	return out
}

// enumOf finds the named type of a column that the engine declares as
// ENUM('a', 'b').
func (s *Snapshot) enumOf(declared string) uint32 {
	if !strings.HasPrefix(declared, "ENUM(") {
		return 0
	}
	for _, e := range s.Enums {
		labels := make([]string, len(e.Labels))
		for i, l := range e.Labels {
			labels[i] = literal(l)
		}
		if declared == "ENUM("+strings.Join(labels, ", ")+")" {
			return e.OID
		}
	}
	return 0
}

// constraintName is the constraint's own name, or the one that PostgreSQL would
// have chosen instead of the engine: table_column_key, with the columns of a
// foreign key but not of a primary one.
func constraintName(t engine.Table, c engine.Constraint) string {
	names := make([]string, len(c.Columns))
	for i, at := range c.Columns {
		names[i] = t.Columns[at].Field.Name
	}
	columns := strings.Join(names, "_")
	var engines, ours string
	switch c.Kind {
	case engine.PrimaryKey:
		engines, ours = columns+"_pkey", "pkey"
	case engine.Unique:
		engines, ours = columns+"_key", columns+"_key"
	case engine.ForeignKey:
		engines, ours = columns+"_"+strings.Join(c.ReferencedColumns, "_")+"_fkey", columns+"_fkey"
	case engine.Check:
		engines, ours = columns+"_check", columns+"_check"
		if len(c.Columns) != 1 {
			ours = "check"
		}
	}
	if c.Name == "" || c.Name == t.Name+"_"+engines {
		return t.Name + "_" + ours
	}
	return c.Name
}

// columnsOf are the columns of an index, -1 for what is an expression.
func columnsOf(t engine.Table, x engine.Index) []int {
	columns := make([]int, len(x.Expressions))
	for i, e := range x.Expressions {
		columns[i] = slices.IndexFunc(t.Columns, func(c engine.Column) bool {
			return c.Field.Name == strings.Trim(e, `"`)
		})
	}
	return columns
}

// linkForeignKeys finds the index that each foreign key refers to.
func (s *Snapshot) linkForeignKeys() {
	for i := range s.Tables {
		for j := range s.Tables[i].Constraints {
			c := &s.Tables[i].Constraints[j]
			if c.Kind != engine.ForeignKey {
				continue
			}
			if target, ok := s.Find(c.References, nil); ok {
				c.Index = target.uniqueIndex(c.ReferencedColumns)
			}
		}
	}
}

func (t *Table) uniqueIndex(columns []string) uint32 {
	for _, x := range t.Indexes {
		names := make([]string, len(x.Columns))
		for i, at := range x.Columns {
			if at >= 0 {
				names[i] = t.Columns[at].Name
			}
		}
		if x.Unique && slices.Equal(names, columns) {
			return x.OID
		}
	}
	return 0
}

// attnum is the number of a column, from 1; 0 if there is none of that name.
func (t *Table) attnum(name string) int {
	return 1 + slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == name })
}
