package server

import (
	"context"

	"github.com/csvsql/csvsql/datasets"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/dialect"
	"github.com/csvsql/csvsql/wire"
)

// load is LOAD and CREATE EXTERNAL TABLE.
func (s *session) load(ctx context.Context, u dialect.Load, src *source) (wire.Result, error) {
	if err := s.beginWrite(ctx, engine.DDL, false); err != nil {
		return nil, toWire(err, src)
	}
	options := make([]datasets.Option, len(u.Options))
	for i, o := range u.Options {
		options[i] = datasets.Option{Name: o.Name, Value: o.Value}
	}
	report, err := s.handler.Data.Load(ctx, s.engine, datasets.Request{
		Files: u.Files, Table: u.Table, Options: options, Replace: u.Replace,
	})
	if err != nil {
		return nil, toWire(err, src)
	}
	return wire.Tag(tag(u.Tag, report.Table.Rows)), nil
}
