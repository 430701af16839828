//go:build linux

package worker

import (
	"sync"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/engine/worker/frame"
)

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
