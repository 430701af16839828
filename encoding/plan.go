package encoding

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/csvsql/csvsql/wire"
)

// Plan is how the rows of a schema go out, before the formats and settings are
// known. Once made it is only read, and may be used for several results at once.
type Plan struct {
	schema  *arrow.Schema
	columns []*mapping
	untyped []int // columns of NULL

	declared []declaration
}

// Compile makes the plan of a schema, at Describe. There is no schema that it
// refuses.
func Compile(s *arrow.Schema) *Plan {
	p := &Plan{schema: s, columns: make([]*mapping, s.NumFields())}
	for i, f := range s.Fields() {
		p.columns[i] = mappingOf(f)
	}
	return p
}

// Untyped makes a column that holds nothing but NULL one of text, whatever type
// the engine gives it.
func (p *Plan) Untyped(column int) {
	p.untyped = append(p.untyped, column)
	p.columns[column] = mappingOf(arrow.Field{Type: arrow.Null})
}

// Columns describes the fields for RowDescription. Those of a schema without
// fields are empty and not nil.
func (p *Plan) Columns() []wire.Column {
	cols := make([]wire.Column, len(p.columns))
	for i, m := range p.columns {
		cols[i] = wire.Column{
			Name: p.schema.Field(i).Name,
			Type: m.typ.OID,
			Size: m.typ.Len,
			Mod:  m.typ.Mod,
		}
	}
	return cols
}

// matches reports whether rows of another schema have the same types for the
// client, so that they may go out under this plan's description.
func (p *Plan) matches(o *Plan) bool {
	if len(p.columns) != len(o.columns) {
		return false
	}
	for i, m := range p.columns {
		if m.typ.OID != o.columns[i].typ.OID {
			return false
		}
	}
	return true
}

// Rows encodes what r yields. It owns r from now on and releases it when closed.
// settings are read whenever the formats are set; nil stands for the defaults.
// tag is the text of CommandComplete for a number of rows.
func (p *Plan) Rows(r array.RecordReader, settings *Settings, tag func(rows int64) string) *Rows {
	if settings == nil {
		settings = DefaultSettings()
	}
	return &Rows{plan: p, reader: r, settings: settings, tag: tag}
}
