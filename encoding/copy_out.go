package encoding

import (
	"encoding/binary"

	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
	"github.com/csvsql/csvsql/wire/pgvalue"
)

// CopyOut encodes what r yields as the data of a COPY TO. columns are the plan's,
// with the names for a header. It owns r from now on, also if it fails: options
// that contradict each other are an error.
func (p *Plan) CopyOut(r array.RecordReader, columns []wire.Column, settings *Settings, o wire.CopyOptions, tag func(rows int64) string) (*CopyOut, error) {
	c := &CopyOut{Rows: p.Rows(r, settings, tag)}
	w, err := wire.NewCopyWriter(columns, o)
	if err == nil {
		err = c.SetFormats([]wire.Format{w.CopyResponse().Format})
	}
	if err != nil {
		r.Release()
		return nil, err
	}
	c.CopyWriter = w
	if w.CopyResponse().Format == wire.Text {
		c.delimited = true
		c.plain = make([]bool, len(p.columns))
		for i, m := range p.columns {
			a := alphabet(m.typ.OID, c.settings)
			c.plain[i] = a != "" && w.IsPlain(i, a)
		}
	}
	return c, nil
}

// CopyOut is Rows in a format of COPY. It implements [wire.CopyOut].
type CopyOut struct {
	*Rows
	*wire.CopyWriter
	delimited bool   // text or CSV
	plain     []bool // by column: its values are written as they are
}

// EncodeRow appends the data of a row. It implements [wire.Rows].
func (c *CopyOut) EncodeRow(w *wire.RowWriter, row int) error {
	dst := w.Buf()
	if !c.delimited {
		dst = binary.BigEndian.AppendUint16(dst, uint16(len(c.columns)))
	}
	w.SetBuf(c.appendRow(dst, row))
	return nil
}

// EncodeRows appends whole rows. It implements [wire.BlockEncoder].
func (c *CopyOut) EncodeRows(w *wire.RowWriter, from, to int) (next int, err error) {
	return c.encodeRows(w, c, from, to)
}

func (c *CopyOut) newBlock() *block {
	head, _ := c.beginRow(nil)
	return newBlock(c.columns, head, c)
}

func (c *CopyOut) beginRow(dst []byte) (_ []byte, at int) {
	dst, at = wire.AppendCopyHeader(dst)
	if !c.delimited {
		dst = binary.BigEndian.AppendUint16(dst, uint16(len(c.columns)))
	}
	return dst, at
}

func (c *CopyOut) appendRow(dst []byte, row int) []byte {
	if !c.delimited {
		return appendFields(dst, c.columns, row)
	}
	for i := range c.columns {
		dst = c.AppendDelimiter(dst, i)
		column := &c.columns[i]
		if column.isNull(row) {
			dst = c.AppendNull(dst)
			continue
		}
		start := len(dst)
		dst = column.encoder.append(dst, row)
		if !c.plain[i] {
			dst = c.Escape(dst, start, i)
		}
	}
	return append(dst, '\n')
}

// alphabet has all characters that values of a type may consist of in text, and
// "" where there are too many to tell.
func alphabet(o oid.OID, s *Settings) string {
	const digits, letters = "0123456789", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	switch o {
	case oid.Bool:
		return "ft"
	case oid.Int2, oid.Int4, oid.Int8, oid.OIDType:
		return digits + "-"
	case oid.Float4, oid.Float8, oid.Numeric:
		return digits + letters + "+-."
	case oid.UUID:
		return digits + letters + "-"
	case oid.Date, oid.Time, oid.Timetz, oid.Timestamp, oid.Timestamptz, oid.Interval:
		return digits + letters + "+-./:@ " // whatever the style
	case oid.Bytea:
		if s.ByteaOutput == pgvalue.ByteaHex {
			return digits + letters + `\`
		}
	}
	return ""
}

var (
	_ wire.CopyOut      = (*CopyOut)(nil)
	_ wire.BlockEncoder = (*CopyOut)(nil)
)
