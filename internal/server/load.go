package server

import (
	"context"
	"fmt"

	"github.com/csvsql/csvsql/catalog"
	"github.com/csvsql/csvsql/datasets"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/dialect"
	"github.com/csvsql/csvsql/wire"
)

// load is LOAD and CREATE EXTERNAL TABLE.
func (s *session) load(ctx context.Context, u dialect.Load, src *source) (wire.Result, error) {
	request := datasets.Request{Files: u.Files, Table: u.Table, Replace: u.Replace}
	for _, o := range u.Options {
		request.Options = append(request.Options, datasets.Option{Name: o.Name, Value: o.Value})
	}
	if u.IfNotExists {
		snapshot, err := catalog.Read(ctx, s.engine)
		if err != nil {
			return nil, toWire(err, src)
		}
		name := engine.TableName{Schema: u.Table.Schema, Name: request.TableName()}
		if _, ok := snapshot.Find(name, []string{"public"}); ok {
			s.notify(&wire.Error{Severity: "NOTICE", Code: "42P07", Message: fmt.Sprintf("relation %q already exists, skipping", name.Name)})
			return wire.Tag(u.Tag), nil
		}
	}
	if err := s.beginWrite(ctx, engine.DDL, false); err != nil {
		return nil, toWire(err, src)
	}
	s.catalog.changes = true
	s.copying.Store(&copying{command: "COPY FROM", source: "FILE", uncounted: true})
	defer s.copying.Store(nil)
	report, err := s.database.Data.Load(ctx, s.engine, request)
	if err != nil {
		return nil, toWire(err, src)
	}
	for _, n := range report.Notices {
		s.notify(&wire.Error{Severity: "NOTICE", Code: "00000", Message: n})
	}
	return wire.Tag(tag(u.Tag, report.Table.Rows)), nil
}
