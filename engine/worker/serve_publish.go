//go:build linux

package worker

import (
	"context"
	"encoding/json"

	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/worker/frame"
)

// publish publishes the rows that follow on the session's socket.
func (s *servedSession) publish(ctx context.Context, request uint32, d *decoder) error {
	var p publication
	if err := json.Unmarshal([]byte(d.text()), &p); err != nil {
		d.fail("%v", err)
	}
	schema, _, err := frame.ReadSchema(d.b)
	if err != nil {
		d.fail("%v", err)
	}
	if d.err != nil {
		return d.err
	}
	host, ok := s.engine.(engine.CatalogHost)
	if !ok {
		return engine.Errorf("0A000", "the engine has no catalog")
	}
	in := &rowsIn{session: s, request: request, schema: schema}
	s.lock(request)
	err = host.Publish(ctx, p.Scope, p.Version, func(yield func(engine.TableName, array.RecordReader) bool) {
		if p.Withdraw {
			yield(p.Relation, nil)
		} else {
			yield(p.Relation, in)
		}
	})
	s.unlock()
	in.setBatch(nil)
	if in.lost {
		return errSessionOver
	}
	s.answer(done, request)
	return err
}

// objects answers with what the database holds beside tables.
func (s *servedSession) objects(ctx context.Context, request uint32) error {
	inspector, ok := s.engine.(engine.Inspector)
	if !ok {
		return engine.Errorf("0A000", "the engine does not list its objects")
	}
	s.lock(request)
	o, err := inspector.Objects(ctx)
	s.unlock()
	s.answer(done, request)
	s.enc.json(o)
	return err
}

// Effect implements [engine.Host].
func (s *servedSession) Effect(e engine.Effect) {
	var enc encoder
	enc.start(effect, s.current, s.version.Load())
	enc.json(e)
	s.channel.send(enc.finish(), -1)
}
