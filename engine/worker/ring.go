//go:build linux

package worker

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"golang.org/x/sys/unix"
)

const (
	// slotCount slots of slotSize bytes are what the rows of a large result come
	// through. One is read while the next are written.
	slotCount = 4
	slotSize  = 1 << 20
	ringSize  = slotCount * slotSize
	// idleRings is how many rings are kept for the next large results.
	idleRings = 4
)

// ring is the parent's side of memory that it shares with the worker. The worker
// writes slots, and may go on writing to them whatever the parent does.
type ring struct {
	id    uint32
	mem   []byte
	fd    int // until the worker has it; then -1
	users atomic.Int32
	owner *rings
	// reusable says that the worker has written all that it will for its result.
	reusable atomic.Bool
}

// newRing makes a ring with one user.
func newRing(id uint32, owner *rings) (*ring, error) {
	fd, err := unix.MemfdCreate("csvsql result", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	if err != nil {
		return nil, fmt.Errorf("memfd: %w", err)
	}
	r := &ring{id: id, fd: fd, owner: owner}
	if err = unix.Ftruncate(fd, ringSize); err == nil {
		// Or the worker could shorten it, and to read it would be SIGBUS.
		_, err = unix.FcntlInt(uintptr(fd), unix.F_ADD_SEALS, unix.F_SEAL_SHRINK|unix.F_SEAL_GROW|unix.F_SEAL_SEAL)
	}
	if err == nil {
		r.mem, err = unix.Mmap(fd, 0, ringSize, unix.PROT_READ, unix.MAP_SHARED)
	}
	if err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("memfd: %w", err)
	}
	r.users.Store(1)
	return r, nil
}

// handedOver closes the descriptor, once the worker has its own.
func (r *ring) handedOver() {
	if r.fd >= 0 {
		unix.Close(r.fd)
		r.fd = -1
	}
}

func (r *ring) retain() { r.users.Add(1) }

// release ends one use; after the last one the ring is kept or unmapped.
func (r *ring) release() {
	if r.users.Add(-1) > 0 {
		return
	}
	r.owner.counts.rings.Add(-1)
	if r.reusable.Load() && r.owner.keep(r) {
		return
	}
	r.unmap()
}

func (r *ring) unmap() {
	r.handedOver()
	unix.Munmap(r.mem)
	r.mem = nil
}

// slot is the memory of a slot.
func (r *ring) slot(i uint32) []byte {
	return r.mem[i*slotSize : (i+1)*slotSize : (i+1)*slotSize]
}

// rings are the rings of one worker that no result uses.
type rings struct {
	drop   func(id uint32) // tells the worker to unmap a ring
	make   func(id uint32, owner *rings) (*ring, error)
	counts *Counts

	mu     sync.Mutex
	idle   []*ring
	last   uint32
	closed bool
}

// take returns an idle ring, or a new one.
func (rs *rings) take() (*ring, error) {
	rs.mu.Lock()
	if n := len(rs.idle); n > 0 {
		r := rs.idle[n-1]
		rs.idle = rs.idle[:n-1]
		rs.mu.Unlock()
		r.reusable.Store(false)
		r.users.Store(1)
		rs.took()
		return r, nil
	}
	rs.last++
	id := rs.last
	rs.mu.Unlock()
	r, err := rs.make(id, rs)
	if err == nil {
		rs.took()
	}
	return r, err
}

func (rs *rings) took() {
	rs.counts.rings.Add(1)
	rs.counts.results.Add(1)
}

// keep takes a ring back, unless there are enough.
func (rs *rings) keep(r *ring) bool {
	rs.mu.Lock()
	full := rs.closed || len(rs.idle) >= idleRings
	if !full {
		rs.idle = append(rs.idle, r)
	}
	closed := rs.closed
	rs.mu.Unlock()
	if full && !closed {
		rs.drop(r.id)
	}
	return !full
}

// close unmaps what is idle. Rings in use are unmapped when they are released.
func (rs *rings) close() {
	rs.mu.Lock()
	idle := rs.idle
	rs.idle, rs.closed = nil, true
	rs.mu.Unlock()
	for _, r := range idle {
		r.unmap()
	}
}

// heldSlot is a slot in which batches lie that are in use. As the allocator of
// their memory it is told when the last one is released, on any goroutine.
type heldSlot struct {
	memory.Allocator // never asked
	stream           *stream
	ring             *ring
	index            uint32
}

// Free implements [memory.Allocator].
func (h *heldSlot) Free([]byte) {
	h.stream.busy[h.index].Store(false)
	h.stream.held.Add(-1)
	h.stream.credit(h.index)
	h.ring.release()
}

// mapRing maps a ring in the worker, and closes the descriptor.
func mapRing(fd int) ([]byte, error) {
	defer unix.Close(fd)
	return unix.Mmap(fd, 0, ringSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
}
