package encoding

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// dictionaryEncoder writes the entries that the rows point to. A row is NULL
// when its index or its entry is.
type dictionaryEncoder struct {
	entries column
	dict    *array.Dictionary
	nulls   bitmap
	valid   []byte
}

func newDictionaryEncoder(m *mapping, f form, c *shared) encoder {
	return &dictionaryEncoder{entries: column{encoder: newEncoder(m.elem, f, c)}}
}

func (e *dictionaryEncoder) bind(a arrow.Array) {
	e.dict = a.(*array.Dictionary)
	e.entries.bind(e.dict.Dictionary())
	e.nulls = bitmapOf(a)
	if e.entries.valid == nil {
		return
	}
	e.valid = zeroed(e.valid, a.Len())
	for row := range a.Len() {
		if !e.nulls.isNull(row) && !e.entries.isNull(e.dict.GetValueIndex(row)) {
			e.valid[row>>3] |= 1 << (row & 7)
		}
	}
	e.nulls = bitmap{valid: e.valid}
}

func (e *dictionaryEncoder) validity() bitmap { return e.nulls }

func (e *dictionaryEncoder) append(dst []byte, row int) []byte {
	return e.entries.append(dst, e.dict.GetValueIndex(row))
}

func (e *dictionaryEncoder) size() int {
	switch entries := e.entries.encoder.(type) {
	case *rawBytes:
		return entries.longest()
	case bounded:
		return entries.size()
	}
	return unbounded
}

// runEndEncoder writes the values of runs. NULLs are among the values only.
type runEndEncoder struct {
	values column
	runs   *array.RunEndEncoded
	valid  []byte
}

func newRunEndEncoder(m *mapping, f form, c *shared) encoder {
	return &runEndEncoder{values: column{encoder: newEncoder(m.elem, f, c)}}
}

func (e *runEndEncoder) bind(a arrow.Array) {
	e.runs = a.(*array.RunEndEncoded)
	e.values.bind(e.runs.Values())
	e.valid = zeroed(e.valid, a.Len())
	for row := range a.Len() {
		if !e.values.isNull(e.runs.GetPhysicalIndex(row)) {
			e.valid[row>>3] |= 1 << (row & 7)
		}
	}
}

func (e *runEndEncoder) validity() bitmap { return bitmap{valid: e.valid} }

func (e *runEndEncoder) append(dst []byte, row int) []byte {
	return e.values.append(dst, e.runs.GetPhysicalIndex(row))
}
