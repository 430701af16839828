package catalog

import (
	"iter"
	"strings"
	"sync"

	"github.com/csvsql/csvsql/catalog/builtin"
	"github.com/csvsql/csvsql/encoding"
	"github.com/csvsql/csvsql/engine"
	"github.com/csvsql/csvsql/wire/oid"
)

// enumLength is the length of enumerated types, the only ones that users make.
const enumLength = 4

// Attribute is a column of a relation as RowDescription has it.
type Attribute struct {
	Name   string
	Type   encoding.Type
	Table  uint32 // 0 for what is no relation in PostgreSQL
	Number int16
}

// Relation are the columns of a table, a view, or a relation of the catalog.
// Without a schema it is searched in those of path, after pg_catalog.
func (s *Snapshot) Relation(schema, name string, path []string) ([]Attribute, bool) {
	for _, builtinSchema := range []string{"pg_catalog", "information_schema"} {
		if schema == builtinSchema || schema == "" && builtinSchema == "pg_catalog" {
			if r, ok := builtin.Find(builtinSchema, name); ok {
				return attributesOf(r), true
			}
		}
	}
	t, ok := s.Find(engine.TableName{Schema: schema, Name: name}, path)
	if !ok {
		return nil, false
	}
	out := make([]Attribute, len(t.Columns))
	for i := range t.Columns {
		c := &t.Columns[i]
		typ := c.Type
		if c.enum != 0 {
			typ = encoding.Type{OID: oid.OID(c.enum), Len: enumLength, Mod: -1}
		}
		out[i] = Attribute{c.Name, typ, t.OID, int16(i + 1)}
	}
	return out, true
}

// FunctionRows are the columns of the rows that a function returns, if it is one
// that the catalog has as a relation.
func FunctionRows(name string) ([]Attribute, bool) {
	r, ok := builtin.Find("function", name)
	if !ok {
		return nil, false
	}
	return attributesOf(r), true
}

func attributesOf(r *builtin.Relation) []Attribute {
	out := make([]Attribute, len(r.Columns))
	for i, c := range r.Columns {
		out[i] = Attribute{Name: c.Name, Type: plainType(uint32(c.Type.OID))}
		if r.OID != 0 {
			out[i].Table, out[i].Number = uint32(r.OID), int16(i+1)
		}
	}
	return out
}

// plainType is a built-in type without a modifier.
func plainType(id uint32) encoding.Type {
	return encoding.Type{OID: oid.OID(id), Len: int16(builtinTypes()[id].length), Mod: -1}
}

// Path are the schemas in which a role finds tables with this search_path.
func Path(setting, role string) []string {
	path := append([]string{temporarySchema}, splitPath(setting)...)
	for i, schema := range path {
		if schema == "$user" {
			path[i] = role
		}
	}
	return path
}

// TypeNamed is the OID of a type by its name in pg_type, or 0.
func (s *Snapshot) TypeNamed(name string) uint32 {
	if t, ok := typesByName()[name]; ok {
		return t.oid
	}
	found := uint32(0)
	for _, e := range s.Enums {
		if strings.EqualFold(e.Name, name) {
			if found != 0 {
				return 0 // the schema would say which
			}
			found = e.OID
		}
	}
	return found
}

// ColumnsOf are the columns of an enumerated type.
func (s *Snapshot) ColumnsOf(e *Enum) iter.Seq2[*Table, Column] {
	return func(yield func(*Table, Column) bool) {
		for i := range s.Tables {
			for _, c := range s.Tables[i].Columns {
				if c.enum == e.OID && !yield(&s.Tables[i], c) {
					return
				}
			}
		}
	}
}

// EnumOf is the enumerated type of an OID, or nil.
func (s *Snapshot) EnumOf(oid uint32) *Enum {
	for i := range s.Enums {
		if s.Enums[i].OID == oid {
			return &s.Enums[i]
		}
	}
	return nil
}

// TypeLength is the number of bytes of a type's values, -1 if they differ.
func TypeLength(id uint32) int16 {
	if t, ok := builtinTypes()[id]; ok {
		return int16(t.length)
	}
	return enumLength
}

// ArrayType is the type of arrays of a built-in type, ElementType that of the
// elements of one; or 0.
func ArrayType(elem uint32) uint32    { return builtinTypes()[elem].array }
func ElementType(array uint32) uint32 { return builtinTypes()[array].elem }

// FunctionResult is the type that the built-in functions of a name return: 0 if
// they differ, return a set, or follow their arguments.
func FunctionResult(name string) uint32 { return functionResults()[name] }

var functionResults = sync.OnceValue(func() map[string]uint32 {
	results := map[string]uint32{}
	for r := range builtinRows("pg_catalog", "pg_proc") {
		name, result := r.text("proname"), r.number("prorettype")
		if other, known := results[name]; known && other != result || polymorphic(result) {
			result = 0
		}
		results[name] = result
	}
	return results
})

// polymorphic reports whether a type stands for others (documentation, 38.2.5), or
// for rows.
func polymorphic(id uint32) bool {
	t := builtinTypes()[id].name
	return strings.HasPrefix(t, "any") || t == "record"
}
