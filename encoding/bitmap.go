package encoding

import (
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
)

// bitmap tells which rows of an array are NULL.
type bitmap struct {
	valid  []byte // a bit per row, 0 for NULL; nil without NULLs
	offset int    // of row 0
}

func bitmapOf(a arrow.Array) bitmap {
	if a.NullN() == 0 {
		return bitmap{}
	}
	return bitmap{valid: a.NullBitmapBytes(), offset: a.Data().Offset()}
}

func (b *bitmap) isNull(row int) bool {
	if b.valid == nil {
		return false
	}
	i := uint(row + b.offset)
	return b.valid[i>>3]&(1<<(i&7)) == 0
}

// zeroed returns a bitmap of n rows that are all NULL, in the memory of b if it
// is large enough.
func zeroed(b []byte, n int) []byte {
	b = slices.Grow(b[:0], max((n+7)/8, 1))[:max((n+7)/8, 1)]
	clear(b)
	return b
}
