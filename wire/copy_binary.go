package wire

import (
	"encoding/binary"
	"fmt"
	"io"
)

// The binary format of COPY (PostgreSQL documentation, SQL command COPY, Binary
// Format): a signature, flags and an extension, then tuples as in a DataRow, and
// a field count of -1.

// readTuple reads a row of the binary format into c.fields.
func (c *CopyReader) readTuple() error {
	if !c.begun {
		c.begun = true
		if err := c.readSignature(); err != nil {
			return err
		}
	}
	count, err := c.take(2)
	switch {
	case err == io.ErrUnexpectedEOF:
		return io.EOF // without the trailer, as some clients end it
	case err != nil:
		return err
	}
	n := int16(binary.BigEndian.Uint16(count))
	if n == -1 {
		return c.readTrailer()
	}
	if int(n) != len(c.columns) {
		return c.fail("22P04", "row field count is %d, expected %d", n, len(c.columns))
	}
	return c.readValues()
}

// readValues reads the fields of a tuple.
func (c *CopyReader) readValues() error {
	c.values, c.ends, c.fields = c.values[:0], c.ends[:0], c.fields[:0]
	for i := range c.columns {
		length, err := c.take(4)
		if err != nil {
			return c.inColumn(i, err)
		}
		n := int32(binary.BigEndian.Uint32(length))
		switch {
		case n == -1:
			c.endField(true)
			continue
		case n < 0:
			return c.inColumn(i, Errorf("22P04", "invalid field size"))
		case len(c.values)+int(n) > c.syntax.MaxRow:
			return c.inColumn(i, Errorf("54000", "row is longer than %d bytes", c.syntax.MaxRow))
		}
		for left := int(n); left > 0; {
			part, err := c.take(min(left, copyBuffer))
			if err != nil {
				return c.inColumn(i, err)
			}
			c.values = append(c.values, part...)
			left -= len(part)
		}
		c.endField(false)
	}
	c.collectFields()
	return nil
}

// inColumn says of an error in which row and column it is.
func (c *CopyReader) inColumn(i int, err error) error {
	if err == io.ErrUnexpectedEOF {
		err = Errorf("22P04", "unexpected EOF in COPY data")
	}
	return withWhere(err, fmt.Sprintf("COPY %s, line %d, column %s", c.table, c.line, c.columns[i]))
}

// readSignature reads what stands before the first tuple.
func (c *CopyReader) readSignature() error {
	if b, err := c.take(len(binarySignature)); err != nil && err != io.ErrUnexpectedEOF {
		return err
	} else if string(b) != binarySignature {
		return Errorf("22P04", "COPY file signature not recognized")
	}
	flags, err := c.number()
	switch {
	case err != nil:
		return headerError(err, "invalid COPY file header (missing flags)")
	case flags&(1<<16) != 0:
		return Errorf("22P04", "invalid COPY file header (WITH OIDS)")
	case flags>>16 != 0:
		return Errorf("22P04", "unrecognized critical flags in COPY file header")
	}
	length, err := c.number()
	if err != nil || int32(length) < 0 {
		return headerError(err, "invalid COPY file header (missing length)")
	}
	for left := int(length); left > 0; {
		part, err := c.take(min(left, copyBuffer))
		if err != nil {
			return headerError(err, "invalid COPY file header (wrong length)")
		}
		left -= len(part)
	}
	return nil
}

func (c *CopyReader) number() (uint32, error) {
	b, err := c.take(4)
	if err != nil {
		return 0, err
	}
	return binary.BigEndian.Uint32(b), nil
}

// headerError is the error of a header that ends too early, unless it is the
// client that has failed.
func headerError(err error, message string) error {
	if err != nil && err != io.ErrUnexpectedEOF {
		return err
	}
	return Errorf("22P04", "%s", message)
}

// readTrailer checks that nothing follows the trailer.
func (c *CopyReader) readTrailer() error {
	if _, err := c.take(1); err == nil {
		return c.fail("22P04", "received copy data after EOF marker")
	} else if err != io.ErrUnexpectedEOF {
		return err
	}
	return io.EOF
}

// take takes the next n bytes, which are valid until the next call. If there are
// none left, or too few, it returns io.ErrUnexpectedEOF, or why the client has
// stopped sending.
func (c *CopyReader) take(n int) ([]byte, error) {
	for c.w-c.r < n {
		if c.more(c.r) {
			continue
		}
		if c.ended != io.EOF {
			return nil, c.locate(c.ended)
		}
		return nil, io.ErrUnexpectedEOF
	}
	v := c.buf[c.r : c.r+n]
	c.r += n
	return v, nil
}
