//go:build linux

package worker

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/worker/frame"
)

// insert inserts the rows that follow on the session's socket.
func (s *servedSession) insert(ctx context.Context, request uint32, d *decoder) error {
	var spec engine.InsertSpec
	if err := json.Unmarshal([]byte(d.text()), &spec); err != nil {
		d.fail("%v", err)
	}
	schema, _, err := frame.ReadSchema(d.b)
	if err != nil {
		d.fail("%v", err)
	}
	if d.err != nil {
		return d.err
	}
	in := &rowsIn{session: s, request: request, schema: schema}
	inserter, ok := s.engine.(engine.Inserter)
	if !ok {
		return engine.Errorf("0A000", "the engine takes no rows")
	}
	s.lock(request)
	n, err := inserter.Insert(ctx, spec, in)
	s.unlock()
	in.setBatch(nil)
	if in.lost {
		return errSessionOver
	}
	s.answer(done, request)
	s.enc.u64(uint64(n))
	return err
}

// rowsIn reads rows from the session's socket. It implements
// [array.RecordReader] for the goroutine that reads that socket.
type rowsIn struct {
	session *servedSession
	request uint32
	schema  *arrow.Schema
	batch   arrow.RecordBatch
	buffer  []byte // what batch lies in
	ended   bool
	lost    bool // the socket is closed
	err     error
}

var _ array.RecordReader = (*rowsIn)(nil)

// errRows is how rows end whose source has failed; the parent knows with what.
var errRows = errors.New("the rows ended with an error")

func (r *rowsIn) Retain()                        {}
func (r *rowsIn) Release()                       {}
func (r *rowsIn) Schema() *arrow.Schema          { return r.schema }
func (r *rowsIn) RecordBatch() arrow.RecordBatch { return r.batch }
func (r *rowsIn) Record() arrow.RecordBatch      { return r.batch }
func (r *rowsIn) Err() error                     { return r.err }

// Next implements [array.RecordReader].
func (r *rowsIn) Next() bool {
	r.setBatch(nil)
	for !r.ended {
		m, err := r.session.channel.receive()
		if err != nil {
			r.ended, r.lost, r.err = true, true, errRows
			return false
		}
		switch m.kind {
		case rows:
			return r.take(m)
		case rowsEnd:
			r.ended = true
			if len(m.body) > 0 {
				r.err = errRows
			}
		default: // about another result
			if err := r.session.do(m); err != nil {
				r.ended, r.lost, r.err = true, true, err
			}
		}
	}
	return false
}

// take makes the rows of a message the current batch, and asks for more.
func (r *rowsIn) take(m message) bool {
	// The last batch is gone, and its memory with it.
	r.buffer = append(r.buffer[:0], m.body...)
	b, _, err := frame.Read(r.schema, memory.NewBufferBytes(r.buffer))
	if err != nil {
		r.ended, r.lost, r.err = true, true, err
		return false
	}
	r.setBatch(b)
	var e encoder
	e.start(more, r.request, r.session.version.Load())
	r.session.channel.send(e.finish(), -1) // or the parent is gone
	return true
}

// setBatch makes b, whose reference it takes over, the current batch.
func (r *rowsIn) setBatch(b arrow.RecordBatch) {
	if r.batch != nil {
		r.batch.Release()
	}
	r.batch = b
}
