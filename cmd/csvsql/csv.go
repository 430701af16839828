package main

import (
	"bufio"
	"bytes"

	"github.com/csvsql/csvsql/wire"
)

// csvPrinter prints results as CSV: a header, and rows in which NULL is nothing
// and the empty text is "" (PostgreSQL documentation, COPY, CSV format). What has
// no rows prints nothing.
type csvPrinter struct{ w *bufio.Writer }

func (p *csvPrinter) begin(columns []wire.Column) {
	for i, c := range columns {
		if i > 0 {
			p.w.WriteByte(',')
		}
		p.field([]byte(c.Name))
	}
	p.w.WriteByte('\n')
}

func (p *csvPrinter) row(fields [][]byte) {
	for i, f := range fields {
		if i > 0 {
			p.w.WriteByte(',')
		}
		if f != nil {
			p.field(f)
		}
	}
	p.w.WriteByte('\n')
}

func (p *csvPrinter) end()       {}
func (p *csvPrinter) tag(string) {}

func (p *csvPrinter) field(f []byte) {
	if len(f) > 0 && !bytes.ContainsAny(f, ",\"\r\n") && string(f) != `\.` {
		p.w.Write(f)
		return
	}
	p.w.WriteByte('"')
	for {
		before, after, more := bytes.Cut(f, []byte{'"'})
		p.w.Write(before)
		if !more {
			break
		}
		p.w.WriteString(`""`)
		f = after
	}
	p.w.WriteByte('"')
}
