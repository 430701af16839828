//go:build linux

package worker

import (
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/csvsql/csvsql/engine/worker/frame"
)

// stream is what the worker sends of a result that was too large for its answer.
// The session's lock guards it, but for what batches touch when they are
// released.
type stream struct {
	id      uint32 // the request
	channel *channel
	process *process

	asked  bool // for the rest
	queue  []arrival
	whole  []byte // a frame of which there are more pieces to come
	finish error  // errStreaming, then nil or what it ended with
	rows   int64  // affected

	ring *ring // nil if it comes through the socket
	busy [slotCount]atomic.Bool
	held atomic.Int32 // slots in which batches lie that are in use
	over atomic.Bool  // the worker wants to hear nothing more of it
}

// arrival is a slot that the worker has filled, or a piece that it has sent.
type arrival struct {
	index   uint32
	size    int
	bytes   []byte // of a piece; else they are in the ring
	partial bool   // it is a part of one frame
}

// errStreaming is the end of a stream that has not ended.
var errStreaming = errors.New("the result goes on")

// take takes note of a message about the stream.
func (st *stream) take(m message) error {
	if st.finish != errStreaming || !st.asked {
		return fmt.Errorf("%w: kind %d for a result that expects none", errMalformed, m.kind)
	}
	d := decoder{b: m.body}
	switch m.kind {
	case slot:
		a := arrival{index: d.u32(), size: int(d.u32()), partial: d.byte() == 1}
		if err := d.close(); err != nil {
			return err
		}
		if st.ring == nil || a.index >= slotCount || a.size > slotSize || st.busy[a.index].Swap(true) {
			return fmt.Errorf("%w: slot %d, %d bytes", errMalformed, a.index, a.size)
		}
		st.queue = append(st.queue, a)
		st.process.rings.counts.bytes.Add(int64(a.size))
	case piece:
		partial := d.byte() == 1
		if st.ring != nil || d.err != nil || len(d.b) > slotSize || len(st.queue) >= slotCount {
			return fmt.Errorf("%w: a piece of %d bytes", errMalformed, len(d.b))
		}
		b := append([]byte(nil), d.b...)
		st.queue = append(st.queue, arrival{size: len(b), bytes: b, partial: partial})
	case end:
		st.rows = int64(d.u64())
		if err := d.close(); err != nil {
			return err
		}
		st.close(nil)
	case broken:
		st.close(parseError(m.body))
	}
	return nil
}

// close notes that the worker has sent all that it will.
func (st *stream) close(err error) {
	st.finish = err
	if err == nil && st.whole != nil {
		st.finish = errMalformed
	}
	st.over.Store(true)
	if st.ring != nil {
		st.ring.reusable.Store(true)
	}
}

// lose ends the stream because its process or its session has ended.
func (st *stream) lose() {
	if st.finish == errStreaming {
		st.finish = errGone
	}
	st.over.Store(true)
}

// ask asks for the rest of the result.
func (st *stream) ask() error {
	st.asked = true
	var e encoder
	e.start(fetch, st.id, 0)
	ring, err := st.process.rings.take()
	if err != nil { // no shared memory to be had: it comes through the socket
		e.u32(0)
		return st.tell(&e, -1)
	}
	st.ring = ring
	e.u32(ring.id)
	err = st.tell(&e, ring.fd)
	ring.handedOver()
	return err
}

func (st *stream) tell(e *encoder, fd int) error {
	if st.process.send(st.channel, e.finish(), fd) != nil {
		return errGone
	}
	return nil
}

// drop tells the worker that nobody wants what is left, and lets go of the ring.
// Batches that are in use keep it.
func (st *stream) drop() {
	if !st.over.Swap(true) {
		var e encoder
		e.start(closeResult, st.id, 0)
		if st.ring != nil {
			e.u32(st.ring.id)
		} else {
			e.u32(0)
		}
		st.tell(&e, -1)
	}
	st.queue, st.whole = nil, nil
	if st.ring != nil {
		st.ring.release()
		st.ring = nil
	}
}

// open returns the memory of the next arrival, or nil if it was a piece of a
// frame that is not complete. The caller releases it.
func (st *stream) open() (*memory.Buffer, error) {
	a := st.queue[0]
	st.queue = st.queue[1:]
	if st.ring == nil {
		st.credit(a.index)
	}
	switch {
	case a.partial:
		return st.assemble(a)
	case st.whole != nil:
		return nil, fmt.Errorf("%w: a frame is cut off", errMalformed)
	case st.ring == nil:
		return memory.NewBufferBytes(a.bytes), nil
	case st.held.Load() >= slotCount/2:
		// Batches are kept for longer than a turn. This one is copied, so that
		// there are slots left to write to.
		b := append([]byte(nil), st.ring.slot(a.index)[:a.size]...)
		st.busy[a.index].Store(false)
		st.credit(a.index)
		return memory.NewBufferBytes(b), nil
	}
	st.ring.retain()
	st.held.Add(1)
	return memory.NewBufferWithAllocator(st.ring.slot(a.index)[:a.size], &heldSlot{stream: st, ring: st.ring, index: a.index}), nil
}

// assemble adds a piece to a frame that is larger than a slot.
func (st *stream) assemble(a arrival) (*memory.Buffer, error) {
	if a.bytes == nil {
		a.bytes = st.ring.slot(a.index)[:a.size]
	}
	st.whole = append(st.whole, a.bytes...)
	if st.ring != nil {
		st.busy[a.index].Store(false)
		st.credit(a.index)
	}
	size, err := frame.Size(st.whole)
	switch {
	case err != nil:
		return nil, err
	case len(st.whole) < size:
		return nil, nil
	case len(st.whole) > size:
		return nil, fmt.Errorf("%w: a frame goes on behind its end", errMalformed)
	}
	b := memory.NewBufferBytes(st.whole)
	st.whole = nil
	return b, nil
}

// credit lets the worker write to a slot again.
func (st *stream) credit(index uint32) {
	if st.over.Load() {
		return
	}
	var e encoder
	e.start(slotFree, st.id, 0)
	e.u32(index)
	st.tell(&e, -1) // if it cannot be sent the process is gone
}
