package encoding

import (
	"encoding/binary"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/csvsql/csvsql/wire/oid"
	"github.com/csvsql/csvsql/wire/pgvalue"
)

// lists reads lists: of one level, or of as many as an array has dimensions.
type lists struct {
	levels []listLevel
	elem   column
}

type listLevel struct {
	array.ListLike
	bitmap
}

func newLists(m *mapping, f form, c *shared) lists {
	return lists{
		levels: make([]listLevel, max(len(m.dims), 1)),
		elem:   column{encoder: newEncoder(m.elem, f, c)},
	}
}

func (l *lists) bind(a arrow.Array) {
	for i := range l.levels {
		list := storageArray(a).(array.ListLike)
		l.levels[i] = listLevel{list, bitmapOf(list)}
		a = list.ListValues()
	}
	l.elem.bind(a)
}

// newListEncoder makes the encoder of a list that is an array, or is within a
// jsonb.
func newListEncoder(m *mapping, f form, c *shared) encoder {
	ls := newLists(m, f, c)
	switch f {
	case textForm:
		if isVector(m.typ.OID) {
			return &vectorText{ls}
		}
		return &arrayText{lists: ls, quote: mayNeedQuotes(m.elem.typ.OID)}
	case binaryForm:
		e := &arrayBinary{lists: ls, elemType: m.elem.typ.OID, dims: make([]int32, max(len(m.dims), 1)), vector: isVector(m.typ.OID)}
		copy(e.dims, m.dims)
		return e
	}
	return newListJSON(ls, c)
}

// mayNeedQuotes reports whether the text of a type can have a character that is
// quoted in an array.
func mayNeedQuotes(o oid.OID) bool {
	switch o {
	case oid.Bool, oid.Int2, oid.Int4, oid.Int8, oid.Float4, oid.Float8, oid.Numeric,
		oid.Time, oid.Timetz, oid.UUID, oid.Varbit:
		return false
	}
	return true
}

// arrayText writes {1,NULL,3}.
//
// A list that is NULL within a fixed-size list has its elements go out as NULL:
// PostgreSQL's arrays are rectangular.
type arrayText struct {
	lists
	quote bool
}

func (e *arrayText) append(dst []byte, row int) []byte {
	from, to := e.levels[0].ValueOffsets(row)
	if e.isEmpty(from, to) {
		return append(dst, "{}"...)
	}
	return e.appendLevel(dst, 0, from, to, false)
}

// isEmpty reports whether an array with those items has no elements. Such a one
// has no dimensions either.
func (l *lists) isEmpty(from, to int64) bool {
	for _, inner := range l.levels[1:] {
		if from == to {
			return true
		}
		from, to = inner.ValueOffsets(int(from))
	}
	return from == to
}

func (e *arrayText) appendLevel(dst []byte, level int, from, to int64, null bool) []byte {
	dst = append(dst, '{')
	for i := from; i < to; i++ {
		if i > from {
			dst = append(dst, ',')
		}
		switch {
		case level+1 < len(e.levels):
			inner := &e.levels[level+1]
			innerFrom, innerTo := inner.ValueOffsets(int(i))
			dst = e.appendLevel(dst, level+1, innerFrom, innerTo, null || inner.isNull(int(i)))
		case null || e.elem.isNull(int(i)):
			dst = append(dst, "NULL"...)
		default:
			start := len(dst)
			dst = e.elem.append(dst, int(i))
			if e.quote {
				dst = pgvalue.QuoteElement(dst, start)
			}
		}
	}
	return append(dst, '}')
}

// arrayBinary writes the binary format of an array.
type arrayBinary struct {
	lists
	elemType oid.OID
	dims     []int32 // the first is that of the row
	vector   bool    // it counts from 0, and has a dimension also if it is empty
}

func (e *arrayBinary) append(dst []byte, row int) []byte {
	from, to := e.levels[0].ValueOffsets(row)
	if e.isEmpty(from, to) && !e.vector {
		return pgvalue.AppendArrayHeaderBinary(dst, false, uint32(e.elemType))
	}
	e.dims[0] = int32(to - from)
	const hasNullAt = 4 + 3 // in the header: the lowest byte of its second word
	start := len(dst)
	dst = pgvalue.AppendArrayHeaderBinary(dst, false, uint32(e.elemType), e.dims...)
	if e.vector {
		dst[len(dst)-1] = 0 // the lowest byte of the lower bound
	}
	dst, hasNull := e.appendLevel(dst, 0, from, to, false)
	if hasNull {
		dst[start+hasNullAt] = 1
	}
	return dst
}

func (e *arrayBinary) appendLevel(dst []byte, level int, from, to int64, null bool) (_ []byte, hasNull bool) {
	for i := from; i < to; i++ {
		if level+1 < len(e.levels) {
			inner := &e.levels[level+1]
			innerFrom, innerTo := inner.ValueOffsets(int(i))
			var innerNull bool
			dst, innerNull = e.appendLevel(dst, level+1, innerFrom, innerTo, null || inner.isNull(int(i)))
			hasNull = hasNull || innerNull
			continue
		}
		if null || e.elem.isNull(int(i)) {
			dst = append(dst, 0xff, 0xff, 0xff, 0xff)
			hasNull = true
			continue
		}
		dst = append(dst, 0, 0, 0, 0)
		start := len(dst)
		dst = e.elem.append(dst, int(i))
		binary.BigEndian.PutUint32(dst[start-4:], uint32(len(dst)-start))
	}
	return dst, hasNull
}
