package wire

import (
	"bytes"
	"unicode/utf8"
)

// The fields of a line of COPY. A field that stands in the line as it is aliases
// the line; if any has to be rewritten, all are, into c.values.

// splitText splits a line of the text format into c.fields; more than one field
// too many is not looked at.
func (c *CopyReader) splitText(line []byte) error {
	c.fields = c.fields[:0]
	if bytes.IndexByte(line, '\\') < 0 {
		c.splitPlain(line)
		return nil
	}
	c.values, c.ends = c.values[:0], c.ends[:0]
	for i := 0; ; i++ {
		start, value, odd := i, len(c.values), false
		for i < len(line) && line[i] != c.syntax.Delimiter {
			b := line[i]
			i++
			if b == '\\' {
				if i == len(line) { // at the end of the data: dropped
					line, i = line[:i-1], i-1
					break
				}
				b, i = unescape(line, i)
				odd = odd || b == 0 || b >= utf8.RuneSelf
			}
			c.values = append(c.values, b)
		}
		if odd { // an escape may have made what text cannot be
			if err := checkText(c.values[value:]); err != nil {
				return c.locate(err)
			}
		}
		c.endField(bytes.Equal(line[start:i], c.syntax.null))
		if i == len(line) || len(c.ends) > len(c.columns) {
			break
		}
	}
	c.collectFields()
	return nil
}

// splitPlain splits a line in which nothing is escaped or quoted.
func (c *CopyReader) splitPlain(line []byte) {
	for len(c.fields) <= len(c.columns) {
		i := bytes.IndexByte(line, c.syntax.Delimiter)
		field := line
		if i >= 0 {
			field = line[:i:i]
		}
		if bytes.Equal(field, c.syntax.null) {
			field = nil
		}
		c.fields = append(c.fields, field)
		if i < 0 {
			return
		}
		line = line[i+1:]
	}
}

// unescape returns what the escape whose letter is at i stands for, and where it
// ends.
func unescape(line []byte, i int) (b byte, end int) {
	b = line[i]
	i++
	switch b {
	case 'b':
		b = '\b'
	case 'f':
		b = '\f'
	case 'n':
		b = '\n'
	case 'r':
		b = '\r'
	case 't':
		b = '\t'
	case 'v':
		b = '\v'
	case '0', '1', '2', '3', '4', '5', '6', '7':
		b -= '0'
		for n := 1; n < 3 && i < len(line) && line[i] >= '0' && line[i] <= '7'; n++ {
			b = b<<3 | (line[i] - '0')
			i++
		}
	case 'x':
		for n, v := 0, byte(0); n < 2 && i < len(line); n++ {
			digit, ok := hexDigit(line[i])
			if !ok {
				break
			}
			v = v<<4 | digit
			b = v
			i++
		}
	}
	return b, i
}

func hexDigit(b byte) (byte, bool) {
	switch {
	case b >= '0' && b <= '9':
		return b - '0', true
	case b|0x20 >= 'a' && b|0x20 <= 'f':
		return b | 0x20 - 'a' + 10, true
	}
	return 0, false
}

// splitCSV splits a line of CSV into c.fields.
func (c *CopyReader) splitCSV(line []byte) error {
	c.fields = c.fields[:0]
	quote, escape, force := c.syntax.Quote, c.syntax.Escape, c.syntax.ForceNotNull != nil || c.syntax.ForceNull != nil
	if bytes.IndexByte(line, quote) < 0 && !force {
		c.splitPlain(line)
		return nil
	}
	c.values, c.ends = c.values[:0], c.ends[:0]
	for i := 0; ; i++ {
		start, quoted, inside := i, false, false
		for i < len(line) && (inside || line[i] != c.syntax.Delimiter) {
			b := line[i]
			i++
			switch {
			case inside && b == escape && i < len(line) && (line[i] == escape || line[i] == quote):
				c.values = append(c.values, line[i])
				i++
			case b == quote:
				quoted, inside = true, !inside
			default:
				c.values = append(c.values, b)
			}
		}
		if inside {
			return c.fail("22P04", "unterminated CSV quoted field")
		}
		c.endField(c.isNull(len(c.ends), line[start:i], quoted))
		if i == len(line) || len(c.ends) > len(c.columns) {
			break
		}
	}
	c.collectFields()
	return nil
}

// isNull reports whether a field of CSV is NULL. raw is how it is written.
func (c *CopyReader) isNull(column int, raw []byte, quoted bool) bool {
	if !quoted && bytes.Equal(raw, c.syntax.null) {
		return !forced(c.syntax.ForceNotNull, column)
	}
	if !forced(c.syntax.ForceNull, column) {
		return false
	}
	start := 0
	if column > 0 {
		start = max(c.ends[column-1], ^c.ends[column-1])
	}
	return bytes.Equal(c.values[start:], c.syntax.null)
}

// endField ends a field in c.values. The end of NULL is kept as its complement.
func (c *CopyReader) endField(null bool) {
	end := len(c.values)
	if null {
		end = ^end
	}
	c.ends = append(c.ends, end)
}

// collectFields makes the fields of c.values, which no longer moves.
func (c *CopyReader) collectFields() {
	start := 0
	for _, end := range c.ends {
		if end < 0 {
			c.fields = append(c.fields, nil)
			start = ^end
			continue
		}
		c.fields = append(c.fields, c.values[start:end:end])
		start = end
	}
}
