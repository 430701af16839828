package wire

import "encoding/binary"

// CopyTo makes a CopyOut of rows, which have these columns. Rows that are a
// Formatter are told the format; others must go by RowWriter, or by its Formats.
// The CopyOut closes them. Options that contradict each other are an error.
func CopyTo(rows Rows, columns []Column, o CopyOptions) (CopyOut, error) {
	w, err := NewCopyWriter(columns, o)
	if err != nil {
		return nil, err
	}
	c := &copyTo{Rows: rows, CopyWriter: w, formats: make([]Format, len(columns))}
	c.blocks, _ = rows.(BlockEncoder)
	for i := range c.formats {
		c.formats[i] = c.CopyResponse().Format
	}
	if f, ok := rows.(Formatter); ok {
		if err := f.SetFormats(c.formats); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// copyTo writes rows as DataRows and takes those apart.
type copyTo struct {
	Rows
	*CopyWriter
	blocks  BlockEncoder // Rows, if it can
	formats []Format
	w       RowWriter // DataRows that are not rewritten yet
}

// EncodeRow implements Rows for those who know of no EncodeRows. The server has
// begun the CopyData.
func (c *copyTo) EncodeRow(w *RowWriter, row int) error {
	if _, err := c.encode(row, row+1); err != nil {
		return err
	}
	w.buf = c.appendRow(w.buf, c.w.buf[5:])
	return nil
}

// EncodeRows implements BlockEncoder.
func (c *copyTo) EncodeRows(w *RowWriter, from, to int) (int, error) {
	next, err := c.encode(from, to)
	if err != nil {
		return from, err
	}
	for rows := c.w.buf; len(rows) > 0; {
		n := 1 + int(binary.BigEndian.Uint32(rows[1:]))
		w.BeginRow()
		w.buf = c.appendRow(w.buf, rows[5:n])
		w.EndRow()
		rows = rows[n:]
	}
	return next, nil
}

// encode fills c.w with the DataRows of a block.
func (c *copyTo) encode(from, to int) (next int, err error) {
	c.w.buf, c.w.columns, c.w.formats = c.w.buf[:0], c.columns, c.formats
	if next, err = encodeRows(c.Rows, c.blocks, &c.w, from, to); err == nil {
		err = c.w.takeError()
	}
	if err == nil && (next <= from || next > to) {
		err = Errorf("XX000", "encoder went from row %d to row %d of %d", from, next, to)
	}
	return next, err
}

// appendRow appends the body of a DataRow as a row of the COPY. In binary the
// two are the same.
func (c *copyTo) appendRow(dst, row []byte) []byte {
	if c.syntax.Format == CopyBinary {
		return append(dst, row...)
	}
	row = row[2:]
	for i := range c.columns {
		dst = c.AppendDelimiter(dst, i)
		n := int(int32(binary.BigEndian.Uint32(row)))
		row = row[4:]
		if n < 0 {
			dst = c.AppendNull(dst)
			continue
		}
		dst = c.AppendValue(dst, row[:n], i)
		row = row[n:]
	}
	return append(dst, '\n')
}
