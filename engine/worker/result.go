//go:build linux

package worker

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/worker/frame"
)

// result is the parent's side of an executed statement: what came with the
// answer, and then a stream. It implements [engine.Result].
type result struct {
	session *session
	process *process        // in which it was executed
	ctx     context.Context // of Execute: it governs the whole stream
	sql     string
	schema  *arrow.Schema
	refs    atomic.Int64

	frames *memory.Buffer // being read; nil if there is none
	at     int            // in frames
	stream *stream        // what follows; nil if nothing does
	last   error          // what the rows of the answer end with
	rows   int64          // affected

	batch arrow.RecordBatch
	err   error
}

var _ engine.Result = (*result)(nil)

// newResult makes a result of the answer executed. The session is locked.
func newResult(ctx context.Context, st *statement, m message) (*result, error) {
	if m.kind != executed {
		return nil, fmt.Errorf("%w: kind %d for an executed statement", errMalformed, m.kind)
	}
	s := st.session
	r := &result{session: s, process: s.process, ctx: ctx, sql: st.sql, schema: st.schema}
	r.refs.Store(1)
	if r.schema == nil {
		r.schema = arrow.NewSchema(nil, nil)
	}
	d := decoder{b: m.body}
	if own := decodeSchema(&d); own != nil {
		r.schema = own
	}
	size := int(d.u32())
	if inline := d.take(size); len(inline) > 0 {
		r.frames = memory.NewBufferBytes(append([]byte(nil), inline...))
	}
	switch state := resultState(d.byte()); state {
	case goesOn:
		r.stream = &stream{id: m.request, channel: s.channel, process: s.process, finish: errStreaming}
		s.streams[m.request] = r.stream
	case ended:
		r.rows = int64(d.u64())
	case failedLater:
		r.last = s.failure(ctx, d.rest())
	default:
		d.fail("the state %d", state)
	}
	return r, d.close()
}

// Retain implements [array.RecordReader].
func (r *result) Retain() { r.refs.Add(1) }

// Release implements [array.RecordReader]; the last one cancels the statement.
func (r *result) Release() {
	if r.refs.Add(-1) != 0 {
		return
	}
	r.session.mu.Lock()
	defer r.session.mu.Unlock()
	r.setBatch(nil)
	r.fail(engine.Errorf("34000", "the result has been released"))
}

// Schema implements [array.RecordReader].
func (r *result) Schema() *arrow.Schema { return r.schema }

// RecordBatch implements [array.RecordReader].
func (r *result) RecordBatch() arrow.RecordBatch { return r.batch }

// Record is the former name of RecordBatch.
func (r *result) Record() arrow.RecordBatch { return r.batch }

// Err implements [array.RecordReader].
func (r *result) Err() error {
	r.session.mu.Lock()
	defer r.session.mu.Unlock()
	return r.err
}

// Affected implements [engine.Result].
func (r *result) Affected() int64 { return r.rows }

// Next implements [array.RecordReader].
func (r *result) Next() bool {
	s := r.session
	s.mu.Lock()
	defer s.leave()
	r.setBatch(nil)
	switch {
	case r.err != nil:
		return false
	case s.closed != nil:
		r.fail(s.closed)
		return false
	case s.engine.isClosed():
		r.fail(errClosed())
		return false
	case r.ctx.Err() != nil:
		r.fail(canceled(r.ctx))
		return false
	}
	b, err := r.next()
	if err != nil {
		r.fail(r.explain(err))
		return false
	}
	if b == nil {
		r.close()
		return false
	}
	r.setBatch(b)
	return true
}

// explain is the error for the user. Whatever is wrong with what came from the
// worker ends it.
func (r *result) explain(err error) error {
	var e *engine.Error
	if errors.As(err, &e) {
		return err
	}
	if !errors.Is(err, errGone) && !errors.Is(err, errUnread) {
		r.process.kill(err.Error())
	}
	return r.session.gone(r.ctx)
}

// next returns the next batch, nil at the end.
func (r *result) next() (arrow.RecordBatch, error) {
	for {
		if r.frames != nil {
			return r.frame()
		}
		st := r.stream
		switch {
		case st == nil:
			return nil, r.last
		case len(st.queue) > 0:
			var err error
			if r.frames, err = st.open(); err != nil {
				return nil, err
			}
			r.at = 0
		case st.finish == nil:
			r.rows = st.rows
			return nil, nil
		case st.finish != errStreaming:
			return nil, r.session.brokenOff(r.ctx, st.finish)
		default:
			if err := r.wait(); err != nil {
				return nil, err
			}
		}
	}
}

// frame reads the next batch of frames.
func (r *result) frame() (arrow.RecordBatch, error) {
	rest := memory.SliceBuffer(r.frames, r.at, r.frames.Len()-r.at)
	b, size, err := frame.Read(r.schema, rest)
	rest.Release()
	if err != nil {
		return nil, err
	}
	if r.at += size; r.at >= r.frames.Len() {
		r.frames.Release()
		r.frames = nil
	}
	return b, nil
}

// wait receives one message, for whichever result it is.
func (r *result) wait() error {
	s, st := r.session, r.stream
	s.waitsFor(r.sql)
	if !st.asked {
		if err := st.ask(); err != nil {
			return err
		}
	}
	w := s.watch(r.ctx, st.id)
	defer w.stop()
	m, err := s.receive(0)
	if err != nil {
		return err
	}
	if own, err := s.dispatch(m); own || err != nil {
		return fmt.Errorf("%w: an answer that nobody asked for: %w", errMalformed, err)
	}
	return nil
}

// brokenOff is the error for the user with which the worker ended a result.
func (s *session) brokenOff(ctx context.Context, err error) error {
	var e *engine.Error
	if errors.As(err, &e) {
		return s.classify(ctx, e)
	}
	return err
}

// close lets go of what the result holds.
func (r *result) close() {
	if r.frames != nil {
		r.frames.Release()
		r.frames = nil
	}
	if st := r.stream; st != nil {
		if st.finish == errStreaming && r.ctx.Err() != nil && !st.over.Load() {
			number := r.session.number
			st.process.tell(cancelRequest, st.id, func(e *encoder) { e.u32(number) })
		}
		st.drop()
		if r.session.streams[st.id] == st {
			delete(r.session.streams, st.id)
		}
		r.stream = nil
	}
}

// fail ends the result with an error, unless it has one already. The current
// batch stays: whoever reads it may not know yet.
func (r *result) fail(err error) {
	if r.err == nil {
		r.err = err
	}
	r.close()
}

// setBatch makes b, whose reference it takes over, the current batch.
func (r *result) setBatch(b arrow.RecordBatch) {
	if r.batch != nil {
		r.batch.Release()
	}
	r.batch = b
}
