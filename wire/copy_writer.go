package wire

import "bytes"

// CopyWriter writes the text and the CSV format of COPY TO, value by value, for
// those who encode rows themselves: what stands between values and around them.
// Of the binary format it has the header and the trailer. CopyTo makes a CopyOut
// of any Rows.
type CopyWriter struct {
	syntax  copySyntax
	columns []Column
	value   []byte // one that is rewritten
}

// NewCopyWriter returns a writer for rows of these columns. Options that
// contradict each other are an error.
func NewCopyWriter(columns []Column, o CopyOptions) (*CopyWriter, error) {
	syntax, err := o.resolve()
	if err != nil {
		return nil, err
	}
	return &CopyWriter{syntax: syntax, columns: columns}, nil
}

// CopyResponse implements CopyOut.
func (c *CopyWriter) CopyResponse() CopyResponse { return c.syntax.Response(len(c.columns)) }

// AppendHeader implements CopyOut.
func (c *CopyWriter) AppendHeader(dst []byte) []byte {
	if c.syntax.Format == CopyBinary {
		dst = append(dst, binarySignature...)
		return append(dst, 0, 0, 0, 0, 0, 0, 0, 0) // no flags, no extension
	}
	if !c.syntax.Header {
		return dst
	}
	for i, column := range c.columns {
		dst = c.AppendDelimiter(dst, i)
		if c.syntax.Format == CopyCSV {
			dst = c.syntax.appendCSV(dst, []byte(column.Name), false, len(c.columns) == 1)
		} else {
			dst = c.syntax.appendText(dst, []byte(column.Name))
		}
	}
	return append(dst, '\n')
}

// AppendTrailer implements CopyOut.
func (c *CopyWriter) AppendTrailer(dst []byte) []byte {
	if c.syntax.Format == CopyBinary {
		return append(dst, 0xff, 0xff)
	}
	return dst
}

// AppendDelimiter appends what stands before the value of column i, from 0.
func (c *CopyWriter) AppendDelimiter(dst []byte, i int) []byte {
	if i > 0 {
		dst = append(dst, c.syntax.Delimiter)
	}
	return dst
}

// AppendNull appends NULL.
func (c *CopyWriter) AppendNull(dst []byte) []byte { return append(dst, c.syntax.null...) }

// AppendValue appends a value of column i, given as text, so that it is read back
// as that value.
func (c *CopyWriter) AppendValue(dst, value []byte, i int) []byte {
	if c.syntax.Format == CopyCSV {
		return c.syntax.appendCSV(dst, value, forced(c.syntax.ForceQuote, i), len(c.columns) == 1)
	}
	return c.syntax.appendText(dst, value)
}

// Escape is AppendValue for a value that stands in dst already, from start on.
func (c *CopyWriter) Escape(dst []byte, start, i int) []byte {
	value := dst[start:]
	if c.syntax.Format == CopyCSV {
		if !forced(c.syntax.ForceQuote, i) && !c.syntax.needsQuotes(value, len(c.columns) == 1) {
			return dst
		}
	} else if !c.syntax.hasSpecial(value) {
		return dst
	}
	c.value = append(c.value[:0], value...)
	return c.AppendValue(dst[:start], c.value, i)
}

// IsPlain reports whether values of column i that are not empty and consist of
// these characters only are written as they are.
func (c *CopyWriter) IsPlain(i int, alphabet string) bool {
	s := &c.syntax
	special := []byte{s.Delimiter, '\\'}
	if s.Format == CopyCSV {
		special[1] = s.Quote
	}
	// A NULL with another character cannot be mistaken for a value.
	mistakable := len(s.null) > 0 && len(bytes.Trim(s.null, alphabet)) == 0
	return !bytes.ContainsAny(special, alphabet) && !mistakable && !forced(s.ForceQuote, i)
}

// IsClean reports whether values of column i that are parts of text, and not empty,
// are written as they are, but for one that is written as NULL is.
func (c *CopyWriter) IsClean(i int, text []byte) bool {
	s := &c.syntax
	if forced(s.ForceQuote, i) || s.Format == CopyCSV && len(c.columns) == 1 {
		return false
	}
	for b, special := range s.special {
		if special && bytes.IndexByte(text, byte(b)) >= 0 {
			return false
		}
	}
	return true
}

// hasSpecial reports whether a value has a byte that cannot stand there as it is.
func (s *copySyntax) hasSpecial(value []byte) bool {
	for _, b := range value {
		if s.special[b] {
			return true
		}
	}
	return false
}

// appendText appends a value in the text format: what would end a field or a
// line, and the backslash, has a backslash before it.
func (s *copySyntax) appendText(dst, value []byte) []byte {
	start := 0
	for i, b := range value {
		if !s.special[b] {
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
	return s.hasSpecial(value)
}
