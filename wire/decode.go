package wire

import "github.com/csvsql/csvsql/wire/oid"

// The bodies of the client's messages (PostgreSQL documentation, 55.7 Message
// Formats). Nothing that is decoded aliases the body.

// parseMessage is the body of Parse.
type parseMessage struct {
	name, sql string
	types     []oid.OID
}

func decodeParse(body []byte) (parseMessage, error) {
	d := decoder{body: body}
	m := parseMessage{name: d.string(), sql: d.string()}
	n := d.uint16()
	m.types = make([]oid.OID, 0, d.room(n, 4))
	for range n {
		m.types = append(m.types, oid.OID(d.int32()))
		if d.err != nil {
			break
		}
	}
	return m, d.end()
}

// bindMessage is the body of Bind, with the formats as they were sent: none,
// one for all, or one each.
type bindMessage struct {
	portal, statement string
	formats           []Format
	params            [][]byte
	results           []Format
}

func decodeBind(body []byte) (bindMessage, error) {
	d := decoder{body: append([]byte(nil), body...)} // one copy for all parameters
	m := bindMessage{portal: d.string(), statement: d.string()}
	m.formats = d.formats()
	n := d.uint16()
	m.params = make([][]byte, 0, d.room(n, 4))
	for range n {
		m.params = append(m.params, d.value())
		if d.err != nil {
			break
		}
	}
	m.results = d.formats()
	return m, d.end()
}

func (d *decoder) formats() []Format {
	n := d.uint16()
	if n == 0 {
		return nil
	}
	formats := make([]Format, 0, d.room(n, 2))
	for range n {
		formats = append(formats, Format(d.uint16()))
		if d.err != nil {
			break
		}
	}
	return formats
}

// value takes a value with its length before it; nil is NULL, which -1 stands for.
func (d *decoder) value() []byte {
	n := d.int32()
	if n == -1 {
		return nil
	}
	return d.bytes(int(n))
}

// checkParams checks the counts of parameters against what the statement takes.
func (m *bindMessage) checkParams(want int) error {
	if n := len(m.formats); n > 1 && n != len(m.params) {
		return Errorf("08P01", "bind message has %d parameter formats but %d parameters", n, len(m.params))
	}
	if len(m.params) != want {
		return Errorf("08P01", "bind message supplies %d parameters, but prepared statement \"%s\" requires %d",
			len(m.params), m.statement, want)
	}
	return nil
}

// expand makes a Bind with one format per parameter and column of d.
func (m *bindMessage) expand(d *Description) (Bind, error) {
	b := Bind{Params: m.params, Types: d.Params}
	if n := len(m.results); n > 1 && n != len(d.Columns) && d.Columns != nil {
		return b, Errorf("08P01", "bind message has %d result formats but query has %d columns", n, len(d.Columns))
	}
	if err := checkFormats(m.formats); err != nil {
		return b, err
	}
	b.Formats = expandFormats(m.formats, len(m.params))
	b.Results = expandFormats(m.results, len(d.Columns))
	for i, v := range b.Params {
		if b.Formats[i] == Text {
			if err := checkText(v); err != nil {
				return b, err
			}
		}
	}
	return b, nil
}

// checkFormats returns PostgreSQL's error for a format that there is not. It
// looks at those of the parameters at Bind, at those of the columns only when it
// sends rows.
func checkFormats(formats []Format) error {
	for _, f := range formats {
		if f != Text && f != Binary {
			return Errorf("22023", "unsupported format code: %d", f)
		}
	}
	return nil
}

// expandFormats returns n formats, given none, one for all, or n.
func expandFormats(given []Format, n int) []Format {
	if len(given) == n {
		return given
	}
	all := make([]Format, n)
	if len(given) == 1 {
		for i := range all {
			all[i] = given[0]
		}
	}
	return all
}

// decodeNamed decodes the body of Describe or Close: 'S' for a statement or 'P'
// for a portal, and its name.
func decodeNamed(body []byte, message string) (kind byte, name string, err error) {
	d := decoder{body: body}
	kind, name = d.byte(), d.string()
	if err := d.end(); err != nil {
		return 0, "", err
	}
	if kind != 'S' && kind != 'P' {
		return 0, "", Errorf("08P01", "invalid %s message subtype %d", message, kind)
	}
	return kind, name, nil
}
