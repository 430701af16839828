package main

import (
	"bufio"
	"bytes"
	"encoding/json"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// jsonPrinter prints each result as an array with one object to a line. Numbers
// and booleans are JSON's own, a JSON value is itself, everything else is the text
// that PostgreSQL writes for it. What has no rows prints nothing.
type jsonPrinter struct {
	w     *bufio.Writer
	names [][]byte // in quotes
	types []oid.OID
	rows  int
}

func (p *jsonPrinter) begin(columns []wire.Column) {
	p.names, p.types, p.rows = nil, nil, 0
	for _, c := range columns {
		p.names = append(p.names, quoteJSON(c.Name))
		p.types = append(p.types, c.Type)
	}
	p.w.WriteByte('[')
}

func (p *jsonPrinter) row(fields [][]byte) {
	if p.rows > 0 {
		p.w.WriteByte(',')
	}
	p.rows++
	p.w.WriteString("\n{")
	for i, f := range fields {
		if i > 0 {
			p.w.WriteByte(',')
		}
		p.w.Write(p.names[i])
		p.w.WriteByte(':')
		p.w.Write(jsonValue(p.types[i], f))
	}
	p.w.WriteByte('}')
}

func (p *jsonPrinter) end()       { p.w.WriteString("\n]\n") }
func (p *jsonPrinter) tag(string) {}

func jsonValue(t oid.OID, f []byte) []byte {
	switch {
	case f == nil:
		return []byte("null")
	case t == oid.Bool:
		return []byte(map[string]string{"t": "true", "f": "false"}[string(f)])
	case t == oid.JSON || t == oid.JSONB || isNumber(t):
		// NaN and Infinity are numbers, but not JSON.
		if json.Valid(f) {
			var b bytes.Buffer
			json.Compact(&b, f) // keeps a value on its line; it is valid
			return b.Bytes()
		}
	}
	return quoteJSON(string(f))
}

func quoteJSON(s string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.Encode(s) // a string can always be encoded
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'})
}
