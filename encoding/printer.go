package encoding

import (
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/csvsql/csvsql/wire/oid"
	"github.com/csvsql/csvsql/wire/pgvalue"
)

// Printer writes values of a field as SQL sees their text: what PostgreSQL makes
// of x::text, or of to_json(x). It is for functions over values of any type; a
// result is encoded by [Rows].
//
// A Printer is bound to one array after the other, and for one goroutine.
type Printer struct {
	typ   Type
	value column

	// A list in a list has no type of its own, see mapping, but a text.
	list  array.ListLike
	items *Printer
}

// NewPrinter makes a printer of the text of values. Dates and timestamps are in
// ISO 8601; a timestamptz is in the zone that the field's type names.
func NewPrinter(f arrow.Field) *Printer {
	m := mappingOf(f)
	p := &Printer{typ: m.typ}
	if t, ok := m.storage.(*arrow.ListType); ok {
		p.items = NewPrinter(t.ElemField())
		return p
	}
	p.value = column{encoder: newEncoder(m, textForm, printing(f.Type, false))}
	return p
}

// NewJSONPrinter makes a printer of to_json of values; NULL is null.
func NewJSONPrinter(f arrow.Field) *Printer {
	m := mappingOf(f)
	return &Printer{typ: m.typ, value: column{encoder: newEncoder(m, jsonForm, printing(f.Type, true))}}
}

// printing is what encoders of a field of type t share.
func printing(t arrow.DataType, compact bool) *shared {
	s := &shared{Settings: *DefaultSettings(), compact: compact}
	s.zone = pgvalue.NewZone(zoneIn(t))
	return s
}

// zoneIn is the zone of the timestamps in a type; nil is UTC.
func zoneIn(t arrow.DataType) *time.Location {
	switch t := t.(type) {
	case *arrow.TimestampType:
		if zone, err := t.GetZone(); err == nil {
			return zone
		}
	case arrow.NestedType:
		for _, f := range t.Fields() {
			if zone := zoneIn(f.Type); zone != nil {
				return zone
			}
		}
	}
	return nil
}

// Type is the type of the values.
func (p *Printer) Type() Type { return p.typ }

// IsRow reports whether the values are rows.
func (p *Printer) IsRow() bool {
	_, ok := p.value.encoder.(*structJSON)
	return ok
}

// Bind sets the array whose values are printed from now on. It has the type of
// the printer's field.
func (p *Printer) Bind(a arrow.Array) {
	if p.items == nil {
		p.value.bind(a)
		return
	}
	p.list = storageArray(a).(array.ListLike)
	p.value.bitmap = bitmapOf(p.list)
	p.items.Bind(p.list.ListValues())
}

// IsNull reports whether a value is NULL.
func (p *Printer) IsNull(row int) bool { return p.value.isNull(row) }

// Append appends a value that is not NULL.
func (p *Printer) Append(dst []byte, row int) []byte {
	if p.items == nil {
		return p.value.append(dst, row)
	}
	from, to := p.list.ValueOffsets(row)
	dst = append(dst, '{')
	for i := int(from); i < int(to); i++ {
		if i > int(from) {
			dst = append(dst, ',')
		}
		switch start := len(dst); {
		case p.items.IsNull(i):
			dst = append(dst, "NULL"...)
		case p.items.items != nil || !mayNeedQuotes(p.items.typ.OID):
			dst = p.items.Append(dst, i)
		default:
			dst = pgvalue.QuoteElement(p.items.Append(dst, i), start)
		}
	}
	return append(dst, '}')
}

// IsJSON reports whether the values are of type json or jsonb.
func (p *Printer) IsJSON() bool {
	return p.typ.OID == oid.JSON || p.typ.OID == oid.JSONB && p.items == nil && !p.IsRow()
}

// IsNumber reports whether the values are integers or numerics.
func (p *Printer) IsNumber() bool {
	switch p.typ.OID {
	case oid.Int2, oid.Int4, oid.Int8, oid.Numeric:
		return true
	}
	return false
}
