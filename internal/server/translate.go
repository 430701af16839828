package server

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/csvsql/csvsql/catalog"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/dialect/columns"
	"github.com/csvsql/csvsql/engine/dialect/rewrite"
	"github.com/csvsql/csvsql/wire/oid"
)

// translate prepares the statement that means to the engine what sql means to
// PostgreSQL. Positions of its errors count in sql.
func (s *session) translate(ctx context.Context, sql string, params []arrow.DataType, types *rewrite.Types) (engine.Statement, error) {
	if !s.speaksPostgres() {
		return s.engine.Prepare(ctx, sql, params)
	}
	sql, err := s.keepingNote(ctx, sql)
	if err != nil {
		return nil, err
	}
	strict, _ := s.settings.Get("strict_division")
	options := rewrite.Options{StrictDivision: strict == "on", Dates: s.output.DateStyle.Order, Catalog: references(), Types: types}
	if options.IndexName, err = s.indexName(ctx, sql); err != nil {
		return nil, err
	}
	t := s.handler.translations.Translate(sql, options)
	statement, err := s.engine.Prepare(ctx, t.SQL, params)
	if e := (*engine.Error)(nil); errors.As(err, &e) {
		switch e.Code {
		case "42P01":
			options.Sequences = s.sequences(ctx)
		case "42601":
			options.Thorough = true
		}
		if options.Sequences != nil || options.Thorough {
			t = rewrite.Translate(sql, options)
			statement, err = s.engine.Prepare(ctx, t.SQL, params)
		}
	}
	if err != nil {
		s.handler.probes.missing(s.handler.Log, err, sql)
		return nil, s.refused(ctx, sql, original(t, err))
	}
	if t.Table != nil || t.View != nil {
		return &declared{Statement: statement, s: s, t: t}, nil
	}
	if t.SQL == sql {
		return statement, nil
	}
	return newTranslated(statement, t), nil
}

// indexName is a name that is free for a CREATE INDEX without one; "" for any other
// statement.
func (s *session) indexName(ctx context.Context, sql string) (string, error) {
	const word = "create"
	if len(sql) < len(word) || !strings.EqualFold(sql[:len(word)], word) {
		return "", nil
	}
	x, ok := rewrite.ParseUnnamedIndex(sql)
	if !ok {
		return "", nil
	}
	known, err := s.names(ctx)
	if err != nil {
		return "", err
	}
	table, ok := known.snapshot.Find(engine.TableName{Schema: x.Schema, Name: x.Table}, known.path)
	name := x.Name
	for n := 1; ok && isTaken(known.snapshot, table.Schema, name); n++ {
		name = x.Name + strconv.Itoa(n)
	}
	return name, nil
}

// isTaken reports whether a name is that of a table or an index of a schema.
func isTaken(snapshot *catalog.Snapshot, schema, name string) bool {
	return slices.ContainsFunc(snapshot.Tables, func(t catalog.Table) bool {
		return t.Schema == schema && (strings.EqualFold(t.Name, name) ||
			slices.ContainsFunc(t.Indexes, func(x catalog.Index) bool { return strings.EqualFold(x.Name, name) }))
	})
}

// refused is an error of the engine's about the names and functions of a statement,
// in PostgreSQL's words where it is clear which one is meant.
func (s *session) refused(ctx context.Context, sql string, err error) error {
	var e *engine.Error
	if !errors.As(err, &e) || !slices.Contains([]string{"42703", "42883", "42P01", "42601"}, e.Code) {
		return err
	}
	snapshot, failed := s.snapshot(ctx)
	if failed != nil {
		return err
	}
	path, _ := s.settings.Get("search_path")
	function, _ := strings.CutPrefix(strings.TrimSuffix(e.Message, " does not exist"), "function ")
	p := columns.Refused(sql, function, &names{snapshot, catalog.Path(path, s.conn.Identity().Role)})
	if p == nil {
		return err
	}
	return &engine.Error{Code: p.Code, Message: p.Message, Position: p.Position, Hint: p.Hint, Err: err}
}

// keepingNote is COMMENT ON with the note that the server keeps behind the comment
// (catalog.CommentOf), which it would replace; other statements stay what they are.
func (s *session) keepingNote(ctx context.Context, sql string) (string, error) {
	const word = "comment"
	if len(sql) < len(word) || !strings.EqualFold(sql[:len(word)], word) {
		return sql, nil
	}
	c, ok := rewrite.ParseComment(sql)
	if !ok {
		return sql, nil
	}
	known, err := s.names(ctx)
	if err != nil {
		return sql, err
	}
	table, ok := known.snapshot.Find(engine.TableName{Schema: c.Schema, Name: c.Table}, known.path)
	switch {
	case !ok && c.Kind == "MATERIALIZED VIEW":
		return "", engine.Errorf("42P01", "relation \"%s\" does not exist", c.Table)
	case !ok:
		return sql, nil
	case c.Kind != "COLUMN" && c.Kind != kindOf(table):
		return "", engine.Errorf("42809", "\"%s\" is not a %s", c.Table, strings.ToLower(c.Kind))
	}
	note := table.Note
	if c.Column != "" {
		note = ""
		for _, column := range table.Columns {
			if strings.EqualFold(column.Name, c.Column) {
				note = column.Note
			}
		}
	}
	if note == "" {
		return sql, nil
	}
	return c.With(catalog.CommentOf(c.Text, note)), nil
}

// sequences are those that there are, for a statement that reads one as a relation;
// nil if there are none.
func (s *session) sequences(ctx context.Context) *rewrite.Sequences {
	snapshot, err := s.snapshot(ctx)
	if err != nil || len(snapshot.Sequences) == 0 {
		return nil
	}
	return &rewrite.Sequences{Is: func(schema, name string) bool {
		return slices.ContainsFunc(snapshot.Sequences, func(q catalog.Sequence) bool {
			return q.Name == name && (schema == "" || q.Schema == schema)
		})
	}}
}

// speaksPostgres reports whether statements mean what they mean in PostgreSQL; if
// not, they are the engine's.
func (s *session) speaksPostgres() bool {
	whose, _ := s.settings.Get("dialect")
	return whose == "postgres"
}

// translated is a statement of the engine in the place of the one that the user
// wrote.
type translated struct {
	engine.Statement
	t      *rewrite.Translation
	schema *arrow.Schema
}

func newTranslated(st engine.Statement, t *rewrite.Translation) *translated {
	x := &translated{Statement: st, t: t, schema: st.Schema()}
	if t.Catalog && x.schema != nil {
		x.schema = withOIDs(x.schema)
	}
	return x
}

// Schema implements [engine.Statement].
func (x *translated) Schema() *arrow.Schema { return x.schema }

// withOIDs is the schema of rows of the catalog, where an unsigned integer of 32
// bits is an oid.
func withOIDs(schema *arrow.Schema) *arrow.Schema {
	declared := arrow.NewMetadata([]string{engine.DeclaredTypeKey}, []string{"oid"})
	fields := slices.Clone(schema.Fields())
	for i, f := range fields {
		switch t := f.Type.(type) {
		case *arrow.Uint32Type:
			fields[i].Metadata = declared
		case *arrow.ListType:
			if t.Elem().ID() == arrow.UINT32 {
				elem := t.ElemField()
				elem.Metadata = declared
				fields[i].Type = arrow.ListOfField(elem)
			}
		}
	}
	return arrow.NewSchema(fields, nil)
}

// ofCatalog is the type of a parameter of a statement that reads the catalog: a
// list of numbers is one of oids, whatever the engine counts them as.
func ofCatalog(t arrow.DataType, otherwise oid.OID) oid.OID {
	if t == nil {
		return otherwise
	}
	if t.ID() == arrow.UINT32 {
		return oid.OIDType
	}
	if list, ok := t.(*arrow.ListType); ok && (list.Elem().ID() == arrow.UINT32 || list.Elem().ID() == arrow.INT64) {
		return oid.OIDArray
	}
	return otherwise
}

// Execute implements [engine.Statement].
func (x *translated) Execute(ctx context.Context, args arrow.RecordBatch) (engine.Result, error) {
	res, err := x.Statement.Execute(ctx, args)
	if err != nil {
		return nil, original(x.t, err)
	}
	return &translatedResult{Result: res, x: x}, nil
}

// translatedResult is a result whose errors are translated back.
type translatedResult struct {
	engine.Result
	x *translated
}

// Schema implements array.RecordReader.
func (r *translatedResult) Schema() *arrow.Schema {
	if r.x.schema == nil {
		return r.Result.Schema()
	}
	return r.x.schema
}

// Err implements array.RecordReader.
func (r *translatedResult) Err() error { return original(r.x.t, r.Result.Err()) }

// original makes the position of an error one in the user's text.
func original(t *rewrite.Translation, err error) error {
	var e *engine.Error
	if errors.As(err, &e) && e.Position > 0 {
		moved := *e
		moved.Position = t.Original(e.Position)
		return &moved
	}
	return err
}
