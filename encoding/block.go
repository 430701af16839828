package encoding

import (
	"encoding/binary"

	"github.com/csvsql/csvsql/wire"
)

const (
	// blockRows and blockSize are how many rows, and bytes with what is left free
	// between them, a block has at most: enough that the loops over one column are
	// long, few enough that what they write is still in the processor's caches when
	// the next column is written.
	blockRows = 128
	blockSize = 64 << 10
	// fewRows are so few that they are not worth a block.
	fewRows = 8
)

// block encodes some hundred rows at a time. To choose the code anew for every
// field, each of another type than the last, costs more than many a field itself.
// So the fields are written column by column, each row at a place with room for
// whatever its values are, and then the rows are moved together.
type block struct {
	head    []byte // of every row: the type of its message, four bytes for the length, and more
	columns []blockColumn
	room    int // for a row without its texts
	usable  bool

	stage  stage
	at     [blockRows]int
	starts [blockRows + 1]int
}

// blockColumn is a column whose values have bounds, or one of texts, whose sizes
// are known beforehand.
type blockColumn struct {
	*column
	stager stager
	texts  *rawBytes
	copied *copiedTexts // of COPY in text and CSV
	after  byte         // in these: the delimiter behind it
}

// newBlock makes a block of columns; out is nil for DataRows. There are columns
// that it cannot encode: values without bounds other than texts.
func newBlock(columns []column, head []byte, out *CopyOut) *block {
	b := &block{head: head}
	b.stage.lead, b.stage.null = 4, []byte{0xff, 0xff, 0xff, 0xff}
	delimited := out != nil && out.delimited
	if delimited {
		b.stage.lead, b.stage.null = 0, out.AppendNull(nil)
	}
	made := make([]blockColumn, len(columns))
	for i := range columns {
		c := &made[i]
		c.column = &columns[i]
		switch e := c.encoder.(type) {
		case *rawBytes:
			c.texts = e
		case stager:
			c.stager = e
		case bounded:
			c.stager = oneByOne{e}
		default:
			return b
		}
		if !delimited {
			continue
		}
		if c.after = '\n'; i < len(columns)-1 {
			c.after = out.AppendDelimiter(nil, i+1)[0]
		}
		if c.texts != nil {
			c.copied = &copiedTexts{CopyWriter: out.CopyWriter, column: i, null: len(b.stage.null)}
		} else if !out.plain[i] {
			return b
		}
	}
	b.columns = made
	return b
}

// bind is called when the columns have been bound to a batch.
func (b *block) bind() {
	b.usable = b.columns != nil
	b.room = len(b.head) + stageSlack
	for i := range b.columns {
		c, size := &b.columns[i], 0
		switch {
		case c.stager != nil:
			size = c.stager.size()
		case c.texts.offsets32 == nil: // no rows, or another type of texts
			b.usable = false
		case c.copied != nil:
			c.copied.look(&c.texts.byteValues)
		}
		b.room += max(b.stage.lead+size, len(b.stage.null)) + 1
	}
	b.usable = b.usable && b.room <= blockSize
}

// append appends rows from from on, as many as a block has, and returns how many
// these are: none if the first one is large or of types that a block does not take.
func (b *block) append(dst []byte, from, to int) (_ []byte, rows int) {
	if !b.usable {
		return dst, 0
	}
	begin := len(dst)
	rows = b.place(begin, from, min(to-from, blockRows))
	if end := b.starts[rows]; cap(dst) < end {
		dst = append(make([]byte, 0, end), dst...)
	}
	s := &b.stage
	s.out, s.at, s.from = dst[:b.starts[rows]], b.at[:rows], from
	for k := range s.at {
		s.at[k] = b.starts[k] + copy(s.out[b.starts[k]:], b.head)
	}
	for i := range b.columns {
		c := &b.columns[i]
		s.nulls, s.after = c.bitmap, c.after
		switch {
		case c.stager != nil:
			c.stager.stage(s)
		case c.copied != nil:
			c.copied.stage(s, c.texts)
		default:
			c.texts.stage(s)
		}
	}
	end := begin
	for k, at := range s.at {
		row := s.out[b.starts[k]:at]
		binary.BigEndian.PutUint32(row[1:], uint32(len(row)-1))
		end += copy(s.out[end:], row)
	}
	s.out = nil
	return dst[:end], rows
}

// place gives each of n rows its place behind at, and returns for how many of them
// there was room.
func (b *block) place(at, from, n int) int {
	sizes := b.at[:n]
	for k := range sizes {
		sizes[k] = b.room
	}
	for i := range b.columns {
		c := &b.columns[i]
		if c.texts == nil {
			continue
		}
		times, more := 1, 0
		if c.copied != nil {
			times, more = c.copied.size()
		}
		offsets := c.texts.offsets32[from:][:n+1]
		for k := range sizes {
			sizes[k] += times*int(offsets[k+1]-offsets[k]) + more
		}
	}
	most := at + blockSize
	for k, size := range sizes {
		b.starts[k] = at
		if size > most-at {
			return k
		}
		at += size
	}
	b.starts[n] = at
	return n
}

// copiedTexts writes texts in a format of COPY that may have to escape them.
type copiedTexts struct {
	*wire.CopyWriter
	column int
	null   int  // the length of what stands for NULL
	clean  bool // no text of the batch has to be escaped, but for one that looks like NULL
}

// look looks at all texts of a batch at once, which is much faster than at each.
func (c *copiedTexts) look(texts *byteValues) {
	offsets := texts.offsets32
	c.clean = c.IsClean(c.column, texts.data[offsets[0]:offsets[len(offsets)-1]])
}

// size says how much room a text needs: times its length, and more.
func (c *copiedTexts) size() (times, more int) {
	if c.clean {
		return 1, 2 // quotes
	}
	return 2, 2
}

// stage writes the texts of a column.
func (c *copiedTexts) stage(s *stage, texts *rawBytes) {
	for k := range s.at {
		if s.isNull(k) {
			s.putNull(k)
			continue
		}
		v := texts.at(s.from + k)
		if c.clean && len(v) != c.null {
			texts.put(s, k)
			continue
		}
		s.end(k, len(c.AppendValue(s.value(k)[:0], v, c.column)))
	}
}
