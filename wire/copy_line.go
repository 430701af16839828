package wire

import (
	"bytes"
	"io"
)

// What ends a line. The first line decides for all.
const (
	eolUnknown = 0
	eolLF      = '\n'
	eolCR      = '\r'
	eolCRLF    = 'w'
)

// lineScan is how far into a line readLine is.
type lineScan struct {
	at     int  // the byte to look at, from the start of the line
	quoted bool // CSV: inside quotes
	escape bool // CSV: the byte before was an escape inside quotes
}

// readLine returns the next line without its end, or io.EOF after the last. It is
// valid until the next read. In CSV a line goes on over line ends in quotes.
func (c *CopyReader) readLine() (line []byte, err error) {
	if line, ok := c.plainLine(); ok {
		return line, nil
	}
	for s := (lineScan{}); ; s.at++ {
		b, ok := c.peek(s.at)
		if !ok {
			return c.lastLine(s.at)
		}
		if s.at > c.syntax.MaxRow {
			return nil, c.fail("54000", "row is longer than %d bytes", c.syntax.MaxRow)
		}
		if c.syntax.Format == CopyCSV {
			c.scanQuote(&s, b)
		}
		switch {
		case b > '\\':
		case b == '\r' && !s.quoted:
			return c.endCR(s.at)
		case b == '\n' && !s.quoted:
			if c.eol == eolCR || c.eol == eolCRLF {
				return nil, c.literal("newline", `\n`)
			}
			c.eol = eolLF
			return c.cut(s.at, 1), nil
		case b == '\\' && (c.syntax.Format == CopyText || s.at == 0):
			end, err := c.endMarker(s.at)
			if err != nil {
				return nil, err
			}
			if end {
				return c.endData(s.at)
			}
			if c.syntax.Format == CopyText {
				s.at++ // the next byte is data, whatever it is
			}
		}
	}
}

// plainLine takes the next line if it is there as a whole and has nothing in it that
// readLine would have to look at: most lines, in most data.
func (c *CopyReader) plainLine() (line []byte, ok bool) {
	have := c.buf[c.r:c.w]
	n := bytes.IndexByte(have, '\n')
	if n < 0 || n > c.syntax.MaxRow || c.eol != eolLF {
		return nil, false
	}
	special := byte('\\')
	if c.syntax.Format == CopyCSV {
		special = c.syntax.Quote
		if have[0] == '\\' { // perhaps the end marker
			return nil, false
		}
	}
	if bytes.IndexByte(have[:n], special) >= 0 || bytes.IndexByte(have[:n], '\r') >= 0 {
		return nil, false
	}
	return c.cut(n, 1), true
}

// peek returns a byte of the line that begins at c.r, and reads more if need be.
func (c *CopyReader) peek(at int) (b byte, ok bool) {
	for c.r+at >= c.w {
		if !c.more(c.r) {
			return 0, false
		}
	}
	return c.buf[c.r+at], true
}

// cut takes a line of n bytes, and so many of what ends it.
func (c *CopyReader) cut(n, end int) []byte {
	line := c.buf[c.r : c.r+n : c.r+n]
	c.r += n + end
	return line
}

// lastLine is what remains when the data ends, which has not ended in a line end.
func (c *CopyReader) lastLine(n int) ([]byte, error) {
	if c.ended != io.EOF {
		return nil, c.locate(c.ended)
	}
	n = min(n, c.w-c.r) // a backslash may have been the last byte
	if n == 0 {
		return nil, io.EOF
	}
	return c.cut(n, 0), nil
}

// scanQuote follows the quotes of CSV.
func (c *CopyReader) scanQuote(s *lineScan, b byte) {
	quote, escape := c.syntax.Quote, c.syntax.Escape
	if escape == quote {
		escape = 0 // two in a row end the quotes and begin them again
	}
	if s.quoted && b == escape && escape != 0 {
		s.escape = !s.escape
	}
	if b == quote && !s.escape {
		s.quoted = !s.quoted
	}
	if b != escape {
		s.escape = false
	}
	newline := byte('\r')
	if c.eol == eolLF {
		newline = '\n'
	}
	if s.quoted && b == newline {
		c.line++
	}
}

// endCR ends a line at a carriage return.
func (c *CopyReader) endCR(n int) ([]byte, error) {
	if c.eol == eolLF {
		return nil, c.literal("carriage return", `\r`)
	}
	if c.eol == eolCR {
		return c.cut(n, 1), nil
	}
	next, ok := c.peek(n + 1)
	switch {
	case !ok && c.ended != io.EOF:
		return nil, c.locate(c.ended)
	case ok && next == '\n':
		c.eol = eolCRLF
		return c.cut(n, 2), nil
	case c.eol == eolCRLF:
		return nil, c.literal("carriage return", `\r`)
	}
	c.eol = eolCR
	return c.cut(n, 1), nil
}

// literal is the error of a line end that is not that of the lines before.
func (c *CopyReader) literal(what, escaped string) error {
	if c.syntax.Format == CopyCSV {
		e := c.fail("22P04", "unquoted %s found in data", what).(*Error)
		e.Hint = "Use quoted CSV field to represent " + what + "."
		return e
	}
	e := c.fail("22P04", "literal %s found in data", what).(*Error)
	e.Hint = "Use \"" + escaped + "\" to represent " + what + "."
	return e
}

// endMarker reports whether the backslash at at begins the end marker: \. and a
// line end. In CSV anything else is data; in text it is an error.
func (c *CopyReader) endMarker(at int) (bool, error) {
	if dot, ok := c.peek(at + 1); !ok || dot != '.' {
		return false, nil
	}
	crlf := c.eol == eolCRLF
	end, _ := c.peek(at + 2) // 0 where the data ends, as any other byte
	bare := crlf && end == '\n'
	switch {
	case crlf && end == '\r':
		end, _ = c.peek(at + 3)
	case crlf && !bare:
		end = 0
	}
	switch data := end != '\r' && end != '\n'; {
	case c.syntax.Format == CopyCSV && (bare || data):
		return false, nil
	case data:
		return false, c.fail("22P04", "end-of-copy marker corrupt")
	case bare, (crlf || c.eol == eolLF) && end != '\n', c.eol == eolCR && end != '\r':
		return false, c.fail("22P04", "end-of-copy marker does not match previous newline style")
	}
	return true, nil
}

// endData ends the data at an end marker; what stands before it in its line is
// the last row.
func (c *CopyReader) endData(n int) ([]byte, error) {
	c.done = true
	if n == 0 {
		return nil, io.EOF
	}
	return c.cut(n, 0), nil
}
