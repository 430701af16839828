//go:build linux

package worker

import (
	"context"
	"encoding/json"
	"iter"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/worker/frame"
)

// Load implements [engine.Session].
func (s *session) Load(ctx context.Context, spec engine.LoadSpec) (engine.Table, error) {
	if err := s.enter(ctx); err != nil {
		return engine.Table{}, err
	}
	defer s.leave()
	var all []engine.Table
	err := s.run(ctx, func() error {
		s.waitsFor("LOAD")
		s.request(load).json(spec)
		m, err := s.roundTrip(ctx)
		if err != nil {
			return err
		}
		all, err = parseTables(m.body)
		return err
	})
	if err != nil {
		return engine.Table{}, err
	}
	if len(all) != 1 {
		s.process.kill("it answered a LOAD with no table")
		return engine.Table{}, errDied()
	}
	return all[0], nil
}

// Tables implements [engine.Session]. The list is made before the first table is
// yielded, so that the loop may use the session.
func (s *session) Tables(ctx context.Context, f engine.TableFilter) iter.Seq2[engine.Table, error] {
	return func(yield func(engine.Table, error) bool) {
		all, err := s.tables(ctx, f)
		if err != nil {
			yield(engine.Table{}, err)
			return
		}
		for _, t := range all {
			if !yield(t, nil) {
				return
			}
		}
	}
}

func (s *session) tables(ctx context.Context, f engine.TableFilter) ([]engine.Table, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.leave()
	var all []engine.Table
	return all, s.run(ctx, func() error {
		s.request(tables).json(f)
		m, err := s.roundTrip(ctx)
		if err != nil {
			return err
		}
		all, err = parseTables(m.body)
		return err
	})
}

// listed is an engine.Table as it is sent: the fields follow as a schema.
type listed struct {
	engine.TableName
	View        bool
	Query       string
	Comment     string
	Rows        int64
	Columns     []listedColumn
	Constraints []engine.Constraint
	Indexes     []engine.Index
}

// listedColumn is an engine.Column without its field.
type listedColumn struct {
	Type, Default, Comment string
	NotNull                bool
}

// encodeTables appends tables: their number, and for each its columns' fields
// and the rest.
func encodeTables(e *encoder, all []engine.Table) {
	e.u32(uint32(len(all)))
	for _, t := range all {
		fields := make([]arrow.Field, len(t.Columns))
		l := listed{
			TableName: t.TableName, View: t.View, Query: t.Query, Comment: t.Comment, Rows: t.Rows,
			Constraints: t.Constraints, Indexes: t.Indexes,
		}
		for i, c := range t.Columns {
			fields[i] = c.Field
			l.Columns = append(l.Columns, listedColumn{c.Type, c.Default, c.Comment, c.NotNull})
		}
		e.b = frame.AppendSchema(e.b, arrow.NewSchema(fields, nil))
		rest, err := json.Marshal(l)
		if err != nil {
			panic(err) // it can be marshaled
		}
		e.text(string(rest))
	}
}

func parseTables(b []byte) ([]engine.Table, error) {
	d := decoder{b: b}
	n := int(d.u32())
	var all []engine.Table
	for range n {
		schema, rest, err := frame.ReadSchema(d.b)
		if err != nil {
			d.fail("%v", err)
			break
		}
		d.b = rest
		var l listed
		text := d.text()
		if json.Unmarshal([]byte(text), &l) != nil || len(l.Columns) != schema.NumFields() {
			d.fail("a table")
			break
		}
		t := engine.Table{
			TableName: l.TableName, View: l.View, Query: l.Query, Comment: l.Comment, Rows: l.Rows,
			Constraints: l.Constraints, Indexes: l.Indexes,
		}
		for i, f := range schema.Fields() {
			c := l.Columns[i]
			t.Columns = append(t.Columns, engine.Column{Field: f, Type: c.Type, Default: c.Default, Comment: c.Comment, NotNull: c.NotNull})
		}
		all = append(all, t)
	}
	return all, d.close()
}
