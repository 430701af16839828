package encoding

import (
	"io"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/csvsql/csvsql/wire"
)

// The size of a batch of CopyIn, in rows and in bytes of the data.
const (
	copyRows  = 2048
	copyBytes = 1 << 20
)

// CopyIn reads the data of a COPY FROM into record batches. It implements
// [array.RecordReader].
//
// Its schema has, for each column of the table, the type in which an engine takes
// it: that of the column, or for types that Arrow has no builder for, text that
// the engine converts.
type CopyIn struct {
	reader  *wire.CopyReader
	schema  *arrow.Schema
	columns []copyColumn
	memory  recycler
	batch   arrow.RecordBatch
	err     error
}

// NewCopyIn returns a reader for the data in r of the columns of a table, whose
// name errors have. settings are read while it reads; nil stands for the
// defaults. Options that contradict each other are an error.
func NewCopyIn(r io.Reader, table string, columns []arrow.Field, settings *Settings, o wire.CopyOptions, mem memory.Allocator) (*CopyIn, error) {
	names := make([]string, len(columns))
	for i, f := range columns {
		names[i] = f.Name
	}
	reader, err := wire.NewCopyReader(r, table, names, o)
	if err != nil {
		return nil, err
	}
	if settings == nil {
		settings = DefaultSettings()
	}
	c := &CopyIn{reader: reader, columns: make([]copyColumn, len(columns)), memory: recycler{Allocator: mem}}
	d := &argDecoder{Settings: settings, mem: &c.memory}
	fields := make([]arrow.Field, len(columns))
	for i, f := range columns {
		c.columns[i] = newCopyColumn(mappingOf(f), d, o.Format == wire.CopyBinary)
		fields[i] = arrow.Field{Name: f.Name, Type: c.columns[i].typ, Nullable: true}
	}
	c.schema = arrow.NewSchema(fields, nil)
	return c, nil
}

// Schema implements [array.RecordReader].
func (c *CopyIn) Schema() *arrow.Schema { return c.schema }

// RecordBatch implements [array.RecordReader]. It is valid until Next, and must not
// be retained: its memory is used again.
func (c *CopyIn) RecordBatch() arrow.RecordBatch { return c.batch }

// Record is the former name of RecordBatch.
func (c *CopyIn) Record() arrow.RecordBatch { return c.batch }

// Err implements [array.RecordReader]. An error says in which line and column
// it is.
func (c *CopyIn) Err() error { return c.err }

// Line is the line that was read last, from 1; in binary, the row.
func (c *CopyIn) Line() int64 { return c.reader.Line() }

// Retain does nothing: a CopyIn has one owner.
func (c *CopyIn) Retain() {}

// Release implements [array.RecordReader]. Nothing may be used after it.
func (c *CopyIn) Release() {
	c.drop()
	for i := range c.columns {
		c.columns[i].builder.Release()
	}
	c.columns = nil
	c.memory.close()
}

func (c *CopyIn) drop() {
	if c.batch != nil {
		c.batch.Release()
		c.batch = nil
	}
}

// Next implements [array.RecordReader].
func (c *CopyIn) Next() bool {
	c.drop()
	if c.err != nil {
		return false
	}
	rows, err := c.fill()
	if err != nil && err != io.EOF {
		c.err = err
		return false
	}
	if rows == 0 {
		return false
	}
	arrays := make([]arrow.Array, len(c.columns))
	for i := range c.columns {
		arrays[i] = c.columns[i].newArray()
	}
	c.batch = array.NewRecordBatch(c.schema, arrays, rows)
	for _, a := range arrays {
		a.Release() // batch holds them
	}
	return true
}

// reserve makes room for a batch in the builders, whose buffers the last one has
// taken.
func (c *CopyIn) reserve() {
	for i := range c.columns {
		c.columns[i].builder.Reserve(copyRows)
	}
}

// fill reads the rows of a batch into the builders.
func (c *CopyIn) fill() (rows int64, err error) {
	for size := 0; rows < copyRows && size < copyBytes; rows++ {
		fields, err := c.reader.Read()
		if err != nil {
			return rows, err
		}
		if rows == 0 {
			c.reserve()
		}
		for i, v := range fields {
			if v == nil {
				c.columns[i].builder.AppendNull()
				continue
			}
			size += len(v)
			if err := c.columns[i].append(v); err != nil {
				return rows, c.reader.Error(i, err)
			}
		}
	}
	return rows, nil
}

var _ array.RecordReader = (*CopyIn)(nil)
