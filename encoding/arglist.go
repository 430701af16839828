package encoding

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
	"github.com/csvsql/csvsql/wire/pgvalue"
)

// list makes a list of a PostgreSQL array, and of one with more dimensions a
// list of lists.
func (d *argDecoder) list(value []byte, sent oid.OID, f wire.Format, t *arrow.ListType) (arrow.Array, error) {
	a, err := d.array(value, sent, f)
	if err != nil {
		return nil, err
	}
	elem := t.Elem()
	for {
		inner, ok := elem.(*arrow.ListType)
		if !ok {
			break
		}
		elem = inner.Elem()
	}
	items, err := d.column(elem, a.Elements)
	if err != nil {
		return nil, err
	}
	// From the innermost dimension outwards, each list holds so many items.
	for i := len(a.Dims) - 1; i > 0; i-- {
		items = wrapLists(d.mem, items, items.Len()/a.Dims[i])
	}
	return wrapLists(d.mem, items, 1), nil
}

// array reads an array; its elements become text.
func (d *argDecoder) array(value []byte, sent oid.OID, f wire.Format) (pgvalue.Array, error) {
	if f == wire.Text {
		return pgvalue.ParseArray(value)
	}
	a, elem, err := pgvalue.DecodeArray(value)
	if err != nil {
		return a, err
	}
	if want := elementOf(sent); want != 0 && want != oid.OID(elem) && !(isTextual(want) && isTextual(oid.OID(elem))) {
		return a, wire.Errorf("42804", "binary data has array element type %d instead of expected %d", elem, want)
	}
	for i, v := range a.Elements {
		if v == nil {
			continue
		}
		if a.Elements[i], err = d.textOf(v, oid.OID(elem)); err != nil {
			return a, err
		}
	}
	return a, nil
}

func isTextual(o oid.OID) bool {
	switch o {
	case oid.Text, oid.Varchar, oid.Bpchar, oid.Name, oid.Unknown:
		return true
	}
	return false
}

// wrapLists makes n lists of equal length of items, which it takes over.
func wrapLists(mem memory.Allocator, items arrow.Array, n int) arrow.Array {
	defer items.Release()
	offsets := memory.NewResizableBuffer(mem)
	defer offsets.Release()
	offsets.Resize(arrow.Int32SizeBytes * (n + 1))
	of := arrow.Int32Traits.CastFromBytes(offsets.Bytes())
	for i := range of {
		of[i] = int32(i * items.Len() / n)
	}
	data := array.NewData(arrow.ListOf(items.DataType()), n,
		[]*memory.Buffer{nil, offsets}, []arrow.ArrayData{items.Data()}, 0, 0)
	defer data.Release()
	return array.NewListData(data)
}
