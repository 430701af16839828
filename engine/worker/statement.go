//go:build linux

package worker

import (
	"context"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/worker/frame"
)

// statement is the parent's side of a prepared statement. In another process it
// is prepared again. It implements [engine.Statement].
type statement struct {
	session  *session
	sql      string
	declared []arrow.DataType
	closed   bool

	process  *process // in which it is prepared
	id       uint32   // there
	kind     engine.Kind
	params   []arrow.DataType
	schema   *arrow.Schema
	reusable bool
	args     *arrow.Schema // of the last arguments there
	writer   frame.Writer
}

var _ engine.Statement = (*statement)(nil)

// Params implements [engine.Statement].
func (st *statement) Params() []arrow.DataType { return st.params }

// Schema implements [engine.Statement].
func (st *statement) Schema() *arrow.Schema { return st.schema }

// Kind implements [engine.Statement].
func (st *statement) Kind() engine.Kind { return st.kind }

// Reusable implements [engine.Statement].
func (st *statement) Reusable() bool { return st.reusable }

// Close implements [engine.Statement]. The worker hears of it with the next
// request.
func (st *statement) Close(context.Context) error {
	s := st.session
	s.mu.Lock()
	defer s.mu.Unlock()
	if !st.closed && st.process == s.process {
		s.closing = append(s.closing, st.id)
	}
	st.closed = true
	return nil
}

// prepare prepares the statement in the session's process, unless it is.
func (st *statement) prepare(ctx context.Context) error {
	s := st.session
	if st.process == s.process {
		return nil
	}
	s.waitsFor(st.sql)
	e := s.request(prepare)
	s.made++
	id := s.made
	e.u32(id)
	e.text(st.sql)
	encodeTypes(e, st.declared)
	m, err := s.roundTrip(ctx)
	if err != nil {
		return err
	}
	d := decoder{b: m.body}
	kind, reusable, params, schema := engine.Kind(d.byte()), d.byte() == 1, decodeTypes(&d), decodeSchema(&d)
	if err := d.close(); err != nil {
		return err
	}
	again := st.process != nil
	if again && !(sameSchema(st.schema, schema) && sameTypes(st.params, params)) {
		s.closing = append(s.closing, id)
		return engine.Errorf("0A000", "cached plan must not change result type")
	}
	if !again {
		st.params, st.schema, st.kind, st.reusable = params, schema, kind, reusable
	}
	st.process, st.id, st.args = s.process, id, nil
	return nil
}

// Execute implements [engine.Statement].
func (st *statement) Execute(ctx context.Context, args arrow.RecordBatch) (engine.Result, error) {
	s := st.session
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.leave()
	if st.closed {
		return nil, engine.Errorf("26000", "the statement is closed")
	}
	var r *result
	err := s.run(ctx, func() error {
		if err := st.prepare(ctx); err != nil {
			return err
		}
		s.waitsFor(st.sql)
		e := s.request(execute)
		e.u32(st.id)
		if err := st.encodeArgs(e, args); err != nil {
			return err
		}
		m, err := s.roundTrip(ctx)
		if err != nil {
			return err
		}
		r, err = newResult(ctx, st, m)
		return err
	})
	if err != nil {
		return nil, err
	}
	if st.kind == engine.DDL && makesTemporary(st.sql) {
		s.temporary = true
	}
	return r, nil
}

// argsForm is how arguments are sent.
type argsForm uint8

const (
	noArgs    argsForm = iota
	sameArgs           // a frame; the types are those of the last time
	typedArgs          // a schema and a frame
)

func (st *statement) encodeArgs(e *encoder, args arrow.RecordBatch) error {
	if args == nil {
		e.byte(byte(noArgs))
		return nil
	}
	size, err := st.writer.Plan(args)
	if err != nil {
		return engine.Errorf("54000", "the arguments of the statement are too large: %w", err)
	}
	if st.args != nil && st.args.Equal(args.Schema()) {
		e.byte(byte(sameArgs))
	} else {
		e.byte(byte(typedArgs))
		e.b = frame.AppendSchema(e.b, args.Schema())
		st.args = args.Schema()
	}
	st.writer.Write(e.grow(size))
	return nil
}

// encodeTypes appends types, of which some may be nil.
func encodeTypes(e *encoder, types []arrow.DataType) {
	e.u32(uint32(len(types)))
	for _, t := range types {
		if t == nil {
			e.byte(0)
			continue
		}
		e.byte(1)
		e.b = frame.AppendType(e.b, t)
	}
}

func decodeTypes(d *decoder) []arrow.DataType {
	n := int(d.u32())
	if n > len(d.b) {
		d.fail("%d types", n)
	}
	if d.err != nil || n == 0 {
		return nil
	}
	types := make([]arrow.DataType, n)
	for i := range types {
		if d.byte() == 0 {
			continue
		}
		t, rest, err := frame.ReadType(d.b)
		if err != nil {
			d.fail("%v", err)
			return nil
		}
		types[i], d.b = t, rest
	}
	return types
}

// encodeSchema appends a schema that may be nil.
func encodeSchema(e *encoder, s *arrow.Schema) {
	if s == nil {
		e.byte(0)
		return
	}
	e.byte(1)
	e.b = frame.AppendSchema(e.b, s)
}

func decodeSchema(d *decoder) *arrow.Schema {
	if d.byte() == 0 {
		return nil
	}
	s, rest, err := frame.ReadSchema(d.b)
	if err != nil {
		d.fail("%v", err)
		return nil
	}
	d.b = rest
	return s
}

func sameSchema(a, b *arrow.Schema) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Equal(b)
}

func sameTypes(a, b []arrow.DataType) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if (a[i] == nil) != (b[i] == nil) || a[i] != nil && !arrow.TypeEqual(a[i], b[i]) {
			return false
		}
	}
	return true
}
