package frame

import (
	"encoding/binary"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/bitutil"
)

// Writer writes record batches as frames. It keeps what it needs for the next
// one, and must not be used by two goroutines at once.
type Writer struct {
	meta  []byte // of the planned frame, without the header
	parts []part
	rows  int
	size  int
	err   error
}

// part is one buffer of the planned frame.
type part struct {
	src   []byte // as the array has it
	kind  partKind
	base  int64 // what is subtracted from each offset
	start int   // in src, in bits: for shifted
	size  int   // in the frame, in bytes
	at    int   // of its start and length in meta
}

type partKind uint8

const (
	copied  partKind = iota
	shifted          // bits that do not begin with a byte
	based32          // offsets that do not begin with 0
	based64
	zeros // a bitmap or the only offset that the array left out
)

// Plan looks at b and returns the size of its frame. b has to stay until Write.
// The error is ErrTooLarge, or one about a type that cannot be carried.
func (w *Writer) Plan(b arrow.RecordBatch) (int, error) {
	w.meta, w.parts, w.err, w.rows = w.meta[:0], w.parts[:0], nil, int(b.NumRows())
	for _, c := range b.Columns() {
		w.array(c.Data(), c.Data().Offset(), c.Len())
	}
	size := align(headerSize + len(w.meta))
	for i := range w.parts {
		p := &w.parts[i]
		binary.LittleEndian.PutUint32(w.meta[p.at:], uint32(size))
		binary.LittleEndian.PutUint32(w.meta[p.at+4:], uint32(p.size))
		size += align(p.size)
		if size > maxSize {
			return 0, ErrTooLarge
		}
	}
	w.size = size
	if w.err == nil && w.rows > max(maxRows, 8*size) {
		w.err = ErrTooLarge
	}
	return size, w.err
}

// Write writes the planned frame to the start of dst, which has room for it.
func (w *Writer) Write(dst []byte) {
	dst = dst[:w.size]
	binary.LittleEndian.PutUint32(dst, uint32(w.size))
	binary.LittleEndian.PutUint32(dst[4:], uint32(w.rows))
	end := headerSize + copy(dst[headerSize:], w.meta)
	for i := range w.parts {
		p := &w.parts[i]
		start := int(binary.LittleEndian.Uint32(w.meta[p.at:]))
		clear(dst[end:start])
		p.write(dst[start : start+p.size])
		end = start + p.size
	}
	clear(dst[end:])
	w.forget()
}

// forget lets go of the arrays' memory.
func (w *Writer) forget() {
	clear(w.parts)
	w.parts = w.parts[:0]
}

func (p *part) write(dst []byte) {
	switch p.kind {
	case copied:
		copy(dst, p.src)
	case shifted:
		clear(dst)
		bitutil.CopyBitmap(p.src, p.start%8, min(8*p.size, 8*len(p.src)-p.start%8), dst, 0)
	case based32:
		for i := 0; i < len(dst); i += 4 {
			binary.LittleEndian.PutUint32(dst[i:], binary.LittleEndian.Uint32(p.src[i:])-uint32(p.base))
		}
	case based64:
		for i := 0; i < len(dst); i += 8 {
			binary.LittleEndian.PutUint64(dst[i:], binary.LittleEndian.Uint64(p.src[i:])-uint64(p.base))
		}
	case zeros:
		clear(dst)
	}
}

func (w *Writer) u32(n int) { w.meta = binary.LittleEndian.AppendUint32(w.meta, uint32(n)) }

// add plans one buffer.
func (w *Writer) add(p part) {
	p.at = len(w.meta)
	w.u32(0)
	w.u32(0)
	w.parts = append(w.parts, p)
}

// bytes plans a buffer of n bytes from start on.
func (w *Writer) bytes(src []byte, start, n int) {
	w.add(part{src: src[start : start+n], size: n})
}

// bitmap plans n bits from start on. src may be nil.
func (w *Writer) bitmap(src []byte, start, n int) {
	size := (n + 7) / 8
	switch {
	case src == nil || n == 0:
		w.add(part{})
	case start%8 == 0:
		w.bytes(src, start/8, size)
	default:
		w.add(part{src: src[start/8 : (start+n+7)/8], kind: shifted, start: start, size: size})
	}
}

// buffer is a buffer's bytes, nil if it is not there.
func buffer(d arrow.ArrayData, i int) []byte {
	if b := d.Buffers(); i < len(b) && b[i] != nil {
		return b[i].Bytes()
	}
	return nil
}

// array plans n elements of d from lo on, which counts from the start of d's
// buffers. It recurses as deep as the type does.
func (w *Writer) array(d arrow.ArrayData, lo, n int) {
	t := d.DataType()
	l, width, ok := layoutOf(t)
	if !ok {
		w.err = fmt.Errorf("a column of type %s cannot be carried", t)
		return
	}
	w.u32(n)
	offset := 0
	if l == runs {
		offset = lo
	}
	w.u32(offset)
	validity := buffer(d, 0)
	w.u32(nulls(d, validity, lo, n))
	if l == views {
		w.u32(max(0, len(d.Buffers())-2))
	}
	if l != empty && l != sparseUnion && l != denseUnion && l != runs {
		w.bitmap(validity, lo, n)
	}
	switch l {
	case empty:
	case bits:
		w.bitmap(buffer(d, 1), lo, n)
	case fixed, indices:
		w.fixed(d, 1, lo, n, width)
		if l == indices {
			dict := d.Dictionary()
			w.array(dict, dict.Offset(), dict.Len())
		}
	case offsets32, offsets64:
		w.variable(d, lo, n, l == offsets64)
	case views:
		w.fixed(d, 1, lo, n, arrow.ViewHeaderSizeBytes)
		for i := 2; i < len(d.Buffers()); i++ {
			b := buffer(d, i)
			w.bytes(b, 0, len(b))
		}
	case listView32:
		w.fixed(d, 1, lo, n, 4)
		w.fixed(d, 2, lo, n, 4)
		w.whole(d.Children()[0])
	case listView64:
		w.fixed(d, 1, lo, n, 8)
		w.fixed(d, 2, lo, n, 8)
		w.whole(d.Children()[0])
	case fixedList:
		c := d.Children()[0]
		w.array(c, c.Offset()+lo*width, n*width)
	case fields:
		w.children(d, lo, n)
	case sparseUnion:
		w.fixed(d, 1, lo, n, 1)
		w.children(d, lo, n)
	case denseUnion:
		w.fixed(d, 1, lo, n, 1)
		w.fixed(d, 2, lo, n, 4)
		for _, c := range d.Children() {
			w.whole(c)
		}
	case runs:
		for _, c := range d.Children() {
			w.whole(c)
		}
	}
}

func (w *Writer) whole(d arrow.ArrayData) { w.array(d, d.Offset(), d.Len()) }

func (w *Writer) children(d arrow.ArrayData, lo, n int) {
	for _, c := range d.Children() {
		w.array(c, c.Offset()+lo, n)
	}
}

func (w *Writer) fixed(d arrow.ArrayData, i, lo, n, width int) {
	if n == 0 {
		w.add(part{})
		return
	}
	w.bytes(buffer(d, i), lo*width, n*width)
}

// variable plans what has offsets: strings with their bytes, lists with their
// child.
func (w *Writer) variable(d arrow.ArrayData, lo, n int, large bool) {
	width := 4
	if large {
		width = 8
	}
	src := buffer(d, 1)
	var first, last int64
	if n == 0 || len(src) == 0 {
		w.add(part{kind: zeros, size: width})
	} else {
		src = src[lo*width : (lo+n+1)*width]
		p := part{src: src, size: len(src)}
		if large {
			first, last = int64(binary.LittleEndian.Uint64(src)), int64(binary.LittleEndian.Uint64(src[n*8:]))
			p.kind = based64
		} else {
			first, last = int64(binary.LittleEndian.Uint32(src)), int64(binary.LittleEndian.Uint32(src[n*4:]))
			p.kind = based32
		}
		if first == 0 {
			p.kind = copied
		}
		p.base = first
		w.add(p)
	}
	// Imported strings have children, too, which mean nothing.
	if len(childrenOf(d.DataType())) > 0 {
		c := d.Children()[0]
		w.array(c, c.Offset()+int(first), int(last-first))
		return
	}
	w.bytes(buffer(d, 2), int(first), int(last-first))
}

// nulls counts the nulls among n elements from lo on.
func nulls(d arrow.ArrayData, validity []byte, lo, n int) int {
	switch {
	case d.DataType().ID() == arrow.NULL:
		return n
	case validity == nil || n == 0 || d.NullN() == 0:
		return 0
	case n == d.Len() && d.NullN() > 0:
		return d.NullN()
	}
	return n - bitutil.CountSetBits(validity, lo, n)
}
