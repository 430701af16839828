//go:build linux

package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/worker/frame"
)

// rowsAhead is how many messages of rows the parent sends before the worker asks
// for more.
const rowsAhead = 4

var _ engine.Inserter = (*session)(nil)

// Insert implements [engine.Inserter]. The rows are sent while the worker
// inserts those before them.
func (s *session) Insert(ctx context.Context, spec engine.InsertSpec, from array.RecordReader) (int64, error) {
	if err := s.enter(ctx); err != nil {
		return 0, err
	}
	defer s.leave()
	var n int64
	err := s.run(ctx, func() (err error) {
		n, err = s.insertOnce(ctx, spec, from)
		return err
	})
	if broken := from.Err(); broken != nil && err != nil {
		return 0, broken
	}
	return n, err
}

// insertOnce is Insert in the session's process. It cannot be called again once
// it has read rows, and does not ask for it.
func (s *session) insertOnce(ctx context.Context, spec engine.InsertSpec, from array.RecordReader) (int64, error) {
	s.waitsFor("INSERT")
	text, err := json.Marshal(spec)
	if err != nil {
		return 0, err
	}
	e := s.request(insert)
	e.text(string(text))
	e.b = frame.AppendSchema(e.b, from.Schema())
	w := s.watch(ctx, s.last)
	defer w.stop()
	id, _, err := s.post()
	if err != nil {
		return 0, err
	}
	out := rowsOut{session: s, id: id, credit: rowsAhead}
	answer, err := out.send(from)
	if errors.Is(err, errUnread) {
		return 0, errGone
	}
	if err != nil {
		return 0, err
	}
	if answer.kind == failed {
		return 0, s.failure(ctx, answer.body)
	}
	d := decoder{b: answer.body}
	n := int64(d.u64())
	return n, d.close()
}

// rowsOut sends the rows of an insert.
type rowsOut struct {
	session *session
	id      uint32
	credit  int
	enc     encoder
	writer  frame.Writer
}

// send sends all rows, or as many as it takes to fail, and returns the answer.
func (o *rowsOut) send(from array.RecordReader) (message, error) {
	for from.Next() {
		if o.credit == 0 {
			if m, err := o.receive(); m.kind != more || err != nil {
				return m, err
			}
		}
		size, err := o.writer.Plan(from.RecordBatch())
		if err != nil {
			o.end(1)
			m, failure := o.answer()
			if failure == nil && m.kind == failed {
				failure = engine.Errorf("54000", "the rows are too large: %w", err)
			}
			return m, failure
		}
		o.enc.start(rows, o.id, 0)
		o.writer.Write(o.enc.grow(size))
		if err := o.session.channel.send(o.enc.finish(), -1); err != nil {
			return message{}, errGone
		}
		o.credit--
	}
	failed := byte(0)
	if from.Err() != nil {
		failed = 1
	}
	o.end(failed)
	return o.answer()
}

func (o *rowsOut) end(failed byte) {
	o.enc.start(rowsEnd, o.id, 0)
	if failed != 0 {
		o.enc.byte(failed)
	}
	o.session.channel.send(o.enc.finish(), -1) // or there is no answer
}

// answer waits for the answer, which ends it.
func (o *rowsOut) answer() (message, error) {
	for {
		if m, err := o.receive(); m.kind != more || err != nil {
			return m, err
		}
	}
}

// receive waits for the answer or for more.
func (o *rowsOut) receive() (message, error) {
	for {
		m, err := o.session.receive(0)
		if err != nil {
			return m, err
		}
		own, err := o.session.dispatch(m)
		switch {
		case err != nil:
			return m, err
		case !own:
			continue
		case m.request != o.id, m.kind == executed:
			return m, fmt.Errorf("%w: kind %d for request %d", errMalformed, m.kind, m.request)
		case m.kind == more:
			o.credit++
		}
		return m, nil
	}
}
