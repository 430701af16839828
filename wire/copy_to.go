package wire

import (
	"bytes"
	"encoding/binary"
)

// CopyTo makes a CopyOut of rows, which have these columns. Rows that are a
// Formatter are told the format; others must go by RowWriter, or by its Formats.
// The CopyOut closes them. Options that contradict each other are an error.
func CopyTo(rows Rows, columns []Column, o CopyOptions) (CopyOut, error) {
	syntax, err := o.resolve()
	if err != nil {
		return nil, err
	}
	c := &copyTo{Rows: rows, syntax: syntax, columns: columns, formats: make([]Format, len(columns))}
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
	blocks  BlockEncoder // Rows, if it can
	syntax  copySyntax
	columns []Column
	formats []Format
	w       RowWriter // DataRows that are not rewritten yet
}

func (c *copyTo) CopyResponse() CopyResponse { return c.syntax.Response(len(c.columns)) }

// AppendHeader implements CopyOut.
func (c *copyTo) AppendHeader(dst []byte) []byte {
	if c.syntax.Format == CopyBinary {
		dst = append(dst, binarySignature...)
		return append(dst, 0, 0, 0, 0, 0, 0, 0, 0) // no flags, no extension
	}
	if !c.syntax.Header {
		return dst
	}
	for i, column := range c.columns {
		if i > 0 {
			dst = append(dst, c.syntax.Delimiter)
		}
		if c.syntax.Format == CopyCSV {
			dst = c.syntax.appendCSV(dst, []byte(column.Name), false, len(c.columns) == 1)
		} else {
			dst = c.syntax.appendText(dst, []byte(column.Name))
		}
	}
	return append(dst, '\n')
}

// AppendTrailer implements CopyOut.
func (c *copyTo) AppendTrailer(dst []byte) []byte {
	if c.syntax.Format == CopyBinary {
		return append(dst, 0xff, 0xff)
	}
	return dst
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
		if i > 0 {
			dst = append(dst, c.syntax.Delimiter)
		}
		n := int(int32(binary.BigEndian.Uint32(row)))
		row = row[4:]
		if n < 0 {
			dst = append(dst, c.syntax.null...)
			continue
		}
		if c.syntax.Format == CopyCSV {
			dst = c.syntax.appendCSV(dst, row[:n], forced(c.syntax.ForceQuote, i), len(c.columns) == 1)
		} else {
			dst = c.syntax.appendText(dst, row[:n])
		}
		row = row[n:]
	}
	return append(dst, '\n')
}

// appendText appends a value in the text format: what would end a field or a
// line, and the backslash, has a backslash before it.
func (s *copySyntax) appendText(dst, value []byte) []byte {
	start := 0
	for i, b := range value {
		if b >= ' ' && b != '\\' && b != s.Delimiter {
			continue
		}
		letter := b
		switch b {
		case '\b':
			letter = 'b'
		case '\f':
			letter = 'f'
		case '\n':
			letter = 'n'
		case '\r':
			letter = 'r'
		case '\t':
			letter = 't'
		case '\v':
			letter = 'v'
		case '\\', s.Delimiter:
		default:
			continue
		}
		dst = append(append(dst, value[start:i]...), '\\', letter)
		start = i + 1
	}
	return append(dst, value[start:]...)
}

// appendCSV appends a value in the CSV format, in quotes if it could be read as
// something else: NULL, two fields, two lines or, alone in its line, the end of
// the data.
func (s *copySyntax) appendCSV(dst, value []byte, force, alone bool) []byte {
	if !force && !s.needsQuotes(value, alone) {
		return append(dst, value...)
	}
	dst = append(dst, s.Quote)
	for _, b := range value {
		if b == s.Quote || b == s.Escape {
			dst = append(dst, s.Escape)
		}
		dst = append(dst, b)
	}
	return append(dst, s.Quote)
}

func (s *copySyntax) needsQuotes(value []byte, alone bool) bool {
	if bytes.Equal(value, s.null) || alone && string(value) == `\.` {
		return true
	}
	for _, b := range value {
		if b == s.Delimiter || b == s.Quote || b == '\n' || b == '\r' {
			return true
		}
	}
	return false
}
