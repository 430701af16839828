package main

import (
	"bufio"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// tablePrinter prints results as psql does in its aligned format. A column's width
// is known when the last row is, so a result is held in memory until its end.
type tablePrinter struct {
	w     *bufio.Writer
	names []string
	right []bool   // numbers
	cells []string // of all rows
	rows  int
}

func (p *tablePrinter) begin(columns []wire.Column) {
	*p = tablePrinter{w: p.w}
	for _, c := range columns {
		p.names = append(p.names, strings.ReplaceAll(visible(c.Name), "\n", " "))
		p.right = append(p.right, isNumber(c.Type))
	}
}

func (p *tablePrinter) row(fields [][]byte) {
	for _, f := range fields {
		p.cells = append(p.cells, visible(string(f)))
	}
	p.rows++
}

func (p *tablePrinter) tag(tag string) { fmt.Fprintln(p.w, tag) }

func (p *tablePrinter) end() {
	if len(p.names) == 0 {
		fmt.Fprintln(p.w, "--")
	} else {
		widths := p.widths()
		p.header(widths)
		for row := range slices.Chunk(p.cells, len(p.names)) {
			p.line(row, widths)
		}
	}
	if p.rows == 1 {
		fmt.Fprint(p.w, "(1 row)\n\n")
	} else {
		fmt.Fprintf(p.w, "(%d rows)\n\n", p.rows)
	}
}

// widths are those of the columns: of their widest line.
func (p *tablePrinter) widths() []int {
	widths := make([]int, len(p.names))
	for i, name := range p.names {
		widths[i] = displayWidth(name)
	}
	for i, cell := range p.cells {
		for line := range strings.SplitSeq(cell, "\n") {
			column := i % len(widths)
			widths[column] = max(widths[column], displayWidth(line))
		}
	}
	return widths
}

func (p *tablePrinter) header(widths []int) {
	for i, name := range p.names {
		if i > 0 {
			p.w.WriteByte('|')
		}
		left := (widths[i] - displayWidth(name)) / 2
		p.w.WriteByte(' ')
		p.pad(left)
		p.w.WriteString(name)
		p.pad(widths[i] - displayWidth(name) - left)
		p.w.WriteByte(' ')
	}
	p.w.WriteByte('\n')
	for i, width := range widths {
		if i > 0 {
			p.w.WriteByte('+')
		}
		p.w.WriteString(strings.Repeat("-", width+2))
	}
	p.w.WriteByte('\n')
}

// line prints a row. One with line breaks in it takes several lines, and a + ends
// every part that goes on in the next.
func (p *tablePrinter) line(cells []string, widths []int) {
	parts := make([][]string, len(cells))
	height := 1
	for i, cell := range cells {
		parts[i] = strings.Split(cell, "\n")
		height = max(height, len(parts[i]))
	}
	for h := range height {
		for i := range cells {
			part, there, more := "", h < len(parts[i]), h+1 < len(parts[i])
			if there {
				part = parts[i][h]
			}
			last := i == len(cells)-1
			fill := widths[i] - displayWidth(part)
			if i > 0 {
				p.w.WriteByte('|')
			}
			p.w.WriteByte(' ')
			if p.right[i] && there {
				p.pad(fill)
				fill = 0
			}
			p.w.WriteString(part)
			if !last || more { // no spaces at the end of a line
				p.pad(fill)
			}
			switch {
			case more:
				p.w.WriteByte('+')
			case !last:
				p.w.WriteByte(' ')
			}
		}
		p.w.WriteByte('\n')
	}
}

func (p *tablePrinter) pad(n int) {
	for range n {
		p.w.WriteByte(' ')
	}
}

// visible escapes what would act on the terminal; a line break stays.
func visible(s string) string {
	clean := func(r rune) bool { return r >= ' ' && r != 0x7F && !(r >= 0x80 && r < 0xA0) || r == '\n' }
	if strings.IndexFunc(s, func(r rune) bool { return !clean(r) }) < 0 && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case clean(r):
			b.WriteRune(r)
		case r == '\t':
			b.WriteString("        "[:8-displayWidth(b.String())%8])
		case r == '\r':
			b.WriteString(`\r`)
		case r < 0x80:
			fmt.Fprintf(&b, `\x%02X`, r)
		default:
			fmt.Fprintf(&b, `\u%04X`, r)
		}
	}
	return b.String()
}

func isNumber(t oid.OID) bool {
	switch t {
	case oid.Int2, oid.Int4, oid.Int8, oid.Float4, oid.Float8, oid.Numeric, oid.OIDType:
		return true
	}
	return false
}
