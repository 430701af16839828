package frame

import (
	"encoding/binary"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// Size is the size that the frame at the start of b says it has.
func Size(b []byte) (int, error) {
	if len(b) < headerSize {
		return 0, malformed("%d bytes are no header", len(b))
	}
	n := binary.LittleEndian.Uint32(b)
	if n < headerSize || n > maxSize || n%alignment != 0 {
		return 0, malformed("a size of %d", n)
	}
	return int(n), nil
}

// Read makes a record batch of the frame at the start of b's bytes, and says how
// long the frame is. The batch refers to those bytes and retains b until it is
// released.
//
// Whoever wrote the bytes may still change them. So what the memory safety of
// the batch rests on, offsets, lengths, indices and codes, is copied and checked
// here, and nowhere read again; values are used where they lie. Nothing is
// checked about values: a text may have bytes that are no UTF-8.
func Read(schema *arrow.Schema, b *memory.Buffer) (batch arrow.RecordBatch, size int, err error) {
	raw := b.Bytes()
	if size, err = Size(raw); err != nil {
		return nil, 0, err
	}
	if size > len(raw) {
		return nil, 0, malformed("%d bytes of %d", len(raw), size)
	}
	r := reader{owner: b, raw: raw[:size], at: headerSize}
	columns := make([]arrow.Array, 0, schema.NumFields())
	defer func() {
		if p := recover(); p != nil { // of Arrow's constructors
			batch, err = nil, malformed("%v", p)
		}
		for _, c := range columns {
			c.Release()
		}
		for _, c := range r.loose {
			c.Release()
		}
	}()
	rows := int(binary.LittleEndian.Uint32(raw[4:]))
	if err = r.checkLength(rows); err != nil {
		return nil, 0, err
	}
	for _, f := range schema.Fields() {
		d, err := r.array(f.Type)
		if err != nil {
			return nil, 0, fmt.Errorf("column %q: %w", f.Name, err)
		}
		if d.Len() != rows {
			return nil, 0, malformed("column %q has %d of %d rows", f.Name, d.Len(), rows)
		}
		columns = append(columns, array.MakeFromData(d))
	}
	return array.NewRecordBatch(schema, columns, int64(rows)), size, nil
}

// reader reads the arrays of a frame.
type reader struct {
	owner *memory.Buffer
	raw   []byte
	at    int
	loose []*array.Data // made here, and released at the end: arrays retain them
}

func (r *reader) u32() (int, error) {
	if r.at+4 > len(r.raw) {
		return 0, malformed("it ends within an array's description")
	}
	n := binary.LittleEndian.Uint32(r.raw[r.at:])
	r.at += 4
	if n > maxSize {
		return 0, malformed("the number %d", n)
	}
	return int(n), nil
}

func (r *reader) checkLength(n int) error {
	if n > max(maxRows, 8*len(r.raw)) {
		return malformed("%d elements in %d bytes", n, len(r.raw))
	}
	return nil
}

// span reads where a buffer lies, which has at least need bytes unless it is
// empty and may be.
func (r *reader) span(need int, mayLack bool) (start, n int, err error) {
	if start, err = r.u32(); err != nil {
		return 0, 0, err
	}
	if n, err = r.u32(); err != nil {
		return 0, 0, err
	}
	if start > len(r.raw) || n > len(r.raw)-start || start%8 != 0 {
		return 0, 0, malformed("a buffer of %d bytes at %d, of %d", n, start, len(r.raw))
	}
	if n < need && !(n == 0 && mayLack) {
		return 0, 0, malformed("a buffer of %d bytes where %d are needed", n, need)
	}
	return start, n, nil
}

// shared reads a buffer that is used where it lies; nil if it is empty.
func (r *reader) shared(need int, mayLack bool) (*memory.Buffer, error) {
	start, n, err := r.span(need, mayLack)
	if err != nil || n == 0 {
		return nil, err
	}
	return memory.SliceBuffer(r.owner, start, n), nil
}

// private copies the first size bytes of a buffer.
func (r *reader) private(size int) ([]byte, error) {
	start, _, err := r.span(size, false)
	if err != nil {
		return nil, err
	}
	b := make([]byte, size)
	copy(b, r.raw[start:])
	return b, nil
}

// described is what stands before an array's buffers.
type described struct{ length, offset, nulls int }

func (r *reader) described(l layout) (d described, err error) {
	for _, n := range [...]*int{&d.length, &d.offset, &d.nulls} {
		if *n, err = r.u32(); err != nil {
			return d, err
		}
	}
	if d.nulls > d.length || d.offset > 0 && l != runs {
		return d, malformed("%d nulls of %d, offset %d", d.nulls, d.length, d.offset)
	}
	return d, r.checkLength(d.length)
}

// array reads an array of type t and what belongs to it.
func (r *reader) array(t arrow.DataType) (*array.Data, error) {
	l, width, ok := layoutOf(t)
	if !ok {
		return nil, malformed("type %s", t)
	}
	d, err := r.described(l)
	if err != nil {
		return nil, err
	}
	a := arrayReader{reader: r, t: t, described: d}
	defer a.release()
	if err := a.read(l, width); err != nil {
		return nil, err
	}
	var data *array.Data
	if a.dictionary != nil {
		data = array.NewDataWithDictionary(t, d.length, a.buffers, d.nulls, d.offset, a.dictionary)
	} else {
		data = array.NewData(t, d.length, a.buffers, a.children, d.nulls, d.offset)
	}
	r.loose = append(r.loose, data)
	return data, nil
}
