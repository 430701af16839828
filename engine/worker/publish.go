//go:build linux

package worker

import (
	"context"
	"encoding/json"
	"errors"
	"iter"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/worker/frame"
)

var (
	_ engine.CatalogHost = (*session)(nil)
	_ engine.Inspector   = (*session)(nil)
)

// publication is a relation that is published: its rows follow, unless they are
// taken away.
type publication struct {
	Scope    engine.Scope
	Version  uint64
	Relation engine.TableName
	Withdraw bool
}

// Publish implements [engine.CatalogHost]. Each relation is a request of its own.
func (s *session) Publish(ctx context.Context, scope engine.Scope, version uint64, relations iter.Seq2[engine.TableName, array.RecordReader]) error {
	for name, reader := range relations {
		p := publication{Scope: scope, Version: version, Relation: name, Withdraw: reader == nil}
		err := s.publish(ctx, p, reader)
		if reader != nil {
			reader.Release()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *session) publish(ctx context.Context, p publication, reader array.RecordReader) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.leave()
	return s.run(ctx, func() error {
		spec, err := json.Marshal(p)
		if err != nil {
			return err
		}
		e := s.request(publish)
		e.text(string(spec))
		schema := arrow.NewSchema(nil, nil)
		if reader != nil {
			schema = reader.Schema()
		}
		e.b = frame.AppendSchema(e.b, schema)
		w := s.watch(ctx, s.last)
		defer w.stop()
		id, _, err := s.post()
		if err != nil {
			return err
		}
		out := rowsOut{session: s, id: id, credit: rowsAhead}
		answer, err := out.sendOrNone(reader)
		switch {
		case errors.Is(err, errUnread):
			return errGone
		case err != nil:
			return err
		case answer.kind == failed:
			return s.failure(ctx, answer.body)
		}
		return nil
	})
}

// sendOrNone is send, without rows if there is no reader.
func (o *rowsOut) sendOrNone(from array.RecordReader) (message, error) {
	if from == nil {
		return o.answer()
	}
	return o.send(from)
}

// Incarnation implements [engine.CatalogHost]: a process that is gone has taken
// along what was published.
func (s *session) Incarnation(ctx context.Context) (uint64, error) {
	if err := s.enter(ctx); err != nil {
		return 0, err
	}
	defer s.leave()
	if err := s.run(ctx, func() error { return nil }); err != nil {
		return 0, err
	}
	return s.process.generation, nil
}

// Objects implements [engine.Inspector].
func (s *session) Objects(ctx context.Context) (engine.Objects, error) {
	var o engine.Objects
	if err := s.enter(ctx); err != nil {
		return o, err
	}
	defer s.leave()
	return o, s.run(ctx, func() error {
		s.request(objects)
		m, err := s.roundTrip(ctx)
		if err != nil {
			return err
		}
		d := decoder{b: m.body}
		d.json(&o)
		return d.close()
	})
}
