package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// CopyReader reads the rows of a COPY FROM, in any of its formats
// (PostgreSQL documentation, SQL command COPY, File Formats). It reads what
// PostgreSQL reads, and its errors are PostgreSQL's, with the place in Where:
//
//	COPY t, line 3, column b: "x"
//
// It holds one row, and some of what follows it.
type CopyReader struct {
	table   string
	columns []string
	syntax  copySyntax

	in     io.Reader
	buf    []byte
	r, w   int   // buf[r:w] has been read and not been used
	ended  error // of in; io.EOF is the good one
	done   bool  // an end marker, or an error, was found
	begun  bool  // the header was read
	line   int64 // of the row, from 1; in binary, the number of the row
	eol    byte  // what ends a line: '\n', '\r', 'w' for both; 0: not known yet
	record []byte
	fields [][]byte // of the row, nil is NULL
	values []byte   // what fields that had to be rewritten point into
	ends   []int    // of the fields in values, while they are rewritten
}

// copyBuffer is how much is read at a time.
const copyBuffer = 64 << 10

// NewCopyReader returns a reader for rows of these columns. The table is the
// name that errors have. Options that contradict each other are an error.
func NewCopyReader(r io.Reader, table string, columns []string, o CopyOptions) (*CopyReader, error) {
	syntax, err := o.resolve()
	if err != nil {
		return nil, err
	}
	return &CopyReader{table: table, columns: columns, syntax: syntax, in: r}, nil
}

// Read returns the fields of the next row, one for each column; nil is NULL. In
// binary they are in the binary format of their types, else text. They are valid
// until the next Read. The end is io.EOF: then the reader underneath has been
// read to its end, too. Errors are final.
func (c *CopyReader) Read() ([][]byte, error) {
	if c.done {
		return nil, c.finish()
	}
	c.line++
	c.record = nil
	var err error
	if c.syntax.Format == CopyBinary {
		err = c.readTuple()
	} else {
		err = c.readRow()
	}
	if err != nil {
		c.done = true
		if err == io.EOF {
			return nil, c.finish()
		}
		c.ended = err
		return nil, err
	}
	return c.fields, nil
}

// finish drops what follows the end marker.
func (c *CopyReader) finish() error {
	for c.ended == nil {
		c.r, c.w = 0, 0
		c.more(0)
	}
	return c.ended
}

// Line returns the number of the line that the row ends on, from 1; in binary,
// the number of the row.
func (c *CopyReader) Line() int64 { return c.line }

// Error makes of an error with the value of column i (from 0) of the current row
// one that says where it is.
func (c *CopyReader) Error(i int, err error) error {
	where := fmt.Sprintf("COPY %s, line %d, column %s", c.table, c.line, c.columns[i])
	switch {
	case c.syntax.Format == CopyBinary:
	case c.fields[i] == nil:
		where += ": null input"
	default:
		where += ": \"" + printable(c.fields[i]) + "\""
	}
	return withWhere(err, where)
}

// fail makes an error of the current line: with its text, if that is known.
func (c *CopyReader) fail(code, format string, args ...any) error {
	return c.locate(Errorf(code, format, args...))
}

// locate is fail for an error that is made already.
func (c *CopyReader) locate(err error) error {
	where := fmt.Sprintf("COPY %s, line %d", c.table, c.line)
	if c.record != nil {
		where += ": \"" + printable(c.record) + "\""
	}
	return withWhere(err, where)
}

func withWhere(err error, where string) error {
	var e *Error
	if !errors.As(err, &e) {
		e = toError(err)
	}
	located := *e
	located.Where, located.Err = where, e
	return &located
}

// printable is a value as it is shown: of a long one, the beginning.
func printable(v []byte) string {
	const most = 100 // as PostgreSQL
	if len(v) <= most {
		return string(v)
	}
	cut := most
	for cut > most-utf8.UTFMax && !utf8.RuneStart(v[cut]) {
		cut--
	}
	return string(v[:cut]) + "..."
}

// more reads more, behind the bytes from keep on, which move to the front of the
// buffer. It reports whether there is more.
func (c *CopyReader) more(keep int) bool {
	if c.ended != nil {
		return false
	}
	if keep > 0 {
		c.w = copy(c.buf, c.buf[keep:c.w])
		c.r -= keep
	}
	if c.w == len(c.buf) {
		c.buf = append(c.buf, make([]byte, max(copyBuffer, len(c.buf)))...)
	}
	for {
		n, err := c.in.Read(c.buf[c.w:])
		c.w += n
		if err != nil {
			c.ended = err
		}
		if n > 0 || err != nil {
			return n > 0
		}
	}
}

// readRow reads a row of text or CSV.
func (c *CopyReader) readRow() error {
	if !c.begun {
		c.begun = true
		if err := c.readHeader(); err != nil {
			return err
		}
	}
	return c.readFields()
}

func (c *CopyReader) readFields() error {
	record, err := c.readLine()
	if err != nil {
		return err
	}
	if bytes.IndexByte(record, 0) >= 0 || !utf8.Valid(record) {
		return c.locate(checkText(record))
	}
	c.record = record
	if err := c.split(record); err != nil {
		return err
	}
	switch n := len(c.fields); {
	case n > len(c.columns) && !(len(c.columns) == 0 && len(record) == 0):
		return c.fail("22P04", "extra data after last expected column")
	case n < len(c.columns):
		return c.fail("22P04", "missing data for column \"%s\"", c.columns[n])
	}
	c.fields = c.fields[:len(c.columns)]
	return nil
}

func (c *CopyReader) split(record []byte) error {
	if c.syntax.Format == CopyCSV {
		return c.splitCSV(record)
	}
	return c.splitText(record)
}

// readHeader reads the header, if there is one, and compares it with the columns
// if it is to match.
func (c *CopyReader) readHeader() error {
	if !c.syntax.Header && !c.syntax.MatchHeader {
		return nil
	}
	record, err := c.readLine()
	if err != nil {
		return err
	}
	if c.syntax.MatchHeader {
		if err := c.matchHeader(record); err != nil {
			return err
		}
	}
	c.line++
	c.record = nil
	return nil
}

func (c *CopyReader) matchHeader(record []byte) error {
	c.record = record
	if err := c.split(record); err != nil {
		return err
	}
	if len(c.fields) != len(c.columns) {
		return c.fail("22P04", "wrong number of fields in header line: got %d, expected %d", len(c.fields), len(c.columns))
	}
	for i, name := range c.columns {
		switch got := c.fields[i]; {
		case got == nil:
			return c.fail("22P04", "column name mismatch in header line field %d: got null value (\"%s\"), expected \"%s\"", i+1, c.syntax.null, name)
		case string(got) != name:
			return c.fail("22P04", "column name mismatch in header line field %d: got \"%s\", expected \"%s\"", i+1, got, name)
		}
	}
	return nil
}
