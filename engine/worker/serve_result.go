//go:build linux

package worker

import (
	"context"
	"encoding/binary"
	"sync"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/csvsql/csvsql/engine"
)

const (
	// inlineSize is how many bytes of frames an answer may hold.
	inlineSize = 32 << 10
	// patience is how long an answer that has rows waits for more of them; it can
	// be twice that.
	patience = 2 * time.Millisecond
)

// servedResult is the worker's side of an open result, as long as it has rows
// that were not in its answer.
type servedResult struct {
	session   *servedSession
	id        uint32
	engine    engine.Result
	endOf     func() // of its request
	pending   arrow.RecordBatch
	exhausted bool // Next has said no

	ringID uint32
	stop   chan struct{}
	ended  chan struct{} // closed when the pump has; nil while there is none
	pump   *pump
}

// execute starts a statement and answers with what rows it has at once.
func (s *servedSession) execute(ctx context.Context, end func(), request uint32, d *decoder) error {
	st := s.statements[d.u32()]
	if st == nil {
		end()
		return errMalformed
	}
	args := st.arguments(d)
	if d.err != nil {
		end()
		return d.err
	}
	s.lock(request)
	res, err := st.Execute(ctx, args)
	s.unlock()
	if args != nil {
		args.Release()
	}
	if err != nil {
		end()
		return s.fail(request, err)
	}
	r := &servedResult{session: s, id: request, engine: res, endOf: end, stop: make(chan struct{})}
	a := inlineAnswer{session: s, request: request}
	if own := res.Schema(); st.Schema() != nil && own != st.Schema() && !own.Equal(st.Schema()) {
		a.schema = own
	}
	if err := r.inline(&a); err != nil {
		r.release()
		return err
	}
	if a.state == goesOn {
		s.addResult(r)
	} else {
		r.release()
	}
	return nil
}

// inline puts rows into the answer until it is full, the rows end or take too
// long to come, and sends it.
func (r *servedResult) inline(a *inlineAnswer) error {
	s := r.session
	a.begin()
	for first := true; ; first = false {
		if !first {
			a.wait()
		}
		b := r.next()
		sent := a.stopWaiting()
		switch {
		case b == nil && sent:
			return a.err
		case b == nil:
			if err := r.engine.Err(); err != nil {
				return a.finish(failedLater, func(e *encoder) { e.error(err) })
			}
			return a.finish(ended, func(e *encoder) { e.u64(uint64(r.engine.Affected())) })
		case sent:
			r.pending = b
			return a.err
		}
		size, err := s.writer.Plan(b)
		if err != nil || len(s.enc.b)+size > inlineSize {
			r.pending = b
			return a.finish(goesOn, nil)
		}
		s.writer.Write(s.enc.grow(size))
		b.Release()
	}
}

// next is the result's next batch, which the caller releases; nil at the end.
func (r *servedResult) next() arrow.RecordBatch {
	if r.exhausted {
		return nil
	}
	r.session.lock(r.id)
	defer r.session.unlock()
	if !r.engine.Next() {
		r.exhausted = true
		return nil
	}
	b := r.engine.RecordBatch()
	b.Retain()
	return b
}

// release ends the result in the engine.
func (r *servedResult) release() {
	if r.pending != nil {
		r.pending.Release()
		r.pending = nil
	}
	r.session.lock(r.id)
	r.engine.Release()
	r.session.unlock()
	r.endOf()
}

// inlineAnswer is the answer to an execute, in the session's encoder. If more rows
// are late it is sent without them, by another goroutine.
type inlineAnswer struct {
	session *servedSession
	request uint32
	schema  *arrow.Schema // of the result, nil if it is the statement's
	size    int           // where that of the frames stands

	mu      sync.Mutex
	listed  bool // among the latecomers
	waiting bool // it may be sent as it is
	sent    bool
	state   resultState
	err     error
}

func (a *inlineAnswer) begin() {
	e := &a.session.enc
	a.session.answer(executed, a.request)
	encodeSchema(e, a.schema)
	a.size = len(e.b)
	e.u32(0)
}

// wait has the answer sent as it is if what comes next takes long. Until
// stopWaiting nobody else may touch it.
func (a *inlineAnswer) wait() {
	a.mu.Lock()
	listed := a.listed
	a.waiting, a.listed = true, true
	a.mu.Unlock()
	if !listed {
		a.session.server.late.add(a)
	}
}

// stopWaiting says whether the answer has been sent. If not, it will not be but by
// the caller.
func (a *inlineAnswer) stopWaiting() (sent bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.waiting = false
	return a.sent
}

// sendLate sends the answer if it still waits.
func (a *inlineAnswer) sendLate() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.waiting && !a.sent {
		a.send(goesOn, nil)
	}
}

// finish sends the answer.
func (a *inlineAnswer) finish(state resultState, rest func(e *encoder)) error {
	a.send(state, rest)
	return a.err
}

func (a *inlineAnswer) send(state resultState, rest func(e *encoder)) {
	e := &a.session.enc
	binary.LittleEndian.PutUint32(e.b[a.size:], uint32(len(e.b)-a.size-4))
	e.byte(byte(state))
	if rest != nil {
		rest(e)
	}
	a.sent, a.state = true, state
	a.err = a.session.flush()
}

// fetch starts to send the rest of the rows, through a ring if id is not 0.
func (r *servedResult) fetch(id uint32, fd int) error {
	if r.ended != nil {
		return errMalformed
	}
	p := &pump{result: r, channel: r.session.channel, free: make(chan uint32, slotCount), slot: noSlot}
	if id != 0 {
		var err error
		if p.ring, err = r.session.server.ring(id, fd); err != nil {
			return err
		}
	} else {
		p.buffer = make([]byte, slotSize)
	}
	for i := range uint32(slotCount) {
		p.free <- i
	}
	r.ringID, r.pump, r.ended = id, p, make(chan struct{})
	go func() {
		defer close(r.ended)
		p.run()
	}()
	return nil
}

// freed lets the pump write to a slot again.
func (r *servedResult) freed(slot uint32) {
	if r.pump != nil {
		r.pump.freed(slot)
	}
}

// end ends the result and its pump. The engine is not interrupted, which would
// abort its transaction: whoever wants that cancels the request.
func (r *servedResult) end() {
	close(r.stop)
	if r.ended != nil {
		<-r.ended
	}
	r.release()
}
