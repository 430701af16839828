package encoding

import (
	"math"
	"slices"
	"strconv"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/csvsql/csvsql/wire/oid"
	"github.com/csvsql/csvsql/wire/pgvalue"
)

// What PostgreSQL has no type for goes out as jsonb, written as PostgreSQL's
// to_jsonb writes it: a space after colons and commas, members of a struct in
// the order of jsonb, numbers without exponent, dates and times as in ISO 8601.

// newJSONBEncoder makes the encoder of a value of type jsonb.
func newJSONBEncoder(m *mapping, binary bool, c *shared) encoder {
	if !binary {
		return newCompositeEncoder(m, c)
	}
	return &jsonbBinary{column{encoder: newCompositeEncoder(m, c)}}
}

// jsonbBinary writes the version of jsonb's binary format before the text.
type jsonbBinary struct{ text column }

const jsonbVersion = 1

func (e *jsonbBinary) bind(a arrow.Array) { e.text.bind(a) }

func (e *jsonbBinary) append(dst []byte, row int) []byte {
	return e.text.append(append(dst, jsonbVersion), row)
}

func (e *jsonbBinary) validity() bitmap { return e.text.bitmap }

// newCompositeEncoder makes the JSON encoder of a type that has parts.
func newCompositeEncoder(m *mapping, c *shared) encoder {
	switch t := m.storage.(type) {
	case *arrow.StructType:
		fields := m.fields
		if c.compact || isRecord(t) {
			fields = rowMembers(t)
		}
		return &structJSON{members: newMembers(fields, c), separators: c.separators()}
	case *arrow.MapType:
		return &mapJSON{
			separators: c.separators(),
			key:        column{encoder: &jsonString{newEncoder(m.fields[0].mapping, textForm, c)}},
			value:      column{encoder: newEncoder(m.fields[1].mapping, jsonForm, c)},
		}
	case arrow.UnionType:
		return &unionJSON{members: newMembers(m.fields, c)}
	}
	return newListJSON(newLists(m, jsonForm, c), c)
}

// separators are what stands behind a value and behind a key.
type separators struct{ comma, colon string }

func (c *shared) separators() separators {
	if c.compact {
		return separators{",", ":"}
	}
	return separators{", ", ": "}
}

// rowMembers are the fields of a row as to_json names them: those without a name
// are f1, f2, ...
func rowMembers(t *arrow.StructType) []member {
	fields := members(t.Fields())
	for i := range fields {
		if fields[i].name == "" {
			fields[i].name = "f" + strconv.Itoa(i+1)
		}
	}
	return fields
}

// newJSONScalar makes the JSON encoder of a type without parts.
func newJSONScalar(m *mapping, c *shared) encoder {
	if m.storage.ID() == arrow.NULL {
		return &nullEncoder{}
	}
	switch m.typ.OID {
	case oid.Bool:
		return &jsonBool{newScalarEncoder(m, textForm, c)}
	case oid.Int2, oid.Int4, oid.Int8, oid.OIDType, oid.JSON, oid.JSONB:
		return newScalarEncoder(m, textForm, c)
	case oid.Numeric:
		return &jsonNumber{newScalarEncoder(m, textForm, c)}
	case oid.Float4, oid.Float8:
		if c.compact {
			return &jsonNumber{newScalarEncoder(m, textForm, c)}
		}
	}
	switch m.typ.OID {
	case oid.Float4:
		return &jsonFloat{encoder: newScalarEncoder(m, binaryForm, c), bits: 32}
	case oid.Float8:
		return &jsonFloat{encoder: newScalarEncoder(m, binaryForm, c), bits: 64}
	case oid.Date, oid.Timestamp, oid.Timestamptz:
		return &jsonString{newScalarEncoder(m, isoForm, c)}
	}
	return &jsonString{newScalarEncoder(m, textForm, c)}
}

// jsonString quotes what its encoder writes.
type jsonString struct{ encoder }

func (e *jsonString) append(dst []byte, row int) []byte {
	start := len(dst) + 1
	dst = e.encoder.append(append(dst, '"'), row)
	return append(escapeJSON(dst, start), '"')
}

type jsonBool struct{ encoder }

func (e *jsonBool) append(dst []byte, row int) []byte {
	start := len(dst)
	dst = e.encoder.append(dst, row)
	if dst[start] == 't' {
		return append(dst[:start], "true"...)
	}
	return append(dst[:start], "false"...)
}

// jsonFloat writes a float of the given width without an exponent, as numeric
// does, to which jsonb converts it.
type jsonFloat struct {
	encoder // in binary
	bits    int
}

func (e *jsonFloat) append(dst []byte, row int) []byte {
	start := len(dst)
	dst = e.encoder.append(dst, row)
	var v float64
	if e.bits == 32 {
		v4, _ := pgvalue.DecodeFloat4(dst[start:])
		v = float64(v4)
	} else {
		v, _ = pgvalue.DecodeFloat8(dst[start:])
	}
	dst = dst[:start]
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return append(pgvalue.AppendFloat8(append(dst, '"'), v), '"')
	case v == 0: // numeric has no negative zero
		return append(dst, '0')
	}
	return strconv.AppendFloat(dst, v, 'f', -1, e.bits)
}

// jsonNumber writes the text of a number, in quotes if it is none: NaN.
type jsonNumber struct{ encoder }

func (e *jsonNumber) append(dst []byte, row int) []byte {
	start := len(dst)
	dst = e.encoder.append(dst, row)
	if c := dst[len(dst)-1]; '0' <= c && c <= '9' {
		return dst
	}
	return append(slices.Insert(dst, start, '"'), '"')
}

// listJSON writes [1, null, [2]].
type listJSON struct {
	lists
	separators
}

func newListJSON(l lists, c *shared) *listJSON { return &listJSON{l, c.separators()} }

func (e *listJSON) append(dst []byte, row int) []byte {
	from, to := e.levels[0].ValueOffsets(row)
	return e.appendLevel(dst, 0, from, to)
}

func (e *listJSON) appendLevel(dst []byte, level int, from, to int64) []byte {
	dst = append(dst, '[')
	for i := from; i < to; i++ {
		if i > from {
			dst = append(dst, e.comma...)
		}
		if level+1 == len(e.levels) {
			dst = e.elem.appendJSON(dst, int(i))
			continue
		}
		inner := &e.levels[level+1]
		if inner.isNull(int(i)) {
			dst = append(dst, "null"...)
			continue
		}
		innerFrom, innerTo := inner.ValueOffsets(int(i))
		dst = e.appendLevel(dst, level+1, innerFrom, innerTo)
	}
	return append(dst, ']')
}

func (c *column) appendJSON(dst []byte, row int) []byte {
	if c.isNull(row) {
		return append(dst, "null"...)
	}
	return c.append(dst, row)
}

// jsonMember is a member of an object: its key, ready to be written, and value.
type jsonMember struct {
	key string // quoted, with the colon
	at  int    // among the children of the Arrow array
	column
}

func newMembers(fields []member, c *shared) []jsonMember {
	ms := make([]jsonMember, len(fields))
	for i, f := range fields {
		key := escapeJSON([]byte(f.name), 0)
		ms[i] = jsonMember{
			key:    `"` + string(key) + `"` + c.separators().colon,
			at:     f.at,
			column: column{encoder: newEncoder(f.mapping, jsonForm, c)},
		}
	}
	return ms
}

// structJSON writes {"a": 1, "b": null}.
type structJSON struct {
	members []jsonMember
	separators
}

func (e *structJSON) bind(a arrow.Array) {
	s := a.(*array.Struct)
	for i := range e.members {
		e.members[i].bind(s.Field(e.members[i].at))
	}
}

func (e *structJSON) append(dst []byte, row int) []byte {
	dst = append(dst, '{')
	for i := range e.members {
		if i > 0 {
			dst = append(dst, e.comma...)
		}
		m := &e.members[i]
		dst = m.appendJSON(append(dst, m.key...), row)
	}
	return append(dst, '}')
}

// mapJSON writes the entries of a map, in their order, as an object. Keys that
// are not text become it.
type mapJSON struct {
	entries    *array.Map
	key, value column
	separators
}

func (e *mapJSON) bind(a arrow.Array) {
	e.entries = a.(*array.Map)
	e.key.bind(e.entries.Keys())
	e.value.bind(e.entries.Items())
}

func (e *mapJSON) append(dst []byte, row int) []byte {
	dst = append(dst, '{')
	from, to := e.entries.ValueOffsets(row)
	for i := from; i < to; i++ {
		if i > from {
			dst = append(dst, e.comma...)
		}
		dst = append(e.key.append(dst, int(i)), e.colon...)
		dst = e.value.appendJSON(dst, int(i))
	}
	return append(dst, '}')
}

// unionJSON writes the member that a union holds, under its name. A union has no
// NULLs of its own; it is NULL when its member is.
type unionJSON struct {
	members []jsonMember
	union   array.Union
	dense   *array.DenseUnion // the same, if it is one
	valid   []byte
}

func (e *unionJSON) bind(a arrow.Array) {
	e.union = a.(array.Union)
	e.dense, _ = a.(*array.DenseUnion)
	for i := range e.members {
		e.members[i].bind(e.union.Field(e.members[i].at))
	}
	e.valid = zeroed(e.valid, a.Len())
	for row := range a.Len() {
		if m, at := e.member(row); !m.isNull(at) {
			e.valid[row>>3] |= 1 << (row & 7)
		}
	}
}

func (e *unionJSON) validity() bitmap { return bitmap{valid: e.valid} }

func (e *unionJSON) member(row int) (m *jsonMember, at int) {
	at = row
	if e.dense != nil {
		at = int(e.dense.ValueOffset(row))
	}
	return &e.members[e.union.ChildID(row)], at
}

func (e *unionJSON) append(dst []byte, row int) []byte {
	m, at := e.member(row)
	dst = append(append(dst, '{'), m.key...)
	return append(m.append(dst, at), '}')
}

// escapeJSON escapes what was appended to dst from start on for a JSON string.
func escapeJSON(dst []byte, start int) []byte {
	extra := 0
	for _, c := range dst[start:] {
		extra += escapeLen(c) - 1
	}
	if extra == 0 {
		return dst
	}
	from := len(dst) - 1
	for range extra {
		dst = append(dst, 0)
	}
	to := len(dst)
	for ; from >= start; from-- {
		c := dst[from]
		switch escapeLen(c) {
		case 1:
			to--
			dst[to] = c
		case 2:
			to -= 2
			dst[to], dst[to+1] = '\\', shortEscape(c)
		default:
			const hex = "0123456789abcdef"
			to -= 6
			copy(dst[to:], `\u00`)
			dst[to+4], dst[to+5] = hex[c>>4], hex[c&15]
		}
	}
	return dst
}

func escapeLen(c byte) int {
	switch {
	case c == '"' || c == '\\':
		return 2
	case c >= ' ':
		return 1
	case shortEscape(c) != 0:
		return 2
	}
	return 6
}

// shortEscape is the character after the backslash, or 0.
func shortEscape(c byte) byte {
	switch c {
	case '"', '\\':
		return c
	case '\b':
		return 'b'
	case '\f':
		return 'f'
	case '\n':
		return 'n'
	case '\r':
		return 'r'
	case '\t':
		return 't'
	}
	return 0
}
