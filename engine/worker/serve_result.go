//go:build linux

package worker

import (
	"context"
	"encoding/binary"
	"sync"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/worker/frame"
)

const (
	// inlineSize is how many bytes of frames an answer may hold.
	inlineSize = 32 << 10
	// patience is how long an answer that has rows waits for more of them.
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
			a.sendAfter(patience)
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

// inlineAnswer is the answer to an execute, in the session's encoder. A timer may
// send it before more rows have come.
type inlineAnswer struct {
	session *servedSession
	request uint32
	schema  *arrow.Schema // of the result, nil if it is the statement's
	size    int           // where that of the frames stands

	mu      sync.Mutex
	timer   *time.Timer
	waiting bool // the timer may send
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

// sendAfter has the answer sent as it is if it takes so long. Until stopWaiting
// nobody may touch it.
func (a *inlineAnswer) sendAfter(d time.Duration) {
	a.waiting = true
	a.timer = time.AfterFunc(d, func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.waiting {
			a.send(goesOn, nil)
		}
	})
}

// stopWaiting says whether the answer has been sent. If not, the timer will not
// send it any more.
func (a *inlineAnswer) stopWaiting() (sent bool) {
	if a.timer == nil {
		return false
	}
	a.timer.Stop()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.waiting, a.timer = false, nil
	return a.sent
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

// pump sends the rows of a result.
type pump struct {
	result  *servedResult
	channel *channel
	ring    []byte // nil if the rows go through the socket
	buffer  []byte // then
	writer  frame.Writer
	free    chan uint32 // slots to write to

	mu          sync.Mutex
	slot        uint32 // being written, or noSlot
	used        int    // bytes of it
	outstanding int    // slots that the parent has
}

const noSlot = ^uint32(0)

// run sends all rows, and how they end.
func (p *pump) run() {
	r := p.result
	for {
		b := r.pending
		r.pending = nil
		if b == nil {
			b = r.next()
		}
		if b == nil {
			break
		}
		ok := p.batch(b)
		b.Release()
		if !ok {
			return
		}
	}
	p.mu.Lock()
	p.ship(0)
	p.mu.Unlock()
	err, affected := r.engine.Err(), r.engine.Affected()
	s := r.session
	if s.takeResult(r.id) == nil {
		return // whoever took it releases it
	}
	r.release()
	var e encoder
	if err != nil {
		e.start(broken, r.id, s.version.Load())
		e.error(err)
	} else {
		e.start(end, r.id, s.version.Load())
		e.u64(uint64(affected))
	}
	p.channel.send(e.finish(), -1)
}

// batch sends a batch, in parts if it is larger than a slot. It reports whether
// the rows are still wanted.
func (p *pump) batch(b arrow.RecordBatch) bool {
	size, err := p.writer.Plan(b)
	switch rows := b.NumRows(); {
	case err == nil && size <= slotSize:
		return p.write(size)
	case rows > 1:
		for _, half := range [...][2]int64{{0, rows / 2}, {rows / 2, rows}} {
			part := b.NewSlice(half[0], half[1])
			ok := p.batch(part)
			part.Release()
			if !ok {
				return false
			}
		}
		return true
	case err != nil:
		return p.tooLarge(err)
	}
	return p.pieces(size)
}

// write writes the planned frame. It is sent at once if the parent has nothing
// else to read, else when the slot is full or the parent has read the last one.
func (p *pump) write(size int) bool {
	if !p.lockSlot(size) {
		return false
	}
	defer p.mu.Unlock()
	p.writer.Write(p.memory()[p.used:])
	p.used += size
	if p.outstanding == 0 {
		p.ship(0)
	}
	return true
}

// lockSlot waits for a slot in which there is room for size bytes, and returns
// with mu held. If the rows are not wanted any more it is not, and false is
// returned. While mu is free, freed may send the slot.
func (p *pump) lockSlot(size int) bool {
	p.mu.Lock()
	if p.used+size > slotSize {
		p.ship(0)
	}
	if p.slot != noSlot {
		return true
	}
	p.mu.Unlock()
	select {
	case i := <-p.free:
		p.mu.Lock()
		p.slot, p.used = i, 0
		return true
	case <-p.result.stop:
		return false
	}
}

// memory is that of the slot being written.
func (p *pump) memory() []byte {
	if p.ring == nil {
		return p.buffer
	}
	return p.ring[p.slot*slotSize : (p.slot+1)*slotSize]
}

// ship sends the slot being written, if there is anything in it. mu is held.
func (p *pump) ship(partial byte) {
	if p.slot == noSlot || p.used == 0 {
		return
	}
	s := p.result.session
	var e encoder
	if p.ring == nil {
		e.start(piece, p.result.id, s.version.Load())
		e.byte(partial)
		e.bytes(p.buffer[:p.used])
	} else {
		e.start(slot, p.result.id, s.version.Load())
		e.u32(p.slot)
		e.u32(uint32(p.used))
		e.byte(partial)
	}
	p.channel.send(e.finish(), -1) // or the parent is gone
	p.slot, p.used = noSlot, 0
	p.outstanding++
}

// freed is called when the parent has read a slot.
func (p *pump) freed(slot uint32) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.outstanding--
	if p.outstanding == 0 {
		p.ship(0) // the next rows may take their time
	}
	select {
	case p.free <- slot:
	default: // no more than there are
	}
}

// pieces sends a frame that is larger than a slot: one row, with a large value.
func (p *pump) pieces(size int) bool {
	whole := make([]byte, size)
	p.writer.Write(whole)
	for len(whole) > 0 {
		if !p.lockSlot(slotSize) {
			return false
		}
		p.used = copy(p.memory(), whole)
		whole = whole[p.used:]
		p.ship(1)
		p.mu.Unlock()
	}
	return true
}

// tooLarge ends the result with an error about a row that cannot be sent.
func (p *pump) tooLarge(err error) bool {
	p.mu.Lock()
	p.ship(0)
	p.mu.Unlock()
	var e encoder
	e.start(broken, p.result.id, p.result.session.version.Load())
	e.error(engine.Errorf("54000", "a row is too large: %w", err))
	p.channel.send(e.finish(), -1)
	return false
}
