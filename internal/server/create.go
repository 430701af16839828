package server

import (
	"context"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/csvsql/csvsql/catalog"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/dialect/rewrite"
)

// createTable is a CREATE TABLE of which the engine needs more than the text:
// sequences before it, and types that are kept as comments on the columns, since
// the engine would forget them. All of it is one transaction.
type createTable struct {
	s *session
	t *rewrite.Translation
}

func (c *createTable) Params() []arrow.DataType    { return nil }
func (c *createTable) Schema() *arrow.Schema       { return nil }
func (c *createTable) Kind() engine.Kind           { return engine.DDL }
func (c *createTable) Close(context.Context) error { return nil }

// Execute implements engine.Statement.
func (c *createTable) Execute(ctx context.Context, _ arrow.RecordBatch) (engine.Result, error) {
	table := c.t.Table
	if table.IfNotExists && c.exists(ctx) {
		return c.run(ctx, c.t.SQL)
	}
	kind := "SEQUENCE "
	if table.Temporary {
		kind = "TEMP SEQUENCE "
	}
	for _, sequence := range table.Sequences {
		// One that is left of a table that was dropped is replaced.
		if err := c.do(ctx, "CREATE OR REPLACE "+kind+sequence); err != nil {
			return nil, err
		}
	}
	if err := c.do(ctx, c.t.SQL); err != nil {
		return nil, original(c.t, err)
	}
	name := quote(table.Name)
	if table.Schema != "" {
		name = quote(table.Schema) + "." + name
	}
	for _, column := range table.Declared {
		if err := c.do(ctx, "COMMENT ON COLUMN "+name+"."+quote(column.Name)+" IS "+literal(catalog.CommentOf("", column.Type))); err != nil {
			return nil, err
		}
	}
	return noRows{}, nil
}

func (c *createTable) exists(ctx context.Context) bool {
	filter := engine.TableFilter{Schema: c.t.Table.Schema, Name: c.t.Table.Name}
	for _, err := range c.s.engine.Tables(ctx, filter) {
		return err == nil
	}
	return false
}

// do runs a statement without rows to its end.
func (c *createTable) do(ctx context.Context, sql string) error {
	res, err := c.run(ctx, sql)
	if err != nil {
		return err
	}
	defer res.Release()
	for res.Next() {
	}
	return res.Err()
}

func (c *createTable) run(ctx context.Context, sql string) (engine.Result, error) {
	st, err := c.s.engine.Prepare(ctx, sql, nil)
	if err != nil {
		return nil, err
	}
	defer st.Close(ctx)
	return st.Execute(ctx, nil)
}

// noRows is the result of a statement that is over.
type noRows struct{}

func (noRows) Retain()                        {}
func (noRows) Release()                       {}
func (noRows) Schema() *arrow.Schema          { return arrow.NewSchema(nil, nil) }
func (noRows) Next() bool                     { return false }
func (noRows) RecordBatch() arrow.RecordBatch { return nil }
func (noRows) Record() arrow.RecordBatch      { return nil }
func (noRows) Err() error                     { return nil }
func (noRows) Affected() int64                { return 0 }
