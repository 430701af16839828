package server

import (
	"context"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/csvsql/csvsql/catalog"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/dialect/rewrite"
)

// declared is a CREATE TABLE with types that the engine would forget. They are
// kept as notes behind the comments of the columns, in the same transaction.
type declared struct {
	engine.Statement
	s *session
	t *rewrite.Translation
}

// Execute implements engine.Statement.
func (d *declared) Execute(ctx context.Context, args arrow.RecordBatch) (engine.Result, error) {
	res, err := d.Statement.Execute(ctx, args)
	if err != nil {
		return nil, original(d.t, err)
	}
	table := d.t.Table
	name := quoteName(table.Name)
	if table.Schema != "" {
		name = quoteName(table.Schema) + "." + name
	}
	for _, c := range table.Declared {
		note := "COMMENT ON COLUMN " + name + "." + quoteName(c.Name) + " IS " + quoteLiteral(catalog.CommentOf("", c.Type))
		if err := d.s.do(ctx, note); err != nil {
			res.Release()
			return nil, err
		}
	}
	return res, nil
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
