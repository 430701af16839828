package csvfile

import (
	"bytes"
	"io"
)

const (
	blockSize = 1 << 20
	maxRecord = 1 << 30
)

// scanner cuts a text into blocks of whole records. A quote opens a quoted field
// only where a field begins, and any other quote is text.
type scanner struct {
	in      io.Reader
	dialect Dialect
	size    int // of a block, unless a record is longer
	buf     []byte
	start   int   // of what was not handed out
	line    int64 // of start, from 1
	eof     bool
	used    chan []byte // buffers of blocks that are done with
}

// block are whole records with their line ends; the last one of a file may have
// none.
type block struct {
	data []byte
	line int64 // of its first byte
}

func newScanner(in io.Reader, d Dialect, size int) *scanner {
	return &scanner{in: in, dialect: d, line: 1, size: size, buf: make([]byte, 0, size), used: make(chan []byte, 8)}
}

// buffer is an empty buffer that holds a block and more bytes.
func (s *scanner) buffer(more int) []byte {
	select {
	case b := <-s.used:
		if cap(b) >= s.size+more {
			return b[:0]
		}
	default:
	}
	return make([]byte, 0, s.size+more)
}

// done takes back a block.
func (s *scanner) done(b block) {
	select {
	case s.used <- b.data:
	default:
	}
}

// next is the next block, which the caller owns until done. At the end it has no
// data.
func (s *scanner) next() (block, error) {
	for {
		if err := s.fill(); err != nil {
			return block{}, err
		}
		rest := s.buf[s.start:]
		end := s.dialect.lastEnd(rest)
		if s.eof && (end < len(rest)) {
			end = len(rest)
		}
		if end > 0 || s.eof {
			b := block{data: rest[:end], line: s.line}
			s.line += int64(bytes.Count(b.data, s.dialect.lineEnd()))
			s.buf = append(s.buffer(len(rest)-end), rest[end:]...)
			s.start = 0
			return b, nil
		}
		if len(rest) >= maxRecord {
			return block{}, errTooLong(s.line)
		}
		s.buf = append(make([]byte, 0, 2*cap(s.buf)), rest...)
		s.start = 0
	}
}

// errTooLong is the line of a record that does not end.
type errTooLong int64

func (errTooLong) Error() string { return "a record is longer than 1 GB" }

// fill reads until the buffer is full or the text ends.
func (s *scanner) fill() error {
	for !s.eof && len(s.buf) < cap(s.buf) {
		n, err := s.in.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf = s.buf[:len(s.buf)+n]
		if err == io.EOF {
			s.eof = true
		} else if err != nil {
			return err
		}
	}
	return nil
}

// skipLine leaves out a line, whatever quotes are in it.
func (s *scanner) skipLine() error {
	if err := s.fill(); err != nil {
		return err
	}
	rest := s.buf[s.start:]
	n := bytes.IndexByte(rest, s.dialect.NewLine)
	if n < 0 {
		n = len(rest) - 1
	}
	s.start += n + 1
	s.line++
	return nil
}

// skipRecord leaves out a record.
func (s *scanner) skipRecord() error {
	if err := s.fill(); err != nil {
		return err
	}
	rest := s.buf[s.start:]
	_, n := s.dialect.split(rest, nil)
	s.line += int64(bytes.Count(rest[:n], s.dialect.lineEnd()))
	s.start += n
	return nil
}

// lastEnd is where the last whole record of data ends, behind its line end.
func (d *Dialect) lastEnd(data []byte) (end int) {
	if d.Quote == 0 {
		return bytes.LastIndexByte(data, d.NewLine) + 1
	}
	for i := 0; ; {
		n := bytes.IndexByte(data[i:], d.Quote)
		if n < 0 {
			if nl := bytes.LastIndexByte(data[i:], d.NewLine); nl >= 0 {
				end = i + nl + 1
			}
			return end
		}
		if nl := bytes.LastIndexByte(data[i:i+n], d.NewLine); nl >= 0 {
			end = i + nl + 1
		}
		i += n
		if !d.fieldBegins(data, i) {
			i++
			continue
		}
		n, closed := d.quoted(data[i+1:])
		if !closed {
			return end
		}
		i += 1 + n + 1
	}
}

// fieldBegins reports whether a field begins at i.
func (d *Dialect) fieldBegins(data []byte, i int) bool {
	if i == 0 || data[i-1] == d.NewLine {
		return true
	}
	n := len(d.Delimiter)
	return i >= n && string(data[i-n:i]) == d.Delimiter
}

// quoted is the length of what is between quotes, text beginning behind the first.
func (d *Dialect) quoted(text []byte) (n int, closed bool) {
	for i := 0; i < len(text); {
		n := bytes.IndexByte(text[i:], d.Quote)
		if n < 0 {
			return len(text), false
		}
		i += n
		switch {
		case d.Escape == d.Quote && i+1 < len(text) && text[i+1] == d.Quote:
			i += 2
		case d.Escape != d.Quote && d.Escape != 0 && escaped(text[:i], d.Escape):
			i++
		default:
			return i, true
		}
	}
	return len(text), false
}

// escaped reports whether what follows text has an escape before it that is not
// escaped itself.
func escaped(text []byte, escape byte) bool {
	n := 0
	for n < len(text) && text[len(text)-1-n] == escape {
		n++
	}
	return n%2 == 1
}
