package encoding

import (
	"math/bits"

	"github.com/apache/arrow-go/v18/arrow/memory"
)

// recycler is an allocator that gives out again what it was given back. The batches
// of a long COPY take the same buffers one after the other: as garbage they would
// keep the collector busy for a sixth of the time.
//
// Its memory is not cleared, and it must not be used by two goroutines at once.
type recycler struct {
	memory.Allocator
	free [bits.UintSize][][]byte // by the logarithm of their capacity
}

// Allocate implements [memory.Allocator].
func (r *recycler) Allocate(size int) []byte {
	class := bits.Len(uint(max(size, 1) - 1))
	if n := len(r.free[class]); n > 0 {
		b := r.free[class][n-1]
		r.free[class] = r.free[class][:n-1]
		return b[:size]
	}
	return r.Allocator.Allocate(1 << class)[:size]
}

// Reallocate implements [memory.Allocator].
func (r *recycler) Reallocate(size int, b []byte) []byte {
	if size <= cap(b) {
		return b[:size]
	}
	larger := r.Allocate(size)
	copy(larger, b)
	r.Free(b)
	return larger
}

// Free implements [memory.Allocator].
func (r *recycler) Free(b []byte) {
	if cap(b) == 0 || cap(b) > maxRecycled {
		r.Allocator.Free(b)
		return
	}
	class := bits.Len(uint(cap(b))) - 1 // not more than there is
	r.free[class] = append(r.free[class], b[:0])
}

// maxRecycled is the largest buffer that is kept: a larger one had a large value.
const maxRecycled = 4 << 20

// close gives all that is not in use back.
func (r *recycler) close() {
	for class, free := range r.free {
		for _, b := range free {
			r.Allocator.Free(b[:cap(b)])
		}
		r.free[class] = nil
	}
}
