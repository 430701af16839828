package encoding

import (
	"slices"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/csvsql/csvsql/wire"
	"github.com/csvsql/csvsql/wire/oid"
)

// Types that only columns of the catalog have (pg_type.dat).
const (
	int2Vector   oid.OID = 22
	xid          oid.OID = 28
	cid          oid.OID = 29
	oidVector    oid.OID = 30
	pgNodeTree   oid.OID = 194
	inet         oid.OID = 869
	aclItem      oid.OID = 1033
	aclItemArray oid.OID = 1034
	pgLSN        oid.OID = 3220

	// firstUser is the first OID of a type that a user made: an enumerated one.
	firstUser oid.OID = 16384
)

// declaration is the type that a column was given by [Plan.Declare].
type declaration struct {
	column int
	typ    Type
}

// Declare gives a column the type that it was declared with, of which the schema
// says only how its values look: varchar(20) for text, xid for oid. A type that
// the values do not have is not taken.
func (p *Plan) Declare(column int, t Type) {
	m := *p.columns[column]
	if !m.declare(t) {
		return
	}
	p.columns[column] = &m
	p.declared = append(p.declared, declaration{column, t})
}

// declare changes the type of a mapping, and reports whether its values are of it.
func (m *mapping) declare(t Type) bool {
	switch {
	case m.typ.OID == t.OID:
	case m.typ.OID == oid.Text && isText(m.storageOfElement()):
		if !likeText(t.OID) {
			return false
		}
	case m.typ.OID == oid.OIDType || m.storage.ID() == arrow.UINT32:
		if t.OID != oid.OIDType && t.OID != xid && t.OID != cid {
			return false
		}
	case m.typ.OID == oid.TextArray && len(m.dims) == 0:
		elem := *m.elem
		switch t.OID {
		case oid.NameArray:
			elem.typ = typeOf(oid.Name)
		case oid.CharArray:
			elem.typ = typeOf(oid.Char)
		case oid.VarcharArray:
			elem.typ = typeOf(oid.Varchar)
		case aclItemArray:
			elem.typ = Type{OID: aclItem, Len: 12, Mod: -1}
		default:
			return false
		}
		m.elem = &elem
	case m.typ.OID == oid.Int2Array && t.OID == int2Vector, m.typ.OID == oid.OIDArray && t.OID == oidVector:
	default:
		return false
	}
	m.typ = t
	return true
}

// storageOfElement is the storage of a dictionary's values, or the mapping's own.
func (m *mapping) storageOfElement() arrow.DataType {
	if m.elem != nil {
		return m.elem.storage
	}
	return m.storage
}

// likeText reports whether the text format of a type is what a column of text
// has: all that PostgreSQL shows as text, and keeps otherwise.
func likeText(o oid.OID) bool {
	switch o {
	case oid.Varchar, oid.Bpchar, oid.Name, oid.Char, pgNodeTree:
		return true
	}
	return o >= firstUser || textOnly(o)
}

// textOnly reports whether a type has another binary format than that of the text
// that stands for its values here.
func textOnly(o oid.OID) bool {
	switch o {
	case inet, aclItem, aclItemArray, pgLSN, oid.Regproc, 2202, 2203, 2204, 2205, 2206, 3734, 3769, 4089, 4096, 4191: // reg*
		return true
	}
	return false
}

// checkForm refuses the binary format for values that only their text is there of.
func (m *mapping) checkForm(f form) error {
	if f == binaryForm && textOnly(m.typ.OID) {
		return wire.Errorf("0A000", "values of the type with OID %d are sent as text only", m.typ.OID)
	}
	return nil
}

// likeThat is a plan with what was declared of another one's columns.
func (p *Plan) likeThat(o *Plan) {
	for _, i := range o.untyped {
		if i < len(p.columns) {
			p.Untyped(i)
		}
	}
	for _, d := range o.declared {
		if d.column < len(p.columns) {
			p.Declare(d.column, d.typ)
		}
	}
}

// vectorText writes an int2vector or oidvector: 1 2 3.
type vectorText struct{ lists }

func (e *vectorText) append(dst []byte, row int) []byte {
	from, to := e.levels[0].ValueOffsets(row)
	for i := from; i < to; i++ {
		if i > from {
			dst = append(dst, ' ')
		}
		dst = e.elem.append(dst, int(i))
	}
	return dst
}

// isVector reports whether a mapping is one of the two arrays that count from 0.
func isVector(o oid.OID) bool { return slices.Contains([]oid.OID{int2Vector, oidVector}, o) }
