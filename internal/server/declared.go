package server

import (
	"context"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/csvsql/csvsql/catalog"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/dialect/rewrite"
)

// declared is a CREATE or ALTER TABLE with types that the engine would forget, or a
// CREATE VIEW, of which it would forget the user's query. They are kept as notes behind
// the comments of the columns, or of the view, in the same transaction.
type declared struct {
	engine.Statement
	s *session
	t *rewrite.Translation
}

// Execute implements engine.Statement.
func (d *declared) Execute(ctx context.Context, args arrow.RecordBatch) (engine.Result, error) {
	keptComment, err := d.viewComment(ctx)
	if err != nil {
		return nil, err
	}
	res, err := d.Statement.Execute(ctx, args)
	if err != nil {
		return nil, original(d.t, err)
	}
	if v := d.t.View; v != nil {
		err = d.s.keepView(ctx, v, keptComment)
	} else {
		err = d.s.keepTypes(ctx, d.t.Table)
	}
	if err != nil {
		res.Release()
		return nil, err
	}
	return res, nil
}

func (s *session) keepTypes(ctx context.Context, table *rewrite.Table) error {
	known := engine.TableName{Schema: table.Schema, Name: table.Name}
	name, comments := quoteTable(known), map[string]string{}
	if table.Altered {
		var err error
		if comments, err = s.columnComments(ctx, known); err != nil {
			return err
		}
	}
	for _, c := range table.Declared {
		note := "COMMENT ON COLUMN " + name + "." + quoteName(c.Name) + " IS " + quoteLiteral(catalog.CommentOf(comments[c.Name], c.Type))
		if err := s.do(ctx, note); err != nil {
			return err
		}
	}
	return nil
}

// viewComment is the comment of the view that a CREATE OR REPLACE VIEW replaces.
func (d *declared) viewComment(ctx context.Context) (string, error) {
	if d.t.View == nil {
		return "", nil
	}
	known, err := d.s.names(ctx)
	if err != nil {
		return "", err
	}
	t, ok := known.snapshot.Find(engine.TableName{Schema: d.t.View.Schema, Name: d.t.View.Name}, known.path)
	if !ok || !t.View {
		return "", nil
	}
	return t.Comment, nil
}

func (s *session) keepView(ctx context.Context, v *rewrite.View, comment string) error {
	known, err := s.names(ctx)
	if err != nil {
		return err
	}
	query, _ := known.qualified(v.Query)
	name := quoteTable(engine.TableName{Schema: v.Schema, Name: v.Name})
	return s.do(ctx, "COMMENT ON VIEW "+name+" IS "+quoteLiteral(catalog.CommentOf(comment, catalog.ViewNote(query))))
}

// columnComments are the comments on the columns of a table, without their notes.
func (s *session) columnComments(ctx context.Context, table engine.TableName) (map[string]string, error) {
	s.catalog.changes = true // the table is of the transaction
	known, err := s.names(ctx)
	if err != nil {
		return nil, err
	}
	comments := map[string]string{}
	if t, ok := known.snapshot.Find(table, known.path); ok {
		for _, c := range t.Columns {
			comments[c.Name] = c.Comment
		}
	}
	return comments, nil
}

// do runs a statement of the engine without rows.
func (s *session) do(ctx context.Context, sql string) error {
	st, err := s.engine.Prepare(ctx, sql, nil)
	if err != nil {
		return err
	}
	defer st.Close(ctx)
	res, err := st.Execute(ctx, nil)
	if err != nil {
		return err
	}
	defer res.Release()
	for res.Next() {
	}
	return res.Err()
}
