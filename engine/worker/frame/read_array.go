package frame

import (
	"encoding/binary"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// arrayReader reads one array.
type arrayReader struct {
	*reader
	described
	t          arrow.DataType
	buffers    []*memory.Buffer
	children   []arrow.ArrayData
	dictionary *array.Data
}

func (a *arrayReader) release() {
	for _, b := range a.buffers {
		if b != nil {
			b.Release()
		}
	}
}

func (a *arrayReader) read(l layout, width int) error {
	more := 0
	if l == views {
		var err error
		if more, err = a.u32(); err != nil {
			return err
		}
		if more > len(a.raw)/8 { // each is described in 8 bytes
			return malformed("%d data buffers", more)
		}
	}
	a.buffers = make([]*memory.Buffer, 0, 3+more)
	switch l {
	case empty, sparseUnion, denseUnion, runs:
		if l != empty && a.nulls != 0 {
			return malformed("%d nulls in a type that has none", a.nulls)
		}
		a.buffers = append(a.buffers, nil)
	default:
		if err := a.validity(); err != nil {
			return err
		}
	}
	n := a.length
	switch l {
	case empty:
		return nil
	case bits:
		return a.add((n + 7) / 8)
	case fixed:
		return a.add(n * width)
	case offsets32, offsets64:
		return a.variable(l == offsets64)
	case views:
		return a.views(more)
	case listView32, listView64:
		return a.listView(l == listView64)
	case fixedList:
		return a.childrenOf(n * width)
	case fields:
		return a.childrenOf(n)
	case sparseUnion:
		if _, err := a.codes(); err != nil {
			return err
		}
		return a.childrenOf(n)
	case denseUnion:
		return a.denseUnion()
	case indices:
		return a.indices(width)
	default:
		return a.runs()
	}
}

// validity reads the bitmap of what is not null. Without nulls there is none.
func (a *arrayReader) validity() error {
	b, err := a.shared((a.length+7)/8, a.nulls == 0)
	a.buffers = append(a.buffers, b)
	return err
}

// add reads a buffer of values.
func (a *arrayReader) add(need int) error {
	b, err := a.shared(need, false)
	if b == nil && err == nil { // no elements
		b = memory.NewBufferBytes(nil)
	}
	a.buffers = append(a.buffers, b)
	return err
}

// addPrivate reads a buffer whose content is checked.
func (a *arrayReader) addPrivate(size int) ([]byte, error) {
	b, err := a.private(size)
	if err == nil {
		a.buffers = append(a.buffers, memory.NewBufferBytes(b))
	}
	return b, err
}

// child reads the next child.
func (a *arrayReader) child(t arrow.DataType) (*array.Data, error) {
	d, err := a.array(t)
	if err == nil {
		a.children = append(a.children, d)
	}
	return d, err
}

// childrenOf reads the children, which have at least n elements each.
func (a *arrayReader) childrenOf(n int) error {
	for _, f := range childrenOf(a.t) {
		c, err := a.child(f.Type)
		if err != nil {
			return err
		}
		if c.Len() < n {
			return malformed("a child of %d elements where %d are needed", c.Len(), n)
		}
	}
	return nil
}

// variable reads offsets, and the bytes or the child that they lead to.
func (a *arrayReader) variable(large bool) error {
	var last int
	if large {
		b, err := a.addPrivate(8 * (a.length + 1))
		if err != nil {
			return err
		}
		if last, err = ascending64(b); err != nil {
			return err
		}
	} else {
		b, err := a.addPrivate(4 * (a.length + 1))
		if err != nil {
			return err
		}
		if last, err = ascending32(b); err != nil {
			return err
		}
	}
	if len(childrenOf(a.t)) > 0 {
		return a.childrenOf(last)
	}
	return a.add(last)
}

// views reads the headers of views and the data that they lead to.
func (a *arrayReader) views(more int) error {
	headers, err := a.addPrivate(arrow.ViewHeaderSizeBytes * a.length)
	if err != nil {
		return err
	}
	for range more {
		if err := a.add(0); err != nil {
			return err
		}
	}
	for i := 0; i < len(headers); i += arrow.ViewHeaderSizeBytes {
		h := headers[i : i+arrow.ViewHeaderSizeBytes]
		size := binary.LittleEndian.Uint32(h)
		if size <= arrow.ViewPrefixLen+8 { // inline
			continue
		}
		which, start := binary.LittleEndian.Uint32(h[8:]), binary.LittleEndian.Uint32(h[12:])
		if uint64(which) >= uint64(more) || uint64(start)+uint64(size) > uint64(a.buffers[2+which].Len()) {
			return malformed("a view of %d bytes at %d of buffer %d", size, start, which)
		}
	}
	return nil
}

// listView reads offsets and sizes of lists, and the child.
func (a *arrayReader) listView(large bool) error {
	width := 4
	if large {
		width = 8
	}
	starts, err := a.addPrivate(width * a.length)
	if err != nil {
		return err
	}
	sizes, err := a.addPrivate(width * a.length)
	if err != nil {
		return err
	}
	if err := a.childrenOf(0); err != nil {
		return err
	}
	room := uint64(a.children[0].Len())
	for i := 0; i < len(starts); i += width {
		start, size := number(starts[i:], width), number(sizes[i:], width)
		if start > room || size > room-start {
			return malformed("a list of %d elements at %d of %d", size, start, room)
		}
	}
	return nil
}

// codes reads which child each element of a union is of.
func (a *arrayReader) codes() ([]byte, error) {
	codes, err := a.addPrivate(a.length)
	if err != nil {
		return nil, err
	}
	ids := storageOf(a.t).(arrow.UnionType).ChildIDs()
	for _, c := range codes {
		if int(c) >= len(ids) || ids[c] == arrow.InvalidUnionChildID {
			return nil, malformed("the type code %d", int8(c))
		}
	}
	return codes, nil
}

func (a *arrayReader) denseUnion() error {
	codes, err := a.codes()
	if err != nil {
		return err
	}
	at, err := a.addPrivate(4 * a.length)
	if err != nil {
		return err
	}
	if err := a.childrenOf(0); err != nil {
		return err
	}
	ids := storageOf(a.t).(arrow.UnionType).ChildIDs()
	for i, c := range codes {
		if n := number(at[4*i:], 4); n >= uint64(a.children[ids[c]].Len()) {
			return malformed("element %d of a child", n)
		}
	}
	return nil
}

// indices reads the indices of a dictionary, and that.
func (a *arrayReader) indices(width int) error {
	b, err := a.addPrivate(width * a.length)
	if err != nil {
		return err
	}
	t := storageOf(a.t).(*arrow.DictionaryType)
	if a.dictionary, err = a.array(t.ValueType); err != nil {
		return err
	}
	room := uint64(a.dictionary.Len())
	for i := 0; i < a.length; i++ {
		// That of a null may be anything, but some readers look at it first.
		if n := number(b[i*width:], width); n >= room {
			if a.nulls == 0 || a.valid(i) {
				return malformed("index %d of %d", n, room)
			}
			clear(b[i*width : (i+1)*width])
		}
	}
	return nil
}

// valid says whether element i is not null. The bitmap may change, so this is
// only good for what is wrong anyway.
func (a *arrayReader) valid(i int) bool {
	return a.buffers[0] == nil || a.buffers[0].Bytes()[i/8]>>(i%8)&1 != 0
}

// runs reads the two children of a run-end encoded array.
func (a *arrayReader) runs() error {
	t := storageOf(a.t).(*arrow.RunEndEncodedType)
	_, width, _ := layoutOf(t.RunEnds())
	ends, err := a.child(t.RunEnds())
	if err != nil {
		return err
	}
	if ends.NullN() != 0 {
		return malformed("a run end is null")
	}
	// Run ends are values to the child, and structure here.
	own := make([]byte, ends.Len()*width)
	copy(own, ends.Buffers()[1].Bytes())
	b := memory.NewBufferBytes(own)
	checked := array.NewData(t.RunEnds(), ends.Len(), []*memory.Buffer{nil, b}, nil, 0, 0)
	b.Release()
	a.loose = append(a.loose, checked)
	a.children[0] = checked
	last := uint64(0)
	for i := 0; i < len(own); i += width {
		n := number(own[i:], width)
		if n <= last {
			return malformed("run end %d after %d", n, last)
		}
		last = n
	}
	if uint64(a.offset)+uint64(a.length) > last {
		return malformed("runs end at %d of %d", last, a.offset+a.length)
	}
	values, err := a.child(t.Encoded())
	if err == nil && values.Len() < ends.Len() {
		return malformed("%d values for %d runs", values.Len(), ends.Len())
	}
	return err
}

// number is the little endian number of 1, 2, 4 or 8 bytes at the start of b.
// One that is negative is larger than everything it is compared with.
func number(b []byte, width int) uint64 {
	switch width {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(binary.LittleEndian.Uint16(b))
	case 4:
		return uint64(binary.LittleEndian.Uint32(b))
	default:
		return binary.LittleEndian.Uint64(b)
	}
}

// ascending32 checks offsets and returns the last one.
func ascending32(b []byte) (int, error) {
	last := uint32(0)
	for ; len(b) >= 4; b = b[4:] {
		n := binary.LittleEndian.Uint32(b)
		if n < last || n > maxSize {
			return 0, malformed("offset %d after %d", n, last)
		}
		last = n
	}
	return int(last), nil
}

// ascending64 is ascending32 for large offsets.
func ascending64(b []byte) (int, error) {
	last := uint64(0)
	for ; len(b) >= 8; b = b[8:] {
		n := binary.LittleEndian.Uint64(b)
		if n < last || n > maxSize {
			return 0, malformed("offset %d after %d", n, last)
		}
		last = n
	}
	return int(last), nil
}
