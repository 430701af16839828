package encoding

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/bitutil"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/pgvalue"
)

// listColumn reads arrays into lists, as deep as the type has dimensions.
func listColumn(m *mapping, d *argDecoder, binary bool) copyColumn {
	l := &listBuilder{elem: newCopyColumn(m.elem, d, false), mem: d.mem, ends: make([][]int32, max(len(m.dims), 1))}
	typ := l.elem.typ
	for range l.ends {
		typ = arrow.ListOf(typ)
	}
	l.reset()
	format := wire.Text
	if binary {
		format = wire.Binary // d.array makes text of the elements
	}
	return copyColumn{typ: typ, builder: l, append: func(v []byte) error {
		a, err := d.array(v, m.typ.OID, format)
		if err != nil {
			return err
		}
		return l.append(a)
	}}
}

// listBuilder builds lists, of lists if there is more than one dimension, around
// the column of their elements.
type listBuilder struct {
	elem  copyColumn
	mem   memory.Allocator
	ends  [][]int32 // by dimension: where its lists end in what they hold, after a 0
	nulls []int     // the rows that are NULL
}

func (l *listBuilder) reset() {
	for i := range l.ends {
		l.ends[i] = append(l.ends[i][:0], 0)
	}
	l.nulls = l.nulls[:0]
}

// append appends one array.
func (l *listBuilder) append(a pgvalue.Array) error {
	if len(a.Elements) == 0 {
		l.end(0, 0)
		return nil
	}
	if len(a.Dims) != len(l.ends) {
		return wire.Errorf("2202E", "array has %d dimensions where the column has %d", len(a.Dims), len(l.ends))
	}
	lists := 1
	for i, n := range a.Dims {
		for range lists {
			l.end(i, n)
		}
		lists *= n
	}
	for _, v := range a.Elements {
		if v == nil {
			l.elem.builder.AppendNull()
		} else if err := l.elem.append(v); err != nil {
			return err
		}
	}
	return nil
}

// end ends a list of n in a dimension.
func (l *listBuilder) end(dimension, n int) {
	ends := l.ends[dimension]
	l.ends[dimension] = append(ends, ends[len(ends)-1]+int32(n))
}

func (l *listBuilder) Reserve(n int) { l.elem.builder.Reserve(n) }
func (l *listBuilder) Release()      { l.elem.builder.Release() }

func (l *listBuilder) AppendNull() {
	l.nulls = append(l.nulls, len(l.ends[0])-1)
	l.end(0, 0)
}

// NewArray wraps the elements, from the innermost dimension outwards.
func (l *listBuilder) NewArray() arrow.Array {
	items := l.elem.newArray()
	for i := len(l.ends) - 1; i >= 0; i-- {
		var nulls []int
		if i == 0 {
			nulls = l.nulls
		}
		items = l.wrap(items, l.ends[i], nulls)
	}
	l.reset()
	return items
}

// wrap makes lists of items, which it takes over.
func (l *listBuilder) wrap(items arrow.Array, ends []int32, nulls []int) arrow.Array {
	defer items.Release()
	n := len(ends) - 1
	offsets := memory.NewResizableBuffer(l.mem)
	defer offsets.Release()
	offsets.Resize(arrow.Int32SizeBytes * len(ends))
	copy(arrow.Int32Traits.CastFromBytes(offsets.Bytes()), ends)
	var valid *memory.Buffer
	if len(nulls) > 0 {
		valid = memory.NewResizableBuffer(l.mem)
		defer valid.Release()
		valid.Resize(int(bitutil.BytesForBits(int64(n))))
		memory.Set(valid.Bytes(), 0xff)
		for _, i := range nulls {
			bitutil.ClearBit(valid.Bytes(), i)
		}
	}
	data := array.NewData(arrow.ListOf(items.DataType()), n,
		[]*memory.Buffer{valid, offsets}, []arrow.ArrayData{items.Data()}, len(nulls), 0)
	defer data.Release()
	return array.NewListData(data)
}
